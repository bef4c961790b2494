import { calcomWorker, receiveCalcomWebhook, verifyCalcomSignature } from '../calcom/webhook';
import { IntervalLeases } from '../infra/interval-leases';
import { LoopWatch } from '../infra/loop-watch';
import { maskPersonal } from '../infra/masking';
import { RedisGuard } from '../infra/redis-guard';
import { RedisLeases } from '../infra/redis-leases';
import { RedisTextStore } from '../infra/redis-text-store';
import { KeyedMutex } from '../infra/keyed-mutex';
import { enqueueAfterChange } from '../jobs/availability-jobs';
import { orderStopStoring } from '../jobs/stop-storing-job';
import { toolByName } from '../retell/tool-names';
import { dispatcherAnswer, flatAnswer } from '../retell/wire-answer';
import { AppointmentAlternativeFinder } from '../services/appointment-alternative-finder';
import { followedUp } from '../services/availability/availability-invalidation';
import { Holds } from '../services/availability/holds';
import { BookingService } from '../services/booking/booking-service';
import { reportPendingFailure, reportRefusedCaller } from '../services/booking/failure-reports';
import { OperationRunner } from '../services/booking/operation-runner';
import { OtherAppointments } from '../services/booking/other-appointments';
import { Settlement } from '../services/booking/settlement';
import { CatchUp, ExternalSync } from '../services/sync/external-sync';
import { Admission } from '../services/voice/admission';
import { Callbacks } from '../services/voice/callbacks';
import { CallLifecycle } from '../services/voice/call-lifecycle';
import { CallMemories } from '../services/voice/call-memory';
import { ConversationOpener } from '../services/voice/conversation-opener';
import { popularServices } from '../services/voice/popular-services';
import { TraceWriter } from '../services/voice/trace-writer';
import { VoiceGate } from '../services/voice/voice-gate';
import { VoiceTools } from '../services/voice/voice-tools';
import { CallEvents, callWorker } from '../services/webhooks/call-events';
import { InboxProcessor } from '../services/webhooks/inbox';
import { WebhookSenders } from '../services/webhooks/webhook-senders';
import type { TenantId } from '../domain';
import type { Infrastructure } from './infrastructure';
import type { Platforms } from './platforms';
import type { Upstream } from './upstream';

/** Kept back of the deadline to write the answer out. */
const WRITE_OUT_MS = 60;
/** What was said before is worth asking for again sooner than a listing, which is known here as well. */
const MEMORY_PAUSE_MS = 250;

export type Bookings = ReturnType<typeof composeBookings>;
export type Voice = ReturnType<typeof composeVoice>;
export type Webhooks = ReturnType<typeof composeWebhooks>;

/** Bookings, moves and cancellations, what settles them after their callers hung up, and changes made at Cal.com. */
export function composeBookings(base: Infrastructure, upstream: Upstream, { assignment }: Platforms) {
  const { background, clock, logger, redis, stores } = base;
  const { calcom, invalidation } = upstream;
  const afterChange = enqueueAfterChange({ ...base, ...upstream });
  const sync = new ExternalSync({
    ...{ ...base, ...upstream, ...stores, store: stores.sync, afterChange },
    ownerless: assignment.ownerless,
  });
  const callbacks = new Callbacks({ ...base, ...upstream, store: stores.callbacks });
  const shared = {
    ...{ ...base, ...stores, ...upstream, callbacks },
    log: logger,
    upstreams: { forTenant: calcom },
    catchUp: new CatchUp({ ...upstream, sync, store: stores.sync }),
  };
  const others = new OtherAppointments(shared);
  const pendingFailed = reportPendingFailure(shared);
  const refusedCaller = reportRefusedCaller(shared);
  const runner = new OperationRunner({
    ...shared,
    others,
    writers: new KeyedMutex(new RedisLeases(redis, new RedisGuard(redis, clock, 0))),
    listener: followedUp(invalidation, afterChange),
    refused: (...refusal) => background.run('record a refused caller', refusedCaller(...refusal)),
  });
  return {
    sync,
    catchUp: shared.catchUp,
    callbacks,
    bookings: new BookingService({ ...shared, runner, others, pendingFailed }),
    settlement: new Settlement({ ...shared, runner, pendingFailed }),
  };
}

/** What answers callers: tools and the life of a call. */
export function composeVoice(base: Infrastructure, upstream: Upstream, platforms: Platforms, bookings: Bookings) {
  const { clock, config, guard, redis, stores } = base;
  const holds = new Holds(new IntervalLeases(guard, clock));
  const memories = new CallMemories(new RedisTextStore(new RedisGuard(redis, clock, MEMORY_PAUSE_MS)));
  const trace = new TraceWriter({ ...base, store: stores.invocations, maskPersonal });
  const shared = {
    ...{ ...base, ...stores, ...upstream, ...platforms, ...bookings, holds, memories },
    stopStoring: (companyId: TenantId, callId: string) => orderStopStoring(upstream.jobs, companyId, callId),
  };
  const tools = new VoiceTools({
    ...shared,
    tools: { ...shared, finder: new AppointmentAlternativeFinder() },
    opener: new ConversationOpener({ ...shared, demoWithoutCall: config.seedDemo }),
    readDeadlineMs: config.VOICE_READ_DEADLINE_MS - WRITE_OUT_MS,
    writeDeadlineMs: config.VOICE_WRITE_DEADLINE_MS - WRITE_OUT_MS,
    trace,
  });
  const loop = new LoopWatch(() => clock.monotonicMs());
  const admission = new Admission(config.MAX_INFLIGHT_REQUESTS, () => loop.pressed);
  return {
    tools,
    lifecycle: new CallLifecycle({ ...shared, popularServices: popularServices(stores.appointments, base.nowMs) }),
    admission,
    gate: new VoiceGate({
      ...{ ...shared, admission, toolByName },
      wireAnswer: (tool, answer, isDispatched) => (isDispatched ? dispatcherAnswer : flatAnswer)(tool, answer),
    }),
    loop,
    trace,
    memories,
    holds,
  };
}

/** Events from outside: verified, stored, then worked off in any order and any number of times. */
export function composeWebhooks(
  base: Infrastructure,
  upstream: Upstream,
  platforms: Platforms,
  { lifecycle }: Voice,
  { sync, catchUp }: Bookings,
) {
  const { inbox: store } = base.stores;
  const shared = { ...base, ...base.stores, ...upstream, ...platforms, lifecycle, sync, catchUp, store };
  const calls = callWorker(lifecycle, platforms.owners);
  const workers = { calcom: calcomWorker(shared), retell: calls, vapi: calls, elevenlabs: calls };
  const inbox = new InboxProcessor({ ...base, inbox: store, workers });
  const senders = new WebhookSenders({ ...shared, common: base.calcomWebhookSecret, verify: verifyCalcomSignature });
  base.announcements.listen(() => senders.forget());
  return {
    inbox,
    senders,
    receiveCalcom: receiveCalcomWebhook({ ...shared, senders, inbox }),
    calls: new CallEvents({ ...shared, inbox }),
  };
}
