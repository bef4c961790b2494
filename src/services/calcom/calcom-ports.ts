import type { Language, LocalDate } from '../../domain';

/** Who asks Cal.com. Budget, circuit and cache are kept per key, never per process. */
export interface CalcomCredential {
  /** First 16 hex digits of the key's SHA-256: safe in keys, logs and metrics. */
  id: string;
  apiKey: string;
}

/** Order of precedence when the budget is short: bookings, people waiting on the phone, operators, everything else. */
export type Priority = 'booking' | 'live' | 'operator' | 'background';

/** Endpoint names as the performance monitor records them. */
export const CALCOM_ENDPOINTS = [
  '/slots',
  '/bookings',
  '/bookings/reschedule',
  '/bookings/cancel',
  '/bookings/mark-absent',
  '/bookings/get',
  '/bookings/list',
  '/slots/reservations',
  '/me',
  '/event-types',
  '/teams',
  '/webhooks',
] as const;
export type CalcomEndpoint = (typeof CALCOM_ENDPOINTS)[number];

export interface UpstreamRateLimit {
  limit: number | null;
  /** The smallest of all header sets. */
  remaining: number;
  /** Milliseconds until the window (or block) ends. */
  resetMs: number;
}

/** What one HTTP exchange told about itself, also when it ended in an error. */
export interface UpstreamAnswer {
  status: number;
  rateLimit: UpstreamRateLimit | null;
  retryAfterMs: number | null;
}

export interface UpstreamCall {
  credential: CalcomCredential;
  /** Aborted when no caller waits any more or the time is over. */
  signal: AbortSignal;
  /** Called once per HTTP response, whatever its status. */
  onAnswer?: (answer: UpstreamAnswer) => void;
}

export interface SlotsQuery {
  eventTypeId: number;
  /** First and last local day asked for, in `timeZone`. */
  startDate: LocalDate;
  endDate: LocalDate;
  timeZone: string;
  durationMinutes?: number;
  /** The booking being moved: its own time counts as free. */
  bookingUidToReschedule?: string;
  /** Only these hosts (Cal.com user ids) of a round-robin event type. */
  hostIds?: number[];
}

/** Free starts by local day, epoch milliseconds ascending. Days without any are absent. */
export type SlotsByDay = Map<LocalDate, number[]>;

interface BookingAttendee {
  name: string;
  timeZone: string;
  language: Language;
  /** At least one of the two. */
  email: string | null;
  /** E.164 */
  phone: string | null;
}

export interface BookingRequest {
  eventTypeId: number;
  startAt: Date;
  attendee: BookingAttendee;
  /** Custom booking fields by slug. */
  responses: Record<string, string>;
  /** Strings only; cut to Cal.com's limits by the client. */
  metadata: Record<string, string>;
  /** One of the event type's lengths; absent: its usual one. */
  lengthMinutes?: number;
  hostIds?: number[];
}

export interface UpstreamBooking {
  id: number;
  uid: string;
  status: 'accepted' | 'pending' | 'cancelled' | 'rejected';
  startAt: Date;
  endAt: Date;
  eventTypeId: number | null;
  hosts: { id: number | null; name: string; email: string | null }[];
  attendees: UpstreamAttendee[];
  metadata: Record<string, string | number | boolean>;
  createdAt: Date | null;
  updatedAt: Date | null;
  /** Cal.com's own clock when it said so; its other times can only be compared with this one. */
  saidAt?: Date | null;
  rescheduledFromUid: string | null;
  rescheduledToUid: string | null;
  cancellationReason: string | null;
  /** Set when it is one of a recurring event type's bookings. */
  seriesUid: string | null;
  /** The other bookings that the same request made: a recurring event type makes several. */
  siblingUids?: string[];
  /** The caller's own part of a booking that several people share. */
  seatUid?: string | null;
}

interface UpstreamAttendee {
  name: string;
  email: string | null;
  phone: string | null;
  /** The place is nothing but this number, which may be the host's. */
  placePhone?: string;
  absent?: boolean;
  /** Where several people share the booking, each has a seat with metadata of its own. */
  seat?: { uid: string; metadata: UpstreamBooking['metadata'] };
}

/** What a cancellation takes beside, or of, the booking that it names: one person's seat, or the series' later bookings. */
export type CancelledPart = { seatUid: string } | { cancelSubsequentBookings: true };

export interface BookingFilter {
  status?: ('upcoming' | 'recurring' | 'past' | 'cancelled' | 'unconfirmed')[];
  attendeeEmail?: string;
  eventTypeIds?: number[];
  afterStartAt?: Date;
  beforeEndAt?: Date;
  afterUpdatedAt?: Date;
  afterCreatedAt?: Date;
  /** Oldest change first, so that reading can go on from the last one. */
  sortUpdatedAt?: 'asc';
  sortStart?: 'asc';
  take?: number;
  skip?: number;
}

export interface UpstreamEventType {
  id: number;
  title: string;
  slug: string;
  lengthMinutes: number;
  lengthOptionsMinutes: number[];
  teamId: number | null;
  schedulingType: 'single' | 'roundRobin' | 'collective' | 'managed';
  hosts: { userId: number; name: string; username: string | null; email: string | null }[];
  minimumNoticeMinutes: number;
  bufferBeforeMinutes: number;
  bufferAfterMinutes: number;
  seats: number;
  requiresConfirmation: boolean;
  emailRequired: boolean;
  phoneEnabled: boolean;
  requiredFields: { slug: string; label: string }[];
  price: number | null;
  hidden: boolean;
  /** Cal.com mails the booker a code and takes no booking without it. */
  emailVerification: boolean;
  /** One booking request makes several bookings. */
  recurring: boolean;
  /** Whether Cal.com heeds a wish for certain hosts (`rrHostSubsetIds`); null where it does not say. */
  hostSubsetEnabled: boolean | null;
  cancellingDisabled: boolean;
  reschedulingDisabled: boolean;
  /** Moving is refused closer to the start than this; 0 = always allowed. */
  rescheduleNoticeMinutes: number;
  /** Kinds of places, as Cal.com names them. */
  locations: string[];
  /** Most bookings per `day`, `week`, `month` or `year`. */
  bookingLimits: Record<string, number>;
}

export interface UpstreamUser {
  id: number;
  name: string;
  username: string | null;
  email: string;
  timeZone: string;
  organizationId: number | null;
}

export interface TeamEventType {
  teamId: number;
  eventTypeId: number;
}

export type TeamRole = 'member' | 'admin' | 'owner';

export interface NewWebhook {
  subscriberUrl: string;
  triggers: string[];
  secret: string;
}

export interface UpstreamWebhook {
  id: string;
  subscriberUrl: string;
  active: boolean;
  triggers: string[];
}

/**
 * Cal.com as the gateway knows it. Implemented by the only HTTP client that may talk to it.
 * Every method throws UpstreamRejected (a 4xx with its meaning), UpstreamThrottled (429), UpstreamUnauthorised,
 * UpstreamUnavailable (5xx, reset, timeout), UpstreamMalformed, or DeadlineExceeded when the signal aborted.
 */
export interface CalcomApi {
  slots(query: SlotsQuery, call: UpstreamCall): Promise<SlotsByDay>;
  createBooking(request: BookingRequest, call: UpstreamCall): Promise<UpstreamBooking>;
  rescheduleBooking(
    uid: string,
    change: { startAt: Date; reason?: string },
    call: UpstreamCall,
  ): Promise<UpstreamBooking>;
  cancelBooking(uid: string, reason: string, call: UpstreamCall, part?: CancelledPart): Promise<UpstreamBooking>;
  /** Sets the mark or takes it back; an address of no attendee changes nothing. */
  markAbsent(uid: string, attendee: { email: string; absent: boolean }, call: UpstreamCall): Promise<UpstreamBooking>;
  /** null when Cal.com does not know the uid. */
  getBooking(uid: string, call: UpstreamCall): Promise<UpstreamBooking | null>;
  listBookings(filter: BookingFilter, call: UpstreamCall): Promise<{ bookings: UpstreamBooking[]; hasMore: boolean }>;
  reserveSlot(
    eventTypeId: number,
    startAt: Date,
    minutes: number,
    call: UpstreamCall,
    lengthMinutes?: number,
  ): Promise<{ uid: string; until: Date }>;
  releaseReservation(uid: string, call: UpstreamCall): Promise<void>;
  me(call: UpstreamCall): Promise<UpstreamUser>;
  eventTypes(call: UpstreamCall): Promise<UpstreamEventType[]>;
  teams(call: UpstreamCall): Promise<{ id: number; name: string }[]>;
  teamEventTypes(teamId: number, call: UpstreamCall): Promise<UpstreamEventType[]>;
  /** Only administrators may ask who is in a team. @returns null where Cal.com does not say */
  teamRole(teamId: number, userId: number, call: UpstreamCall): Promise<TeamRole | null>;
  /** @param of null: the webhooks of the key's owner, which are silent for event types of teams */
  webhooks(of: TeamEventType | null, call: UpstreamCall): Promise<UpstreamWebhook[]>;
  /** Makes Cal.com heed a wish for certain hosts. @returns false when it did not take the setting over */
  enableHostChoice(of: TeamEventType, call: UpstreamCall): Promise<boolean>;
  createWebhook(of: TeamEventType | null, hook: NewWebhook, call: UpstreamCall): Promise<UpstreamWebhook>;
  /** Also switches it on. */
  updateWebhook(of: TeamEventType | null, id: string, hook: NewWebhook, call: UpstreamCall): Promise<UpstreamWebhook>;
}
