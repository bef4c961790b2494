/** A value a person could have said; language models also send lists and objects where text was asked for. */
type Scalar = string | number | boolean;

const TELLING_KEYS = 'name value text title label display_name date time number phone phone_number email id'.split(' ');
const DEEPEST = 4;
const MOST_ITEMS = 20;

/** The first plain value inside whatever was sent; null when there is none. */
export function scalarIn(value: unknown, depth = 0): Scalar | null {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'object' || value === null || depth >= DEEPEST) return null;
  const candidates = Array.isArray(value)
    ? value.slice(0, MOST_ITEMS)
    : TELLING_KEYS.filter((key) => Object.hasOwn(value, key)).map((key): unknown => Reflect.get(value, key));
  for (const candidate of candidates) {
    const found = scalarIn(candidate, depth + 1);
    if (found !== null && found !== '') return found;
  }
  return null;
}

/** What models write when they have nothing to say. */
const NOTHING = new Set([
  'none',
  'null',
  'nil',
  'undefined',
  'nan',
  'n/a',
  'unknown',
  'unbekannt',
  'empty',
  'leer',
  'string',
  'keine',
  'keiner',
  'kein',
  'keine angabe',
  'nicht angegeben',
  'nicht bekannt',
  'not provided',
  'not specified',
  'not given',
  'not available',
  'tbd',
]);

/** True for an empty value and for every way of writing "there is no value", such as `None` or `{{customer_name}}`. */
export function isNothing(text: string): boolean {
  const bare = text.trim().toLowerCase();
  return bare === '' || /^[\s\-–—_?.…*/]+$/.test(bare) || NOTHING.has(bare) || /^\{\{[^{}]*\}\}$/.test(bare);
}

/** Raw text is cut to this before any pattern runs over it. */
const LONGEST_RAW = 4000;
// Controls, soft hyphens, zero-width and direction marks: none of them can be spoken.
// eslint-disable-next-line no-control-regex -- taking control characters out is the point
const UNSPEAKABLE = /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]+/g;
const MARKUP = /<[^<>]*>/g;
const BRACES = /[<>{}\\]+/g;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Nothing in it that could have to be taken out. */
const PLAIN = /^[\w.,:;+@/äöüÄÖÜß()&'!?-]+(?: [\w.,:;+@/äöüÄÖÜß()&'!?-]+)*$/;

/** One clean line without markup, or null when nothing is left; a yes or no is no text. Not shortened (see `shortText`). */
export function cleanText(value: unknown): string | null {
  const scalar = scalarIn(value);
  if (scalar === null || typeof scalar === 'boolean') return null;
  const raw = String(scalar).slice(0, LONGEST_RAW);
  if (isNothing(raw)) return null;
  if (PLAIN.test(raw)) return raw;
  const text = raw
    .normalize('NFC')
    .replace(LONE_SURROGATE, '')
    .replace(MARKUP, ' ')
    .replace(BRACES, '')
    .replace(UNSPEAKABLE, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return isNothing(text) ? null : text;
}

/** Texts that were sent as a list, in one line: a name or a number in parts, several wishes. Any other value unchanged. */
export function joinedTexts(value: unknown, separator: string): unknown {
  if (!Array.isArray(value)) return value;
  const texts = value.slice(0, MOST_ITEMS).flatMap((part: unknown) => cleanText(part) ?? []);
  return texts.join(separator);
}

/** @param max characters as a reader counts them */
export function shortText(value: unknown, max: number): string | undefined {
  const text = cleanText(value);
  if (text === null) return undefined;
  return text.length <= max ? text : [...text].slice(0, max).join('').trim();
}
