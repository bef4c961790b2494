import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Named instruments on one registry; asking twice for a name gives the same instrument. */
export class Metrics {
  readonly registry = new Registry();
  readonly #counters = new Map<string, Counter>();
  readonly #histograms = new Map<string, Histogram>();
  readonly #gauges = new Map<string, Gauge>();

  constructor(options: { processMetrics: boolean }) {
    if (options.processMetrics) collectDefaultMetrics({ register: this.registry });
  }

  /** Makes an instrument known before anything was counted, so that a dashboard or an alert rule finds it from the start. */
  declare(instrument: { kind: 'counter' | 'histogram'; name: string; help: string; labels: readonly string[] }): void {
    const { kind, name, help, labels } = instrument;
    if (kind === 'counter') this.#counter(name, help, labels);
    else this.#histogram(name, help, labels);
  }

  count(name: string, help: string, labels: Record<string, string> = {}, by = 1): void {
    this.#counter(name, help, Object.keys(labels)).inc(labels, by);
  }

  /** @param durationMs recorded in seconds, as Prometheus wants it */
  time(name: string, help: string, labels: Record<string, string>, durationMs: number): void {
    this.#histogram(name, help, Object.keys(labels)).observe(labels, durationMs / 1000);
  }

  #counter(name: string, help: string, labels: readonly string[]): Counter {
    let counter = this.#counters.get(name);
    if (!counter) {
      counter = new Counter({ name, help, labelNames: [...labels], registers: [this.registry] });
      this.#counters.set(name, counter);
    }
    return counter;
  }

  #histogram(name: string, help: string, labels: readonly string[]): Histogram {
    let histogram = this.#histograms.get(name);
    if (!histogram) {
      histogram = new Histogram({
        name,
        help,
        labelNames: [...labels],
        buckets: SECONDS,
        registers: [this.registry],
      });
      this.#histograms.set(name, histogram);
    }
    return histogram;
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
