import { LRUCache } from 'lru-cache';
import { DeadlineExceeded, UpstreamRejected } from '../../errors';
import type { Clock } from '../../infra/clock';
import { type Deadline, detached, lasting, runWithRequest, type UpstreamStep } from '../../request-context';
import type { FetchPlan } from './fetch-plan';
import type { LocalChanges } from './local-changes';
import type { FetchControl, SlotCacheSettings } from './ports';
import { failureNote, type SlotFetcher } from './slot-fetcher';
import { type Fetched, type SlotView, stillHolds } from './slot-reader';
import type { FetchToken } from '../../infra/fence-text';

/** A fetch that is under way in this process. */
export interface InFlightFetch {
  plan: FetchPlan;
  shared: SharedFetch<Fetched>;
  /** What Cal.com was asked for it. */
  steps: UpstreamStep[];
}

interface Entry extends InFlightFetch {
  days: ReadonlySet<string>;
  /** undefined until the fetch has begun. */
  begun: { token: FetchToken | null; generation: number } | undefined;
}

/** Longest wait of a background fetch for the budget. */
const BACKGROUND_BUDGET_MS = 20_000;
const FAILURES = 2000;

/**
 * The fetches of this process: a question that lacks days one of them brings waits for it. Ranges need not be equal. A
 * failure is shared with those who wait and, when it says something about Cal.com, with those who ask soon after.
 */
export class InFlightFetches {
  readonly #inFlight = new Map<string, Set<Entry>>();
  readonly #failures = new LRUCache<string, { error: unknown; untilMs: number }>({ max: FAILURES });

  constructor(
    private readonly deps: {
      fetcher: Pick<SlotFetcher, 'fetch'>;
      changes: Pick<LocalChanges, 'generation'>;
      clock: Clock;
      settings: Pick<SlotCacheSettings, 'failureSharedMs'>;
    },
  ) {}

  /** The failure of a moment ago, which a new request would only repeat. */
  recentFailure(plan: FetchPlan): { error: unknown } | null {
    const failure = this.#failures.get(failureId(plan));
    return failure && failure.untilMs > this.deps.clock.nowMs() ? failure : null;
  }

  /**
   * A running fetch that brings all the plan's needed days and began after every invalidation that `view` knows of.
   * A live question joins a background fetch only when its request is already on the way: before that it would wait
   * in the background's line.
   */
  findJoinable(plan: FetchPlan, view: SlotView): InFlightFetch | null {
    for (const entry of this.#inFlight.get(plan.keys.id) ?? []) {
      if (entry.shared.abandoned || !plan.needed.every((day) => entry.days.has(day))) continue;
      if (plan.priority === 'live' && entry.plan.priority !== 'live' && !entry.shared.sent) continue;
      const { begun } = entry;
      if (!begun || plan.needed.every((day) => stillHolds(begun.token, begun.generation, view, day))) return entry;
    }
    return null;
  }

  start(plan: FetchPlan, view: SlotView, patient = true): InFlightFetch {
    const steps: UpstreamStep[] = [];
    const begun = (token: FetchToken | null): void => {
      entry.begun = { token, generation: this.deps.changes.generation(plan.keys.fence) };
    };
    const shared = new SharedFetch((control) =>
      this.#onItsOwn(plan, control, steps, () => this.deps.fetcher.fetch(plan, view, { ...control, begun }, patient)),
    );
    const entry: Entry = { plan, shared, steps, days: new Set(plan.window), begun: undefined };
    const entries = this.#inFlight.get(plan.keys.id) ?? new Set();
    this.#inFlight.set(plan.keys.id, entries.add(entry));
    shared.result
      .catch((error: unknown) => {
        const untilMs = this.deps.clock.nowMs() + this.deps.settings.failureSharedMs;
        if (isWorthSharing(error)) this.#failures.set(failureId(plan), { error, untilMs });
      })
      .finally(() => {
        entries.delete(entry);
        if (entries.size === 0 && this.#inFlight.get(plan.keys.id) === entries) this.#inFlight.delete(plan.keys.id);
      });
    return entry;
  }

  /** Starts a background fetch, unless one that brings the same days is under way here or elsewhere. */
  startBackground(plan: FetchPlan, view: SlotView): InFlightFetch | null {
    for (const entry of this.#inFlight.get(plan.keys.id) ?? []) {
      if (plan.needed.every((day) => entry.days.has(day))) return null;
    }
    const inFlight = this.start({ ...plan, priority: 'background' }, view, false);
    const leave = inFlight.shared.join(lasting(this.deps.clock, BACKGROUND_BUDGET_MS));
    inFlight.shared.result.catch(() => undefined).finally(leave);
    return inFlight;
  }

  /** Resolves when the fetches that are under way now have ended. */
  async settled(): Promise<void> {
    const all = [...this.#inFlight.values()].flatMap((entries) => [...entries]);
    await Promise.allSettled(all.map((entry) => entry.shared.result));
  }

  /** A fetch belongs to all who wait for it, so it must not use the deadline of the one that started it. */
  #onItsOwn(
    plan: FetchPlan,
    { deadline }: Pick<FetchControl, 'deadline'>,
    steps: UpstreamStep[],
    work: () => Promise<Fetched>,
  ): Promise<Fetched> {
    const { tenantId } = plan.question;
    const context = { requestId: `slots:${plan.keys.id}`, tenantId, callId: null, deadline, steps };
    return detached(() => runWithRequest(context, work));
  }
}

function failureId(plan: FetchPlan): string {
  return `${plan.priority}:${plan.keys.id}`;
}

/**
 * One piece of work that many callers wait for: all get its result or its error. A caller who leaves does not disturb
 * it; when all have left it is stopped, unless its request is already on the way.
 */
class SharedFetch<T> {
  readonly result: Promise<T>;
  readonly #controller = new AbortController();
  readonly #waiting = new Set<Deadline>();
  #sent = false;

  constructor(work: (control: FetchControl) => Promise<T>) {
    const signal = this.#controller.signal;
    const deadline: Deadline = {
      signal,
      remainingMs: () => Math.max(0, ...[...this.#waiting].map((one) => one.remainingMs())),
    };
    const sent = (): void => {
      this.#sent = true;
    };
    // Begun a moment later, so that the first caller has joined before the work asks for the longest deadline.
    this.result = Promise.resolve().then(() => {
      signal.throwIfAborted();
      return work({ signal, deadline, sent });
    });
    this.result.catch(() => undefined);
  }

  get sent(): boolean {
    return this.#sent;
  }

  get abandoned(): boolean {
    return this.#controller.signal.aborted;
  }

  /** @returns a function to call when the caller no longer waits, whatever the reason */
  join(deadline: Deadline): () => void {
    // An object of its own: the same deadline may join twice.
    const waiting: Deadline = { signal: deadline.signal, remainingMs: () => deadline.remainingMs() };
    this.#waiting.add(waiting);
    return () => {
      this.#waiting.delete(waiting);
      if (this.#waiting.size === 0 && !this.#sent) {
        this.#controller.abort(new DeadlineExceeded('no caller waits any more', true, true));
      }
    };
  }
}

/**
 * Whether those who ask next, within a second, would be told the same. A spent budget and an open circuit are not among
 * them: asking again costs nothing, and the next caller may have more time.
 */
function isWorthSharing(error: unknown): boolean {
  return error instanceof UpstreamRejected || failureNote(error) !== null;
}

/** Instead of which a stale answer may be given: anything but the caller's own leaving. */
export function staleMayAnswer(error: unknown): boolean {
  return !(error instanceof DeadlineExceeded && error.callerGone);
}
