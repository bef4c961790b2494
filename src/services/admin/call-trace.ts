import { z } from 'zod';
import type { TenantId } from '../../domain';
import { callTiming, turnsOf } from '../voice/transcript';
import type { Actor } from './actor';
import { ownerOf, type AdminRecord, type Fields, type RecordReader } from './records';

export const TRANSCRIPT_STATES = ['kept', 'coming', 'declined', 'erased', 'none'] as const;
type TranscriptState = (typeof TRANSCRIPT_STATES)[number];

interface TimedTool {
  /** ISO 8601, as are all times of records. */
  started_at: string;
  duration_ms: number;
  tool_call_id: string | null;
}

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

/** A question to Cal.com as the request's context records it; read under the API's names. */
const storedStep = z
  .object({
    operation: z.string(),
    startedAtMs: z.number(),
    durationMs: z.number(),
    status: z.number().nullable(),
    source: z.string(),
    waitedMs: z.number(),
    attempts: z.number(),
    detail: z.string().optional(),
  })
  .transform(({ startedAtMs, durationMs, waitedMs, detail = null, ...step }) => ({
    ...{
      ...step,
      started_at: new Date(startedAtMs).toISOString(),
      duration_ms: durationMs,
      waited_ms: waitedMs,
      detail,
    },
  }));

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
    const tools = rows.tools.map((tool) => ({
      ...tool,
      steps: tool.steps.flatMap((step) => storedStep.safeParse(step).data ?? []),
    }));
    return { ...rows, call, tools, timeline: timelineOf(call, tools, this.deps.now()) };
  }
}

/** Between the caller's last word and a tool call the model thinks for this long; a difference of clocks is more, or negative. */
const THINKING_MS = 3000;
/** A platform that has not sent a transcript by then sends none. */
const TRANSCRIPT_COMES_WITHIN_MS = 3_600_000;

/**
 * A whole call from ring to hang-up. Puts what the platform reported and what the gateway measured onto the gateway's
 * clock. The platform counts from the ring by its own clock; the tool calls that both know show by how much the clocks
 * differ, which is 0 when both agree or nothing can be compared.
 * @param tools ascending by start
 * @returns instants as ISO text; `ends_at` is null while the call goes on or when no end was reported, `at` of a turn
 *   where the platform does not say when
 */
export function timelineOf(call: AdminRecord, tools: readonly TimedTool[], now: Date) {
  const { success, data: timing } = callTiming.safeParse(call.timing);
  const startedMs = instant(call.started_at) ?? now.getTime();
  const shiftMs = success ? clockShift(startedMs, timing.tools, tools) : 0;
  const ringMs = startedMs + shiftMs;
  const words = typeof call.transcript === 'string' ? turnsOf(call.transcript) : [];
  // Times of another version of the transcript would be those of other words.
  const times = success && timing.turns.length === words.length ? timing.turns : [];
  const turns = words.map((turn, index) => {
    const offset = times[index];
    return { ...turn, atMs: typeof offset === 'number' ? ringMs + offset : null };
  });
  const endMs = endOf(call, ringMs, shiftMs);
  const known = [
    ...turns.flatMap(({ atMs }) => atMs ?? []),
    ...tools.flatMap(({ started_at: at, duration_ms: length }) => [Date.parse(at), Date.parse(at) + length]),
  ];
  return {
    starts_at: new Date(Math.min(ringMs, ...known)).toISOString(),
    ends_at: endMs === null ? null : new Date(Math.max(endMs, ...known)).toISOString(),
    clock_shift_ms: shiftMs,
    transcript: transcriptState(call, now),
    turns: turns.map(({ atMs, ...turn }) => ({ ...turn, at: atMs === null ? null : new Date(atMs).toISOString() })),
  };
}

/** A tool call arrives after the platform sent it, so the smallest difference is the one of the clocks. */
function clockShift(
  startedMs: number,
  reported: readonly { id: string | null; at: number | null }[],
  tools: readonly TimedTool[],
): number {
  const isNameless = reported.every(({ id }) => id === null) && reported.length === tools.length;
  const differences = reported.flatMap(({ id, at }, index) => {
    const tool = isNameless ? tools[index] : tools.find(({ tool_call_id: known }) => known !== null && known === id);
    return tool && at !== null ? [Date.parse(tool.started_at) - (startedMs + at)] : [];
  });
  if (differences.length === 0) return 0;
  const smallest = Math.min(...differences);
  return smallest >= 0 && smallest <= THINKING_MS ? 0 : Math.round(smallest);
}

function endOf({ duration_ms: duration, ended_at: ended, status }: AdminRecord, ringMs: number, shiftMs: number) {
  if (status === 'ongoing') return null;
  if (typeof duration === 'number') return ringMs + duration;
  const endedMs = instant(ended);
  return endedMs === null ? null : endedMs + shiftMs;
}

function transcriptState(call: AdminRecord, now: Date): TranscriptState {
  if (call.recording_consent === false) return 'declined';
  if (call.erased_at !== null) return 'erased';
  if (typeof call.transcript === 'string') return 'kept';
  const endedMs = instant(call.ended_at) ?? instant(call.started_at) ?? 0;
  const mayCome = call.status !== 'analyzed' && call.platform !== 'mcp';
  return mayCome && now.getTime() - endedMs < TRANSCRIPT_COMES_WITHIN_MS ? 'coming' : 'none';
}

function instant(value: unknown): number | null {
  return typeof value === 'string' ? Date.parse(value) : null;
}
