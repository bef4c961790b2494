/**
 * All that is kept of a platform's analysis of a call: what was said in short, and whether it succeeded. Platforms also
 * judge how a caller felt, under any name; nothing that is not named here is stored.
 */
export const KEPT_ANALYSIS = [
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
