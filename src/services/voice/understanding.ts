import type { LocalDate, Service, Staff } from '../../domain';
import { ServiceMatcher } from '../language/service-matcher/service-matcher';
import { inZone } from '../availability/zone-offset';
import { localOf } from '../language/reader/calendar';
import { readDateTime } from '../language/reader/read-date-time';
import { sayDate, sayInstant, sayTime } from '../language/speaker/say';
import type { SpokenContext, SpokenFields, TimePreference } from '../language/reader/types';
import { chosenOffer, type SpokenWhen } from './chosen-offer';
import { bookableServices, type Conversation } from './conversation';
import type { MissingField, Phrases, SpokenStart } from './phrases';
import type { VoiceArgs } from './voice-request';

/** Why a question cannot be answered yet, with the sentence that helps the agent go on. */
export interface Obstacle {
  obstacle: { status: string; message: string; fields: Record<string, unknown> };
}

export function obstacle(status: string, message: string, fields: Record<string, unknown> = {}): Obstacle {
  return { obstacle: { status, message, fields } };
}

export function missing(say: Phrases, field: MissingField): Obstacle {
  return obstacle('missing_fields', say.missing(field), { missing_fields: [field] });
}

export function isObstacle(value: object): value is Obstacle {
  return 'obstacle' in value;
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
export function whichService(
  conversation: Conversation,
  args: VoiceArgs,
  say: Phrases,
): { service: Service } | Obstacle {
  const services = bookableServices(conversation);
  if (services.length === 0) return obstacle('unknown_service', say.noServices(), { services: [] });
  const query = {
    ...(args.serviceName ? { text: args.serviceName } : {}),
    ...(args.serviceId ? { id: args.serviceId } : {}),
  };
  const result = matcher.match(
    { ...query, ...(conversation.memory.serviceId ? { pinnedId: conversation.memory.serviceId } : {}) },
    services,
    conversation.language,
  );
  switch (result.kind) {
    case 'match':
      return { service: result.service };
    case 'ambiguous':
      return obstacle('ambiguous_service', say.ambiguousService(result.services.map((s) => s.name)), {
        services: describe(result.services),
      });
    case 'unknown':
      return obstacle('unknown_service', say.unknownService(services.slice(0, 3).map((s) => s.name)), {
        services: describe(services),
      });
    case 'none_given': {
      const pinned = services.find((service) => service.id === conversation.memory.serviceId);
      const fallback = pinned ?? (services.length === 1 ? services[0] : undefined);
      return fallback ? { service: fallback } : missing(say, 'service_name');
    }
  }
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

/** No start was looked at yet, so that no tool can say taken or unavailable: the agent has to ask again with whom. */
function anotherPerson(message: string, reason: string): Obstacle {
  return obstacle('missing_fields', message, { missing_fields: ['staff'], reason });
}

/** Hosts wished for by name ("bei Anna"); nobody wished leaves the list empty. */
export function whichHosts(
  conversation: Conversation,
  args: VoiceArgs,
  service: Service,
  say: Phrases,
): { hostIds: number[]; staff: Staff | null } | Obstacle {
  const people = conversation.profile.staff.filter((person) => person.isActive);
  const wish = (args.staff ?? staffIn(args.serviceName, people))?.trim().toLowerCase();
  if (!wish) return { hostIds: args.serviceName ? [] : conversation.memory.hostIds, staff: null };
  const wanted = plain(wish);
  const person =
    people.find((one) => plain(one.name) === wanted) ??
    people.find((one) =>
      plain(one.name)
        .split(' ')
        .some((part) => wanted.split(' ').includes(part)),
    );
  if (!person) {
    if (/^(egal|jemand|irgend|any|whoever|no preference|keine)/.test(wish)) return { hostIds: [], staff: null };
    return anotherPerson(say.unknownStaff(people.slice(0, 3).map((one) => one.name)), 'unknown_staff');
  }
  const able =
    person.calcomUserId !== null && (service.hostIds.length === 0 || service.hostIds.includes(person.calcomUserId));
  if (!able || person.calcomUserId === null) {
    return anotherPerson(say.staffCannot(person.name, service.name), 'staff_cannot_provide_service');
  }
  return { hostIds: service.schedulingType === 'roundRobin' ? [person.calcomUserId] : [], staff: person };
}

const ASKED: { date: MissingField; time: MissingField } = { date: 'desired_date', time: 'desired_time' };

/** The start or day wished for: one of the times just offered ("den zweiten"), else whatever the words say. */
export function whichTime(
  conversation: Conversation,
  spoken: SpokenWhen,
  say: Phrases,
  fields = ASKED,
): When | Obstacle {
  const chosen = chosenOffer(spoken, conversation.memory.choicesMs);
  if (chosen === null) return readWhen(conversation, spoken, say, fields);
  return { kind: 'instant', startAt: new Date(chosen), date: localDate(new Date(chosen), conversation.timeZone) };
}

/**
 * The start or day meant. Nothing is guessed: what cannot be read, lies in the past or far ahead comes back as a
 * question.
 * @param fields names to report when something is missing
 */
export function readWhen(
  conversation: Conversation,
  spoken: SpokenWhen,
  say: Phrases,
  fields = ASKED,
  context = spokenContext(conversation),
): When | Obstacle {
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
      return obstacle('confirm_date', say.confirmDate(reading.displayDate), { suggested_date: reading.date });
    case 'past':
      return obstacle('past_time', say.pastTime());
    case 'invalid_date':
      return obstacle('invalid_date', say.invalidDate());
    case 'invalid_time':
      return obstacle('invalid_time', say.invalidTime());
    case 'missing':
      return missing(say, reading.field === 'time' ? fields.time : fields.date);
  }
}

export function localDate(at: Date, zone: string): LocalDate {
  return localOf(at, zone).date;
}

/** `2026-11-25T14:30:00+01:00` */
export function isoWithOffset(at: Date, zone: string): string {
  return inZone(at, zone).toISO({ suppressMilliseconds: true }) ?? at.toISOString();
}

/** `2026-11-25 14:30` in the branch's zone. */
export function wallClock(at: Date, zone: string): string {
  const { date, hour, minute } = localOf(at, zone);
  return `${date} ${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

/** "Herrenhaarschnitt bei Anna": somebody who works here, named beside the service. */
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
