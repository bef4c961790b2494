import { z } from 'zod';
import type { TenantId } from '../../domain';
import type { Actor } from './actor';
import { timelineOf, type TimedTool } from './call-timeline';
import { ownerOf, type AdminRecord, type Fields, type RecordReader } from './records';

export interface TracedTool extends TimedTool {
  [field: string]: unknown;
  steps: unknown[];
}

export interface TraceReader {
  /**
   * What a call led to, ascending by start.
   * @param retellCallId Retell's id of the call
   */
  ofCall(
    companyId: TenantId,
    retellCallId: string,
  ): Promise<{ tools: TracedTool[]; appointments: Fields[]; operations: Fields[]; callbacks: Fields[] }>;
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

/** Everything that is known about why a call did, or did not, end in a booking. */
export class CallTraces {
  constructor(private readonly deps: { reader: RecordReader; traces: TraceReader; now: () => Date }) {}

  /** @param id ours or Retell's. @throws NotFound */
  async find(actor: Actor, id: string): Promise<AdminRecord> {
    const ours = await this.deps.reader.find('calls', actor.companyId, id);
    if (ours) return ours;
    const query = { limit: 1, after: null, order: 'desc', filters: { call_id: id } } as const;
    const [listed] = (await this.deps.reader.list('calls', actor.companyId, query)).items;
    return this.deps.reader.require('calls', actor.companyId, listed?.id ?? id);
  }

  /** @throws NotFound */
  async read(actor: Actor, id: string) {
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
