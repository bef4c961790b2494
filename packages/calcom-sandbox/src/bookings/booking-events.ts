import { type Booking } from '../world/booking';

/** What happens to bookings, as the webhooks report it. */
export type BookingEvent =
  | {
      trigger: 'BOOKING_CREATED' | 'BOOKING_REJECTED' | 'BOOKING_CANCELLED';
      booking: Booking;
    }
  /** `marks`: of the attendees that were named, those that the booking has. */
  | { trigger: 'BOOKING_NO_SHOW_UPDATED'; booking: Booking; marks: { email: string; absent: boolean }[] }
  /** `previous` is set when an existing booking was moved and now waits again. */
  | { trigger: 'BOOKING_REQUESTED'; booking: Booking; previous?: Booking }
  | { trigger: 'BOOKING_RESCHEDULED'; booking: Booking; previous: Booking };

/** Resolves when the request that caused the event may be answered. */
export type AnnounceBooking = (event: BookingEvent) => Promise<void>;
