import { type Booking, minutesLong } from '../world/booking';
import { type World } from '../world/world';
import { type EventType } from '../world/world-spec';
import { addDays, localDate, weekdayOf } from '../world/zone-time';

type Period = 'day' | 'week' | 'month' | 'year';

function periodKey(period: Period, date: string): string {
  switch (period) {
    case 'day':
      return date;
    case 'week':
      return addDays(date, 1 - weekdayOf(date));
    case 'month':
      return date.slice(0, 7);
    case 'year':
      return date.slice(0, 4);
  }
}

const PERIODS: readonly Period[] = ['day', 'week', 'month', 'year'];

/** Knows how full each day, week, month and year of an event type already is. Build one per request. */
export class BookingLimits {
  readonly #count = new Map<string, number>();
  readonly #minutes = new Map<string, number>();
  readonly #zone: string;

  constructor(
    world: World,
    private readonly eventType: EventType,
    ignoreBookingUid?: string,
  ) {
    this.#zone = world.zoneOf(eventType);
    if (!eventType.bookingLimitsCount && !eventType.bookingLimitsDuration) return;
    for (const booking of world.bookings.ofEventType(eventType.id)) {
      if (booking.status === 'accepted' && booking.uid !== ignoreBookingUid) this.#add(booking);
    }
  }

  /** True when one more appointment of this length would break a cap of the period it falls into. */
  reached(startMs: number, lengthMinutes: number): boolean {
    const { bookingLimitsCount, bookingLimitsDuration } = this.eventType;
    if (!bookingLimitsCount && !bookingLimitsDuration) return false;
    const date = localDate(this.#zone, startMs);
    return PERIODS.some((period) => {
      const key = `${period}:${periodKey(period, date)}`;
      const maxCount = bookingLimitsCount?.[period];
      const maxMinutes = bookingLimitsDuration?.[period];
      if (maxCount !== undefined && (this.#count.get(key) ?? 0) + 1 > maxCount) return true;
      return maxMinutes !== undefined && (this.#minutes.get(key) ?? 0) + lengthMinutes > maxMinutes;
    });
  }

  #add(booking: Booking): void {
    const date = localDate(this.#zone, booking.startMs);
    for (const period of PERIODS) {
      const key = `${period}:${periodKey(period, date)}`;
      this.#count.set(key, (this.#count.get(key) ?? 0) + 1);
      this.#minutes.set(key, (this.#minutes.get(key) ?? 0) + minutesLong(booking));
    }
  }
}
