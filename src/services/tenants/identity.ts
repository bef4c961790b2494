import { LRUCache } from 'lru-cache';
import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js';
import { isValidPhoneNumber, parsePhoneNumberFromString as parseStrictly } from 'libphonenumber-js/max';

/** Where a number without a country code may come from, likeliest first. */
const COUNTRIES: readonly CountryCode[] = ['DE', 'AT', 'CH', 'FR', 'NL', 'BE'];
/** Their calling codes: a number that begins with one and not with a zero has lost its plus. */
const CALLING_CODE = /^(?:49|43|41|33|31|32)\d{7,13}$/;
const LONGEST_PHONE = 50;
/** The plus and fifteen digits; some numbering plans allow for more. */
const LONGEST_E164 = 16;
const LONGEST_NAME = 150;
/** Every question of a call brings the same numbers. */
const read = new LRUCache<string, { number: string | null }>({ max: 2000 });

const WITHHELD =
  /^\+?(?:anonym(?:ous|e)?|unknown|unbekannt|withheld|restricted|private|privat|blocked|unavailable|hidden|unterdr.ckt|no[ _-]?caller[ _-]?id|null|none|undefined|0+)$/i;
/** The same words typed on a keypad, as carriers send them: anonymous, restricted, blocked, unknown, unavailable. */
const WITHHELD_AS_DIGITS: ReadonlySet<string> = new Set([
  '266696687',
  '7378742833',
  '2562533',
  '8656696',
  '86282452253',
]);

/**
 * E.164, or null when the text is no valid number. Knows `0049…`, national numbers of the likely countries, and numbers
 * that lost their plus.
 */
export function normalisePhone(text: string, defaultCountry: CountryCode = 'DE'): string | null {
  const trimmed = text.trim().slice(0, LONGEST_PHONE);
  const question = `${defaultCountry}${trimmed}`;
  const known = read.get(question);
  if (known) return known.number;
  const number = readPhone(trimmed, defaultCountry);
  read.set(question, { number });
  return number;
}

function readPhone(trimmed: string, defaultCountry: CountryCode): string | null {
  const digits = trimmed.replace(/\D/g, '');
  if (digits.length < 4) return null;
  const candidate = trimmed.replace(/^(?:tel:|plus\s)\s*\+?/i, '+').replace(/^00(?=[1-9])/, '+');
  // A number that came with its country is taken as it is; one whose country is guessed must exist in the numbering plan.
  if (candidate.startsWith('+')) return numberOf(parsePhoneNumberFromString(candidate));
  if (CALLING_CODE.test(digits)) {
    const found = numberOf(parseStrictly(`+${digits}`));
    if (found) return found;
  }
  for (const country of [defaultCountry, ...COUNTRIES.filter((other) => other !== defaultCountry)]) {
    const found = numberOf(parseStrictly(candidate, country));
    if (found) return found;
  }
  return candidate.startsWith('0') ? null : numberOf(parseStrictly(`+${digits}`));
}

function numberOf(parsed: { number: string; isValid(): boolean } | undefined): string | null {
  return parsed?.isValid() && parsed.number.length <= LONGEST_E164 ? parsed.number : null;
}

/** Whether a number exists in its country's numbering plan, as Cal.com demands of an attendee's. @param phone E.164 */
export function isInNumberingPlan(phone: string): boolean {
  return isValidPhoneNumber(phone);
}

/** Whether it is not said who calls. */
export function isAnonymous(number: string | null | undefined): boolean {
  const text = number?.trim() ?? '';
  if (text === '' || WITHHELD.test(text) || WITHHELD_AS_DIGITS.has(text.replace(/\D/g, ''))) return true;
  return !/\d{4}/.test(text.replace(/[\s()/.-]/g, ''));
}

const GREETING =
  /^(?:(?:guten (?:tag|morgen|abend)|hallo|hello|hi|good (?:morning|afternoon|evening)|ja|yes)[,!.\s]+)+/i;
const INTRODUCTION =
  /^(?:mein name ist|ich hei(?:ß|ss)e|ich bin(?: (?:der|die))?|hier (?:ist|spricht)(?: (?:der|die))?|der name ist|auf den namen|unter dem namen|my name is|my name's|the name is|i am|i'm|this is|it's|under the name(?: of)?)\s+/i;
const TITLE = /^(?:herrn?|frau|mr\.?|mrs\.?|ms\.?|miss)\s+(?=\p{L}{2})/iu;
/** "… und ich hätte gern einen Termin" */
const WHAT_FOLLOWS =
  /[,.]?\s+(?:und ich|und hätte|und möchte|ich möchte|ich hätte|and i|and i'd|i'd like|i would like|i want)\s.*$/i;
const NO_NAME =
  /^(?:unbekannt|unknown|anonym|anonymous|kunde|kundin|customer|caller|anrufer|gast|guest|name|kundenname|customer[ _]name|none|null|undefined|nan|n\/a|string|mein name|my name|ich|i)$/i;

/**
 * A person's name out of what was said; null when there is none in it: too few letters, a placeholder, or longer than
 * 150 characters.
 */
export function cleanPersonName(text: string): string | null {
  if (/\{\{.*\}\}/s.test(text)) return null;
  const cleaned = text
    .normalize('NFC')
    .replace(/<[^>]{0,200}>/g, ' ')
    .replace(/[<>{}[\]\\|"*_#`~]+/g, ' ')
    .replace(/\p{Cf}+/gu, '')
    .replace(/\p{Cc}+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(GREETING, '')
    .replace(INTRODUCTION, '')
    .replace(TITLE, '')
    .replace(WHAT_FOLLOWS, '')
    .replace(/^[\s.,;:!?-]+|[\s.,;:!?]+$/g, '');
  if (cleaned.length > LONGEST_NAME || NO_NAME.test(cleaned)) return null;
  const letters = cleaned.match(/\p{L}/gu)?.length ?? 0;
  return letters >= 2 || (letters === 1 && /\p{Script=Han}/u.test(cleaned)) ? cleaned : null;
}

const EMAIL = /^[a-z0-9](?:[a-z0-9._%+-]{0,62}[a-z0-9_])?@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}$/;
const LONGEST_EMAIL = 255;

/** A usable e-mail address in lower case, or null. What was spelled aloud is put together before this. */
export function cleanEmail(text: string): string | null {
  const address = text
    .trim()
    .toLowerCase()
    .replace(/^mailto:/, '');
  return address.length <= LONGEST_EMAIL && !address.includes('..') && EMAIL.test(address) ? address : null;
}
