/** `+493012345678` → `+4930…78`: enough to recognise a call in a log, not enough to ring the person. */
export function maskPhone(phone: string | null | undefined): string | null {
  if (!phone) return null;
  return phone.length <= 6 ? '…' : `${phone.slice(0, 5)}…${phone.slice(-2)}`;
}

/** `Anna Müller` → `A… M…`. */
export function maskName(name: string | null | undefined): string | null {
  if (!name) return null;
  return name
    .trim()
    .split(/\s+/)
    .slice(0, 4)
    .map((part) => `${[...part][0] ?? ''}…`)
    .join(' ');
}

/** `anna@example.org` → `a…@…`: many people own the domain of their address. */
export function maskEmail(email: string | null | undefined): string | null {
  if (!email) return null;
  const at = email.lastIndexOf('@');
  return at < 1 ? '…' : `${[...email][0] ?? ''}…@…`;
}

/** A run of digits as in a telephone number, not the middle of an id. */
const PHONE_IN_TEXT = /(?<![\w-])\+?\d[\d\s/().-]{6,}\d(?![\w-])/g;
/** A date, or an id that happens to have only digits. */
const NO_PHONE = /^(?:\d{8}-\d{4}-\d{4}-|(?:(?:19|20)\d\d-\d\d-\d\d|\d{1,2}\.\d{1,2}\.(?:19|20)\d\d)(?!\d))/;
const EMAIL_IN_TEXT = /[^\s@<>"']+@[^\s@<>"']+\.[a-z]{2,}/gi;
/** Compared without underscores: `customer_name` and `customerName` are one field. */
const NAME_KEYS = /name|kunde|caller/i;
const SAFE_KEYS = /^(?:service|tool|function|business|branch|company|host)name$|^nameofservice$/i;
const PHONE_KEYS = /phone|telefon|fromnumber/i;
const EMAIL_KEYS = /e?mail/i;
/** Whatever a person said in their own words, illnesses included. */
const WORDS_KEYS = /notes|notizen|transcript|summary/i;
/** Fields that hold a code in our answers and free words in a caller's arguments. */
const REASON_KEYS = /reason|grund/i;
const CODE = /^[a-z0-9_]*$/;
/** Under these a name is that of a thing. */
const THINGS = /^services?$/i;
const LONGEST_TEXT = 500;
const MOST_ITEMS = 50;
const DEEPEST = 6;
const SHORTEST_WORD = 3;

/** Free text with numbers and addresses taken out; dates stay. */
export function maskText(text: string): string {
  const withoutAddresses = text.includes('@') ? text.replace(EMAIL_IN_TEXT, (hit) => maskEmail(hit) ?? '…') : text;
  return withoutAddresses.replace(PHONE_IN_TEXT, (hit) =>
    NO_PHONE.test(hit) ? hit : (maskPhone(hit.replace(/[^\d+]/g, '')) ?? '…'),
  );
}

/**
 * A copy of JSON-like data fit for traces: values under personal keys are masked, and the names found under them are
 * taken out of everything else that was said; free text is cleaned of numbers and addresses.
 * @param around further data in which the same person is named, e.g. the answer to these arguments
 */
export function maskPersonal(value: unknown, around: unknown = null): unknown {
  const words = new Set<string>();
  collectNames(value, '', '', 0, words);
  collectNames(around, '', '', 0, words);
  const named =
    words.size > 0 ? new RegExp(`(?<!\\p{L})(?:${[...words].map(escaped).join('|')})(?!\\p{L})`, 'giu') : null;
  return masked(value, '', '', 0, named);
}

function masked(value: unknown, key: string, parent: string, depth: number, named: RegExp | null): unknown {
  if (value === null || value === undefined || depth > DEEPEST) return null;
  if (typeof value === 'string') return maskedText(value, key, parent, named);
  if (Array.isArray(value))
    return value.slice(0, MOST_ITEMS).map((item) => masked(item, key, parent, depth + 1, named));
  if (typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, masked(item, bare(name), key, depth + 1, named)]),
  );
}

function maskedText(text: string, key: string, parent: string, named: RegExp | null): string | null {
  if (PHONE_KEYS.test(key)) return maskPhone(text);
  if (EMAIL_KEYS.test(key)) return maskEmail(text);
  if (WORDS_KEYS.test(key) || (REASON_KEYS.test(key) && !CODE.test(text))) return text.length > 0 ? '…' : '';
  if (isNameKey(key, parent)) return maskName(text);
  const cut = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
  return maskText(named ? cut.replace(named, (hit) => maskName(hit) ?? '…') : cut);
}

function collectNames(value: unknown, key: string, parent: string, depth: number, words: Set<string>): void {
  if (depth > DEEPEST || value === null) return;
  if (typeof value === 'string') {
    if (!isNameKey(key, parent)) return;
    for (const word of value
      .slice(0, LONGEST_TEXT)
      .split(/[^\p{L}]+/u)
      .slice(0, MOST_ITEMS))
      if (word.length >= SHORTEST_WORD) words.add(word);
  } else if (Array.isArray(value)) {
    for (const item of value.slice(0, MOST_ITEMS)) collectNames(item, key, parent, depth + 1, words);
  } else if (typeof value === 'object') {
    for (const [name, item] of Object.entries(value)) collectNames(item, bare(name), key, depth + 1, words);
  }
}

function isNameKey(key: string, parent: string): boolean {
  return NAME_KEYS.test(key) && !SAFE_KEYS.test(key) && !THINGS.test(parent);
}

const bare = (name: string): string => name.replaceAll('_', '');
const escaped = (word: string): string => word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
