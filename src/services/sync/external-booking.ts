import type { TenantId } from '../../domain';
import type { UpstreamBooking } from '../calcom/calcom-ports';
import { GATEWAY_KEY_FIELD } from '../booking/verification';

/** A booking as Cal.com knows it, from a webhook or from a list. */
export interface ExternalBooking {
  uid: string;
  bookingId: number | null;
  /** The booking that this one replaced. */
  previousUid: string | null;
  /** The booking that replaced this one. */
  nextUid: string | null;
  eventTypeId: number | null;
  startAt: Date | null;
  endAt: Date | null;
  status: 'booked' | 'pending' | 'cancelled' | 'rejected';
  hostId: number | null;
  hostName: string | null;
  /** `placePhone`: the place is nothing but this number; the attendee's unless the event type says where its host is called. */
  attendee: { name: string | null; email: string | null; phone: string | null; placePhone?: string } | null;
  /** Ours, when we made it. */
  gatewayKey: string | null;
  /** Whether its first attendee did not come; null where that is not said. */
  absent: boolean | null;
  reason: string | null;
  /** When this became true at Cal.com; the later state wins. */
  asOf: Date | null;
}

export type SyncResult =
  /** A row was made, moved, or changed its status; `attendance`: whether its customer came. */
  | { kind: 'changed'; appointmentId: string; what: 'created' | 'moved' | 'cancelled' | 'status' | 'attendance' }
  /** The ledger knew it already. */
  | { kind: 'known'; appointmentId: string }
  /** Our own operation is still under way: it will record the booking itself. */
  | { kind: 'in_progress'; operationId: string }
  /** Made by a request of ours that was reported to the caller as failed: it must be cancelled. */
  | { kind: 'unwanted'; operationId: string }
  /** Cannot be decided by a machine. */
  | { kind: 'review'; reason: string };

/** Rows by uid, with their history; every method touches only the given company's. */
export interface SyncStore {
  /** Companies with an event type that this host serves. */
  companiesOfHost(hostId: number): Promise<TenantId[]>;
  /** The company that already has an appointment with one of these uids. */
  ownerOfUid(uids: string[]): Promise<TenantId | null>;
  apply(companyId: TenantId, booking: ExternalBooking): Promise<SyncResult>;
}

/** A listed booking in the shape that webhooks are brought into as well. */
export function fromUpstream(booking: UpstreamBooking): ExternalBooking {
  const key = booking.metadata[GATEWAY_KEY_FIELD];
  const attendee = booking.attendees[0];
  return {
    uid: booking.uid,
    bookingId: booking.id,
    previousUid: booking.rescheduledFromUid,
    nextUid: booking.rescheduledToUid,
    eventTypeId: booking.eventTypeId,
    startAt: booking.startAt,
    endAt: booking.endAt,
    status: booking.status === 'accepted' ? 'booked' : booking.status,
    hostId: booking.hosts[0]?.id ?? null,
    hostName: booking.hosts[0]?.name || null,
    attendee: attendee ?? null,
    gatewayKey: typeof key === 'string' ? key : null,
    absent: attendee?.absent ?? null,
    reason: booking.cancellationReason,
    asOf: booking.updatedAt ?? booking.createdAt,
  };
}
