import type { Clock } from '../infra/clock';
import type { LocalDate } from '../domain';
import { lasting, currentRequest } from '../request-context';
import type { SlotAnswer, SlotQuestion, SlotSource } from './availability/ports';
import { CalcomAccount, type CalcomAccountDeps } from './calcom/calcom-account';
import { localDate } from '../local-time';

export type SlotOptions = Pick<SlotQuestion, 'timeZone'> &
  Partial<Pick<SlotQuestion, 'closedDays' | 'priority' | 'durationMinutes' | 'hostIds' | 'bookingUidToReschedule'>>;

interface CalcomServiceDeps extends CalcomAccountDeps {
  readonly availability: SlotSource;
  readonly clock: Pick<Clock, 'now' | 'monotonicMs'>;
}

type SlotsAsked = [
  eventTypeId: number,
  startDate: LocalDate,
  endDate: LocalDate,
  teamId?: number | null,
  options?: SlotOptions,
];

const READ_BUDGET_MS = 10_000;

/** One company's Cal.com as callers' answers use it: its account, and free starts read through the cache. */
export class CalcomService extends CalcomAccount {
  readonly #reads: Pick<CalcomServiceDeps, 'tenantId' | 'availability' | 'clock'>;

  constructor(deps: CalcomServiceDeps) {
    super(deps);
    this.#reads = deps;
  }

  /**
   * Free starts of an event type.
   * @param startDate first day, `YYYY-MM-DD` in `options.timeZone`
   * @param endDate last day, inclusive
   * @throws RateLimited, CircuitOpen, DeadlineExceeded or an Upstream… error when neither Cal.com nor the cache can answer
   */
  getAvailableSlots(...asked: SlotsAsked): Promise<SlotAnswer> {
    return this.#reads.availability.read(this.#question(...asked));
  }

  /** As `getAvailableSlots`, for days in which a booking hides starts of other hosts; resolves before they are listed. */
  renewHiddenSlots(...asked: SlotsAsked): Promise<void> {
    return this.#reads.availability.renewHidden(this.#question(...asked));
  }

  #question(
    ...[eventTypeId, startDate, endDate, teamId = null, options = { timeZone: 'UTC' }]: SlotsAsked
  ): SlotQuestion {
    const { tenantId, clock } = this.#reads;
    const { closedDays, priority, ...rest } = options;
    return {
      tenantId,
      credentialId: this.credentialId,
      teamId,
      eventTypeId,
      startDate,
      endDate,
      today: localDate(clock.now(), options.timeZone),
      closedDays: closedDays ?? (() => false),
      priority: priority ?? 'live',
      deadline: currentRequest()?.deadline ?? lasting(clock, READ_BUDGET_MS),
      ...rest,
    };
  }
}
