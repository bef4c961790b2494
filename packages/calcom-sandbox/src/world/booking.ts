export type BookingStatus = 'accepted' | 'pending' | 'cancelled' | 'rejected';

export interface Attendee {
  id: number;
  name: string;
  email: string;
  timeZone: string;
  language: string;
  phoneNumber?: string | undefined;
  absent: boolean;
}

/** What the caller may put into a booking's metadata. */
export type Metadata = Record<string, string | number | boolean>;

export interface Booking {
  id: number;
  uid: string;
  icsUid: string;
  icsSequence: number;
  eventTypeId: number;
  title: string;
  description: string;
  status: BookingStatus;
  /** The first one is the organizer. */
  hostIds: readonly number[];
  startMs: number;
  endMs: number;
  attendee: Attendee;
  guests: readonly string[];
  /** The series of a recurring event type; its bookings share this id. */
  recurringBookingUid?: string | undefined;
  location: string;
  metadata: Metadata;
  responses: Record<string, unknown>;
  absentHost: boolean;
  cancellationReason?: string | undefined;
  cancelledByEmail?: string | undefined;
  rejectionReason?: string | undefined;
  reschedulingReason?: string | undefined;
  rescheduledByEmail?: string | undefined;
  rescheduledFromUid?: string | undefined;
  rescheduledToUid?: string | undefined;
  createdAtMs: number;
  updatedAtMs: number;
}

export interface Reservation {
  uid: string;
  eventTypeId: number;
  /** A team's hold is attached to its first host only. */
  hostId: number;
  startMs: number;
  endMs: number;
  reservationMinutes: number;
  untilMs: number;
}

export type WebhookOwner =
  { kind: 'user'; userId: number } | { kind: 'eventType'; eventTypeId: number } | { kind: 'team'; teamId: number };

export interface Webhook {
  id: string;
  owner: WebhookOwner;
  subscriberUrl: string;
  active: boolean;
  triggers: readonly string[];
  payloadTemplate: string | null;
  secret: string | null;
  version: string;
}

export const organizerId = (booking: Booking): number => booking.hostIds[0] ?? 0;

export const minutesLong = (booking: Booking): number => (booking.endMs - booking.startMs) / 60_000;

export const isLive = (booking: Booking): boolean => booking.status === 'accepted' || booking.status === 'pending';
