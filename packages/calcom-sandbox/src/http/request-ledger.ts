import { type TimeSource } from '../sandbox-clock';

const WINDOW_MS = 60_000;
const MAX_ENTRIES = 5_000;

export interface RequestEntry {
  method: string;
  path: string;
  /** Sandbox clock, epoch milliseconds, at arrival. */
  atMs: number;
  /** 0 while unanswered, and for good when the answer was withheld. */
  status: number;
  /** First characters of the key's hash; never the key. */
  apiKeyHash: string | null;
  version: string;
  requestId: string;
  /** Id of the fault rule that was applied. */
  fault: string | null;
}

export interface Counters {
  requestsTotal: number;
  byEndpoint: Record<string, number>;
  byStatus: Record<string, number>;
  /** The busiest 60 seconds seen, over all callers. */
  maxInAny60s: number;
  maxInAny60sByKey: Record<string, number>;
  rateLimited: number;
  inFlight: number;
  inFlightMax: number;
}

/** Largest number of events in any stretch of 60 s that ends with an event: amortised constant time per event. */
class SlidingMaximum {
  #times: number[] = [];
  #head = 0;
  max = 0;

  add(atMs: number): void {
    this.#times.push(atMs);
    while ((this.#times[this.#head] ?? Infinity) <= atMs - WINDOW_MS) this.#head += 1;
    this.max = Math.max(this.max, this.#times.length - this.#head);
    if (this.#head > 10_000) {
      this.#times = this.#times.slice(this.#head);
      this.#head = 0;
    }
  }
}

/** Counts and remembers what reached the API, so that a test can prove what a client sent. */
export class RequestLedger {
  #entries: RequestEntry[] = [];
  #total = 0;
  #rateLimited = 0;
  #inFlight = 0;
  #inFlightMax = 0;
  #overall = new SlidingMaximum();
  readonly #byKey = new Map<string, SlidingMaximum>();
  readonly #byEndpoint = new Map<string, number>();
  readonly #byStatus = new Map<number, number>();

  constructor(private readonly clock: TimeSource) {}

  arrived(request: Omit<RequestEntry, 'atMs' | 'status' | 'fault'>, endpoint: string): RequestEntry {
    const atMs = this.clock.nowMs();
    const entry: RequestEntry = { ...request, atMs, status: 0, fault: null };
    this.#entries.push(entry);
    if (this.#entries.length > 2 * MAX_ENTRIES) this.#entries = this.#entries.slice(-MAX_ENTRIES);
    this.#total += 1;
    this.#inFlight += 1;
    this.#inFlightMax = Math.max(this.#inFlightMax, this.#inFlight);
    this.#overall.add(atMs);
    const key = entry.apiKeyHash ?? 'anonymous';
    const ofKey = this.#byKey.get(key) ?? new SlidingMaximum();
    ofKey.add(atMs);
    this.#byKey.set(key, ofKey);
    this.#byEndpoint.set(endpoint, (this.#byEndpoint.get(endpoint) ?? 0) + 1);
    return entry;
  }

  answered(entry: RequestEntry, status: number): void {
    entry.status = status;
    this.#byStatus.set(status, (this.#byStatus.get(status) ?? 0) + 1);
    if (status === 429) this.#rateLimited += 1;
  }

  /** The exchange is over, answered or not. */
  finished(): void {
    this.#inFlight -= 1;
  }

  latest(count: number): RequestEntry[] {
    return this.#entries.slice(-Math.min(count, MAX_ENTRIES));
  }

  counters(): Counters {
    return {
      requestsTotal: this.#total,
      byEndpoint: Object.fromEntries(this.#byEndpoint),
      byStatus: Object.fromEntries(this.#byStatus),
      maxInAny60s: this.#overall.max,
      maxInAny60sByKey: Object.fromEntries([...this.#byKey].map(([key, sliding]) => [key, sliding.max])),
      rateLimited: this.#rateLimited,
      inFlight: this.#inFlight,
      inFlightMax: this.#inFlightMax,
    };
  }

  /** Sets the counts back; requests still in flight stay in flight. */
  clear(): void {
    this.#entries = [];
    this.#total = 0;
    this.#rateLimited = 0;
    this.#inFlightMax = this.#inFlight;
    this.#overall = new SlidingMaximum();
    this.#byKey.clear();
    this.#byEndpoint.clear();
    this.#byStatus.clear();
  }
}
