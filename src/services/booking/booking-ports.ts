import type { CalcomAccount } from '../calcom/calcom-account';
import type { Service, TenantId } from '../../domain';

/** What booking needs of a company's Cal.com account. */
export type BookingUpstream = Pick<
  CalcomAccount,
  | 'createBooking'
  | 'rescheduleBooking'
  | 'cancelBooking'
  | 'markAbsent'
  | 'isStartFree'
  | 'countWriteFault'
  | 'getBooking'
  | 'listBookings'
>;

export interface BookingUpstreams {
  forTenant(companyId: TenantId): Promise<BookingUpstream>;
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
