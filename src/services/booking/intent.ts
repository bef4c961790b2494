import { createHash, randomUUID } from 'node:crypto';
import type { Appointment, Language, Service, TenantId } from '../../domain';
import type { AttendeeAddressBook } from './booking-ports';
import type { NewOperation, Operation, OperationKind, OperationPayload } from './ledger';
import { personKey } from '../language/values/same-person';
import { heedsHostWish } from './host-wish';
import { isOff } from './verification';

/** Who asks, and how a repeat of the same request is recognised. */
export interface Asker {
  companyId: TenantId;
  branchId: string;
  callId: string | null;
  /** Names the request: that of the tool call, or the key that an operator's program sent with it. */
  toolCallId: string | null;
  /** E.164 of the caller; null when withheld. */
  callerPhone: string | null;
  customerId: string | null;
  language: Language;
  timeZone: string;
  origin: 'retell' | 'admin';
}

export interface BookingDetails {
  service: Service;
  startAt: Date;
  attendee: {
    name: string;
    phone: string | null;
    email: string | null;
    /** Another person has an appointment at this start under the same number. */
    isSecond?: boolean;
  };
  /** The person asked for (Cal.com user id); null when any will do. */
  wishedHostId: number | null;
  /** With another host the booking is undone. */
  isHostRequired?: boolean;
  notes: string | null;
}

export interface AppointmentChange {
  appointment: Appointment;
  /** Null when it is no longer offered. */
  service: Service | null;
  reason: string | null;
  /** A move that gives the appointment to another host is undone. */
  requiredHostId?: number | null;
}

/** In place of a call's id: the keys of operators' requests are unique by themselves. */
const OPERATORS = 'operators';

/** The booking as it is recorded before Cal.com is asked. */
export function bookingIntent(asker: Asker, details: BookingDetails, addresses: AttendeeAddressBook): NewOperation {
  const { service, startAt, attendee, wishedHostId, isHostRequired = false } = details;
  const { chosenMinutes, calcomEventTypeId: eventTypeId } = service;
  const who = fingerprint([service.id, startAt.toISOString(), attendee.name, chosenMinutes?.toString()]);
  // Without a number and a call, only the request itself distinguishes two people.
  const email = addresses.addressFor(
    {
      companyId: asker.companyId,
      // Cal.com takes two bookings of one start under one address for one person's.
      email: attendee.isSecond ? null : attendee.email,
      phone: attendee.phone,
      callId: asker.callId ?? who,
      person: attendee.isSecond ? personKey(attendee.name) : null,
    },
    service,
  );
  // With another number or address it is another try: the first may have been refused for them.
  const caller = asker.callerPhone ?? asker.callId ?? fingerprint([who, attendee.phone, attendee.email]);
  const wishedHostIds = wishedHostId !== null && service.schedulingType === 'roundRobin' ? [wishedHostId] : [];
  return {
    ...asked(asker, 'book', { subject: String(eventTypeId), startAt, caller, person: personKey(attendee.name) }),
    eventTypeId,
    startAt,
    endAt: new Date(startAt.getTime() + service.durationMinutes * 60_000),
    payload: {
      ...payloadOf(asker),
      serviceId: service.id,
      serviceName: service.name,
      // A wish that Cal.com is known to ignore leaves the choice to it.
      hostIds: wishedHostIds.length > 0 && heedsHostWish(service) ? wishedHostIds : service.hostIds,
      ...{ wishedHostIds, wishedHostId, isHostRequired: isHostRequired && wishedHostId !== null },
      seats: service.seats,
      lengthMinutes: chosenMinutes ?? null,
      attendee: { name: attendee.name, phone: attendee.phone, email },
      responses: { ...service.bookingFieldDefaults, ...(details.notes ? { notes: details.notes } : {}) },
      notes: details.notes,
      previous: null,
      reason: null,
    },
  };
}

export function moveIntent(asker: Asker, change: AppointmentChange, startAt: Date): NewOperation {
  const { id, startsAt, endsAt } = change.appointment;
  const endAt = new Date(startAt.getTime() + endsAt.getTime() - startsAt.getTime());
  return { ...changeIntent(asker, change, 'move', id, startAt), startAt, endAt };
}

export function cancelIntent(asker: Asker, change: AppointmentChange): NewOperation {
  return changeIntent(asker, change, 'cancel', change.appointment.id);
}

/** @param absent whether the customer's absence is marked or taken back */
export function absenceIntent(asker: Asker, change: AppointmentChange, absent: boolean): NewOperation {
  const { id, calcomBookingUid } = change.appointment;
  const intent = changeIntent(asker, change, 'absence', [id, calcomBookingUid, absent].join(' '));
  return { ...intent, payload: { ...intent.payload, absent } };
}

function changeIntent(
  asker: Asker,
  { appointment, service, reason, requiredHostId = null }: AppointmentChange,
  kind: OperationKind,
  subject: string,
  startAt: Date | null = null,
): NewOperation {
  return {
    ...asked(asker, kind, { subject, startAt, caller: '', person: '' }),
    eventTypeId: appointment.calcomEventTypeId,
    startAt: appointment.startsAt,
    endAt: appointment.endsAt,
    appointmentId: appointment.id,
    previousUid: appointment.calcomBookingUid ?? '',
    payload: {
      ...payloadOf(asker),
      serviceId: appointment.serviceId,
      serviceName: service?.name ?? '',
      // The same host keeps the appointment unless Cal.com's round robin decides otherwise.
      hostIds:
        appointment.calcomHostId !== null && service?.schedulingType !== 'roundRobin'
          ? [appointment.calcomHostId]
          : (service?.hostIds ?? []),
      wishedHostIds: [],
      wishedHostId: requiredHostId ?? appointment.wishedHostId,
      isHostRequired: requiredHostId !== null,
      seats: service?.seats ?? 1,
      lengthMinutes: service?.chosenMinutes ?? null,
      attendee: { name: appointment.attendeeName, phone: null, email: null },
      responses: {},
      notes: null,
      previous: { startAt: appointment.startsAt.toISOString(), endAt: appointment.endsAt.toISOString() },
      reason,
    },
  };
}

function payloadOf({
  branchId,
  timeZone,
  language,
  customerId,
  origin,
}: Asker): Pick<OperationPayload, 'branchId' | 'timeZone' | 'language' | 'customerId' | 'origin'> {
  return { branchId, timeZone, language, customerId, origin };
}

type Asked = Pick<NewOperation, 'companyId' | 'kind' | 'requestKey' | 'businessKey' | 'callId' | 'toolCallId'>;

/** @param about see `businessKey` */
function asked(asker: Asker, kind: OperationKind, about: Omit<Parameters<typeof businessKey>[0], 'kind'>): Asked {
  const { companyId, callId, toolCallId, origin } = asker;
  return {
    ...{ companyId, kind, callId, toolCallId },
    requestKey: requestKey({ kind, callId: origin === 'admin' ? OPERATORS : callId, toolCallId }),
    businessKey: businessKey({ kind, ...about }),
  };
}

/**
 * Repeats of one HTTP attempt carry the same tool_call_id. Without one a repeat is recognised by the booking it is about,
 * as long as that is under way or stands: the same words after a refusal or a cancellation are a new question.
 */
export function requestKey(parts: { kind: OperationKind; callId: string | null; toolCallId: string | null }): string {
  if (parts.callId && parts.toolCallId) return digest('request', parts.kind, parts.callId, parts.toolCallId);
  return digest('request', parts.kind, randomUUID());
}

/** A second try by the model has a new tool_call_id but means the same appointment. */
function businessKey(parts: {
  kind: OperationKind;
  /** Event type for a booking, appointment id for a move or cancellation. */
  subject: string;
  startAt: Date | null;
  /** E.164 of the caller, else the call: an anonymous caller is only ever the same person within one call. */
  caller: string;
  /** Who the booking is for (see `personKey`); empty for moves and cancellations. */
  person: string;
}): string {
  return digest('business', parts.kind, parts.subject, parts.startAt?.toISOString() ?? '', parts.caller, parts.person);
}

/** What a request asked for, in a form that does not depend on spelling or order. */
export function fingerprint(parts: (string | null | undefined)[]): string {
  return digest(...parts.map((part) => (part ?? '').trim().toLowerCase()));
}

function digest(...parts: string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40);
}

/** Whether a request with the same key asks for the same thing. */
export function isSameRequest(known: Operation, asked: NewOperation): boolean {
  if (known.kind !== 'book') {
    if (known.appointmentId !== asked.appointmentId) return false;
    if (known.kind === 'absence') return known.payload.absent === asked.payload.absent;
    return known.kind === 'cancel' || known.startAt.getTime() === asked.startAt.getTime();
  }
  const nameOf = (operation: NewOperation | Operation): string => fingerprint([operation.payload.attendee.name]);
  return (
    known.eventTypeId === asked.eventTypeId &&
    known.startAt.getTime() === asked.startAt.getTime() &&
    nameOf(known) === nameOf(asked)
  );
}

/** Whether what was confirmed has not been changed since. */
export function stillHolds(operation: Operation, appointment: Appointment): boolean {
  if (operation.kind === 'cancel') return isOff(appointment);
  if (operation.kind === 'absence') return (appointment.status === 'no_show') === operation.payload.absent;
  return !isOff(appointment) && appointment.startsAt.getTime() === operation.startAt.getTime();
}

/** The second half of a request is a request of its own. */
export function again<T extends { toolCallId: string | null }>(asker: T, current: Appointment): T {
  return { ...asker, toolCallId: asker.toolCallId && `${asker.toolCallId} ${current.calcomBookingUid}` };
}

/** One booking holds several people's seats: what is done to it is done to all of them. */
export const isShared = (service: Service | null): boolean => (service?.seats ?? 1) > 1;
