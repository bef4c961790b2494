import { z } from 'zod';
import type { LocalDate, TenantId } from '../../domain';
import {
  type GatewayError,
  UpstreamMalformed,
  UpstreamThrottled,
  UpstreamUnauthorised,
  UpstreamUnavailable,
} from '../../errors';
import type { Clock } from '../../infra/clock';
import { endedEarly } from '../../request-context';
import { encodeStarts, type Fetched, generation, type KnownDays, type SlotReader, type SlotView } from './slot-reader';
import { type FetchPlan, jittered, timeToLiveMs } from './fetch-plan';
import type { LocalChanges } from './local-changes';
import type {
  FetchControl,
  FetchLeases,
  KnownDay,
  SlotCacheSettings,
  SlotPriority,
  SlotQuestion,
  SlotStore,
  SlotUpstream,
} from './ports';
import type { SlotKeys } from './slot-keys';
import type { SlotsByDay, SlotsQuery } from '../calcom/calcom-ports';
import type { FetchToken } from '../../infra/fence-text';
import type { Lease } from '../../infra/redis-leases';

export interface SlotFetcherDeps {
  store: SlotStore;
  lock: FetchLeases;
  upstream: SlotUpstream;
  /** Whether no webhook tells of bookings that others make of an event type. Answers from memory. */
  isSilent: (tenantId: TenantId, eventTypeId: number) => Promise<boolean>;
  reader: SlotReader;
  known: KnownDays;
  changes: LocalChanges;
  clock: Clock;
  /** 0 … 1 */
  random: () => number;
  settings: SlotCacheSettings;
}

/** The same, and what the fetch reports as it begins. */
interface Fetching extends FetchControl {
  /** Called when it is decided what the result can know. */
  readonly begun: (token: FetchToken | null) => void;
}

/** Another process is fetching; this background fetch is skipped. */
class FetchedElsewhere extends Error {
  constructor() {
    super('another process fetches these days');
    this.name = 'FetchedElsewhere';
  }
}

/** Short, because callers wait until a dead holder's lease ends; the living one renews it. */
const LEASE_MS = 300;
const LEASE_END_MARGIN_MS = 5;

/**
 * Brings days from Cal.com with one request among all processes: the holder of the lease asks and stores, the others
 * are notified when it is done. When the holder dies its lease ends and exactly one other takes over.
 */
export class SlotFetcher {
  constructor(private readonly deps: SlotFetcherDeps) {}

  /**
   * @param view what the asker saw; its missing days are the plan's
   * @param patient false: give up with FetchedElsewhere instead of waiting for another process
   * @throws whatever the upstream throws, here or in the process that asked
   */
  async fetch(plan: FetchPlan, view: SlotView, control: Fetching, patient: boolean): Promise<Fetched> {
    const finished = new Signal(this.deps.clock);
    let seen = view;
    let stopListening: (() => void) | undefined;
    try {
      while (seen.shared) {
        const wanted = leaseKeys(plan, seen);
        // Read before the lease is asked for: the notification may arrive before the answer that it is held.
        const seenSignals = finished.count;
        const lease = await this.deps.lock.tryAcquire(wanted, LEASE_MS).catch(() => 'away' as const);
        if (lease !== null && lease !== 'away') return await this.#lead(plan, control, lease);
        if (!patient) throw new FetchedElsewhere();
        if (lease === 'away') break;
        if (stopListening) {
          const msUntilFree = await this.deps.lock.msUntilFree(wanted).catch(() => 0);
          if (msUntilFree > 0) await finished.next(seenSignals, msUntilFree + LEASE_END_MARGIN_MS, control.signal);
        } else {
          const listening = await this.deps.lock.listen(plan.keys.channel, () => finished.notify()).catch(() => null);
          if (!listening) break;
          stopListening = listening;
        }
        seen = await this.deps.reader.look(plan.keys, plan.needed, plan.priority);
        if (brought(seen, plan)) return { ...seen, by: 'another process' };
        const failure = failureFromNote(seen.failureNote);
        if (failure) throw failure;
      }
    } finally {
      stopListening?.();
    }
    return this.#ask(plan, control, null);
  }

  /** Whether another process is fetching any of the days; also said when that cannot be known. */
  async isUnderWay(plan: FetchPlan, view: SlotView): Promise<boolean> {
    if (!view.shared) return true;
    return (await this.deps.lock.msUntilFree(leaseKeys(plan, view)).catch(() => 1)) > 0;
  }

  /** Past Cal.com's own cache and ours: for a booking that is being moved. Nothing is stored. */
  async fetchUncached(question: SlotQuestion, keys: SlotKeys, days: readonly LocalDate[]): Promise<Fetched> {
    const { deadline, priority } = question;
    const begun = await this.deps.store.begin(keys.fence).catch(() => null);
    const at = { ...this.#now(keys), token: begun?.token ?? null };
    const control = { signal: deadline.signal, deadline, sent: () => undefined };
    const listed = await this.#list(question, days, priority, control);
    const after = await this.deps.store.begin(keys.fence).catch(() => null);
    return this.#fetched(days, listed, { ...at, fence: after?.fence ?? null }, () => at.begunAtMs);
  }

  async #lead(plan: FetchPlan, control: Fetching, lease: Lease): Promise<Fetched> {
    const { lock, store, reader, settings } = this.deps;
    try {
      // Between the asker's look and its lease another process may have finished the same work, or failed at it.
      const asked = store.begin(plan.keys.fence).catch(() => null);
      const seen = await reader.look(plan.keys, plan.needed, plan.priority);
      const begin = await asked;
      if (brought(seen, plan)) return { ...seen, by: 'another process' };
      const failure = failureFromNote(seen.failureNote);
      if (failure) throw failure;
      return await this.#ask(plan, control, begin?.token ?? null).catch(async (error: unknown) => {
        const note = failureNote(error);
        if (note !== null)
          await lock.leaveNote(plan.keys.failure(plan.priority), note, settings.failureSharedMs).catch(() => undefined);
        throw error;
      });
    } finally {
      // The days are stored: the answer does not wait until the other processes are notified.
      void lease.release().then(() => lock.notify(plan.keys.channel).catch(() => undefined));
    }
  }

  async #ask(plan: FetchPlan, control: Fetching, token: FetchToken | null, lostBefore = false): Promise<Fetched> {
    const { known, random, store } = this.deps;
    const { keys, question, window } = plan;
    const at = this.#now(keys);
    control.begun(token);
    const listed = await this.#list(question, window, plan.priority, control);
    const silent = await this.deps.isSilent(question.tenantId, question.eventTypeId);
    const lifeOf = (day: LocalDate, count: number): number =>
      jittered(timeToLiveMs(day, question.today, count, { closed: question.closedDays(day), silent }), random);
    const lives = new Map(window.map((day) => [day, lifeOf(day, listed.get(day)?.length ?? 0)]));
    const lifeMs = (day: LocalDate): number => lives.get(day) ?? 0;
    const filled = token ? await this.#fill(plan, token, listed, lifeMs).catch(() => null) : null;
    if (token && filled?.outcome === 'lost') {
      // The store forgot what was booked while we asked: what we were told can no longer be checked against it.
      if (lostBefore)
        throw new UpstreamUnavailable('the shared store lost its memory twice while Cal.com was asked', false);
      const begin = await store.begin(keys.fence).catch(() => null);
      return this.#ask(plan, control, begin?.token ?? null, true);
    }
    const freshUntilMs = (day: LocalDate): number => at.begunAtMs + lifeMs(day);
    const fetched = this.#fetched(window, listed, { ...at, token, fence: filled?.fence ?? null }, freshUntilMs);
    if (filled?.outcome !== 'refused')
      for (const [day, listing] of fetched.days) known.keep(keys.entry(day), listing, at.generation);
    return fetched;
  }

  /** What this process knows as a fetch begins. */
  #now(keys: SlotKeys): Pick<Fetched, 'asOf' | 'generation'> & Pick<KnownDay, 'begunAtMs'> {
    const { reader, changes, clock } = this.deps;
    return { asOf: reader.nextSequence(), generation: changes.generation(keys.fence), begunAtMs: clock.nowMs() };
  }

  #fill(
    plan: FetchPlan,
    token: FetchToken,
    listed: SlotsByDay,
    lifeMs: (day: LocalDate) => number,
  ): ReturnType<SlotStore['fill']> {
    const { store, settings } = this.deps;
    const entries = plan.window.map((day) => {
      const freshUntilMs = token.begunAtMs + lifeMs(day);
      const keepUntilMs = freshUntilMs + settings.staleMs;
      const payload = encodeStarts(listed.get(day) ?? []);
      return { key: plan.keys.entry(day), part: day, payload, freshUntilMs, keepUntilMs };
    });
    return store.fill(plan.keys.fence, token, entries);
  }

  async #list(
    question: SlotQuestion,
    days: readonly LocalDate[],
    priority: SlotPriority,
    { signal, deadline, sent }: FetchControl,
  ): Promise<SlotsByDay> {
    const { tenantId, credentialId, eventTypeId, timeZone, durationMinutes, hostIds, bookingUidToReschedule } =
      question;
    const query: SlotsQuery = {
      eventTypeId,
      startDate: days[0] ?? question.startDate,
      endDate: days.at(-1) ?? question.endDate,
      timeZone,
      ...(durationMinutes === undefined ? {} : { durationMinutes }),
      ...(hostIds?.length ? { hostIds } : {}),
      ...(bookingUidToReschedule === undefined ? {} : { bookingUidToReschedule }),
    };
    signal.throwIfAborted();
    const asking = { tenantId, credentialId, priority, signal, deadline, sent };
    const listed = await this.deps.upstream.fetchSlots(query, asking);
    return new Map(days.map((day) => [day, [...new Set(listed.get(day) ?? [])].sort((a, b) => a - b)]));
  }

  #fetched(
    days: readonly LocalDate[],
    listed: SlotsByDay,
    at: Pick<Fetched, 'asOf' | 'fence' | 'generation'> & Pick<KnownDay, 'token' | 'begunAtMs'>,
    freshUntilMs: (day: LocalDate) => number,
  ): Fetched {
    const { token, begunAtMs, ...rest } = at;
    const known = days.map((day): [LocalDate, KnownDay] => {
      return [day, { starts: listed.get(day) ?? [], token, begunAtMs, freshUntilMs: freshUntilMs(day) }];
    });
    return { ...rest, days: new Map(known), by: 'this process' };
  }
}

function leaseKeys(plan: FetchPlan, view: SlotView): string[] {
  return plan.window.map((day) => plan.keys.fetchLease(day, generation(view.fence), plan.priority));
}

function brought(view: SlotView, plan: FetchPlan): boolean {
  if (!view.shared) return false;
  return plan.needed.every((day) => {
    const known = view.days.get(day);
    return known !== undefined && known.freshUntilMs > view.nowMs && known.begunAtMs > (plan.newerThanMs ?? 0);
  });
}

const note = z.discriminatedUnion('code', [
  z.object({ code: z.literal('unavailable'), status: z.number().nullable() }),
  z.object({ code: z.literal('malformed') }),
  z.object({ code: z.literal('throttled'), retryAfterMs: z.number() }),
  z.object({ code: z.literal('unauthorised'), status: z.number() }),
]);

const SHARED = 'seen by another process';

/** The failure as a note for other processes; null when each should find out for itself, which costs no request. */
export function failureNote(error: unknown): string | null {
  const write = (value: z.infer<typeof note>): string => JSON.stringify(value);
  if (error instanceof UpstreamUnavailable) return write({ code: 'unavailable', status: error.upstreamStatus ?? null });
  if (error instanceof UpstreamMalformed) return write({ code: 'malformed' });
  if (error instanceof UpstreamThrottled) return write({ code: 'throttled', retryAfterMs: error.retryAfterMs });
  if (error instanceof UpstreamUnauthorised) return write({ code: 'unauthorised', status: error.upstreamStatus });
  return null;
}

export function failureFromNote(text: string | null): GatewayError | null {
  if (text === null) return null;
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = note.safeParse(raw);
  if (!parsed.success) return null;
  switch (parsed.data.code) {
    case 'unavailable':
      return new UpstreamUnavailable(
        SHARED,
        false,
        parsed.data.status === null ? {} : { upstreamStatus: parsed.data.status },
      );
    case 'malformed':
      return new UpstreamMalformed(SHARED);
    case 'throttled':
      return new UpstreamThrottled(parsed.data.retryAfterMs);
    case 'unauthorised':
      return new UpstreamUnauthorised(parsed.data.status);
  }
}

/** Resolves on the first notification after a given sequence number, so that one sent before waiting is not missed. */
class Signal {
  #count = 0;
  #wake: (() => void) | undefined;

  constructor(private readonly clock: Clock) {}

  /** Notifications so far: the sequence number to give to `next`. */
  get count(): number {
    return this.#count;
  }

  notify(): void {
    this.#count += 1;
    this.#wake?.();
  }

  /**
   * Resolves at the first notification after the `since`-th, or after `atMostMs`.
   * @throws the signal's reason when it aborts first
   */
  async next(since: number, atMostMs: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#count > since) return;
    const waiting = endedEarly(signal);
    const notified = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    const timeOver = this.clock.sleep(atMostMs, waiting.signal);
    timeOver.catch(() => undefined);
    try {
      await Promise.race([notified, timeOver]);
    } finally {
      waiting.end();
    }
  }
}
