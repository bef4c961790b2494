import type { Service } from '../../domain';
import { isForSeveralPeople, ServiceMatcher } from '../language/service-matcher/service-matcher';
import { bookableServices, type Conversation } from './conversation';
import { clarification, missing, type Turn } from './turn';
import { keepWhen, saysWhen, type WhenArguments } from './understanding';

const matcher = new ServiceMatcher();

/** The one of these services that the words name; null when they name none or more than one. */
export function matchService(conversation: Conversation, text: string, services: Service[]): Service | null {
  const result = matcher.match({ text }, services, conversation.language);
  return result.kind === 'match' ? result.service : null;
}

interface ServiceArguments extends WhenArguments {
  service_name?: string | undefined;
  service_id?: string | undefined;
  /** Minutes. */
  duration?: number | undefined;
}

/**
 * The service meant, in the length asked for: what was said, else what the call is about, else the only one there is.
 * @throws Clarification when it has to be asked about; what was said of the start is kept for the answer
 */
export function resolveService(turn: Turn, args: ServiceArguments): Service {
  try {
    return inLength(turn, matchedService(turn, args), args.duration);
  } catch (error) {
    keepWhen(turn, args);
    throw error;
  }
}

function matchedService(turn: Turn, args: ServiceArguments): Service {
  const { conversation, phrases } = turn;
  const services = bookableServices(conversation);
  if (services.length === 0) throw clarification('unknown_service', phrases.noServices(), { services: [] });
  const { serviceId: pinnedId } = conversation.memory;
  const said = args.service_name ?? '';
  const query = { text: said, ...(args.service_id ? { id: args.service_id } : {}), ...(pinnedId ? { pinnedId } : {}) };
  const result = matcher.match(query, services, conversation.language);
  switch (result.kind) {
    case 'match':
      sayEachPersonAlone(turn, said, result.service);
      return result.service;
    case 'ambiguous':
      if (result.wishes) return oneByOne(turn, args, said, result.wishes);
      throw ambiguous(turn, said, result.services);
    case 'unknown':
      throw clarification('unknown_service', phrases.unknownService(namesOf(result.suggestions)), {
        services: describe(services),
      });
    case 'none_given': {
      const pinned = services.find((service) => service.id === pinnedId);
      const fallback = pinned ?? (services.length === 1 ? services[0] : undefined);
      if (!fallback) throw missing(turn, 'service_name');
      return fallback;
    }
  }
}

const namesOf = (services: readonly Service[]): string[] => services.map((service) => service.name);

function ambiguous(turn: Turn, said: string, services: Service[]): Error {
  sayEachPersonAlone(turn, said, null);
  const question = turn.phrases.ambiguousService(namesOf(services));
  return clarification('ambiguous_service', question, { services: describe(services) });
}

/** Several services are booked one by one: the caller hears so once, and the first is the one meant. */
function oneByOne(turn: Turn, args: WhenArguments, said: string, wishes: Service[][]): Service {
  const { conversation, phrases, asides } = turn;
  const [first = [], ...rest] = wishes;
  const [service, another] = first;
  const isCertain = service !== undefined && another === undefined;
  if (conversation.memory.wishes.text === said) {
    if (isCertain) return service;
    throw ambiguous(turn, said, first);
  }
  const later = rest.map(namesOf);
  conversation.memory.wishes = { text: said, later: later.map((services) => ({ services, forNextPerson: false })) };
  if (isCertain && saysWhen(args)) {
    asides.push(phrases.firstOfSeveral(service.name, later));
    return service;
  }
  const sentence = phrases.oneByOne(namesOf(first), later);
  throw clarification('ambiguous_service', sentence, { services: describe([...new Set(wishes.flat())]) });
}

/** An appointment is for one person; the caller hears so once. @param service null: not certain yet */
function sayEachPersonAlone({ conversation, phrases, asides }: Turn, said: string, service: Service | null): void {
  const { memory } = conversation;
  if (!isForSeveralPeople(said) || memory.wishes.text === said) return;
  memory.wishes = { text: said, later: [{ services: service ? [service.name] : [], forNextPerson: true }] };
  asides.push(phrases.eachPersonAlone());
}

/** A service as an answer names it. */
export function serviceFields({ id, name, durationMinutes }: Service): Record<'id' | 'name', string> & {
  duration_minutes: number;
} {
  return { id, name, duration_minutes: durationMinutes };
}

/** The services to choose from, as an answer lists them. */
export function describe(services: Service[]): (ReturnType<typeof serviceFields> & { price: number | null })[] {
  return services.map((service) => ({ ...serviceFields(service), price: service.price }));
}

/** The service in another of the lengths that its event type offers; itself in any other case. */
export function withLength(service: Service, minutes: number | null): Service {
  const isOther = minutes !== null && minutes !== service.durationMinutes && lengthsOf(service).includes(minutes);
  return isOther ? { ...service, durationMinutes: minutes, chosenMinutes: minutes } : service;
}

/** Minutes, shortest first. One that was never imported has no other than its own. */
function lengthsOf({ calcomSettings, durationMinutes }: Service): number[] {
  const options = calcomSettings?.lengthOptionsMinutes ?? [];
  return [...new Set([durationMinutes, ...options])].sort((a, b) => a - b);
}

/**
 * The service in the length asked for, now or before in this call. One that it does not have is not booked in silence:
 * the caller hears which there are, is asked where there is a choice, and the second time gets the usual one.
 */
function inLength(
  { conversation, phrases, asides }: Turn,
  service: Service,
  askedMinutes: number | undefined,
): Service {
  const { memory } = conversation;
  const { readBack } = memory.contact;
  if (askedMinutes === undefined)
    return withLength(service, memory.length?.serviceId === service.id ? memory.length.minutes : null);
  const offered = lengthsOf(service);
  memory.length = { serviceId: service.id, minutes: askedMinutes };
  if (offered.includes(askedMinutes)) return withLength(service, askedMinutes);
  memory.length = null;
  const choice = phrases.lengthsOf(service.name, offered);
  if (offered.length > 1 && !readBack.includes(choice)) {
    readBack.push(choice);
    memory.serviceId = service.id;
    throw clarification('missing_fields', choice, { missing_fields: ['duration'], reason: 'duration_not_offered' });
  }
  const sentence = phrases.lengthOf(service.name, service.durationMinutes, offered.length === 1);
  if (readBack.includes(sentence)) return service;
  readBack.push(sentence);
  asides.push(sentence);
  return service;
}
