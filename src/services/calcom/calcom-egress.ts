import {
  CircuitOpen,
  DeadlineExceeded,
  isServerError,
  isUpstreamFault,
  OutcomeUnknown,
  UpstreamMalformed,
  UpstreamThrottled,
  UpstreamUnavailable,
  classify,
} from '../../errors';
import type { Clock } from '../../infra/clock';
import type { BudgetRequest, CalcomApiRateLimiter, SendPermit } from '../calcom-api-rate-limiter';
import type { CalcomPerformanceMonitor } from './calcom-performance-monitor';
import type { CalcomCredential, CalcomEndpoint, Priority, UpstreamAnswer, UpstreamCall } from './calcom-ports';
import type { CircuitBreaker, CircuitName, CircuitPass } from '../circuit-breaker';
import { currentOperator, currentRequest, recordStep } from '../../request-context';

export interface EgressRequest extends Omit<BudgetRequest, 'maxWaitMs'> {
  credential: CalcomCredential;
  endpoint: CalcomEndpoint;
  circuit: CircuitName;
  /** Of one HTTP exchange. */
  timeoutMs: number;
  /** When set, `timeoutMs` is the least: the exchange may take as long as recent ones did, up to this. */
  timeoutCeilingMs?: number;
  /** No caller waits any more. A write that has left is not touched by it: its outcome would be unknown. */
  signal?: AbortSignal;
  /** Longest wait for a place in the budget; what the request's deadline leaves beside the exchange by default. */
  maxWaitMs?: number;
  /** Awaited once there is a place, right before the request leaves; when it rejects, nothing is sent. */
  mayLeave?: (() => Promise<void>) | undefined;
  /** HTTP 500 may be a conflict: it counts against the circuit only when `countFault` says so afterwards. */
  serverErrorMayBeConflict?: boolean;
  /** What `upstreamP95Ms` should know the exchange under, beside the endpoint; e.g. an event type. */
  sampleKey?: string;
}

interface Attempt {
  waitedMs: number;
  sent: boolean;
  timedOut: boolean;
  probe: boolean;
  answer: UpstreamAnswer | null;
}

/** A place is counted at its moment: a request that leaves later than this needs another one. */
const PLACE_LIFE_MS = 400;
const RETRIES = 2;
const RETRY_PAUSE_MS = 100;
/** A probe must not hold its lease while waiting for the budget, which is empty after a minute of silence anyway. */
const PROBE_WAIT_MS = 500;
/** While a circuit is open an unknown outcome is asked about this often by each process, until an answer comes. */
const PAST_CIRCUIT_EVERY_MS = 5000;
/** Being cut off by our own deadline says nothing about Cal.com when it had less time than this. */
const FAIR_CHANCE_MS = 1000;
const USUAL_ANSWER_MS = 800;
/** A timeout that follows recent durations leaves this much room above their 95th percentile. */
const TIMEOUT_HEADROOM = 1.5;
/** How long a request without a deadline of its own waits for a place. */
const PATIENCE_MS: Record<Priority, number> = { booking: 5000, live: 2000, operator: 5000, background: 65_000 };

/**
 * The only way a request to Cal.com leaves: circuit, budget, exchange. Connection failures of reads are tried again
 * twice, each time with a place in the budget of its own.
 */
export class CalcomEgress {
  /** Monotonic milliseconds, by key and circuit. */
  readonly #pastCircuitFromMs = new Map<string, number>();

  constructor(
    private readonly deps: {
      limiter: Pick<CalcomApiRateLimiter, 'acquire'>;
      breaker: Pick<CircuitBreaker, 'enter'>;
      monitor: Pick<CalcomPerformanceMonitor, 'recordApiCall' | 'recordRefusal' | 'recordSample' | 'upstreamP95Ms'>;
      clock: Clock;
    },
  ) {}

  /**
   * @throws RateLimited or CircuitOpen when nothing was sent; DeadlineExceeded when no caller waits any more or the time
   * is over; UpstreamUnavailable when the exchange failed or took longer than `timeoutMs`; whatever `send` throws
   */
  async run<T>(asked: EgressRequest, send: (call: UpstreamCall) => Promise<T>): Promise<T> {
    const { clock } = this.deps;
    const operator = currentOperator();
    // Whatever an operator asks for comes after callers, also a move or a cancellation.
    const request = operator ? { ...asked, ...operator, priority: 'operator' as const } : asked;
    const startedAtMs = clock.nowMs();
    const startedMs = clock.monotonicMs();
    const attempts: Attempt[] = [];
    let failure: unknown;
    try {
      for (;;) {
        const attempt: Attempt = { waitedMs: 0, sent: false, timedOut: false, probe: false, answer: null };
        attempts.push(attempt);
        try {
          return await this.#attempt(request, attempt, send);
        } catch (error) {
          // A retry that was not even sent explains less than the failure it was meant to cure.
          failure = attempt.sent || failure === undefined ? error : failure;
          if (!attempt.sent || !this.#mayRetry(request, attempt, error, attempts.length)) throw failure;
        }
        await clock.sleep(RETRY_PAUSE_MS, callerSignal(request)).catch(() => {
          throw failure;
        });
      }
    } finally {
      const sent = attempts.filter((attempt) => attempt.sent);
      const last = sent.at(-1);
      recordStep({
        operation: request.endpoint,
        startedAtMs,
        durationMs: clock.monotonicMs() - startedMs,
        status: last?.answer?.status ?? null,
        source: last ? 'upstream' : 'refused',
        waitedMs: attempts.reduce((sum, attempt) => sum + attempt.waitedMs, 0),
        attempts: sent.length,
        ...(failure === undefined ? {} : { detail: classify(failure).code }),
      });
    }
  }

  /** Counts a write's failure against its circuit after its sender has ruled out a conflict. Never throws. */
  async countFault(credential: CalcomCredential, circuit: CircuitName, error: unknown): Promise<void> {
    try {
      const pass = await this.deps.breaker.enter(credential.id, circuit, PROBE_WAIT_MS);
      await pass.settle({ error });
    } catch {
      // The circuit is open already.
    }
  }

  async #attempt<T>(request: EgressRequest, attempt: Attempt, send: (call: UpstreamCall) => Promise<T>): Promise<T> {
    const { pass, permit } = await this.#admit(request, attempt);
    const { clock, monitor } = this.deps;
    const stop = new AbortController();
    const over = new AbortController();
    const timeoutMs = this.#timeoutMs(request);
    clock.sleep(timeoutMs, over.signal).then(
      () => {
        attempt.timedOut = true;
        stop.abort(new UpstreamUnavailable(`no answer within ${timeoutMs} ms`, false));
      },
      () => undefined,
    );
    const waiting = request.circuit === 'reads' ? callerSignal(request) : undefined;
    const signal = waiting ? AbortSignal.any([stop.signal, waiting]) : stop.signal;
    const sentAtMs = clock.monotonicMs();
    attempt.sent = true;
    permit.sending();
    const observe = (answer: UpstreamAnswer): void => {
      attempt.answer = answer;
      permit.observe(answer);
    };
    let error: unknown;
    try {
      return await send({ credential: request.credential, signal, onAnswer: observe });
    } catch (thrown) {
      error = this.#meaning(thrown, attempt, waiting);
      throw error;
    } finally {
      over.abort();
      const latencyMs = clock.monotonicMs() - sentAtMs;
      if (error instanceof UpstreamThrottled && !attempt.answer) {
        observe({ status: 429, rateLimit: null, retryAfterMs: error.retryAfterMs });
      }
      if (error instanceof UpstreamUnavailable && error.neverSent) permit.release();
      monitor.recordApiCall(request.endpoint, latencyMs, {
        status: error === undefined ? 'success' : 'error',
        code: attempt.answer?.status,
        waited: attempt.waitedMs >= 1,
      });
      if (error === undefined || attempt.timedOut) {
        monitor.recordSample(request.endpoint, latencyMs);
        if (request.sampleKey) monitor.recordSample(request.sampleKey, latencyMs);
      }
      const cutShort = error instanceof DeadlineExceeded && latencyMs < Math.min(request.timeoutMs, FAIR_CHANCE_MS);
      const isUndecided = request.serverErrorMayBeConflict === true && isServerError(error);
      if (cutShort || isUndecided) pass.abandon();
      else await pass.settle(error === undefined ? {} : { error });
    }
  }

  /** Circuit first, so that a refusal costs no budget; a probe is given back when the budget has no place for it. */
  async #admit(request: EgressRequest, attempt: Attempt): Promise<{ pass: CircuitPass; permit: SendPermit }> {
    const { limiter, monitor, clock } = this.deps;
    const signal = callerSignal(request);
    const startedAtMs = clock.monotonicMs();
    let pass: CircuitPass | undefined;
    let permit: SendPermit | undefined;
    try {
      signal?.throwIfAborted();
      const maxWaitMs = this.#patienceMs(request);
      pass = await this.#enter(request);
      attempt.probe = pass.probe;
      const asked = { ...request, maxWaitMs: pass.probe ? Math.min(maxWaitMs, PROBE_WAIT_MS) : maxWaitMs, signal };
      permit = await limiter.acquire(asked);
      const placeAtMs = clock.monotonicMs();
      await pass.recheck();
      await request.mayLeave?.();
      if (clock.monotonicMs() - placeAtMs > PLACE_LIFE_MS) {
        permit.release();
        permit = undefined;
        permit = await limiter.acquire(asked);
        await request.mayLeave?.();
      }
      signal?.throwIfAborted();
      attempt.waitedMs = permit.waitedMs;
      return { pass, permit };
    } catch (error) {
      attempt.waitedMs = clock.monotonicMs() - startedAtMs;
      permit?.release();
      pass?.abandon();
      monitor.recordRefusal(request.endpoint);
      throw signal?.aborted ? deadlineOf(signal) : error;
    }
  }

  async #enter(request: EgressRequest): Promise<CircuitPass> {
    const keyId = request.credential.id;
    try {
      return await this.deps.breaker.enter(keyId, request.circuit, request.timeoutMs + PROBE_WAIT_MS);
    } catch (error) {
      const isUrgent = error instanceof CircuitOpen && currentRequest()?.settling === true;
      const pass = isUrgent ? this.#pastCircuit(`${keyId}:${request.circuit}`) : null;
      if (!pass) throw error;
      return pass;
    }
  }

  /** What became of a lost answer must be known soon after Cal.com answers again, and not only when the circuit says so. */
  #pastCircuit(name: string): CircuitPass | null {
    const nowMs = this.deps.clock.monotonicMs();
    if ((this.#pastCircuitFromMs.get(name) ?? nowMs) > nowMs) return null;
    this.#pastCircuitFromMs.set(name, nowMs + PAST_CIRCUIT_EVERY_MS);
    return {
      probe: true,
      recheck: () => Promise.resolve(),
      settle: async ({ error }) => {
        if (!isUpstreamFault(error)) this.#pastCircuitFromMs.delete(name);
      },
      abandon: () => undefined,
    };
  }

  /** @throws DeadlineExceeded when no time is left at all */
  #patienceMs(request: EgressRequest): number {
    if (request.maxWaitMs !== undefined) return request.maxWaitMs;
    const deadline = currentRequest()?.deadline;
    if (!deadline) return PATIENCE_MS[request.priority];
    const remainingMs = deadline.remainingMs();
    if (remainingMs <= 0) throw new DeadlineExceeded();
    return Math.max(0, remainingMs - this.#expectedMs(request));
  }

  /** Cal.com answers a booking only after its webhook subscribers and mails: on some accounts that takes longer. */
  #timeoutMs({ timeoutMs, timeoutCeilingMs = timeoutMs, sampleKey, endpoint }: EgressRequest): number {
    const usualMs = this.deps.monitor.upstreamP95Ms(sampleKey ?? endpoint) ?? 0;
    return Math.min(Math.max(timeoutMs, usualMs * TIMEOUT_HEADROOM), Math.max(timeoutMs, timeoutCeilingMs));
  }

  #expectedMs(request: EgressRequest): number {
    const { monitor } = this.deps;
    const known =
      monitor.upstreamP95Ms(request.sampleKey ?? request.endpoint) ?? monitor.upstreamP95Ms(request.endpoint);
    return Math.min(request.timeoutMs, known ?? USUAL_ANSWER_MS);
  }

  #mayRetry(request: EgressRequest, attempt: Attempt, error: unknown, tries: number): boolean {
    const connectionFailed =
      error instanceof UpstreamUnavailable && error.upstreamStatus === undefined && !attempt.timedOut;
    const remainingMs = currentRequest()?.deadline.remainingMs() ?? Number.POSITIVE_INFINITY;
    return (
      connectionFailed &&
      request.circuit === 'reads' &&
      !attempt.probe &&
      tries <= RETRIES &&
      remainingMs > RETRY_PAUSE_MS &&
      !callerSignal(request)?.aborted
    );
  }

  /** What was thrown because a signal ended the exchange, by whose signal it was. */
  #meaning(thrown: unknown, attempt: Attempt, waiting: AbortSignal | undefined): unknown {
    const told =
      thrown instanceof UpstreamUnavailable || thrown instanceof OutcomeUnknown || thrown instanceof UpstreamMalformed;
    if (attempt.timedOut) return told ? thrown : new UpstreamUnavailable('no answer in time', false, { cause: thrown });
    return waiting?.aborted ? deadlineOf(waiting) : thrown;
  }
}

function callerSignal(request: EgressRequest): AbortSignal | undefined {
  const signals = [request.signal, currentRequest()?.deadline.signal].filter((signal) => signal !== undefined);
  return signals.length > 0 ? AbortSignal.any(signals) : undefined;
}

function deadlineOf(signal: AbortSignal): DeadlineExceeded {
  return signal.reason instanceof DeadlineExceeded
    ? signal.reason
    : new DeadlineExceeded('no caller waits any more', true);
}
