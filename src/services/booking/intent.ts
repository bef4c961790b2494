import type { Appointment, Language, Service, TenantId } from '../../domain';
import type { AttendeeAddressBook } from './booking-ports';
import type { NewOperation, OperationKind } from './ledger';
import { personKey } from '../language/values/same-person';
import { heedsHostWish } from './host-wish';
import { businessKey, fingerprint, requestKey } from './operation-keys';

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

type WishPayload = Omit<NewOperation['payload'], 'branchId' | 'timeZone' | 'language' | 'customerId' | 'origin'>;

interface OperationDetails {
  kind: OperationKind;
  subject: string;
  fingerprint: string;
  eventTypeId: number;
  startAt: Date;
  endAt: Date;
  appointment?: Appointment;
  payload: WishPayload;
}

/** The booking as it is recorded before Cal.com is asked. */
export function bookingIntent(asker: Asker, details: BookingDetails, addresses: AttendeeAddressBook): NewOperation {
  const { service, startAt, attendee } = details;
  const { chosenMinutes } = service;
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
  const { wishedHostId, isHostRequired = false } = details;
  const wishedHostIds = wishedHostId !== null && service.schedulingType === 'roundRobin' ? [wishedHostId] : [];
  return intent(asker, {
    kind: 'book',
    subject: String(service.calcomEventTypeId),
    // With another number or address it is another try: the first may have been refused for them.
    fingerprint: fingerprint([who, attendee.phone, attendee.email]),
    eventTypeId: service.calcomEventTypeId,
    startAt,
    endAt: new Date(startAt.getTime() + service.durationMinutes * 60_000),
    payload: {
      serviceId: service.id,
      serviceName: service.name,
      // A wish that Cal.com is known to ignore leaves the choice to it.
      hostIds: wishedHostIds.length > 0 && heedsHostWish(service) ? wishedHostIds : service.hostIds,
      ...{ wishedHostIds, wishedHostId, isHostRequired: isHostRequired && wishedHostId !== null },
      seats: service.seats,
      lengthMinutes: service.chosenMinutes ?? null,
      attendee: { name: attendee.name, phone: attendee.phone, email },
      responses: { ...service.bookingFieldDefaults, ...(details.notes ? { notes: details.notes } : {}) },
      notes: details.notes,
      previous: null,
      reason: null,
    },
  });
}

export function moveIntent(asker: Asker, change: AppointmentChange, startAt: Date): NewOperation {
  const { appointment } = change;
  const lengthMs = appointment.endsAt.getTime() - appointment.startsAt.getTime();
  return intent(asker, {
    kind: 'move',
    subject: appointment.id,
    fingerprint: fingerprint([appointment.id, appointment.calcomBookingUid, startAt.toISOString()]),
    eventTypeId: appointment.calcomEventTypeId,
    startAt,
    endAt: new Date(startAt.getTime() + lengthMs),
    appointment,
    payload: changePayload(change),
  });
}

export function cancelIntent(asker: Asker, change: AppointmentChange): NewOperation {
  const { appointment } = change;
  return intent(asker, {
    kind: 'cancel',
    subject: appointment.id,
    fingerprint: fingerprint([appointment.id, appointment.calcomBookingUid]),
    eventTypeId: appointment.calcomEventTypeId,
    startAt: appointment.startsAt,
    endAt: appointment.endsAt,
    appointment,
    payload: changePayload(change),
  });
}

/** @param absent whether the customer's absence is marked or taken back */
export function absenceIntent(asker: Asker, change: AppointmentChange, absent: boolean): NewOperation {
  const { appointment } = change;
  const parts = [appointment.id, appointment.calcomBookingUid, String(absent)];
  return intent(asker, {
    kind: 'absence',
    subject: parts.join(' '),
    fingerprint: fingerprint(parts),
    eventTypeId: appointment.calcomEventTypeId,
    startAt: appointment.startsAt,
    endAt: appointment.endsAt,
    appointment,
    payload: { ...changePayload(change), absent },
  });
}

function changePayload(change: AppointmentChange): WishPayload {
  const { appointment, service, reason, requiredHostId = null } = change;
  return {
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
  };
}

function intent(asker: Asker, details: OperationDetails): NewOperation {
  return {
    companyId: asker.companyId,
    kind: details.kind,
    requestKey: requestKey({
      kind: details.kind,
      callId: asker.origin === 'admin' ? OPERATORS : asker.callId,
      toolCallId: asker.toolCallId,
    }),
    businessKey: businessKey({
      kind: details.kind,
      subject: details.subject,
      startAt: details.kind === 'cancel' || details.kind === 'absence' ? null : details.startAt,
      caller: details.kind === 'book' ? (asker.callerPhone ?? asker.callId ?? details.fingerprint) : '',
      person: details.kind === 'book' ? personKey(details.payload.attendee.name) : '',
    }),
    callId: asker.callId,
    toolCallId: asker.toolCallId,
    eventTypeId: details.eventTypeId,
    startAt: details.startAt,
    endAt: details.endAt,
    ...(details.appointment
      ? { appointmentId: details.appointment.id, previousUid: details.appointment.calcomBookingUid ?? '' }
      : {}),
    payload: {
      ...details.payload,
      branchId: asker.branchId,
      timeZone: asker.timeZone,
      language: asker.language,
      customerId: asker.customerId,
      origin: asker.origin,
    },
  };
}
