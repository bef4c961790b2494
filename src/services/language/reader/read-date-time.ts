import type { LocalDate } from '../../../domain';
import { instantOf, localOf, pastBefore } from './calendar';
import { aroundTime, resolveTime } from './resolve-time';
import type { DateTimeReading, SpokenContext, SpokenFields, TimePreference } from './types';
import { zonedClock } from './zoned-text';
import { judgeDates, understand, type JudgedDates, type Understanding } from './understand';
import { saysTime, type SaidTimes } from './utterance';

type Field = keyof SpokenFields;
type Read = Extract<Understanding, { kind: 'read' }> & { field: Field };
type Day = Extract<JudgedDates, { kind: 'date' }>;

type TimeProblem = Extract<DateTimeReading, { kind: 'invalid_time' }>;

/** Only whether a text is such a clock is asked. */
const NO_DAY = '2000-01-01';

const FIELDS: Field[] = ['date', 'datetime', 'time'];

/**
 * Reads what a caller or an agent gave for date and time, in any of the three fields and each with as much in it as was
 * said. Nothing is made up: what is missing, unreadable, contradictory or in the past is reported as such. A time
 * without a day belongs to the day just talked about.
 */
export function readDateTime(said: SpokenFields, context: SpokenContext): DateTimeReading {
  const fields = withZonedClock(said, context);
  const reads: Read[] = [];
  let timeProblem: TimeProblem | null = null;
  for (const field of FIELDS) {
    const understood = understand(fields[field], field, context);
    if (understood.kind === 'read') reads.push({ ...understood, field });
    if (understood.kind !== 'unreadable') continue;
    const { about, reason } = understood.problem;
    if (about === 'date') return { kind: 'invalid_date', field, reason };
    timeProblem ??= { kind: 'invalid_time', field, reason, ...onlyDay(understood.dates) };
  }
  const dated = reads.filter((read) => read.dates.kind !== 'none');
  const [leading, ...others] = dated;
  if (!leading) return timeProblem ?? onDayTalkedAbout(reads, context);
  const day = agreedDay(leading, others, context);
  if (day.kind !== 'date') return day;
  return timeProblem ? { ...timeProblem, ...onlyDay(day) } : atTimeSaid(day, reads, context);
}

/** "13:00Z" beside a day, or on the day talked about, is that instant; without a day it is no time yet. */
function withZonedClock(fields: SpokenFields, context: SpokenContext): SpokenFields {
  const { date, time, datetime } = fields;
  const clock = time ?? datetime;
  if (clock === undefined || (time !== undefined && datetime !== undefined)) return fields;
  if (zonedClock(clock, NO_DAY, context.zone, context.anchor) === null) return fields;
  const reading = date === undefined ? null : readDateTime({ date }, context);
  const day = reading === null ? context.contextDate : reading.kind === 'day' ? reading.date : undefined;
  if (day === undefined) return date === undefined ? {} : fields;
  const instant = zonedClock(clock, day, context.zone, context.anchor);
  return instant === null ? fields : { datetime: instant };
}

/** The day of a reading that names one to book. */
function onlyDay(dates: JudgedDates): { date?: LocalDate } {
  return dates.kind === 'date' && !dates.rangeEnd ? { date: dates.date } : {};
}

function onDayTalkedAbout(reads: Read[], context: SpokenContext): DateTimeReading {
  const { contextDate } = context;
  if (reads.length === 0 || contextDate === undefined) return { kind: 'missing', field: 'date' };
  if (contextDate < localOf(pastBefore(context), context.zone).date) return { kind: 'past', date: contextDate };
  return atTimeSaid({ kind: 'date', date: contextDate }, reads, context);
}

/** Dates said twice must be the same, one of them may narrow the other, or both are parts of one: "nächste Woche", "Mittwoch". */
function agreedDay(
  leading: Read,
  others: Read[],
  context: SpokenContext,
): Day | Exclude<DateTimeReading, { kind: 'instant' | 'day' }> {
  const bad = [leading, ...others].find((read) => read.dates.kind === 'bad');
  if (bad && bad.dates.kind === 'bad') return { kind: 'invalid_date', field: bad.field, reason: bad.dates.reason };
  let agreed = leading.dates;
  for (const other of others) {
    const narrowed = narrower(agreed, other.dates) ?? together(leading, other, context);
    if (!narrowed) return { kind: 'invalid_date', field: other.field, reason: 'contradictory' };
    agreed = narrowed;
  }
  if (agreed.kind === 'none') return { kind: 'missing', field: 'date' };
  if (agreed.kind === 'bad') return { kind: 'invalid_date', field: leading.field, reason: agreed.reason };
  return agreed;
}

function narrower(a: JudgedDates, b: JudgedDates): JudgedDates | null {
  if (!('date' in a) || !('date' in b)) return null;
  if (a.date === b.date && endOf(a) === endOf(b)) return a.kind === 'date' ? b : a;
  if (a.kind !== 'date' || b.kind !== 'date') return null;
  return isWithin(b, a) ? b : isWithin(a, b) ? a : null;
}

/** Whether one day lies in a stretch of days. */
function isWithin(day: Day, stretch: Day): boolean {
  return !day.rangeEnd && stretch.rangeEnd !== undefined && day.date >= stretch.date && day.date <= stretch.rangeEnd;
}

/** A stretch and a day that do not fit each other alone may be one date said in two fields. */
function together(a: Read, b: Read, context: SpokenContext): JudgedDates | null {
  if (endOf(a.dates) === undefined && endOf(b.dates) === undefined) return null;
  const dates = judgeDates([...a.said.dates, ...b.said.dates], context);
  return dates.kind === 'date' ? dates : null;
}

function endOf(dates: JudgedDates): LocalDate | undefined {
  return dates.kind === 'date' ? dates.rangeEnd : undefined;
}

function atTimeSaid(day: Day, reads: Read[], context: SpokenContext): DateTimeReading {
  const timed = reads.filter(({ said }) => saysTime(said));
  const single = day.rangeEnd === undefined;
  const outcome = resolveTime(merged(timed), context, single ? day.date : undefined);
  const field = timed.at(-1)?.field ?? 'time';
  switch (outcome.kind) {
    case 'none':
      return openDay(day);
    case 'bad':
      return { kind: 'invalid_time', field, reason: outcome.reason, ...onlyDay(day) };
    case 'preference':
      return single && isOver(day.date, outcome.preference, context)
        ? { kind: 'past', date: day.date }
        : openDay(day, outcome.preference);
    case 'time': {
      const { time } = outcome;
      if (!single) return openDay(day, aroundTime(time, context));
      const repeated = timed.some(({ said }) => said.repeated === true);
      const startAt = instantOf(day.date, time.hour, time.minute, context.zone, repeated);
      if (!startAt) return { kind: 'invalid_time', field, reason: 'nonexistent_time', ...onlyDay(day) };
      if (startAt < startOfMinute(pastBefore(context))) return { kind: 'past', date: day.date, startAt };
      return { kind: 'instant', startAt, date: day.date, time, assumedAfternoon: time.assumedAfternoon };
    }
  }
}

function openDay({ date, rangeEnd }: Day, preference?: TimePreference): DateTimeReading {
  return { kind: 'day', date, rangeEnd, preference };
}

function merged(reads: Read[]): SaidTimes {
  return {
    clocks: reads.flatMap(({ said }) => said.clocks),
    windows: reads.flatMap(({ said }) => said.windows),
    dayParts: reads.flatMap(({ said }) => said.dayParts),
    anyTime: reads.some(({ said }) => said.anyTime),
  };
}

/** "heute Vormittag" in the afternoon. */
function isOver(date: LocalDate, preference: TimePreference, context: SpokenContext): boolean {
  const now = localOf(pastBefore(context), context.zone);
  return date === now.date && preference.toMinutes <= now.hour * 60 + now.minute;
}

/** A start in the running minute is not past: "jetzt". */
function startOfMinute(at: Date): Date {
  return new Date(Math.floor(at.getTime() / 60_000) * 60_000);
}
