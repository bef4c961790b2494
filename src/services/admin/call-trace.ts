import { z } from 'zod';
import { NotFound } from '../../errors';
import type { TenantId } from '../../domain';
import type { Actor } from './actor';
import { timelineOf, type CallTimeline } from './call-timeline';
import { ownerOf, type AdminRecord, type Fields, type RecordReader } from './records';

export interface TracedTool {
  [field: string]: unknown;
  /** ISO 8601. */
  started_at: string;
  duration_ms: number;
  tool_call_id: string | null;
  steps: unknown[];
}

export interface TraceRows {
  /** Ascending by start. */
  tools: TracedTool[];
  appointments: Fields[];
  operations: Fields[];
  callbacks: Fields[];
}

export interface TraceReader {
  /** @param retellCallId Retell's id of the call */
  ofCall(companyId: TenantId, retellCallId: string): Promise<TraceRows>;
}

/** A question to Cal.com as the request's context records it. */
const storedStep = z.object({
  operation: z.string(),
  startedAtMs: z.number(),
  durationMs: z.number(),
  status: z.number().nullable(),
  source: z.string(),
  waitedMs: z.number(),
  attempts: z.number(),
  detail: z.string().optional(),
});

export interface CallTrace extends TraceRows {
  call: AdminRecord;
  timeline: CallTimeline;
}

/** Everything that is known about why a call did, or did not, end in a booking. */
export class CallTraces {
  constructor(private readonly deps: { reader: RecordReader; traces: TraceReader; now: () => Date }) {}

  /** @param id ours or Retell's. @throws NotFound */
  async find(actor: Actor, id: string): Promise<AdminRecord> {
    const ours = await this.deps.reader.find('calls', actor.companyId, id);
    if (ours) return ours;
    const filters = { call_id: id };
    const { items } = await this.deps.reader.list('calls', actor.companyId, {
      limit: 1,
      after: null,
      order: 'desc',
      filters,
    });
    const listed = items[0];
    const whole = listed ? await this.deps.reader.find('calls', actor.companyId, listed.id) : null;
    if (!whole) throw new NotFound('The call');
    return whole;
  }

  /** @throws NotFound */
  async read(actor: Actor, id: string): Promise<CallTrace> {
    const call = await this.find(actor, id);
    const rows = await this.deps.traces.ofCall(ownerOf(call), String(call.retell_call_id));
    const tools = rows.tools.map((tool) => ({ ...tool, steps: tool.steps.flatMap(readableStep) }));
    return { ...rows, call, tools, timeline: timelineOf(call, tools, this.deps.now()) };
  }
}

function readableStep(stored: unknown): Fields[] {
  const { success, data } = storedStep.safeParse(stored);
  if (!success) return [];
  return [
    {
      operation: data.operation,
      started_at: new Date(data.startedAtMs).toISOString(),
      duration_ms: data.durationMs,
      status: data.status,
      source: data.source,
      waited_ms: data.waitedMs,
      attempts: data.attempts,
      detail: data.detail ?? null,
    },
  ];
}
