import type { LocalDate, Service, Staff } from '../../domain';
import { inZone, localDate } from '../../local-time';
import { localOf } from '../language/reader/calendar';
import { readDateTime } from '../language/reader/read-date-time';
import { sayDate, sayInstant, sayTime } from '../language/speaker/say';
import type { SpokenContext, SpokenFields, TimePreference } from '../language/reader/types';
import { holidayOn } from '../tenants/opening-hours';
import { chosenOffer, type SpokenWhen } from './chosen-offer';
import type { Conversation } from './conversation';
import type { MissingField, SpokenDays, SpokenStart } from './phrases';
import { failure, type ToolResult, type Turn } from './turn';

/** Why a question cannot be answered yet, with the sentence that helps the agent go on. */
export interface Clarification {
  clarification: { status: string; message: string; fields: Record<string, unknown> };
}

export function clarification(status: string, message: string, fields: Record<string, unknown> = {}): Clarification {
  return { clarification: { status, message, fields } };
}

export function missing({ phrases }: Turn, field: MissingField): Clarification {
  return clarification('missing_fields', phrases.missing(field), { missing_fields: [field] });
}

export function isClarification(value: object): value is Clarification {
  return 'clarification' in value;
}

export function fromClarification({ clarification: { status, message, fields } }: Clarification): ToolResult {
  return failure(status, message, fields);
}

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
    ...(memory.day ? { contextDate: memory.day } : {}),
    ...(memory.confirmDate ? { confirmedDate: memory.confirmDate } : {}),
    ...(memory.askedMs === null ? {} : { contextTime: clockOf(new Date(memory.askedMs), timeZone) }),
  };
}

export function clockOf(at: Date, zone: string): { hour: number; minute: number } {
  const { hour, minute } = localOf(at, zone);
  return { hour, minute };
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

/** Hosts requested by name ("bei Anna"), whether Cal.com heeds the wish or not; empty when no person was requested. */
export function resolveHosts(
  turn: Turn,
  args: WhenArguments & { staff?: string | undefined; service_name?: string | undefined },
  service: Service,
): { hostIds: number[]; staff: Staff | null } | Clarification {
  const { conversation, phrases } = turn;
  const people = conversation.profile.staff.filter((person) => person.isActive);
  const request = (args.staff ?? staffIn(args.service_name, people))?.trim().toLowerCase();
  if (!request) return { hostIds: args.service_name ? [] : conversation.memory.hostIds, staff: null };
  const wanted = plain(request);
  const person =
    people.find((one) => plain(one.name) === wanted) ??
    people.find((one) =>
      plain(one.name)
        .split(' ')
        .some((part) => wanted.split(' ').includes(part)),
    );
  if (!person) {
    if (/^(egal|jemand|irgend|any|whoever|no preference|keine)/.test(request)) return { hostIds: [], staff: null };
    return anotherPerson(turn, args, phrases.unknownStaff(people.slice(0, 3).map((one) => one.name)), 'unknown_staff');
  }
  if (!canProvide(person, service) || person.calcomUserId === null) {
    return anotherPerson(turn, args, phrases.staffCannot(person.name, service.name), 'staff_cannot_provide_service');
  }
  return { hostIds: [person.calcomUserId], staff: person };
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

/** The start or day requested: one of the times just offered ("den zweiten"), else whatever the words phrases. */
export function resolveTime(turn: Turn, spoken: SpokenWhen, fields = ASKED): When | Clarification {
  const { conversation } = turn;
  const chosen = chosenOffer(spoken, conversation.memory.choicesMs);
  if (chosen === null) return readWhen(turn, withUnanswered(conversation, spoken), fields);
  return { kind: 'instant', startAt: new Date(chosen), date: localDate(new Date(chosen), conversation.timeZone) };
}

/** What was said together with something that had to be asked about is not asked for again. */
function withUnanswered({ memory }: Conversation, { date, time, datetime }: SpokenWhen): SpokenWhen {
  const { unansweredWhen: before } = memory;
  memory.unansweredWhen = null;
  if (before === null || date || datetime) return { date, time, datetime };
  return time ? { date: before.date ?? before.datetime?.split(/[T ]/)[0], time } : before;
}

/**
 * The start or day meant. Nothing is guessed: what cannot be read, lies in the past or far ahead comes back as a
 * question.
 * @param fields names to report when something is missing
 */
export function readWhen(
  turn: Turn,
  spoken: SpokenWhen,
  fields = ASKED,
  context = spokenContext(turn.conversation),
): When | Clarification {
  const { conversation, phrases } = turn;
  const reading = readDateTime(definedOnly(spoken), context);
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
      return clarification('confirm_date', phrases.confirmDate(reading.displayDate), { suggested_date: reading.date });
    case 'past':
      return clarification('past_time', phrases.pastTime());
    case 'invalid_date':
      return clarification('invalid_date', phrases.invalidDate());
    case 'invalid_time':
      return clarification('invalid_time', invalidTime(turn, reading.date, context), dayFields(reading.date));
    case 'missing':
      return missing(turn, reading.field === 'time' ? fields.time : fields.date);
  }
}

/** The day that was understood is said back and remembered, so that the time alone is asked for. */
function invalidTime({ conversation, phrases }: Turn, date: LocalDate | undefined, context: SpokenContext): string {
  if (date === undefined) return phrases.invalidTime(null);
  conversation.memory.day = date;
  return phrases.invalidTime(sayDate(date, context));
}

function dayFields(date: LocalDate | undefined): Record<string, unknown> {
  return date === undefined ? {} : { suggested_date: date };
}

export { localDate };

/** `2026-11-25T14:30:00+01:00` */
export function isoWithOffset(at: Date, zone: string): string {
  return inZone(at, zone).toISO({ suppressMilliseconds: true }) ?? at.toISOString();
}

/** `2026-11-25 14:30` in the branch's zone. */
export function wallClock(at: Date, zone: string): string {
  const { date, hour, minute } = localOf(at, zone);
  return `${date} ${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

export function noon(date: string, zone: string): Date {
  const guess = new Date(`${date}T12:00:00Z`);
  const shift = Number(wallClock(guess, zone).slice(11, 13)) - 12;
  return new Date(guess.getTime() - shift * 3_600_000);
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

function definedOnly(spoken: SpokenWhen): SpokenFields {
  return {
    ...(spoken.date ? { date: spoken.date } : {}),
    ...(spoken.time ? { time: spoken.time } : {}),
    ...(spoken.datetime ? { datetime: spoken.datetime } : {}),
  };
}
