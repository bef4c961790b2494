import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { ToolName } from '../services/voice/voice-request';
import { toolByName } from './tool-names';

const invocation = z.object({
  role: z.literal('tool_call_invocation'),
  tool_call_id: z.string().min(1).max(200),
  name: z.string(),
  arguments: z.unknown().optional(),
});
const result = z.object({ role: z.literal('tool_call_result'), tool_call_id: z.string() });

/**
 * The id of the invocation being answered: the last one of this tool, with these arguments, that has no result yet.
 * Another invocation's id would make two different wishes look like one request, so in doubt there is none.
 */
export function currentToolCallId(
  transcript: readonly unknown[],
  tool: ToolName,
  args: Readonly<Record<string, unknown>>,
): string | null {
  const answered = new Set<string>();
  for (let at = transcript.length - 1; at >= 0; at--) {
    const done = result.safeParse(transcript[at]);
    if (done.success) answered.add(done.data.tool_call_id);
    const asked = invocation.safeParse(transcript[at]);
    if (!asked.success || answered.has(asked.data.tool_call_id) || toolByName(asked.data.name) !== tool) continue;
    const written = argumentsOf(asked.data.arguments);
    if (written === null || sameArguments(written, args)) return asked.data.tool_call_id;
  }
  return null;
}

function argumentsOf(value: unknown): Record<string, unknown> | null {
  const parsed = typeof value === 'string' ? parseJson(value) : value;
  const asRecord = z.record(z.string(), z.unknown()).safeParse(parsed);
  return asRecord.success ? asRecord.data : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function sameArguments(a: unknown, b: unknown): boolean {
  try {
    return isDeepStrictEqual(a, b);
  } catch {
    // Nested deeper than the stack: hostile, and certainly not a repeat worth recognising.
    return false;
  }
}
