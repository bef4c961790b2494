import { isDeepStrictEqual } from 'node:util';
import type { ToolName } from '../services/voice/tools';
import { isRecord } from './call-object';
import { toolByName } from './tool-names';

const LONGEST_ID = 200;

/** A transcript may hold hundreds of entries: they are looked at, not copied. */
function resultId(entry: unknown): string | null {
  if (!isRecord(entry) || entry.role !== 'tool_call_result') return null;
  return typeof entry.tool_call_id === 'string' ? entry.tool_call_id : null;
}

function invocationIn(entry: unknown): { id: string; name: string; args: unknown } | null {
  if (!isRecord(entry) || entry.role !== 'tool_call_invocation') return null;
  const { tool_call_id: id, name } = entry;
  if (typeof id !== 'string' || id === '' || id.length > LONGEST_ID || typeof name !== 'string') return null;
  return { id, name, args: entry.arguments };
}

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
    const done = resultId(transcript[at]);
    if (done !== null) answered.add(done);
    const asked = invocationIn(transcript[at]);
    if (!asked || answered.has(asked.id) || toolByName(asked.name) !== tool) continue;
    const written = argumentsOf(asked.args);
    if (written === null || sameArguments(written, args)) return asked.id;
  }
  return null;
}

function argumentsOf(value: unknown): Record<string, unknown> | null {
  const parsed = typeof value === 'string' ? parseJson(value) : value;
  return isRecord(parsed) ? parsed : null;
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
