import { DEFAULT_LANGUAGE } from '../../domain';
import { classify, Unauthorised, type ClassifiedError } from '../../errors';
import type { TraceWriter } from './trace-writer';
import { type Deadline, type RequestContext, runWithRequest } from '../../request-context';
import type { SettledOperation } from '../booking/booking-service';
import { setupFaultOf, type SetupFaults } from '../calcom/setup-faults';
import { LANGUAGES } from '../language/languages';
import { toVoice } from '../language/speaker/voice-errors';
import type { Speaker } from '../tenants/signature-owners';
import type { CallMemories } from './call-memory';
import type { Conversation } from './conversation';
import type { ConversationOpener } from './conversation-opener';
import { hostSentence } from './hosts';
import type { Phrases } from './phrases';
import { readSaidValues } from './said-values';
import { toolOf } from './tools';
import { Clarification, failure, type ToolDeps, type ToolResult, type Turn } from './turn';
import { spokenStart } from './understanding';
import type { VoiceAnswer, VoiceRequest } from './voice-request';
import type { Clock } from '../../infra/clock';
import type { GatewayMetrics } from '../../metrics/instruments';

/** How much later than the deadline "we are confirming this" may come instead of a failure that may not be one. */
const UNDECIDED_GRACE_MS = 2000;

export interface RequestDeadline extends Deadline {
  readonly over: Error | undefined;
  onOver(listener: (reason: Error) => void): () => void;
  abandon(): void;
  finish(): void;
}

export interface VoiceToolsDeps {
  tools: ToolDeps;
  opener: ConversationOpener;
  memories: CallMemories;
  deadline: (budgetMs: number) => RequestDeadline;
  readDeadlineMs: number;
  writeDeadlineMs: number;
  now: () => Date;
  clock: Pick<Clock, 'monotonicMs'>;
  trace: Pick<TraceWriter, 'record'>;
  logger: Record<'warn' | 'error', (fields: object, message: string) => void>;
  faults: Pick<SetupFaults, 'refusedCaller'>;
  metrics: Pick<GatewayMetrics, 'count' | 'time'>;
}

export interface AnswerLog {
  call_id: string | null;
  tenant: string | null;
  tool: string;
  status: string;
  upstream: number;
}

/** One voice question from its parsed request to its sentence, within the deadline, traced. */
export class VoiceTools {
  constructor(private readonly deps: VoiceToolsDeps) {}

  /** @throws Unauthorised when the speaker may not speak for the call's company */
  async answer(
    request: VoiceRequest,
    context: { requestId: string; speaker: Speaker; onGone: (abandon: () => void) => void },
  ): Promise<{ answer: VoiceAnswer; log: AnswerLog }> {
    const { readDeadlineMs, writeDeadlineMs } = this.deps;
    const deadline = this.deps.deadline(toolOf(request.tool).effect === 'write' ? writeDeadlineMs : readDeadlineMs);
    context.onGone(() => deadline.abandon());
    const { requestId } = context;
    const { callId } = request.call;
    const requestContext: RequestContext = { requestId, tenantId: null, callId, deadline, steps: [] };
    try {
      return await runWithRequest(requestContext, () =>
        this.#answer(request, context.speaker, requestContext, deadline),
      );
    } finally {
      deadline.finish();
    }
  }

  async #answer(
    request: VoiceRequest,
    speaker: Speaker,
    context: RequestContext,
    deadline: RequestDeadline,
  ): Promise<{ answer: VoiceAnswer; log: AnswerLog }> {
    const { clock, faults, metrics, opener, now, trace } = this.deps;
    const { tool, call } = request;
    const { callId, toolCallId, platform } = call;
    const { requestId, steps } = context;
    const startedAt = now();
    const beganMs = clock.monotonicMs();
    let conversation: Conversation | null = null;
    let { phrases } = LANGUAGES[call.language ?? DEFAULT_LANGUAGE];
    let result: ToolResult;
    let problem: ClassifiedError | null = null;
    try {
      conversation = await opener.open(call, requestId, speaker);
      if (conversation) {
        context.tenantId = conversation.companyId;
        phrases = LANGUAGES[conversation.language].phrases;
        const open = conversation;
        result = await this.#inTime(() => this.#run(open, request, phrases), context, deadline);
      } else {
        result = failure('unknown_tenant', phrases.unknownTenant());
      }
    } catch (error) {
      if (error instanceof Unauthorised) throw error;
      problem = classify(error);
      result = { ...toVoice(problem, phrases), fields: {} };
      this.#logFailure({ request_id: requestId, tool, call_id: callId }, problem);
    }
    const durationMs = clock.monotonicMs() - beganMs;
    const { success, status, message, fields } = result;
    metrics.count('askpro_tool_answers_total', { tool, status, platform });
    metrics.time('askpro_tool_duration_seconds', { tool, platform }, durationMs);
    const answer: VoiceAnswer = { ...fields, success, status, message, call_id: callId };
    const upstream = steps.filter((step) => step.source === 'upstream').length;
    const log = { call_id: callId, tenant: conversation?.companyId ?? null, tool, status, upstream };
    if (!conversation) return { answer, log };
    const { companyId, callerPhone } = conversation;
    const fault = setupFaultOf(problem) ?? context.setupFault;
    if (fault && !success)
      faults.refusedCaller(companyId, fault, { phone: callerPhone, callId: conversation.callId, tool });
    trace.record({
      ...{ companyId, callId, requestId, tool, toolCallId, status, success, startedAt, durationMs, steps },
      input: request.args,
      output: answer,
      error: problem ? `${problem.code}: ${problem.message}`.slice(0, 300) : null,
    });
    return { answer, log };
  }

  #logFailure(fields: object, error: ClassifiedError): void {
    const { logger } = this.deps;
    if (error.code === 'internal') logger.error({ ...fields, err: error }, 'a voice request failed');
    else logger.warn({ ...fields, code: error.code, detail: error.message }, 'a voice request could not be answered');
  }

  async #run(conversation: Conversation, request: VoiceRequest, phrases: Phrases): Promise<ToolResult> {
    const turn: Turn = { deps: this.deps.tools, conversation, phrases, asides: [] };
    const tool = toolOf(request.tool);
    const before = JSON.stringify(conversation.memory);
    try {
      const news = await pendingNews(turn);
      const result = await readSaidValues(turn, tool, request.args)
        .then((args) => tool.run(turn, args))
        .catch((error: unknown) => {
          if (error instanceof Clarification) return error.result;
          throw error;
        });
      const undeclared = Object.keys(result.fields).filter((name) => !tool.absent.has(name));
      if (undeclared.length > 0)
        this.deps.logger.error({ tool: tool.name, undeclared }, 'an answer has fields that its tool does not declare');
      // One sentence with the answer: what was noted is said in passing.
      const message = [...turn.asides.map((sentence) => sentence.replace(/\.$/, '')), result.message].join('; ');
      return { ...result, message: news ? `${news} ${message}` : message };
    } finally {
      const { callId, companyId, memory } = conversation;
      const after = callId ? JSON.stringify(memory) : before;
      if (callId && after !== before) {
        const saved = this.deps.memories.save(companyId, callId, after);
        // The next question of this call may reach another process: what was said must be there by then.
        await saved.catch(() => undefined);
      }
    }
  }

  /** Whatever a tool waits for, its caller hears something before the deadline; past it nothing is begun. */
  #inTime(tool: () => Promise<ToolResult>, context: RequestContext, deadline: RequestDeadline): Promise<ToolResult> {
    return new Promise((resolve, reject) => {
      if (deadline.over) return reject(deadline.over);
      const forget = deadline.onOver((reason) => {
        const late = (): void => reject(reason);
        // A booking under way ends its own waiting before the deadline; a busy process may only be late to say so.
        if (context.undecided) setTimeout(late, UNDECIDED_GRACE_MS).unref();
        else late();
      });
      tool().finally(forget).then(resolve, reject);
    });
  }
}

/**
 * What became of bookings, moves and cancellations that were still open at the last answer; null when nothing
 * was settled since. Each is reported once.
 */
async function pendingNews(turn: Turn): Promise<string | null> {
  const { deps, conversation } = turn;
  const { memory, companyId } = conversation;
  const sentences: string[] = [];
  for (const id of memory.pendingOperationIds) {
    const settled = await deps.bookings.settled(companyId, id).catch(() => null);
    if (!settled) continue;
    memory.pendingOperationIds = memory.pendingOperationIds.filter((other) => other !== id);
    if (settled.appointment) memory.appointmentIds = [...new Set([...memory.appointmentIds, settled.appointment.id])];
    sentences.push(sentence(settled, turn));
  }
  return sentences.length > 0 ? sentences.join(' ') : null;
}

function sentence(settled: SettledOperation, turn: Turn): string {
  const { conversation, phrases } = turn;
  const { appointment } = settled;
  if (settled.kind === 'cancel') {
    const start = spokenStart(conversation, settled.startAt);
    return appointment ? phrases.nowCancelled(start) : phrases.notCancelled(start);
  }
  if (!appointment) return phrases.nowFailed(spokenStart(conversation, settled.startAt));
  const service = conversation.profile.services.find((one) => one.id === appointment.serviceId);
  const start = spokenStart(conversation, appointment.startsAt);
  const news =
    appointment.status === 'pending'
      ? phrases.requested(service?.name ?? '', start)
      : phrases.nowConfirmed(service?.name ?? '', start);
  return news + hostSentence(turn, appointment);
}
