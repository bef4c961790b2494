import type { Service } from '../../domain';
import { isForSeveralPeople, ServiceMatcher } from '../language/service-matcher/service-matcher';
import { bookableServices, type Conversation } from './conversation';
import { inLength } from './service-length';
import type { Turn } from './turn';
import {
  type Clarification,
  clarification,
  isClarification,
  keepWhen,
  missing,
  saysWhen,
  type WhenArguments,
} from './understanding';

const matcher = new ServiceMatcher();

/** The one of these services that the words name; null when they name none or more than one. */
export function matchService(conversation: Conversation, text: string, services: Service[]): Service | null {
  const result = matcher.match({ text }, services, conversation.language);
  return result.kind === 'match' ? result.service : null;
}

export interface ServiceArguments extends WhenArguments {
  service_name?: string | undefined;
  service_id?: string | undefined;
  /** Minutes. */
  duration?: number | undefined;
}

/**
 * The service meant, in the length asked for: what was said, else what the call is about, else the only one there is.
 * When it has to be asked about, what was said of the start is kept for the answer.
 */
export function resolveService(turn: Turn, args: ServiceArguments): { service: Service } | Clarification {
  const matched = matchedService(turn, args);
  const resolved = isClarification(matched) ? matched : inLength(turn, matched.service, args.duration);
  if (isClarification(resolved)) keepWhen(turn, args);
  return resolved;
}

function matchedService(turn: Turn, args: ServiceArguments): { service: Service } | Clarification {
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
      return result.wishes ? oneByOne(turn, args, said, result.wishes) : ambiguous(turn, said, result.services);
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

/** Several services are booked one by one: the caller hears so once, and the first is the one meant. */
function oneByOne(
  turn: Turn,
  args: WhenArguments,
  said: string,
  wishes: Service[][],
): { service: Service } | Clarification {
  const { conversation, phrases, asides } = turn;
  const [first = [], ...rest] = wishes;
  const [service, another] = first;
  const isCertain = service !== undefined && another === undefined;
  if (conversation.memory.wishes.text === said) return isCertain ? { service } : ambiguous(turn, said, first);
  const later = rest.map(namesOf);
  conversation.memory.wishes = { text: said, later: later.map((services) => ({ services, forNextPerson: false })) };
  if (isCertain && saysWhen(args)) {
    asides.push(phrases.firstOfSeveral(service.name, later));
    return { service };
  }
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
