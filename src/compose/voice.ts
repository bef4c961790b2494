import { RequestDeadline } from '../infra/deadline';
import { IntervalLeases } from '../infra/interval-leases';
import { LoopWatch } from '../infra/loop-watch';
import { maskPersonal } from '../infra/masking';
import { RedisGuard } from '../infra/redis-guard';
import { RedisLeases } from '../infra/redis-leases';
import { RedisTextStore } from '../infra/redis-text-store';
import { WriterLine } from '../infra/writer-line';
import { PostgresAppointmentStore } from '../models/appointment-store';
import { BookingLedgerStore } from '../models/booking-ledger-store';
import { PostgresCallStore } from '../models/call-store';
import { PostgresCallbackStore } from '../models/callback-store';
import { PostgresCustomerStore } from '../models/customer-store';
import { PostgresInvocationStore } from '../models/invocation-store';
import { PopularServiceStore } from '../models/popular-service-store';
import { AppointmentAlternativeFinder } from '../services/appointment-alternative-finder';
import { BookingService } from '../services/booking/booking-service';
import { OperationRunner } from '../services/booking/operation-runner';
import { OtherAppointments } from '../services/booking/other-appointments';
import { Settlement, SETTLING_MS } from '../services/booking/settlement';
import type { Service, TenantId, TenantProfile } from '../domain';
import { Holds } from '../services/availability/holds';
import { runWithRequest } from '../request-context';
import { LANGUAGES } from '../services/language/languages';
import { toVoice } from '../services/language/speaker/voice-errors';
import { daysAnywhere } from '../local-time';
import { Admission } from '../services/voice/admission';
import { CallLifecycle } from '../services/voice/call-lifecycle';
import { CallMemories } from '../services/voice/call-memory';
import { ConversationOpener } from '../services/voice/conversation-opener';
import { TraceWriter } from '../services/voice/trace-writer';
import { VoiceTools } from '../services/voice/voice-tools';
import type { Infrastructure } from './infrastructure';
import type { Upstream } from './upstream';

/** Kept back of the deadline to write the answer out. */
const WRITE_OUT_MS = 60;
const POPULAR_LIFE_MS = 600_000;
const TRACE_EVERY_MS = 50;

export interface Voice {
  tools: VoiceTools;
  lifecycle: CallLifecycle;
  bookings: BookingService;
  settlement: Settlement;
  admission: Admission;
  loop: LoopWatch;
  trace: TraceWriter;
  memories: CallMemories;
  appointments: PostgresAppointmentStore;
  popular: PopularServiceStore;
}

/** Told by bookings: the cache at once, and the job that comes after it. */
export type AfterChange = (companyId: TenantId, eventTypeId: number, cause: 'own' | 'foreign', days: string[]) => void;

/** What was said before is worth asking for again sooner than a listing, which is known here as well. */
const MEMORY_PAUSE_MS = 250;

/** What answers callers: tools, bookings and the life of a call. */
export function composeVoice(
  base: Infrastructure,
  upstream: Upstream,
  afterChange: AfterChange,
  alert: (kind: string, key: string, message: string, companyId: TenantId | null) => void,
  catchUp: (companyId: TenantId, uid: string) => Promise<void>,
): Voice {
  const { config, clock, database, logger, metrics, redis, guard, background } = base;
  const appointments = new PostgresAppointmentStore(database);
  const calls = new PostgresCallStore(database);
  const customers = new PostgresCustomerStore(database);
  const callbacks = new PostgresCallbackStore(database);
  const popular = new PopularServiceStore(database);
  const holds = new Holds(new IntervalLeases(guard, clock));
  const memories = new CallMemories(new RedisTextStore(new RedisGuard(redis, clock, MEMORY_PAUSE_MS)));
  const ledger = new BookingLedgerStore(database);
  const { calcom } = upstream;
  const { invalidation } = upstream.slots;

  const told = async (
    work: Promise<{ delivered: boolean }>,
    companyId: TenantId,
    eventTypeId: number,
    startAt: Date,
    endAt: Date,
    cause: 'own' | 'foreign',
  ): Promise<void> => {
    const { delivered } = await work;
    // What the cache did not hear now it must hear from the job, as if a stranger had changed it.
    afterChange(
      companyId,
      eventTypeId,
      delivered ? cause : 'foreign',
      daysAnywhere(startAt.getTime(), endAt.getTime()),
    );
  };
  const others = new OtherAppointments({ ledger, upstreams: { forTenant: calcom }, nowMs: () => clock.nowMs() });
  const runner = new OperationRunner({
    ledger,
    others,
    upstreams: { forTenant: calcom },
    queue: new WriterLine(new RedisLeases(redis, new RedisGuard(redis, clock, 0))),
    listener: {
      booked: (company, eventType, host, startAt, endAt) =>
        told(invalidation.booked(company, eventType, host, startAt, endAt), company, eventType, startAt, endAt, 'own'),
      taken: (company, eventType, startAt, endAt) =>
        told(invalidation.taken(company, eventType, startAt, endAt), company, eventType, startAt, endAt, 'own'),
      released: (company, eventType, host, startAt, endAt) =>
        told(
          invalidation.released(company, eventType, host, startAt, endAt),
          company,
          eventType,
          startAt,
          endAt,
          'own',
        ),
    },
    addresses: upstream.addresses,
    log: logger,
    nowMs: () => clock.nowMs(),
    sleep: (ms) => clock.sleep(ms),
    background,
  });
  const bookings = new BookingService({
    ledger,
    runner,
    others,
    addresses: upstream.addresses,
    appointments,
    catchUp,
    sleep: (ms) => clock.sleep(ms),
    track: (work) => background.run('finish a booking', work),
    observe: (kind, outcome, origin) =>
      metrics.count('askpro_bookings_total', {
        kind,
        outcome: outcome.kind === 'done' && outcome.replay ? 'repeated' : outcome.kind,
        origin,
      }),
  });
  const deadline = (budgetMs: number): RequestDeadline => new RequestDeadline(clock, budgetMs);
  const settlement = new Settlement({
    ledger,
    runner,
    log: logger,
    nowMs: () => clock.nowMs(),
    track: (work) => background.run('settle bookings', work),
    within: async (operation, work) => {
      const limit = deadline(SETTLING_MS);
      try {
        return await runWithRequest(
          {
            requestId: `settle-${operation.id}`,
            tenantId: operation.companyId,
            callId: operation.callId,
            deadline: limit,
            steps: [],
            undecided: true,
            settling: true,
          },
          work,
        );
      } finally {
        limit.finish();
      }
    },
    pendingFailed: async (operation, reason) => {
      const { payload } = operation;
      metrics.count('askpro_pending_operations_failed_total', { kind: operation.kind });
      alert(
        'booking_not_settled',
        `operation:${operation.id}`,
        `A pending ${operation.kind} did not come true (${reason}).`,
        operation.companyId,
      );
      await callbacks.record({
        companyId: operation.companyId,
        branchId: payload.branchId,
        callId: operation.callId,
        customerId: payload.customerId,
        customerName: payload.attendee.name,
        phone: payload.attendee.phone,
        reason: `${payload.serviceName} ${operation.startAt.toISOString()}: ${operation.kind} ${reason}`,
        priority: 'urgent',
      });
    },
  });

  const trace = new TraceWriter({
    store: new PostgresInvocationStore(database),
    maskPersonal,
    everyMs: TRACE_EVERY_MS,
    onLost: (count) => metrics.count('askpro_trace_lost_total', {}, count),
  });
  const opener = new ConversationOpener({
    tenants: upstream.tenants,
    calls,
    customers,
    memories,
    holds,
    calcom,
    now: () => clock.now(),
    demoWithoutCall: config.seedDemo,
    background,
  });
  const tools = new VoiceTools({
    tools: {
      finder: new AppointmentAlternativeFinder(),
      bookings,
      holds,
      appointments,
      customers,
      calls,
      callbacks,
      background,
      unfulfilled: (conversation, serviceId, desiredAt) =>
        background.run(
          'record a wish',
          upstream.companies.recordWish({
            companyId: conversation.companyId,
            branchId: conversation.profile.branch.id,
            callId: conversation.callId,
            customerId: null,
            serviceId,
            desiredAt,
          }),
        ),
    },
    opener,
    memories,
    phrasesIn: (language) => LANGUAGES[language].phrases,
    toVoice,
    deadline,
    readDeadlineMs: config.VOICE_READ_DEADLINE_MS - WRITE_OUT_MS,
    writeDeadlineMs: config.VOICE_WRITE_DEADLINE_MS - WRITE_OUT_MS,
    now: () => clock.now(),
    monotonicMs: () => clock.monotonicMs(),
    trace: (invocation) => trace.record(invocation),
    undeclaredFields: (tool, fields) =>
      logger.error({ tool, undeclared: fields }, 'an answer has fields that its tool does not declare'),
    logFailure: (fields, error) => {
      if (error.code === 'internal') logger.error({ ...fields, err: error }, 'a voice request failed');
      else logger.warn({ ...fields, code: error.code, detail: error.message }, 'a voice request could not be answered');
    },
    observe: (tool, status, durationMs) => {
      metrics.count('askpro_tool_answers_total', { tool, status });
      metrics.time('askpro_tool_duration_seconds', { tool }, durationMs);
    },
  });
  const loop = new LoopWatch(() => clock.monotonicMs());
  const lifecycle = new CallLifecycle({
    tenants: upstream.tenants,
    calls,
    customers,
    appointments,
    holds,
    calcom,
    popularServices: popularServices(popular, () => clock.nowMs()),
    greeting: (language, business, name) => LANGUAGES[language].phrases.greeting(business, name),
    now: () => clock.now(),
    deadline,
    background,
    alert: (kind, key, message, companyId) => {
      metrics.count('askpro_false_confirmations_total', {});
      alert(kind, key, message, companyId);
    },
  });
  return {
    tools,
    lifecycle,
    bookings,
    settlement,
    admission: new Admission(config.MAX_INFLIGHT_REQUESTS, () => loop.pressed),
    loop,
    trace,
    memories,
    appointments,
    popular,
  };
}

/** Most booked first; what was not booked yet follows in the company's own order. */
function popularServices(
  store: PopularServiceStore,
  nowMs: () => number,
): (profile: TenantProfile) => Promise<Service[]> {
  const known = new Map<string, { order: Promise<string[]>; untilMs: number }>();
  return async (profile) => {
    const { id } = profile.company;
    let entry = known.get(id);
    if (!entry || entry.untilMs < nowMs()) {
      const order = store.popularOf(id, 1).then((found) => found.map((one) => one.serviceId));
      order.catch(() => known.delete(id));
      entry = { order, untilMs: nowMs() + POPULAR_LIFE_MS };
      known.set(id, entry);
    }
    const order = await entry.order.catch((): string[] => []);
    const rank = (service: Service): number => {
      const place = order.indexOf(service.id);
      return place < 0 ? order.length : place;
    };
    return profile.services.filter((service) => service.isActive).sort((a, b) => rank(a) - rank(b));
  };
}
