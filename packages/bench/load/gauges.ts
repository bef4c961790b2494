import { handles, residentMb } from '../src/support/process-figures';
import { counters } from '../src/support/sandbox-ledger';
import type { Fleet } from '../src/support/fleet';

export interface Sample {
  /** Seconds after the beginning. */
  at: number;
  requestsTotal: number;
  /** Availability questions by where their answers came from, since the processes started. */
  reads: Record<string, number>;
  circuitsOpen: number;
  /** Of the first process, which is never restarted. */
  residentMb: number;
  handles: number;
}

const EVERY_MS = 2000;

/** Looks at processes and sandbox every two seconds while a load runs. */
export class Gauges {
  readonly samples: Sample[] = [];
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  readonly #beganMs = performance.now();
  readonly #last = new Map<string, number>();
  readonly #reads: Record<string, number> = {};

  constructor(private readonly fleet: Fleet) {}

  async start(): Promise<void> {
    await this.look();
    this.#timer = setInterval(() => {
      this.#looking = this.look().catch(() => undefined);
    }, EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
    await this.look();
  }

  async look(): Promise<void> {
    const [{ requestsTotal }, texts] = await Promise.all([
      counters(this.fleet),
      Promise.all(
        this.fleet.urls.map((url) =>
          fetch(`${url}/metrics`).then(
            (answer) => answer.text(),
            () => '',
          ),
        ),
      ),
    ]);
    let circuitsOpen = 0;
    for (const [index, text] of texts.entries()) {
      for (const [, source = '', count] of text.matchAll(/^askpro_slot_reads_total\{source="(\w+)"\} (\d+)/gm))
        this.#count(`${index}:${source}`, source, Number(count));
      for (const [, state] of text.matchAll(/^askpro_circuit_state\{[^}]*\} (\d)/gm))
        if (state === '2') circuitsOpen += 1;
    }
    const pid = this.fleet.pids[0] ?? 0;
    this.samples.push({
      at: (performance.now() - this.#beganMs) / 1000,
      requestsTotal,
      reads: { ...this.#reads },
      circuitsOpen,
      residentMb: residentMb(pid),
      handles: handles(pid),
    });
  }

  /** A process that was restarted counts from nought again. */
  #count(counter: string, source: string, now: number): void {
    const last = this.#last.get(counter) ?? 0;
    this.#last.set(counter, now);
    this.#reads[source] = (this.#reads[source] ?? 0) + (now < last ? now : now - last);
  }

  /** Requests that reached Cal.com in the 60 s before each sample. */
  budget(): [number, number][] {
    let from = 0;
    return this.samples.map((sample, index) => {
      while (from < index && (this.samples[from]?.at ?? 0) < sample.at - 60) from += 1;
      return [sample.at, sample.requestsTotal - (this.samples[from]?.requestsTotal ?? 0)];
    });
  }

  /** Share of questions answered from the cache between two times, percent. */
  hitRate(fromSeconds: number, toSeconds: number): number {
    const before = this.samples.findLast((sample) => sample.at <= fromSeconds) ?? this.samples[0];
    const after = this.samples.findLast((sample) => sample.at <= toSeconds);
    const count = (source: string): number => (after?.reads[source] ?? 0) - (before?.reads[source] ?? 0);
    const hits = count('cache') + count('stale');
    const all = hits + count('upstream') + count('coalesced');
    return all > 0 ? (hits / all) * 100 : Number.NaN;
  }
}
