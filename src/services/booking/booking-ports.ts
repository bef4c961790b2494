import type { BookingFilter, BookingRequest, UpstreamBooking } from '../calcom/calcom-ports';
import type { WriteSubject } from '../calcom/calcom-account';
import type { Service, TenantId } from '../../domain';

/** What booking needs of a company's Cal.com account; CalcomService provides it. */
export interface BookingUpstream {
  /** @param stillWanted called in the moment of sending; what it throws is thrown, and nothing is sent */
  createBooking(request: BookingRequest, stillWanted?: () => void): Promise<UpstreamBooking>;
  rescheduleBooking(
    uid: string,
    change: { startAt: Date; reason?: string },
    subject: WriteSubject,
  ): Promise<UpstreamBooking>;
  cancelBooking(uid: string, reason: string, subject: WriteSubject): Promise<UpstreamBooking>;
  /** Marks an attendee absent, or takes the mark back; only after the start. */
  markAbsent(
    uid: string,
    attendee: { email: string; absent: boolean },
    subject: WriteSubject,
  ): Promise<UpstreamBooking>;
  /** Cancels a recurring event type's booking and all that follow it. */
  cancelSeries(uid: string, reason: string, subject: WriteSubject): Promise<UpstreamBooking>;
  /** Whether Cal.com lists the start as free right now; never answered from the cache. */
  isStartFree(start: {
    eventTypeId: number;
    startAt: Date;
    hostIds: number[];
    /** The booking being moved: its own time counts as free. */
    movedUid: string | null;
  }): Promise<boolean>;
  /** Counts a write that Cal.com answered with HTTP 500 as a fault, once a conflict has been ruled out. */
  countWriteFault(error: unknown): Promise<void>;
  getBooking(uid: string): Promise<UpstreamBooking | null>;
  listBookings(filter: BookingFilter): Promise<{ bookings: UpstreamBooking[]; hasMore: boolean }>;
}

export interface BookingUpstreams {
  forTenant(companyId: TenantId): Promise<BookingUpstream>;
}

/** Puts writers for the same hosts and times in line, across processes while Redis is there, else within this one. */
export interface WriterQueue {
  /**
   * Runs `work` while no other writer holds any of the keys.
   * @throws DeadlineExceeded when the keys stay taken for `waitMs`
   */
  inLine<T>(keys: string[], waitMs: number, work: () => Promise<T>): Promise<T>;
}

/** What the offered availability must learn, before the answer is given, from what we just did. */
export interface AvailabilityListener {
  booked(companyId: TenantId, eventTypeId: number, hostId: number | null, startAt: Date, endAt: Date): Promise<void>;
  /** Cal.com refused the start although we offered it. */
  taken(companyId: TenantId, eventTypeId: number, startAt: Date, endAt: Date): Promise<void>;
  released(companyId: TenantId, eventTypeId: number, hostId: number | null, startAt: Date, endAt: Date): Promise<void>;
}

/** The address Cal.com knows a caller by. */
export interface AttendeeAddressBook {
  /** The e-mail sent to Cal.com: the caller's own, or a unique one made for them; null books by phone alone. */
  addressFor(
    attendee: {
      companyId: TenantId;
      email: string | null;
      phone: string | null;
      callId: string | null;
      /** Tells several people behind one number apart; null for the caller. */
      person: string | null;
    },
    service: Pick<Service, 'phoneOnly'>,
  ): string | null;
  /** The address under which a booking made by phone alone is listed. */
  listedAddress(sent: string | null, phone: string | null): string | null;
}
