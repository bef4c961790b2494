import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export interface Instrument<Name extends string = string> {
  readonly kind: 'counter' | 'histogram';
  readonly name: Name;
  readonly help: string;
  readonly labels: readonly string[];
}

/** Named instruments on one registry, all known from the first scrape on; gauges are declared where they are read. */
export class Metrics<Name extends string = string> {
  readonly registry = new Registry();
  readonly #counters = new Map<string, Counter>();
  readonly #histograms = new Map<string, Histogram>();
  readonly #gauges = new Map<string, Gauge>();

  constructor(options: { processMetrics: boolean; instruments?: readonly Instrument<Name>[] }) {
    const registers = [this.registry];
    if (options.processMetrics) collectDefaultMetrics({ register: this.registry });
    for (const { kind, name, help, labels } of options.instruments ?? []) {
      const shape = { name, help, labelNames: [...labels], registers };
      if (kind === 'counter') this.#counters.set(name, new Counter(shape));
      else this.#histograms.set(name, new Histogram({ ...shape, buckets: SECONDS }));
    }
  }

  count(name: Name, labels: Record<string, string> = {}, by = 1): void {
    this.#counters.get(name)?.inc(labels, by);
  }

  /** @param durationMs recorded in seconds, as Prometheus wants it */
  time(name: Name, labels: Record<string, string>, durationMs: number): void {
    this.#histograms.get(name)?.observe(labels, durationMs / 1000);
  }

  /** A value read at the moment of scraping; one that cannot be read is missing from that scrape, the others are not. */
  gauge(
    name: string,
    help: string,
    labels: string[],
    collect: (set: (labels: Record<string, string>, value: number) => void) => Promise<void> | void,
  ): void {
    if (this.#gauges.has(name)) return;
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames: labels,
      registers: [this.registry],
      async collect() {
        gauge.reset();
        const read = async (): Promise<void> => collect((values, value) => gauge.set(values, value));
        await read().catch(() => gauge.reset());
      },
    });
    this.#gauges.set(name, gauge);
  }
}
