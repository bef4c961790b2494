import { classify, type GatewayError } from '../errors';
import type {
  BookingFilter,
  BookingRequest,
  CalcomApi,
  CalcomCredential,
  CalcomEndpoint,
  Priority,
  SlotsByDay,
  SlotsQuery,
  UpstreamBooking,
  UpstreamCall,
  UpstreamEventType,
  UpstreamUser,
  UpstreamWebhook,
} from './calcom/calcom-ports';
import type { LocalDate, TenantId } from '../domain';
import type { Deadline } from '../request-context';
import { currentRequest } from '../request-context';

export interface EgressRequest {
  credential: CalcomCredential;
  tenantId: TenantId;
  endpoint: CalcomEndpoint;
  circuit: 'reads' | 'writes';
  priority: Priority;
  /** Longest the HTTP exchange may take. */
  timeoutMs: number;
  signal?: AbortSignal;
  /** Longest wait for a place in the budget. */
  maxWaitMs?: number;
  /** What the exchange's duration is remembered under, beside its endpoint. */
  sampleKey?: string;
  /** When set, `timeoutMs` is the least: the exchange may take as long as recent ones did, up to this. */
  timeoutCeilingMs?: number;
  /** HTTP 500 may be a conflict: it counts against the circuit only when `countFault` says so afterwards. */
  serverErrorMayBeConflict?: boolean;
}

/** The only way out: budget, then circuit, then the wire. */
export interface Egress {
  run<T>(request: EgressRequest, send: (call: UpstreamCall) => Promise<T>): Promise<T>;
  countFault(credential: CalcomCredential, circuit: 'reads' | 'writes', error: unknown): Promise<void>;
}

export interface SlotQuestion {
  tenantId: TenantId;
  credentialId: string;
  teamId: number | null;
  eventTypeId: number;
  startDate: LocalDate;
  endDate: LocalDate;
  timeZone: string;
  today: LocalDate;
  closedDays: (date: LocalDate) => boolean;
  priority: 'live' | 'background';
  deadline: Deadline;
  durationMinutes?: number;
  hostIds?: number[];
  bookingUidToReschedule?: string;
}

export interface SlotAnswer {
  /** Every asked day is present, perhaps empty. Starts in epoch milliseconds, ascending. */
  days: SlotsByDay;
  /** True when the answer is older than its time to live because Cal.com could not be asked in time. */
  stale: boolean;
  fetchedAtMs: number;
}

export interface SlotSource {
  read(question: SlotQuestion): Promise<SlotAnswer>;
}

export interface CalcomTimeouts {
  slotsMs: number;
  /** Least time limit of a write; one that follows slow accounts goes up to `bookingCeilingMs`. */
  bookingMs: number;
  bookingCeilingMs: number;
  testMs: number;
}

export interface SlotOptions {
  timeZone: string;
  closedDays?: (date: LocalDate) => boolean;
  priority?: 'live' | 'background';
  durationMinutes?: number;
  hostIds?: number[];
  bookingUidToReschedule?: string;
}

export interface ConnectionTest {
  success: boolean;
  user: UpstreamUser | null;
  latencyMs: number;
  error: GatewayError | null;
}

const READ_BUDGET_MS = 10_000;
/** How long an operator who looks at a page waits for a place in the budget before being told that it is busy. */
const OPERATOR_PATIENCE_MS = 3000;
/** With less time than this left after waiting for the budget the answer would come too late, and the request be wasted. */
const USUAL_ANSWER_MS = 850;

/** Under which the durations of an event type's slot requests are remembered. */
export function slotSampleKey(eventTypeId: number): string {
  return `slots:${eventTypeId}`;
}

/** One tenant's Cal.com account. Every request passes memo → cache → coalescing → budget → circuit → client. */
export class CalcomService {
  readonly #tenantId: TenantId;
  readonly #credential: CalcomCredential;
  readonly #api: CalcomApi;
  readonly #egress: Egress;
  readonly #slots: SlotSource;
  readonly #timeouts: CalcomTimeouts;
  /** Today's local date in a zone. */
  readonly #today: (timeZone: string) => LocalDate;

  constructor(deps: {
    tenantId: TenantId;
    credential: CalcomCredential;
    api: CalcomApi;
    egress: Egress;
    slots: SlotSource;
    timeouts: CalcomTimeouts;
    today: (timeZone: string) => LocalDate;
  }) {
    this.#tenantId = deps.tenantId;
    this.#credential = deps.credential;
    this.#api = deps.api;
    this.#egress = deps.egress;
    this.#slots = deps.slots;
    this.#timeouts = deps.timeouts;
    this.#today = deps.today;
  }

  get credentialId(): string {
    return this.#credential.id;
  }

  /**
   * Free starts of an event type.
   * @param startDate first day, `YYYY-MM-DD` in `options.timeZone`
   * @param endDate last day, inclusive
   * @throws RateLimited, CircuitOpen, DeadlineExceeded or an Upstream… error when neither Cal.com nor the cache can answer
   */
  getAvailableSlots(
    eventTypeId: number,
    startDate: LocalDate,
    endDate: LocalDate,
    teamId: number | null = null,
    options: SlotOptions = { timeZone: 'UTC' },
  ): Promise<SlotAnswer> {
    const { closedDays, priority, ...rest } = options;
    return this.#slots.read({
      tenantId: this.#tenantId,
      credentialId: this.#credential.id,
      teamId,
      eventTypeId,
      startDate,
      endDate,
      today: this.#today(options.timeZone),
      closedDays: closedDays ?? (() => false),
      priority: priority ?? 'live',
      deadline: currentRequest()?.deadline ?? lasting(READ_BUDGET_MS),
      ...rest,
    });
  }

  /** What the cache asks on a miss; nothing else may call it. */
  fetchSlots(
    query: SlotsQuery,
    options: { priority: 'live' | 'background'; signal: AbortSignal; deadline: Deadline; sent: () => void },
  ): Promise<SlotsByDay> {
    return this.#egress.run(
      {
        credential: this.#credential,
        tenantId: this.#tenantId,
        endpoint: '/slots',
        circuit: 'reads',
        priority: options.priority,
        timeoutMs: this.#timeouts.slotsMs,
        signal: options.signal,
        maxWaitMs: Math.max(0, options.deadline.remainingMs() - USUAL_ANSWER_MS),
        sampleKey: slotSampleKey(query.eventTypeId),
      },
      (call) => {
        options.sent();
        return this.#api.slots(query, call);
      },
    );
  }

  /** @param stillWanted called in the moment of sending; what it throws is thrown, and nothing is sent */
  createBooking(request: BookingRequest, stillWanted?: () => void): Promise<UpstreamBooking> {
    return this.#write('/bookings', stillWanted, (call) => this.#api.createBooking(request, call));
  }

  rescheduleBooking(
    uid: string,
    change: { startAt: Date; reason?: string },
    stillWanted?: () => void,
  ): Promise<UpstreamBooking> {
    return this.#write('/bookings/reschedule', stillWanted, (call) => this.#api.rescheduleBooking(uid, change, call));
  }

  cancelBooking(uid: string, reason: string, stillWanted?: () => void): Promise<UpstreamBooking> {
    return this.#write('/bookings/cancel', stillWanted, (call) => this.#api.cancelBooking(uid, reason, call));
  }

  cancelSeries(uid: string, reason: string): Promise<UpstreamBooking> {
    return this.#write('/bookings/cancel', undefined, (call) => this.#api.cancelBooking(uid, reason, call, true));
  }

  /** Whether Cal.com lists the start as free right now; never answered from the cache. */
  async isStartFree(start: {
    eventTypeId: number;
    startAt: Date;
    hostIds: number[];
    movedUid: string | null;
  }): Promise<boolean> {
    const day = start.startAt.toISOString().slice(0, 10);
    const query: SlotsQuery = {
      ...{ eventTypeId: start.eventTypeId, startDate: day, endDate: day, timeZone: 'UTC' },
      ...(start.hostIds.length > 0 ? { hostIds: start.hostIds } : {}),
      ...(start.movedUid ? { bookingUidToReschedule: start.movedUid } : {}),
    };
    const listed = await this.#run('/slots', 'reads', 'booking', this.#timeouts.slotsMs, (call) =>
      this.#api.slots(query, call),
    );
    return listed.get(day)?.includes(start.startAt.getTime()) ?? false;
  }

  countWriteFault(error: unknown): Promise<void> {
    return this.#egress.countFault(this.#credential, 'writes', error);
  }

  /** null when Cal.com does not know the uid. Counts as part of a booking by default: it settles what a caller waits for. */
  getBooking(uid: string, priority: Priority = 'booking'): Promise<UpstreamBooking | null> {
    return this.#run('/bookings/get', 'reads', priority, this.#timeouts.slotsMs, (call) =>
      this.#api.getBooking(uid, call),
    );
  }

  listBookings(
    filter: BookingFilter,
    priority: Priority = 'booking',
  ): Promise<{ bookings: UpstreamBooking[]; hasMore: boolean }> {
    return this.#run('/bookings/list', 'reads', priority, this.#timeouts.bookingMs, (call) =>
      this.#api.listBookings(filter, call),
    );
  }

  reserveSlot(eventTypeId: number, startAt: Date, minutes: number): Promise<{ uid: string; until: Date }> {
    return this.#run('/slots/reservations', 'writes', 'live', this.#timeouts.slotsMs, (call) =>
      this.#api.reserveSlot(eventTypeId, startAt, minutes, call),
    );
  }

  releaseReservation(uid: string): Promise<void> {
    return this.#run('/slots/reservations', 'writes', 'background', this.#timeouts.slotsMs, (call) =>
      this.#api.releaseReservation(uid, call),
    );
  }

  eventTypes(): Promise<UpstreamEventType[]> {
    return this.#forOperator('/event-types', 'reads', (call) => this.#api.eventTypes(call));
  }

  teams(): Promise<{ id: number; name: string }[]> {
    return this.#forOperator('/teams', 'reads', (call) => this.#api.teams(call));
  }

  teamEventTypes(teamId: number): Promise<UpstreamEventType[]> {
    return this.#forOperator('/event-types', 'reads', (call) => this.#api.teamEventTypes(teamId, call));
  }

  webhooks(): Promise<UpstreamWebhook[]> {
    return this.#forOperator('/webhooks', 'reads', (call) => this.#api.webhooks(call));
  }

  createWebhook(hook: { subscriberUrl: string; triggers: string[]; secret: string }): Promise<UpstreamWebhook> {
    return this.#forOperator('/webhooks', 'writes', (call) => this.#api.createWebhook(hook, call));
  }

  /** Whose key this is, within ten seconds. Never throws: the answer is for an operator's page. */
  async testConnection(): Promise<ConnectionTest> {
    const beganMs = performance.now();
    try {
      const user = await this.#forOperator('/me', 'reads', (call) => this.#api.me(call));
      return { success: true, user, latencyMs: performance.now() - beganMs, error: null };
    } catch (error) {
      return { success: false, user: null, latencyMs: performance.now() - beganMs, error: classify(error) };
    }
  }

  #write(
    endpoint: CalcomEndpoint,
    stillWanted: (() => void) | undefined,
    send: (call: UpstreamCall) => Promise<UpstreamBooking>,
  ): Promise<UpstreamBooking> {
    return this.#egress.run(
      {
        ...{ credential: this.#credential, tenantId: this.#tenantId, endpoint, circuit: 'writes', priority: 'booking' },
        timeoutMs: this.#timeouts.bookingMs,
        timeoutCeilingMs: this.#timeouts.bookingCeilingMs,
        serverErrorMayBeConflict: true,
        sampleKey: `${endpoint}:${this.#credential.id}`,
      },
      async (call) => {
        stillWanted?.();
        return send(call);
      },
    );
  }

  /** Somebody waits at a page: in the callers' class, and soon told when there is no place. */
  #forOperator<T>(
    endpoint: CalcomEndpoint,
    circuit: 'reads' | 'writes',
    send: (call: UpstreamCall) => Promise<T>,
  ): Promise<T> {
    return this.#run(endpoint, circuit, 'live', this.#timeouts.testMs, send, OPERATOR_PATIENCE_MS);
  }

  #run<T>(
    endpoint: CalcomEndpoint,
    circuit: 'reads' | 'writes',
    priority: Priority,
    timeoutMs: number,
    send: (call: UpstreamCall) => Promise<T>,
    maxWaitMs?: number,
  ): Promise<T> {
    return this.#egress.run(
      {
        ...{ credential: this.#credential, tenantId: this.#tenantId, endpoint, circuit, priority, timeoutMs },
        ...(maxWaitMs === undefined ? {} : { maxWaitMs }),
      },
      send,
    );
  }
}

/** A deadline for work that no request is waiting for. */
function lasting(ms: number): Deadline {
  const untilMs = performance.now() + ms;
  return { signal: AbortSignal.timeout(ms), remainingMs: () => Math.max(0, untilMs - performance.now()) };
}
