import { IntervalLeases } from '../infra/interval-leases';
import { LoopWatch } from '../infra/loop-watch';
import { maskPersonal } from '../infra/masking';
import { RedisGuard } from '../infra/redis-guard';
import { RedisTextStore } from '../infra/redis-text-store';
import { AppointmentAlternativeFinder } from '../services/appointment-alternative-finder';
import type { BookingService } from '../services/booking/booking-service';
import { Holds } from '../services/availability/holds';
import { toolByName } from '../retell/tool-names';
import { dispatcherAnswer, flatAnswer } from '../retell/wire-answer';
import { LANGUAGES } from '../services/language/languages';
import { toVoice } from '../services/language/speaker/voice-errors';
import { Admission } from '../services/voice/admission';
import { VoiceGate } from '../services/voice/voice-gate';
import type { Language } from '../domain';
import type { Phrases } from '../services/voice/phrases';
import { Callbacks } from '../services/voice/callbacks';
import { CallLifecycle, type CallLifecycleDeps } from '../services/voice/call-lifecycle';
import { CallMemories } from '../services/voice/call-memory';
import { popularServices } from '../services/voice/popular-services';
import { ConversationOpener } from '../services/voice/conversation-opener';
import { TraceWriter } from '../services/voice/trace-writer';
import { VoiceTools } from '../services/voice/voice-tools';
import type { Settlement } from '../services/booking/settlement';
import type { Alerts } from '../services/admin/alerts';
import type { BookingChanges } from './booking-changes';
import { composeBookings } from './bookings';
import type { Infrastructure } from './infrastructure';
import type { Ownership } from './ownership';
import type { Upstream } from './upstream';

/** Kept back of the deadline to write the answer out. */
const WRITE_OUT_MS = 60;
const TRACE_EVERY_MS = 50;

export interface Voice {
  tools: VoiceTools;
  lifecycle: CallLifecycle;
  bookings: BookingService;
  settlement: Settlement;
  admission: Admission;
  gate: VoiceGate;
  loop: LoopWatch;
  trace: TraceWriter;
  memories: CallMemories;
  callbacks: Callbacks;
  holds: Holds;
}

/** What was said before is worth asking for again sooner than a listing, which is known here as well. */
const MEMORY_PAUSE_MS = 250;

/** What answers callers: tools, bookings and the life of a call. */
export function composeVoice(
  base: Infrastructure,
  upstream: Upstream,
  changes: BookingChanges,
  alerts: Alerts,
  { owners, heard, unknownLine }: Ownership,
  stopStoring: CallLifecycleDeps['stopStoring'],
): Voice {
  const { config, clock, logger, metrics, redis, guard, background, stores } = base;
  const { companies, popular } = stores;
  const holds = new Holds(new IntervalLeases(guard, clock));
  const memories = new CallMemories(new RedisTextStore(new RedisGuard(redis, clock, MEMORY_PAUSE_MS)));
  const callbacks = new Callbacks({ ...base, store: stores.callbacks, tenants: upstream.tenants });
  const { bookings, settlement } = composeBookings(base, upstream, changes, alerts, callbacks);
  const trace = new TraceWriter({
    store: stores.invocations,
    maskPersonal,
    everyMs: TRACE_EVERY_MS,
    onLost: (count) => metrics.count('askpro_trace_lost_total', {}, count),
  });
  const phrasesIn = (language: Language): Phrases => LANGUAGES[language].phrases;
  const wing = { ...base, ...stores, ...upstream, holds, memories, phrasesIn, callbacks, stopStoring };
  const opener = new ConversationOpener({ ...wing, owners, heard, unknownLine, demoWithoutCall: config.seedDemo });
  const tools = new VoiceTools({
    ...wing,
    tools: {
      ...wing,
      finder: new AppointmentAlternativeFinder(),
      bookings,
      unfulfilled: (conversation, serviceId, desiredAt) =>
        background.run(
          'record a wish',
          companies.recordWish({
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
    toVoice,
    readDeadlineMs: config.VOICE_READ_DEADLINE_MS - WRITE_OUT_MS,
    writeDeadlineMs: config.VOICE_WRITE_DEADLINE_MS - WRITE_OUT_MS,
    monotonicMs: () => clock.monotonicMs(),
    trace: (invocation) => trace.record(invocation),
    undeclaredFields: (tool, fields) =>
      logger.error({ tool, undeclared: fields }, 'an answer has fields that its tool does not declare'),
    logFailure: (fields, error) => {
      if (error.code === 'internal') logger.error({ ...fields, err: error }, 'a voice request failed');
      else logger.warn({ ...fields, code: error.code, detail: error.message }, 'a voice request could not be answered');
    },
    refusedCaller: (...caller) => upstream.faults.refusedCaller(...caller),
    observe: ({ tool, status, platform }, durationMs) => {
      metrics.count('askpro_tool_answers_total', { tool, status, platform });
      metrics.time('askpro_tool_duration_seconds', { tool, platform }, durationMs);
    },
  });
  const loop = new LoopWatch(() => clock.monotonicMs());
  const lifecycle = new CallLifecycle({
    ...wing,
    popularServices: popularServices(popular, base.nowMs),
    onFalseConfirmation: () => metrics.count('askpro_false_confirmations_total', {}),
    alerts,
  });
  const admission = new Admission(config.MAX_INFLIGHT_REQUESTS, () => loop.pressed);
  return {
    tools,
    lifecycle,
    bookings,
    settlement,
    admission,
    gate: new VoiceGate({
      ...wing,
      admission,
      shed: (tool) => metrics.count('askpro_shed_total', { tool }),
      toolByName,
      wireAnswer: (tool, answer, isDispatched) => (isDispatched ? dispatcherAnswer : flatAnswer)(tool, answer),
    }),
    loop,
    trace,
    memories,
    callbacks,
    holds,
  };
}
