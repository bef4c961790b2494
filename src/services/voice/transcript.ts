import { z } from 'zod';

/** When things happened in a call, as its platform counts: milliseconds from its beginning. Holds no words. */
export const callTiming = z.object({
  /** One for each line of the transcript; null where the platform does not say. */
  turns: z.array(z.number().nullable()),
  /** Tool calls in their order; `id` where the platform gives them one. */
  tools: z.array(z.object({ id: z.string().nullable(), at: z.number().nullable() })),
});
export type CallTiming = z.output<typeof callTiming>;

/** What a platform reports of a call, in its order; `at` in milliseconds from the beginning. */
export type Reported =
  { said: unknown; speaker: Speaker; at: number | null } | { toolCallId: string | null; at: number | null };

/** `other` is a person to which the call was put through. */
export const SPEAKERS = ['agent', 'user', 'other'] as const;
export type Speaker = (typeof SPEAKERS)[number];
const WRITTEN: Record<Speaker, string> = { agent: 'Agent', user: 'User', other: 'Other' };

/** A call of two hours has some 3,000 turns. */
const MOST_ENTRIES = 10_000;

/** The transcript with one line for each turn, and when each was said. Turns without words are left out. */
export function transcriptFrom(reported: Reported[]): { transcript: string | null; timing: CallTiming | null } {
  const lines: string[] = [];
  const timing: CallTiming = { turns: [], tools: [] };
  for (const entry of reported.slice(0, MOST_ENTRIES)) {
    if ('toolCallId' in entry) {
      timing.tools.push({ id: entry.toolCallId, at: entry.at });
      continue;
    }
    const text = typeof entry.said === 'string' ? entry.said.trim().replace(/\s/g, ' ') : '';
    if (text === '') continue;
    lines.push(`${WRITTEN[entry.speaker]}: ${text}`);
    timing.turns.push(entry.at);
  }
  const hasTimes = [...timing.turns, ...timing.tools.map(({ at }) => at)].some((at) => at !== null);
  return { transcript: lines.length > 0 ? lines.join('\n') : null, timing: hasTimes ? timing : null };
}

interface TranscriptTurn {
  speaker: Speaker;
  text: string;
}

/** The turns of a transcript; a line without a speaker goes on with the one before. */
export function turnsOf(transcript: string): TranscriptTurn[] {
  const turns: TranscriptTurn[] = [];
  for (const line of transcript.split('\n')) {
    const speaker = SPEAKERS.find((one) => line.trimStart().toLowerCase().startsWith(`${one}:`));
    const last = turns.at(-1);
    if (speaker) turns.push({ speaker, text: line.slice(line.indexOf(':') + 1).trim() });
    else if (last) last.text = `${last.text} ${line.trim()}`.trim();
    else if (line.trim() !== '') turns.push({ speaker: 'other', text: line.trim() });
  }
  return turns;
}

/** Milliseconds of a number of seconds; null for anything that is none, or longer than a day. */
export function millisecondsIn(seconds: unknown): number | null {
  const isTime = typeof seconds === 'number' && seconds >= 0 && seconds <= 86_400;
  return isTime ? Math.round(seconds * 1000) : null;
}

/** Where a platform keeps a recording; null for anything that is no address of the web. */
export function recordingAddress(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > 2000 || !URL.canParse(value)) return null;
  return new URL(value).protocol === 'https:' ? value : null;
}

/**
 * All that is kept of a platform's analysis of a call: what was said in short, and whether it succeeded. Platforms also
 * judge how a caller felt, under any name; nothing that is not named here is stored.
 */
const KEPT_ANALYSIS = [
  'call_summary',
  'call_successful',
  'in_voicemail',
  'summary',
  'successEvaluation',
  'transcript_summary',
] as const;

const KEPT: ReadonlySet<string> = new Set(KEPT_ANALYSIS);

export function keptAnalysis(analysis: Record<string, unknown> | null): Record<string, unknown> | null {
  const kept = Object.entries(analysis ?? {}).filter(
    ([name, value]) => KEPT.has(name) && ['string', 'boolean', 'number'].includes(typeof value),
  );
  return kept.length > 0 ? Object.fromEntries(kept) : null;
}
