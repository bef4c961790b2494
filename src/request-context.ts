import { AsyncLocalStorage } from 'node:async_hooks';
import type { TenantId } from './domain';
import type { SetupFault } from './services/calcom/setup-fault-texts';

/** How long the whole answer may take; aborts its signal when the time is over or the caller hung up. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Milliseconds left, never negative. */
  remainingMs(): number;
}

/** Who answered a question: Cal.com itself, the cache with a fresh or an older answer, a question under way, no one. */
export const STEP_SOURCES = ['upstream', 'cache', 'stale', 'coalesced', 'refused'] as const;

/** One question to Cal.com (or the cache in its place) made while answering a request: the trace's inner bars. */
export interface UpstreamStep {
  operation: string;
  startedAtMs: number;
  durationMs: number;
  /** HTTP status, or null when nothing was sent or nothing came back. */
  status: number | null;
  source: (typeof STEP_SOURCES)[number];
  waitedMs: number;
  attempts: number;
  detail?: string;
}

/** What belongs to one request (or one run of a job) and dies with it. */
export interface RequestContext {
  requestId: string;
  tenantId: TenantId | null;
  callId: string | null;
  deadline: Deadline;
  steps: UpstreamStep[];
  /** Something has been begun whose outcome is not known yet: "it did not work" would be a guess. */
  undecided?: boolean;
  /** What only the owner of the Cal.com account can mend, met while answering. */
  setupFault?: SetupFault;
  /** Finds out what became of a request whose answer got lost: it must be known even while Cal.com is thought to be down. */
  settling?: boolean;
}

/** A deadline for work that no request is waiting for, milliseconds from now. */
export function lasting(clock: { monotonicMs(): number }, ms: number): Deadline {
  const untilMs = clock.monotonicMs() + ms;
  return { signal: new AbortController().signal, remainingMs: () => Math.max(0, untilMs - clock.monotonicMs()) };
}

/** A signal that aborts with another one, or when `end` is called, whichever comes first; `end` leaves no listener. */
export function endedEarly(outer: AbortSignal): { signal: AbortSignal; end: () => void } {
  const controller = new AbortController();
  const follow = (): void => controller.abort(outer.reason);
  if (outer.aborted) follow();
  else outer.addEventListener('abort', follow, { once: true });
  return {
    signal: controller.signal,
    end: () => {
      outer.removeEventListener('abort', follow);
      controller.abort();
    },
  };
}

const storage = new AsyncLocalStorage<RequestContext>();
const operators = new AsyncLocalStorage<{ operator?: string }>();

export function currentRequest(): RequestContext | undefined {
  return storage.getStore();
}

/** The current request answers a caller and has begun nothing yet. */
export function isUncommitted(): boolean {
  const request = storage.getStore();
  return request !== undefined && request.undecided !== true;
}

export function runWithRequest<T>(context: RequestContext, work: () => Promise<T>): Promise<T> {
  return storage.run(context, work);
}

/** Work that outlives the request (a background refresh, a job) must not use its deadline. */
export function detached<T>(work: () => Promise<T>): Promise<T> {
  return storage.exit(() => operators.exit(work));
}

/** @param operator the company's token that asks; none for one of the platform, whose share is not bounded by itself */
export function asOperator<T>(operator: { operator?: string }, work: () => Promise<T>): Promise<T> {
  return operators.run(operator, work);
}

/** Who asks through the admin API, whose requests to Cal.com come after those of callers; undefined elsewhere. */
export function currentOperator(): { operator?: string } | undefined {
  return operators.getStore();
}

export function recordStep(step: UpstreamStep): void {
  storage.getStore()?.steps.push(step);
}
