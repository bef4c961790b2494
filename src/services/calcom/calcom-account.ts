import { classify, type GatewayError, UpstreamRejected } from '../../errors';
import { addDays, daysBetween } from '../../local-time';
import { typeFaultOf } from '../booking/verification';
import type {
  BookingFilter,
  BookingRequest,
  CalcomApi,
  CalcomCredential,
  CalcomEndpoint,
  CancelledPart,
  NewWebhook,
  Priority,
  SlotsByDay,
  SlotsQuery,
  TeamEventType,
  TeamRole,
  UpstreamBooking,
  UpstreamCall,
  UpstreamEventType,
  UpstreamUser,
  UpstreamWebhook,
} from './calcom-ports';
import type { FetchControl, SlotPriority } from '../availability/ports';
import type { CalcomEgress, EgressRequest } from './calcom-egress';
import type { CalcomOperation, SetupFaults } from './setup-faults';
import type { TenantId } from '../../domain';
import { currentRequest } from '../../request-context';

interface CalcomTimeouts {
  slotsMs: number;
  /** Least time limit of a write; one that follows slow accounts goes up to `bookingCeilingMs`. */
  bookingMs: number;
  bookingCeilingMs: number;
  testMs: number;
}

export interface ConnectionTest {
  success: boolean;
  user: UpstreamUser | null;
  latencyMs: number;
  error: GatewayError | null;
}

export interface CalcomAccountDeps {
  readonly tenantId: TenantId;
  readonly credential: CalcomCredential;
  readonly api: CalcomApi;
  readonly egress: Pick<CalcomEgress, 'run' | 'countFault'>;
  readonly timeouts: CalcomTimeouts;
  /** Gets every answer reported; null for a key that is only tried. */
  readonly faults: Pick<SetupFaults, 'failed' | 'worked' | 'listed'> | null;
}

/** What a write is about besides what Cal.com is sent. */
export interface WriteSubject {
  /** null when it is not known. */
  eventTypeId: number | null;
  /** Awaited once the request has its place; when it rejects, nothing is sent and its error is thrown. */
  mayLeave?: EgressRequest['mayLeave'];
}

/** How long an operator at a page waits for a place in the budget before the page says that it is busy. */
const OPERATOR_PATIENCE_MS = 3000;
/** With less time than this left after waiting for the budget the answer would come too late, and the request be wasted. */
const USUAL_ANSWER_MS = 850;

/** Under which the durations of an event type's slot requests are remembered. */
export function slotSampleKey(eventTypeId: number): string {
  return `slots:${eventTypeId}`;
}

/** Under which the durations of a key's writes are remembered. */
export function bookingSampleKey(endpoint: CalcomEndpoint, credentialId: string): string {
  return `${endpoint}:${credentialId}`;
}

/** One company's uncached side of Cal.com: its key, the API, and the egress (circuit and budget) every request passes. */
export class CalcomAccount {
  constructor(private readonly deps: CalcomAccountDeps) {}

  get credentialId(): string {
    return this.deps.credential.id;
  }

  /** Free starts as Cal.com lists them now. Only the slot cache asks this; everything else reads through the cache. */
  async fetchSlots(query: SlotsQuery, options: FetchControl & { priority: SlotPriority }): Promise<SlotsByDay> {
    const { tenantId, api, timeouts, faults } = this.deps;
    const { eventTypeId, startDate, endDate, hostIds, bookingUidToReschedule } = query;
    const listed = await this.#ask(
      {
        ...{ endpoint: '/slots', circuit: 'reads', priority: options.priority },
        timeoutMs: timeouts.slotsMs,
        signal: options.signal,
        maxWaitMs: Math.max(0, options.deadline.remainingMs() - USUAL_ANSWER_MS),
        sampleKey: slotSampleKey(eventTypeId),
      },
      (call) => {
        options.sent();
        return api.slots(query, call);
      },
      eventTypeId,
    );
    if (!hostIds && bookingUidToReschedule === undefined) {
      const starts = [...listed.values()].reduce((sum, day) => sum + day.length, 0);
      faults?.listed(tenantId, eventTypeId, daysBetween(startDate, addDays(endDate, 1)), starts);
    }
    return listed;
  }

  /**
   * @param mayLeave as of a `WriteSubject`
   * @throws UpstreamRejected when Cal.com refuses, RateLimited or CircuitOpen when nothing was sent, an Upstream… error
   */
  async createBooking(request: BookingRequest, mayLeave?: WriteSubject['mayLeave']): Promise<UpstreamBooking> {
    const { eventTypeId } = request;
    const booking = await this.#write('/bookings', { eventTypeId, mayLeave }, (call) =>
      this.deps.api.createBooking(request, call),
    );
    const single = { endpoint: 'single booking', eventTypeId };
    const fault = typeFaultOf(booking);
    if (fault) this.#refused(single, new UpstreamRejected(201, fault, ''));
    else this.deps.faults?.worked(this.deps.tenantId, single, false);
    return booking;
  }

  rescheduleBooking(
    uid: string,
    change: { startAt: Date; reason?: string },
    subject: WriteSubject,
  ): Promise<UpstreamBooking> {
    return this.#write('/bookings/reschedule', subject, (call) => this.deps.api.rescheduleBooking(uid, change, call));
  }

  cancelBooking(uid: string, reason: string, subject: WriteSubject, part?: CancelledPart): Promise<UpstreamBooking> {
    return this.#write('/bookings/cancel', subject, (call) => this.deps.api.cancelBooking(uid, reason, call, part));
  }

  /** Marks an attendee absent, or takes the mark back; only after the start. */
  markAbsent(
    uid: string,
    attendee: { email: string; absent: boolean },
    subject: WriteSubject,
  ): Promise<UpstreamBooking> {
    return this.#write('/bookings/mark-absent', subject, (call) => this.deps.api.markAbsent(uid, attendee, call));
  }

  /** Whether Cal.com lists the start as free right now; never answered from the cache. */
  async isStartFree(
    start: {
      eventTypeId: number;
      startAt: Date;
      lengthMinutes?: number | null;
      hostIds: number[];
      /** The booking being moved: its own time counts as free. */
      movedUid: string | null;
    },
    priority: Priority = 'booking',
  ): Promise<boolean> {
    const day = start.startAt.toISOString().slice(0, 10);
    const query: SlotsQuery = {
      ...{ eventTypeId: start.eventTypeId, startDate: day, endDate: day, timeZone: 'UTC' },
      ...(start.lengthMinutes ? { durationMinutes: start.lengthMinutes } : {}),
      ...(start.hostIds.length > 0 ? { hostIds: start.hostIds } : {}),
      ...(start.movedUid ? { bookingUidToReschedule: start.movedUid } : {}),
    };
    const listed = await this.#ask(
      { endpoint: '/slots', circuit: 'reads', priority, timeoutMs: this.deps.timeouts.slotsMs },
      (call) => this.deps.api.slots(query, call),
      start.eventTypeId,
    );
    return listed.get(day)?.includes(start.startAt.getTime()) ?? false;
  }

  /** Counts a write that Cal.com answered with HTTP 500 as a fault, once a conflict has been ruled out. */
  countWriteFault(error: unknown): Promise<void> {
    return this.deps.egress.countFault(this.deps.credential, 'writes', error);
  }

  /** null when Cal.com does not know the uid. Counts as part of a booking by default: it settles what a caller waits for. */
  getBooking(uid: string, priority: Priority = 'booking'): Promise<UpstreamBooking | null> {
    const request = { endpoint: '/bookings/get', circuit: 'reads', priority } as const;
    return this.#ask({ ...request, timeoutMs: this.deps.timeouts.slotsMs }, (call) =>
      this.deps.api.getBooking(uid, call),
    );
  }

  listBookings(
    filter: BookingFilter,
    priority: Priority = 'booking',
  ): Promise<{ bookings: UpstreamBooking[]; hasMore: boolean }> {
    const request = { endpoint: '/bookings/list', circuit: 'reads', priority } as const;
    return this.#ask({ ...request, timeoutMs: this.deps.timeouts.bookingMs }, (call) =>
      this.deps.api.listBookings(filter, call),
    );
  }

  /** @param lengthMinutes of the appointment, where the event type has several lengths */
  reserveSlot(
    eventTypeId: number,
    startAt: Date,
    minutes: number,
    lengthMinutes?: number,
  ): Promise<{ uid: string; until: Date }> {
    return this.#reservation(
      'live',
      (call) => this.deps.api.reserveSlot(eventTypeId, startAt, minutes, call, lengthMinutes),
      eventTypeId,
    );
  }

  releaseReservation(uid: string): Promise<void> {
    return this.#reservation('background', (call) => this.deps.api.releaseReservation(uid, call));
  }

  eventTypes(): Promise<UpstreamEventType[]> {
    return this.#forOperator('/event-types', 'reads', (call) => this.deps.api.eventTypes(call));
  }

  teams(): Promise<{ id: number; name: string }[]> {
    return this.#forOperator('/teams', 'reads', (call) => this.deps.api.teams(call));
  }

  teamEventTypes(teamId: number): Promise<UpstreamEventType[]> {
    return this.#forOperator('/event-types', 'reads', (call) => this.deps.api.teamEventTypes(teamId, call));
  }

  teamRole(teamId: number, userId: number): Promise<TeamRole | null> {
    return this.#forOperator('/teams', 'reads', (call) => this.deps.api.teamRole(teamId, userId, call));
  }

  webhooks(of: TeamEventType | null): Promise<UpstreamWebhook[]> {
    return this.#forOperator('/webhooks', 'reads', (call) => this.deps.api.webhooks(of, call));
  }

  enableHostChoice(of: TeamEventType): Promise<boolean> {
    return this.#forOperator('/event-types', 'writes', (call) => this.deps.api.enableHostChoice(of, call));
  }

  createWebhook(of: TeamEventType | null, hook: NewWebhook): Promise<UpstreamWebhook> {
    return this.#forOperator('/webhooks', 'writes', (call) => this.deps.api.createWebhook(of, hook, call));
  }

  updateWebhook(of: TeamEventType | null, id: string, hook: NewWebhook): Promise<UpstreamWebhook> {
    return this.#forOperator('/webhooks', 'writes', (call) => this.deps.api.updateWebhook(of, id, hook, call));
  }

  /** Whose key this is, within ten seconds. Never throws: the answer is for an operator's page. */
  async testConnection(): Promise<ConnectionTest> {
    const beganMs = performance.now();
    try {
      const user = await this.#forOperator('/me', 'reads', (call) => this.deps.api.me(call));
      return { success: true, user, latencyMs: performance.now() - beganMs, error: null };
    } catch (error) {
      return { success: false, user: null, latencyMs: performance.now() - beganMs, error: classify(error) };
    }
  }

  #write(
    endpoint: CalcomEndpoint,
    { eventTypeId, mayLeave }: WriteSubject,
    send: (call: UpstreamCall) => Promise<UpstreamBooking>,
  ): Promise<UpstreamBooking> {
    const { credential, timeouts } = this.deps;
    return this.#ask(
      {
        ...{ endpoint, circuit: 'writes', priority: 'booking' },
        timeoutMs: timeouts.bookingMs,
        timeoutCeilingMs: timeouts.bookingCeilingMs,
        serverErrorMayBeConflict: true,
        sampleKey: bookingSampleKey(endpoint, credential.id),
        mayLeave,
      },
      send,
      eventTypeId,
    );
  }

  #reservation<T>(priority: Priority, send: (call: UpstreamCall) => Promise<T>, eventTypeId?: number): Promise<T> {
    const request = { endpoint: '/slots/reservations', circuit: 'writes', priority } as const;
    return this.#ask({ ...request, timeoutMs: this.deps.timeouts.slotsMs }, send, eventTypeId);
  }

  /** For an operator at a page, who sees what is wrong, and is refused soon when the budget has no place. */
  #forOperator<T>(
    endpoint: CalcomEndpoint,
    circuit: 'reads' | 'writes',
    send: (call: UpstreamCall) => Promise<T>,
  ): Promise<T> {
    const { testMs } = this.deps.timeouts;
    const request = { endpoint, circuit, priority: 'operator', timeoutMs: testMs } as const;
    return this.#ask({ ...request, maxWaitMs: OPERATOR_PATIENCE_MS }, send);
  }

  /** Reports what only the owner of the account can mend, and that it works again. */
  async #ask<T>(
    request: Omit<EgressRequest, 'credential' | 'tenantId'>,
    send: (call: UpstreamCall) => Promise<T>,
    eventTypeId: number | null = null,
  ): Promise<T> {
    const { credential, tenantId, egress, faults } = this.deps;
    const operation = { endpoint: request.endpoint, eventTypeId };
    const run = (): Promise<T> => egress.run({ credential, tenantId, ...request }, send);
    try {
      // The client leaves the hosts out from the refusal on; who serves is seen in the answer.
      const answer = await run().catch((error: unknown) => {
        if (error instanceof UpstreamRejected && error.reason === 'host_choice_unknown') return run();
        throw error;
      });
      faults?.worked(tenantId, operation, request.circuit === 'writes');
      return answer;
    } catch (error) {
      this.#refused(operation, error);
      throw error;
    }
  }

  #refused(operation: CalcomOperation, error: unknown): void {
    const fault = this.deps.faults?.failed(this.deps.tenantId, operation, error);
    const request = currentRequest();
    if (fault && request) request.setupFault = fault;
  }
}
