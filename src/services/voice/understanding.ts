import type { Appointment, LocalDate, Service, Staff } from '../../domain';
import { inZone, instantOn, localDate } from '../../local-time';
import { localOf } from '../language/reader/calendar';
import { readDateTime } from '../language/reader/read-date-time';
import { readShift } from '../language/reader/understand';
import { sayDate, sayInstant, sayTime } from '../language/speaker/say';
import type { SpokenContext, TimePreference } from '../language/reader/types';
import { holidayOn } from '../tenants/opening-hours';
import type { SpokenWhen } from './call-memory';
import type { Conversation } from './conversation';
import type { MissingField, SpokenDays, SpokenStart } from './phrases';
import { type Clarification, clarification, missing, type Turn } from './turn';

export type When =
  | { kind: 'instant'; startAt: Date; date: LocalDate }
  | { kind: 'day'; date: LocalDate; rangeEnd: LocalDate | null; preference: TimePreference | null };

export function spokenContext(conversation: Conversation): SpokenContext {
  const { language, timeZone, anchor, now, profile, memory } = conversation;
  return {
    language,
    zone: timeZone,
    anchor,
    now,
    hours: profile.branch.hours,
    contextDate: memory.day ?? undefined,
    confirmedDate: memory.confirmDate ?? undefined,
    contextTime: memory.askedMs === null ? undefined : localOf(new Date(memory.askedMs), timeZone),
  };
}

export function spokenStart(conversation: Conversation, startAt: Date): SpokenStart {
  const context = spokenContext(conversation);
  // A sentence says one of them.
  return {
    get instant() {
      return sayInstant(startAt, context);
    },
    get date() {
      return sayDate(startAt, context);
    },
    get time() {
      return sayTime(startAt, context);
    },
  };
}

/** The holiday on which the branch is closed that day, as it is said; null on other days. Days that are over are left out. */
export function holidaySaid(conversation: Conversation, date: LocalDate): SpokenDays | null {
  const { profile, timeZone, now } = conversation;
  const closed = holidayOn(profile.branch.holidays, date);
  if (closed === null) return null;
  const today = localDate(now, timeZone);
  const first = closed.first < today && today <= date ? today : closed.first;
  const said = (day: LocalDate): string => spokenStart(conversation, noon(day, timeZone)).date;
  return { first: said(first), last: closed.last > first ? said(closed.last) : null };
}

/** No start was looked at yet, so that no tool can say taken or unavailable: the agent has to ask for another person. */
function anotherPerson(turn: Turn, args: WhenArguments, message: string, reason: string): Clarification {
  keepWhen(turn, args);
  return clarification('missing_fields', message, { missing_fields: ['staff'], reason });
}

/**
 * Hosts (Cal.com user ids) requested by name ("bei Anna"), whether Cal.com heeds the wish or not; empty when no person
 * was requested.
 * @throws Clarification when the person is unknown or does not provide the service
 */
export function resolveHosts(
  turn: Turn,
  args: WhenArguments & { staff?: string | undefined; service_name?: string | undefined },
  service: Service,
): number[] {
  const { conversation, phrases } = turn;
  const people = conversation.profile.staff.filter((person) => person.isActive);
  const request = (args.staff ?? staffIn(args.service_name, people))?.trim().toLowerCase();
  if (!request) return args.service_name ? [] : conversation.memory.hostIds;
  const wanted = plain(request);
  const person =
    people.find((one) => plain(one.name) === wanted) ??
    people.find((one) =>
      plain(one.name)
        .split(' ')
        .some((part) => wanted.split(' ').includes(part)),
    );
  if (!person) {
    if (/^(egal|jemand|irgend|any|whoever|no preference|keine)/.test(request)) return [];
    throw anotherPerson(turn, args, phrases.unknownStaff(people.slice(0, 3).map((one) => one.name)), 'unknown_staff');
  }
  if (!canProvide(person, service) || person.calcomUserId === null) {
    throw anotherPerson(turn, args, phrases.staffCannot(person.name, service.name), 'staff_cannot_provide_service');
  }
  return [person.calcomUserId];
}

/** Whether the person takes bookings of the service at Cal.com. */
export function canProvide({ calcomUserId }: Staff, { hostIds }: Service): boolean {
  return calcomUserId !== null && (hostIds.length === 0 || hostIds.includes(calcomUserId));
}

/** What agents say about a start, under the canonical names of the arguments. */
export type WhenArguments = Partial<Record<'desired_date' | 'desired_time' | 'datetime', string | undefined>>;

export function spokenWhen({ desired_date: date, desired_time: time, datetime }: WhenArguments): SpokenWhen {
  return { date, time, datetime };
}

export function saysWhen({ desired_date, desired_time, datetime }: WhenArguments): boolean {
  return Boolean(desired_date ?? desired_time ?? datetime);
}

/** What was said of a start, while something else has to be asked about first. */
export function keepWhen({ conversation }: Turn, args: WhenArguments): void {
  if (saysWhen(args)) conversation.memory.unansweredWhen = spokenWhen(args);
}

const ASKED: { date: MissingField; time: MissingField } = { date: 'desired_date', time: 'desired_time' };

/**
 * The start or day requested: one of the times just offered ("den zweiten"), else whatever the words phrases.
 * @throws Clarification as `readWhen`
 */
export function resolveTime(turn: Turn, spoken: SpokenWhen, fields = ASKED): When {
  const { conversation } = turn;
  const chosen = chosenOffer(spoken, conversation.memory.choicesMs);
  if (chosen === null) return readWhen(turn, withUnanswered(conversation, spoken), fields);
  return instant(conversation, chosen);
}

function instant({ timeZone }: Conversation, startMs: number): Extract<When, { kind: 'instant' }> {
  return { kind: 'instant', startAt: new Date(startMs), date: localDate(startMs, timeZone) };
}

/** "den zweiten", "das spätere bitte", "I'll take the first one" — and nothing besides. */
const CHOICE =
  /^(?:(?:ich|dann|nehme|nehm|lieber|also|gerne?|bitte|i'll|i will|i would|take|then|please|let's|do|rather) )*(?:(?:den|das|die|der|dem|the) )(?<which>\p{L}+)(?: (?:termin|option|uhrzeit|zeit|vorschlag|alternative|one|slot|time|appointment))?(?: (?:bitte|dann|please|then|nehmen|gerne?))*$/u;

const PLACES: [RegExp, (choices: number[]) => number | undefined][] = [
  [/^(?:erste[nrsm]?|first)$/, (choices) => choices[0]],
  [/^(?:zweite[nrsm]?|second)$/, (choices) => choices[1]],
  [/^(?:dritte[nrsm]?|third)$/, (choices) => choices[2]],
  [/^(?:letzte[nrsm]?|last)$/, (choices) => choices.at(-1)],
  [/^(?:frühere[nrsm]?|früheste[nrsm]?|earlier|earliest)$/, (choices) => ofTwo(choices, Math.min)],
  [/^(?:spätere[nrsm]?|späteste[nrsm]?|later|latest)$/, (choices) => ofTwo(choices, Math.max)],
];

/**
 * The start meant by words that only point at what was just read out; null when they say something of their own, or
 * when there is no such choice.
 */
function chosenOffer({ date, time, datetime }: SpokenWhen, choicesMs: number[]): number | null {
  const [text, ...others] = [date, time, datetime].filter((said) => said !== undefined && said !== '');
  if (text === undefined || others.length > 0 || choicesMs.length < 2) return null;
  const said = text
    .toLowerCase()
    .replace(/[.,!?]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 80);
  const which = CHOICE.exec(said)?.groups?.which;
  if (which === undefined) return null;
  return PLACES.find(([word]) => word.test(which))?.[1](choicesMs) ?? null;
}

/** Of more than two, "the later one" may be any but the first. */
function ofTwo(choices: number[], pick: (...values: number[]) => number): number | undefined {
  return choices.length === 2 ? pick(...choices) : undefined;
}

/** What was said together with something that had to be asked about is not asked for again. */
function withUnanswered({ memory }: Conversation, { date, time, datetime }: SpokenWhen): SpokenWhen {
  const { unansweredWhen: before } = memory;
  memory.unansweredWhen = null;
  if (before === null || date || datetime) return { date, time, datetime };
  return time ? { date: before.date ?? before.datetime?.split(/[T ]/)[0], time } : before;
}

/**
 * The start or day meant. Nothing is guessed.
 * @param fields names to report when something is missing
 * @throws Clarification when it cannot be read, lies in the past or far ahead
 */
export function readWhen(
  turn: Turn,
  spoken: SpokenWhen,
  fields = ASKED,
  context = spokenContext(turn.conversation),
): When {
  const { conversation, phrases } = turn;
  const reading = readDateTime(spoken, context);
  switch (reading.kind) {
    case 'instant':
      return { kind: 'instant', startAt: reading.startAt, date: reading.date };
    case 'day':
      return {
        kind: 'day',
        date: reading.date,
        rangeEnd: reading.rangeEnd ?? null,
        preference: reading.preference ?? null,
      };
    case 'confirm_date':
      conversation.memory.confirmDate = reading.date;
      throw clarification('confirm_date', phrases.confirmDate(reading.displayDate), { suggested_date: reading.date });
    case 'past':
      throw clarification('past_time', phrases.pastTime());
    case 'invalid_date':
      throw clarification('invalid_date', phrases.invalidDate());
    case 'invalid_time': {
      const { date } = reading;
      if (date === undefined) throw clarification('invalid_time', phrases.invalidTime(null));
      // The day that was understood is said back and remembered, so that the time alone is asked for.
      conversation.memory.day = date;
      throw clarification('invalid_time', phrases.invalidTime(sayDate(date, context)), { suggested_date: date });
    }
    case 'missing':
      throw missing(turn, reading.field === 'time' ? fields.time : fields.date);
  }
}

const NEW_FIELDS = { date: 'new_date', time: 'new_time' } as const;

/**
 * Where an appointment is to go. "Eine Stunde später", "am nächsten Tag" and "gleiche Uhrzeit" hang on where it is now.
 * @throws Clarification as `readWhen`
 */
export function newStart(turn: Turn, { startsAt }: Appointment, said: SpokenWhen): When {
  const { conversation } = turn;
  const { timeZone, memory, language } = conversation;
  const shiftMinutes = [said.time, said.datetime, said.date].map((text) => readShift(text, language)).find(Boolean);
  const ownDay = localDate(startsAt, timeZone);
  if (shiftMinutes && [said.date, said.time, said.datetime].filter(Boolean).length === 1)
    return instant(conversation, startsAt.getTime() + shiftMinutes * 60_000);
  const chosen = chosenOffer(said, memory.choicesMs);
  if (chosen !== null) return instant(conversation, chosen);
  const onlyTime = said.time && !said.date && !said.datetime;
  const context = {
    ...spokenContext(conversation),
    contextDate: memory.day ?? ownDay,
    contextTime: localOf(startsAt, timeZone),
  };
  // A time alone is meant on the appointment's own day.
  return readWhen(turn, onlyTime ? { ...said, date: ownDay } : said, NEW_FIELDS, context);
}

export { localDate };

/** `2026-11-25T14:30:00+01:00` */
export function isoWithOffset(at: Date, zone: string): string {
  return inZone(at, zone).toISO({ suppressMilliseconds: true }) ?? at.toISOString();
}

/** Whether an instant lies in a part of the day, on the wall clock of the zone. */
export function isWithin(at: Date, zone: string, part: { fromMinutes: number; toMinutes: number }): boolean {
  const [hours = '0', minutes = '0'] = wallClock(at, zone).slice(11).split(':');
  const minute = Number(hours) * 60 + Number(minutes);
  return minute >= part.fromMinutes && minute < part.toMinutes;
}

/** `2026-11-25 14:30` in the branch's zone. */
export function wallClock(at: Date, zone: string): string {
  const { date, hour, minute } = localOf(at, zone);
  return `${date} ${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

/** When an appointment begins, as an answer names it. */
export function startFields({ timeZone }: Conversation, at: Date): Record<'appointment_time' | 'datetime', string> {
  return { appointment_time: wallClock(at, timeZone), datetime: isoWithOffset(at, timeZone) };
}

export function noon(date: LocalDate, zone: string): Date {
  return new Date(instantOn(date, '12:00', zone));
}

/** "Herrenhaarschnitt bei Anna": a member of staff named beside the service. */
function staffIn(serviceName: string | undefined, people: Staff[]): string | undefined {
  const named = /(?:^|\s)(?:bei|mit|by|with)\s+(?:(?:der|dem|frau|herrn?|ms|mrs?)\.?\s+)?([\p{L}-]+)/iu.exec(
    serviceName ?? '',
  )?.[1];
  if (!named) return undefined;
  return people.some((one) => plain(one.name).split(' ').includes(plain(named))) ? named : undefined;
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .replace(/^(bei|mit|zu|by|with|der|die|dem|frau|herr|herrn|ms|mr|mrs)\s+/g, '')
    .replace(/[^\p{L}\s]/gu, '')
    .trim();
}
