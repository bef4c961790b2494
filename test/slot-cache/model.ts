import fc from 'fast-check';
import type { SlotsByDay } from '../../src/services/calcom/calcom-ports';
import type { SlotCacheUnit } from '../../src/services/availability/slot-cache';
import { addDays } from '../../src/local-time';
import { at, EVENT_TYPE, question, TENANT, TODAY, type Call, type FakeUpstream } from './kit';
import type { Clock } from '../../src/infra/clock';
import { UpstreamUnavailable } from '../../src/errors';

export const EVENT_TYPES = [EVENT_TYPE, EVENT_TYPE + 1];
const DAYS = [TODAY, addDays(TODAY, 1)];
const HOURS = [9, 10, 11];
const HOUR_MS = 3_600_000;

/** Everything that can happen to two caches that share a store. */
export type Step =
  | { do: 'read'; process: number; type: number; days: number }
  | { do: 'snapshot'; pick: number; lagMs: number }
  | { do: 'finish'; pick: number; fails: boolean }
  | { do: 'book'; process: number; type: number; day: number; hour: number }
  | { do: 'cancel'; process: number; pick: number }
  | { do: 'foreign'; process: number; type: number; day: number; hour: number; all: boolean }
  | { do: 'pass'; ms: number }
  | { do: 'lose' }
  | { do: 'away'; away: boolean }
  | { do: 'step back'; ms: number };

const process = fc.nat({ max: 1 });
const type = fc.nat({ max: 1 });
const day = fc.nat({ max: 1 });
const hour = fc.nat({ max: 2 });
const pick = fc.nat({ max: 7 });

export const anyStep = (options: {
  lagMs: number[];
  passMs: number[];
  trouble: ('lose' | 'away' | 'step back')[];
}): fc.Arbitrary<Step> => {
  const steps: fc.WeightedArbitrary<Step>[] = [
    { weight: 8, arbitrary: fc.record({ do: fc.constant('read'), process, type, days: fc.constantFrom(1, 2) }) },
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant('snapshot'), pick, lagMs: fc.constantFrom(...options.lagMs) }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('finish'),
        pick,
        fails: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
      }),
    },
    { weight: 5, arbitrary: fc.record({ do: fc.constant('book'), process, type, day, hour }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel'), process, pick }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('foreign'), process, type, day, hour, all: fc.boolean() }) },
  ];
  if (options.passMs.length > 0)
    steps.push({
      weight: 4,
      arbitrary: fc.record({ do: fc.constant('pass'), ms: fc.constantFrom(...options.passMs) }),
    });
  if (options.trouble.includes('lose')) steps.push({ weight: 1, arbitrary: fc.constant({ do: 'lose' }) });
  if (options.trouble.includes('away'))
    steps.push({ weight: 2, arbitrary: fc.record({ do: fc.constant('away'), away: fc.boolean() }) });
  if (options.trouble.includes('step back'))
    steps.push({ weight: 1, arbitrary: fc.record({ do: fc.constant('step back'), ms: fc.constantFrom(1, 3000) }) });
  return fc.oneof(...steps);
};

export interface World {
  units: SlotCacheUnit[];
  upstream: FakeUpstream;
  clock: Clock;
  /** Turns after which a question counts as never answered. */
  patience: number;
  turn(): Promise<void>;
  pass(ms: number): Promise<void>;
  lose(): Promise<void>;
  away(away: boolean): void;
  stepBack(ms: number): void;
}

interface Booking {
  startMs: number;
  endMs: number;
  /** The process that knows of it, or every one when the store heard of it. */
  knownBy: number | 'all';
  ackedAtEvent: number;
  releasedAtEvent: number;
}

interface Fetch {
  call: Call;
  /** Makes the days of its answer recognisable. */
  serial: number;
  beganAtEvent: number;
  listing: SlotsByDay | null;
  resolve: (days: SlotsByDay) => void;
  reject: (error: unknown) => void;
}

interface Voided {
  type: number;
  days: readonly string[];
  knownBy: number | 'all';
  calledAtEvent: number;
  ackedAtEvent: number;
}

/**
 * What must hold, told in the simplest words: a set of booked times with the moment each was acknowledged, a list of
 * invalidations with theirs, and Cal.com as a history of free times that it may tell up to two seconds late.
 */
export class Model {
  #event = 0;
  readonly #bookings: Booking[] = [];
  readonly #voided: Voided[] = [];
  readonly #fetches = new Map<number, Fetch>();
  readonly #began = new Map<number, number>();
  /** Who has each time since when, as Cal.com knows it. */
  readonly #calendar: { startMs: number; fromMs: number; untilMs: number }[] = [];
  readonly #reads: Promise<void>[] = [];
  readonly violations: string[] = [];
  /** The last event at which the store was not to be relied on. */
  #troubleAtEvent = -1;
  #away = false;
  answers = 0;

  constructor(readonly world: World) {
    world.upstream.answer = (call) =>
      new Promise((resolve, reject) => {
        const serial = this.#began.size + 1;
        this.#event += 1;
        this.#began.set(serial, this.#event);
        this.#fetches.set(serial, { call, serial, beganAtEvent: this.#event, listing: null, resolve, reject });
        call.options.sent();
      });
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      this.#event += 1;
      await this.#do(step);
      await this.world.turn();
    }
    for (let rounds = 0; rounds < this.world.patience && (this.#openReads > 0 || this.#fetches.size > 0); rounds++) {
      for (const fetch of [...this.#fetches.values()]) this.#finish(fetch, false);
      await this.world.turn();
      // Who was not told of a result because the store was away wakes when the lease ends.
      if (rounds % 10 === 9) await this.world.pass(1000);
    }
    if (this.#openReads > 0) this.violations.push(`${this.#openReads} questions were never answered`);
  }

  #openReads = 0;

  async #do(step: Step): Promise<void> {
    const unit = 'process' in step ? this.world.units[step.process] : undefined;
    switch (step.do) {
      case 'read':
        if (unit) this.#read(unit, step.process, step.type, step.days);
        return;
      case 'snapshot':
        return this.#withFetch(step.pick, (fetch) => this.#snapshot(fetch, step.lagMs));
      case 'finish':
        return this.#withFetch(step.pick, (fetch) => this.#finish(fetch, step.fails));
      case 'book':
        return unit && this.#book(unit, step);
      case 'cancel':
        return unit && this.#cancel(unit, step.process, step.pick);
      case 'foreign':
        return unit && this.#foreign(unit, step);
      case 'pass':
        return this.world.pass(step.ms);
      case 'lose':
        // A server that comes back has been away for longer than Cal.com answers late.
        await this.world.lose();
        await this.world.pass(2000);
        return;
      case 'away':
        this.#away = step.away;
        this.#troubleAtEvent = this.#event;
        this.world.away(step.away);
        return;
      case 'step back':
        this.world.stepBack(step.ms);
        return;
    }
  }

  #withFetch(pick: number, work: (fetch: Fetch) => void): void {
    const open = [...this.#fetches.values()];
    const fetch = open[pick % Math.max(1, open.length)];
    if (fetch) work(fetch);
  }

  #snapshot(fetch: Fetch, lagMs: number): void {
    const seenAtMs = this.world.clock.nowMs() - lagMs;
    const days = [fetch.call.query.startDate, addDays(fetch.call.query.startDate, 1)];
    fetch.listing = new Map(
      days.map((one) => {
        const free = HOURS.map((each) => at(one, '00:00') + each * HOUR_MS).filter(
          (startMs) =>
            !this.#calendar.some(
              (taken) => taken.startMs === startMs && taken.fromMs <= seenAtMs && seenAtMs < taken.untilMs,
            ),
        );
        return [one, [at(one, '00:00') + fetch.serial, ...free]];
      }),
    );
  }

  #finish(fetch: Fetch, fails: boolean): void {
    this.#fetches.delete(fetch.serial);
    if (!fetch.listing) this.#snapshot(fetch, 0);
    if (fails) fetch.reject(new UpstreamUnavailable('HTTP 500', false));
    else fetch.resolve(fetch.listing ?? new Map());
  }

  #read(unit: SlotCacheUnit, process: number, type: number, dayCount: number): void {
    const startedAtEvent = this.#event;
    const known = (by: number | 'all'): boolean => by === 'all' || by === process;
    const ackedBefore = this.#bookings.filter(
      (booking) => booking.ackedAtEvent < startedAtEvent && booking.releasedAtEvent > startedAtEvent,
    );
    const voidedBefore = this.#voided.filter((one) => one.type === type && one.ackedAtEvent < startedAtEvent);
    this.#openReads += 1;
    const asked = question(this.world.clock, {
      eventTypeId: EVENT_TYPES[type] ?? EVENT_TYPE,
      endDate: DAYS[dayCount - 1] ?? TODAY,
    });
    this.#reads.push(
      unit.cache
        .read(asked)
        .then((read) => {
          this.answers += 1;
          // What only another process knows cannot be known here while the store is away.
          const reliable = !this.#away && this.#troubleAtEvent < startedAtEvent;
          for (const booking of ackedBefore) {
            if (
              booking.releasedAtEvent <= this.#event ||
              !(reliable ? known(booking.knownBy) : booking.knownBy === process)
            )
              continue;
            const offered = [...read.days.values()]
              .flat()
              .filter(
                (startMs) => startMs % HOUR_MS === 0 && startMs < booking.endMs && startMs + HOUR_MS > booking.startMs,
              );
            if (offered.length > 0)
              this.violations.push(
                `${new Date(booking.startMs).toISOString()} was offered (${read.source}) after it was booked`,
              );
          }
          if (!reliable) return;
          for (const [one, starts] of read.days) {
            const serial = starts.map((startMs) => startMs - at(one, '00:00')).find((ms) => ms < HOUR_MS) ?? 0;
            const stale = voidedBefore.find(
              (gone) =>
                known(gone.knownBy) && gone.days.includes(one) && (this.#began.get(serial) ?? 0) < gone.calledAtEvent,
            );
            if (stale)
              this.violations.push(
                `${one} came from fetch ${serial}, begun before it was invalidated (${read.source})`,
              );
          }
        })
        .catch((error: unknown) => {
          if (!(error instanceof UpstreamUnavailable) && !(error instanceof Error && error.name === 'DeadlineExceeded'))
            throw error;
        })
        .catch((error: unknown) => this.violations.push(`a question failed: ${String(error)}`))
        .then(() => {
          this.#openReads -= 1;
        }),
    );
  }

  async #book(unit: SlotCacheUnit, step: { process: number; type: number; day: number; hour: number }): Promise<void> {
    const startMs = at(DAYS[step.day] ?? TODAY, '00:00') + (HOURS[step.hour] ?? 9) * HOUR_MS;
    if (this.#calendar.some((taken) => taken.startMs === startMs && taken.untilMs === Infinity)) return;
    this.#calendar.push({ startMs, fromMs: this.world.clock.nowMs(), untilMs: Infinity });
    const eventTypeId = EVENT_TYPES[step.type] ?? EVENT_TYPE;
    const report = await unit.invalidation.booked(
      TENANT,
      eventTypeId,
      7,
      new Date(startMs),
      new Date(startMs + HOUR_MS),
    );
    this.#event += 1;
    this.#bookings.push({
      startMs,
      endMs: startMs + HOUR_MS,
      knownBy: report.delivered ? 'all' : step.process,
      ackedAtEvent: this.#event,
      releasedAtEvent: Infinity,
    });
  }

  async #cancel(unit: SlotCacheUnit, process: number, pickOf: number): Promise<void> {
    const held = this.#bookings.filter((booking) => booking.releasedAtEvent === Infinity);
    const booking = held[pickOf % Math.max(1, held.length)];
    if (!booking) return;
    booking.releasedAtEvent = this.#event;
    for (const taken of this.#calendar)
      if (taken.startMs === booking.startMs && taken.untilMs === Infinity) taken.untilMs = this.world.clock.nowMs();
    const calledAtEvent = this.#event;
    const report = await unit.invalidation.released(
      TENANT,
      EVENT_TYPE,
      7,
      new Date(booking.startMs),
      new Date(booking.endMs),
    );
    this.#event += 1;
    const dayOf = DAYS.filter(
      (one) => at(one, '00:00') <= booking.startMs && booking.startMs < at(addDays(one, 1), '00:00'),
    );
    for (const type of [0, 1])
      this.#voided.push({
        type,
        days: dayOf,
        knownBy: report.delivered ? 'all' : process,
        calledAtEvent,
        ackedAtEvent: this.#event,
      });
  }

  async #foreign(
    unit: SlotCacheUnit,
    step: { process: number; type: number; day: number; hour: number; all: boolean },
  ): Promise<void> {
    const one = DAYS[step.day] ?? TODAY;
    this.#calendar.push({
      startMs: at(one, '00:00') + (HOURS[step.hour] ?? 9) * HOUR_MS,
      fromMs: this.world.clock.nowMs(),
      untilMs: this.world.clock.nowMs() + 60_000,
    });
    const calledAtEvent = this.#event;
    const report = await unit.invalidation.externalChange(
      TENANT,
      [EVENT_TYPES[step.type] ?? EVENT_TYPE],
      step.all ? 'all' : [one],
    );
    this.#event += 1;
    for (const type of [0, 1])
      this.#voided.push({
        type,
        days: step.all ? DAYS : [one],
        knownBy: report.delivered ? 'all' : step.process,
        calledAtEvent,
        ackedAtEvent: this.#event,
      });
  }
}
