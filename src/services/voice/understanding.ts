import type { LocalDate, Service, Staff } from '../../domain';
import { isForSeveralPeople, ServiceMatcher } from '../language/service-matcher/service-matcher';
import { inZone, localDate } from '../../local-time';
import { localOf } from '../language/reader/calendar';
import { readDateTime } from '../language/reader/read-date-time';
import { sayDate, sayInstant, sayTime } from '../language/speaker/say';
import type { SpokenContext, SpokenFields, TimePreference } from '../language/reader/types';
import { chosenOffer, type SpokenWhen } from './chosen-offer';
import { bookableServices, type Conversation } from './conversation';
import type { MissingField, SpokenStart } from './phrases';
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

const matcher = new ServiceMatcher();

/** The one of these services that the words name; null when they name none or more than one. */
export function matchService(conversation: Conversation, text: string, services: Service[]): Service | null {
  const result = matcher.match({ text }, services, conversation.language);
  return result.kind === 'match' ? result.service : null;
}

/** The service meant: what was said, else what the call is about, else the only one there is. */
export function resolveService(
  turn: Turn,
  args: { service_name?: string | undefined; service_id?: string | undefined; duration?: number | undefined },
): { service: Service } | Clarification {
  const resolved = matchedService(turn, args);
  if (!isClarification(resolved) && args.duration) sayLength(turn, resolved.service, args.duration);
  return resolved;
}

/** A service has the length that it has at Cal.com: another one that was asked for is not booked in silence. */
function sayLength({ conversation, phrases, asides }: Turn, service: Service, askedMinutes: number): void {
  const { readBack } = conversation.memory.contact;
  const sentence = phrases.lengthOf(service.name, service.durationMinutes);
  if (askedMinutes === service.durationMinutes || readBack.includes(sentence)) return;
  readBack.push(sentence);
  asides.push(sentence);
}

function matchedService(
  turn: Turn,
  args: { service_name?: string | undefined; service_id?: string | undefined },
): { service: Service } | Clarification {
  const { conversation, phrases } = turn;
  const services = bookableServices(conversation);
  if (services.length === 0) return clarification('unknown_service', phrases.noServices(), { services: [] });
  const { serviceId: pinnedId } = conversation.memory;
  const said = args.service_name ?? '';
  const query = { text: said, ...(args.service_id ? { id: args.service_id } : {}), ...(pinnedId ? { pinnedId } : {}) };
  const result = matcher.match(query, services, conversation.language);
  switch (result.kind) {
    case 'match':
      sayEachPersonAlone(turn, said, result.service);
      return { service: result.service };
    case 'ambiguous':
      return result.wishes ? oneByOne(turn, said, result.wishes) : ambiguous(turn, said, result.services);
    case 'unknown':
      return clarification('unknown_service', phrases.unknownService(namesOf(result.suggestions)), {
        services: describe(services),
      });
    case 'none_given': {
      const pinned = services.find((service) => service.id === pinnedId);
      const fallback = pinned ?? (services.length === 1 ? services[0] : undefined);
      return fallback ? { service: fallback } : missing(turn, 'service_name');
    }
  }
}

const namesOf = (services: readonly Service[]): string[] => services.map((service) => service.name);

function ambiguous(turn: Turn, said: string, services: Service[]): Clarification {
  sayEachPersonAlone(turn, said, null);
  const question = turn.phrases.ambiguousService(namesOf(services));
  return clarification('ambiguous_service', question, { services: describe(services) });
}

/** Several services are booked one by one: the caller hears so once, then the first is the one meant. */
function oneByOne(turn: Turn, said: string, wishes: Service[][]): { service: Service } | Clarification {
  const { conversation, phrases } = turn;
  const [first = [], ...rest] = wishes;
  const [only, another] = first;
  if (conversation.memory.wishes.text === said) {
    return only && !another ? { service: only } : ambiguous(turn, said, first);
  }
  const later = rest.map(namesOf);
  conversation.memory.wishes = { text: said, later: later.map((services) => ({ services, forNextPerson: false })) };
  const sentence = phrases.oneByOne(namesOf(first), later);
  return clarification('ambiguous_service', sentence, { services: describe([...new Set(wishes.flat())]) });
}

/** An appointment is for one person; the caller hears so once. @param service null: not certain yet */
function sayEachPersonAlone({ conversation, phrases, asides }: Turn, said: string, service: Service | null): void {
  const { memory } = conversation;
  if (!isForSeveralPeople(said) || memory.wishes.text === said) return;
  memory.wishes = { text: said, later: [{ services: service ? [service.name] : [], forNextPerson: true }] };
  asides.push(phrases.eachPersonAlone());
}

export function describe(
  services: Service[],
): { id: string; name: string; duration_minutes: number; price: number | null }[] {
  return services.map((service) => ({
    id: service.id,
    name: service.name,
    duration_minutes: service.durationMinutes,
    price: service.price,
  }));
}

/** No start was looked at yet, so that no tool can say taken or unavailable: the agent has to ask for another person. */
function anotherPerson(message: string, reason: string): Clarification {
  return clarification('missing_fields', message, { missing_fields: ['staff'], reason });
}

/** Hosts requested by name ("bei Anna"), whether Cal.com heeds the wish or not; empty when no person was requested. */
export function resolveHosts(
  { conversation, phrases }: Turn,
  args: { staff?: string | undefined; service_name?: string | undefined },
  service: Service,
): { hostIds: number[]; staff: Staff | null } | Clarification {
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
    return anotherPerson(phrases.unknownStaff(people.slice(0, 3).map((one) => one.name)), 'unknown_staff');
  }
  if (!canProvide(person, service) || person.calcomUserId === null) {
    return anotherPerson(phrases.staffCannot(person.name, service.name), 'staff_cannot_provide_service');
  }
  return { hostIds: [person.calcomUserId], staff: person };
}

/** Whether the person takes bookings of the service at Cal.com. */
export function canProvide({ calcomUserId }: Staff, { hostIds }: Service): boolean {
  return calcomUserId !== null && (hostIds.length === 0 || hostIds.includes(calcomUserId));
}

const ASKED: { date: MissingField; time: MissingField } = { date: 'desired_date', time: 'desired_time' };

/** The start or day requested: one of the times just offered ("den zweiten"), else whatever the words phrases. */
export function resolveTime(turn: Turn, spoken: SpokenWhen, fields = ASKED): When | Clarification {
  const { conversation } = turn;
  const chosen = chosenOffer(spoken, conversation.memory.choicesMs);
  if (chosen === null) return readWhen(turn, spoken, fields);
  return { kind: 'instant', startAt: new Date(chosen), date: localDate(new Date(chosen), conversation.timeZone) };
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
