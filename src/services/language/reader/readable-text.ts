import type { Unreadable } from './types';

/** Longer than anything said about one appointment; also what bounds the work per text. */
const MAX_CHARACTERS = 240;

const NOTHING =
  /^(?:none|null|undefined|nan|nil|n\/a|unknown|unbekannt|keine angabe|not (?:given|provided|specified)|[-–—.?]+)?$/i;
const TODAY_VARIABLE = /\{\{\s*current_date\s*\}\}|\{\s*current_date\s*\}/gi;
const NOW_VARIABLE = /^\{\{\s*current_time(?:_[\w/]+)?\s*\}\}$/i;
const UNFILLED_VARIABLE = /^\{\{[^{}]*\}\}$/;
/** A comparison with a figure is none: ">=14:00". */
const MARKUP = /[{}\\`|]|^=|[<>](?!=?\s?\d)/;
const INVISIBLE = /[\p{Cc}\p{Cf}]/gu;

export type ReadableText =
  { kind: 'text'; text: string } | { kind: 'missing' } | { kind: 'invalid'; reason: Unreadable };

/** What came over the wire as text to read: placeholders of agents resolved, "null" and the like seen as nothing. */
export function readableText(raw: string | undefined): ReadableText {
  if (raw === undefined) return { kind: 'missing' };
  if (raw.length > MAX_CHARACTERS) return { kind: 'invalid', reason: 'too_long' };
  const visible = raw
    .normalize('NFKC')
    .replace(INVISIBLE, ' ')
    .replace(/["“”„«»]/g, ' ')
    .trim();
  if (NOTHING.test(visible)) return { kind: 'missing' };
  const text = visible.replace(TODAY_VARIABLE, 'current_date').replace(NOW_VARIABLE, 'now');
  if (UNFILLED_VARIABLE.test(text)) return { kind: 'missing' };
  return MARKUP.test(text) ? { kind: 'invalid', reason: 'markup' } : { kind: 'text', text };
}
