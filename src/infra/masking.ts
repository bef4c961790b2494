import { LRUCache } from 'lru-cache';

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
function maskEmail(email: string | null | undefined): string | null {
  if (!email) return null;
  const at = email.lastIndexOf('@');
  return at < 1 ? '…' : `${[...email][0] ?? ''}…@…`;
}

/** A run of digits as in a telephone number, not the middle of an id. */
const PHONE_IN_TEXT = /(?<![\w-])\+?\d[\d\s/().-]{6,}\d(?![\w-])/g;
/** A date, or an id that happens to have only digits. */
const NO_PHONE = /^(?:\d{8}-\d{4}-\d{4}-|(?:(?:19|20)\d\d-\d\d-\d\d|\d{1,2}\.\d{1,2}\.(?:19|20)\d\d)(?!\d))/;
/** Longer parts than an address can have are not searched, so that the work grows with the text alone. */
const EMAIL_IN_TEXT = /[^\s@<>"']{1,64}@[^\s@<>"']{1,255}\.[a-z]{2,}/gi;
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
/** An object with more fields is no question of an agent's: the rest is left out. */
const MOST_FIELDS = 200;
const DEEPEST = 6;
const SHORTEST_WORD = 3;

/** Free text with numbers and addresses taken out; dates stay. */
export function maskText(text: string): string {
  const withoutAddresses = text.includes('@') ? text.replace(EMAIL_IN_TEXT, (hit) => maskEmail(hit) ?? '…') : text;
  return withoutAddresses.replace(PHONE_IN_TEXT, (hit) =>
    NO_PHONE.test(hit) ? hit : (maskPhone(hit.replace(/[^\d+]/g, '')) ?? '…'),
  );
}

/** What a field may hold, going by its name. */
interface Key {
  phone: boolean;
  email: boolean;
  words: boolean;
  reason: boolean;
  name: boolean;
  thing: boolean;
}

const NO_KEY: Key = { phone: false, email: false, words: false, reason: false, name: false, thing: false };
/** Most keys are the few of our own arguments and answers, looked at again with every question. */
const keys = new LRUCache<string, Key>({ max: 1000 });
const LONGEST_KEY = 60;

/**
 * A copy of JSON-like data fit for traces: values under personal keys are masked, and the names found under them are
 * taken out of everything else that was said; free text is cleaned of numbers and addresses.
 * @param around further data in which the same person is named, e.g. the answer to these arguments
 */
export function maskPersonal(value: unknown, around: unknown = null): unknown {
  const words = new Set<string>();
  collectNames(value, NO_KEY, NO_KEY, 0, words);
  collectNames(around, NO_KEY, NO_KEY, 0, words);
  const named =
    words.size > 0 ? new RegExp(`(?<!\\p{L})(?:${[...words].map(escaped).join('|')})(?!\\p{L})`, 'giu') : null;
  return masked(value, NO_KEY, NO_KEY, 0, named);
}

function masked(value: unknown, key: Key, parent: Key, depth: number, named: RegExp | null): unknown {
  if (value === null || value === undefined || depth > DEEPEST) return null;
  if (typeof value === 'string') return maskedText(value, key, parent, named);
  if (Array.isArray(value))
    return value.slice(0, MOST_ITEMS).map((item) => masked(item, key, parent, depth + 1, named));
  if (typeof value !== 'object') return value;
  // Without a prototype, so that a field called `__proto__` is a field.
  const copy = Object.create(null) as Record<string, unknown>;
  const fields = value as Record<string, unknown>;
  for (const name of Object.keys(fields).slice(0, MOST_FIELDS))
    copy[name] = masked(fields[name], keyNamed(name), key, depth + 1, named);
  return copy;
}

function maskedText(text: string, key: Key, parent: Key, named: RegExp | null): string | null {
  if (key.phone) return maskPhone(text);
  if (key.email) return maskEmail(text);
  if (key.words || (key.reason && !CODE.test(text))) return text.length > 0 ? '…' : '';
  if (isName(key, parent)) return maskName(text);
  const cut = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
  return maskText(named ? cut.replace(named, (hit) => maskName(hit) ?? '…') : cut);
}

function collectNames(value: unknown, key: Key, parent: Key, depth: number, words: Set<string>): void {
  if (depth > DEEPEST || value === null) return;
  if (typeof value === 'string') {
    if (!isName(key, parent)) return;
    for (const word of value
      .slice(0, LONGEST_TEXT)
      .split(/[^\p{L}]+/u)
      .slice(0, MOST_ITEMS))
      if (word.length >= SHORTEST_WORD) words.add(word);
  } else if (Array.isArray(value)) {
    for (const item of value.slice(0, MOST_ITEMS)) collectNames(item, key, parent, depth + 1, words);
  } else if (typeof value === 'object') {
    const fields = value as Record<string, unknown>;
    for (const name of Object.keys(fields).slice(0, MOST_FIELDS))
      collectNames(fields[name], keyNamed(name), key, depth + 1, words);
  }
}

function isName(key: Key, parent: Key): boolean {
  return key.name && !parent.thing;
}

function keyNamed(written: string): Key {
  let key = keys.get(written);
  if (!key) {
    const name = written.replaceAll('_', '');
    key = {
      phone: PHONE_KEYS.test(name),
      email: EMAIL_KEYS.test(name),
      words: WORDS_KEYS.test(name),
      reason: REASON_KEYS.test(name),
      name: NAME_KEYS.test(name) && !SAFE_KEYS.test(name),
      thing: THINGS.test(name),
    };
    if (written.length <= LONGEST_KEY) keys.set(written, key);
  }
  return key;
}

const escaped = (word: string): string => word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
