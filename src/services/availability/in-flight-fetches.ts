import { LRUCache } from 'lru-cache';
import type { Clock } from '../../infra/clock';
import { detached, lasting, runWithRequest, type UpstreamStep } from '../../request-context';
import type { FetchPlan } from './horizon';
import { isWorthSharing } from './shared-failure';
import { SharedFetch, type FetchControl } from './shared-fetch';
import type { SlotFetcher } from './slot-fetcher';
import { stillHolds, type Fetched, type SlotView } from './slot-reader';
import type { FetchToken } from './slot-store';

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

/** How long a fetch that nobody waits for may stand in line. */
const BACKGROUND_BUDGET_MS = 20_000;
const FAILURES = 2000;

/**
 * The fetches of this process: whoever lacks days that one of them brings, waits for it. Ranges need not be equal. A
 * failure is shared with those who wait and, when it says something about Cal.com, with those who ask soon after.
 */
export class InFlightFetches {
  readonly #fetcher: Pick<SlotFetcher, 'fetch'>;
  readonly #generation: (fenceKey: string) => number;
  readonly #clock: Clock;
  readonly #failureSharedMs: number;
  readonly #flying = new Map<string, Set<Entry>>();
  readonly #failures = new LRUCache<string, { error: unknown; untilMs: number }>({ max: FAILURES });

  constructor(deps: {
    fetcher: Pick<SlotFetcher, 'fetch'>;
    generation: (fenceKey: string) => number;
    clock: Clock;
    failureSharedMs: number;
  }) {
    this.#fetcher = deps.fetcher;
    this.#generation = deps.generation;
    this.#clock = deps.clock;
    this.#failureSharedMs = deps.failureSharedMs;
  }

  /** The failure of a moment ago, which a new request would only repeat. */
  recentFailure(plan: FetchPlan): { error: unknown } | null {
    const failure = this.#failures.get(failureId(plan));
    return failure && failure.untilMs > this.#clock.nowMs() ? failure : null;
  }

  /**
   * A running fetch that brings all the plan's needed days and began after every invalidation that `view` knows of.
   * A live question joins a background fetch only when its request is already on the way: before that it would wait
   * in the wrong line.
   */
  findJoinable(plan: FetchPlan, view: SlotView): InFlightFetch | null {
    for (const entry of this.#flying.get(plan.keys.id) ?? []) {
      if (entry.shared.abandoned || !plan.needed.every((day) => entry.days.has(day))) continue;
      if (plan.priority === 'live' && entry.plan.priority === 'background' && !entry.shared.sent) continue;
      const { begun } = entry;
      if (!begun || plan.needed.every((day) => stillHolds(begun.token, begun.generation, view, day))) return entry;
    }
    return null;
  }

  start(plan: FetchPlan, view: SlotView, patient = true): InFlightFetch {
    const steps: UpstreamStep[] = [];
    const begun = (token: FetchToken | null): void => {
      entry.begun = { token, generation: this.#generation(plan.keys.fence) };
    };
    const shared = new SharedFetch((control) =>
      this.#onItsOwn(plan, control, steps, () => this.#fetcher.fetch(plan, view, control, patient, begun)),
    );
    const entry: Entry = { plan, shared, steps, days: new Set(plan.window), begun: undefined };
    const flying = this.#flying.get(plan.keys.id) ?? new Set();
    this.#flying.set(plan.keys.id, flying.add(entry));
    shared.result
      .catch((error: unknown) => {
        if (isWorthSharing(error))
          this.#failures.set(failureId(plan), { error, untilMs: this.#clock.nowMs() + this.#failureSharedMs });
      })
      .finally(() => {
        flying.delete(entry);
        if (flying.size === 0 && this.#flying.get(plan.keys.id) === flying) this.#flying.delete(plan.keys.id);
      });
    return entry;
  }

  /** Starts a fetch that nobody waits for, unless one that brings the same days is under way here or elsewhere. */
  startBackground(plan: FetchPlan, view: SlotView): InFlightFetch | null {
    for (const entry of this.#flying.get(plan.keys.id) ?? []) {
      if (plan.needed.every((day) => entry.days.has(day))) return null;
    }
    const inFlight = this.start({ ...plan, priority: 'background' }, view, false);
    const leave = inFlight.shared.join(lasting(this.#clock, BACKGROUND_BUDGET_MS));
    inFlight.shared.result.catch(() => undefined).finally(leave);
    return inFlight;
  }

  /** How many fetches are under way; for a stop that waits for them, and for tests. */
  async settled(): Promise<void> {
    const all = [...this.#flying.values()].flatMap((entries) => [...entries]);
    await Promise.allSettled(all.map((entry) => entry.shared.result));
  }

  /** A fetch belongs to all who wait for it, so it must not use the deadline or memo of the one that started it. */
  #onItsOwn(
    plan: FetchPlan,
    control: FetchControl,
    steps: UpstreamStep[],
    work: () => Promise<Fetched>,
  ): Promise<Fetched> {
    const { tenantId } = plan.question;
    const context = {
      requestId: `slots:${plan.keys.id}`,
      tenantId,
      callId: null,
      deadline: control.deadline,
      memo: new Map(),
      steps,
    };
    return detached(() => runWithRequest(context, work));
  }
}

function failureId(plan: FetchPlan): string {
  return `${plan.priority}:${plan.keys.id}`;
}
