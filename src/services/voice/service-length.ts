import type { Service } from '../../domain';
import type { Turn } from './turn';
import { type Clarification, clarification } from './understanding';

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
export function inLength(
  { conversation, phrases, asides }: Turn,
  service: Service,
  askedMinutes: number | undefined,
): { service: Service } | Clarification {
  const { memory } = conversation;
  const { readBack } = memory.contact;
  if (askedMinutes === undefined)
    return { service: withLength(service, memory.length?.serviceId === service.id ? memory.length.minutes : null) };
  const offered = lengthsOf(service);
  memory.length = { serviceId: service.id, minutes: askedMinutes };
  if (offered.includes(askedMinutes)) return { service: withLength(service, askedMinutes) };
  memory.length = null;
  const choice = phrases.lengthsOf(service.name, offered);
  if (offered.length > 1 && !readBack.includes(choice)) {
    readBack.push(choice);
    memory.serviceId = service.id;
    return clarification('missing_fields', choice, { missing_fields: ['duration'], reason: 'duration_not_offered' });
  }
  const sentence = phrases.lengthOf(service.name, service.durationMinutes, offered.length === 1);
  if (readBack.includes(sentence)) return { service };
  readBack.push(sentence);
  asides.push(sentence);
  return { service };
}
