import { z } from 'zod';
import { LANGUAGE_CODES, type Language } from '../domain';
import { LANGUAGES } from '../services/language/languages';
import { readCallId } from './call-id';
import type { CallDirection } from '../services/tenants/resolve-call';
import { cleanText } from './plain-text';

/** Every field of a call may be absent: a schema that fails and recovers would cost more than the whole answer. */
const reading = <T>(read: (value: unknown) => T) => z.unknown().optional().transform(read);
const text = (max: number) =>
  reading((value) => (typeof value === 'string' ? (cleanText(value)?.slice(0, max) ?? null) : null));
const record = reading((value) => (isRecord(value) ? clipped(value) : {}));
const count = reading((value) => {
  const number = numberIn(value);
  return number !== null && number >= 0 && Number.isFinite(number) ? number : null;
});

/** Retell's times are milliseconds since the epoch; anything else is no time. */
const instant = reading((value) => {
  const epochMs = numberIn(value);
  return epochMs !== null && epochMs >= 1e12 && epochMs <= 4.2e12 ? new Date(epochMs) : null;
});

function numberIn(value: unknown): number | null {
  return typeof value === 'number' || typeof value === 'string' ? Number(value) : null;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The parts of Retell's call object that the gateway reads. Every field survives being absent, null or of a wrong type. */
export const callObject = z.object({
  call_id: reading(readCallId),
  call_type: text(40),
  agent_id: text(100),
  agent_version: reading((value) =>
    typeof value === 'number' || typeof value === 'string' ? String(value).slice(0, 40) : null,
  ),
  from_number: text(60),
  to_number: text(60),
  direction: text(20),
  start_timestamp: instant,
  end_timestamp: instant,
  duration_ms: count,
  disconnection_reason: text(100),
  transcript: reading((value) => (typeof value === 'string' ? value : null)),
  transcript_with_tool_calls: reading((value): unknown[] => (Array.isArray(value) ? value : [])),
  recording_url: reading((value) => value),
  call_analysis: record,
  metadata: record,
  retell_llm_dynamic_variables: record,
});

const DEEPEST = 5;
const MOST_ENTRIES = 200;

/** Free-form objects are stored as JSON later: what is nested deeper or longer than any real one is left out. */
function clipped(fields: Record<string, unknown>, depth = 1): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([name]) => name !== '__proto__')
      .slice(0, MOST_ENTRIES)
      .map(([name, value]) => [name, clippedValue(value, depth)]),
  );
}

function clippedValue(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEEPEST) return null;
  return Array.isArray(value)
    ? value.slice(0, MOST_ENTRIES).map((item) => clippedValue(item, depth + 1))
    : clipped({ ...value }, depth + 1);
}

export type CallObject = z.output<typeof callObject>;

/** Null where Retell does not say. */
export function directionOf({ call_type: type, direction }: CallObject): CallDirection | null {
  if (type === 'web_call') return 'web';
  return direction === 'inbound' || direction === 'outbound' ? direction : null;
}

/** Dynamic variables are strings by Retell's contract; numbers and booleans are tolerated, the rest is dropped. */
export function dynamicVariables(call: CallObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(call.retell_llm_dynamic_variables).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? [[name, String(value)]]
        : [],
    ),
  );
}

/** `de`, `de-AT`, "German", "Deutsch" … ; null for any other language and for none. */
export function languageIn(value: string | undefined): Language | null {
  const bare = value?.trim().toLowerCase() ?? '';
  return LANGUAGE_CODES.find((language) => LANGUAGES[language].named.test(bare)) ?? null;
}
