import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js';

/** Where a number without a country code may come from, likeliest first. */
const COUNTRIES: readonly CountryCode[] = ['DE', 'AT', 'CH', 'FR', 'NL', 'BE'];
const ANONYMOUS =
  /^\+?(anonym(ous|e)?|unknown|unbekannt|withheld|restricted|private|privat|blocked|unavailable|unterdr.ckt|no[ _-]?caller[ _-]?id|null|none|undefined|0+)$/i;
const LONGEST_PHONE = 50;
const LONGEST_NAME = 150;

/**
 * E.164, or null when the text is no valid number. Knows `0049…`, national numbers of the likely countries, and numbers
 * that lost their plus.
 */
export function normalisePhone(text: string, defaultCountry: CountryCode = 'DE'): string | null {
  const trimmed = text.trim().slice(0, LONGEST_PHONE);
  if (!/\d{4}/.test(trimmed.replace(/[\s()/.-]/g, ''))) return null;
  const candidate = trimmed.replace(/^00(?=[1-9])/, '+');
  if (candidate.startsWith('+')) return valid(candidate, undefined);
  for (const country of [defaultCountry, ...COUNTRIES.filter((other) => other !== defaultCountry)]) {
    const found = valid(candidate, country);
    if (found) return found;
  }
  return /^[1-9]\d{8,14}$/.test(candidate) ? valid(`+${candidate}`, undefined) : null;
}

function valid(text: string, country: CountryCode | undefined): string | null {
  const parsed = parsePhoneNumberFromString(text, country);
  return parsed?.isValid() ? parsed.number : null;
}

/** Whether Retell does not say who calls. */
export function isAnonymous(number: string | null | undefined): boolean {
  const text = number?.trim() ?? '';
  return text === '' || ANONYMOUS.test(text) || !/\d{4}/.test(text);
}

const INTRODUCTION =
  /^(?:(?:guten (?:tag|morgen|abend)|hallo|hello|hi|ja|yes)[,!.\s]+)*(?:mein name ist|ich hei(?:ß|ss)e|ich bin(?: (?:der|die))?|hier (?:ist|spricht)|der name ist|auf den namen|my name is|my name's|i am|i'm|this is|it's|under the name)\s+/i;
const TITLE = /^(?:herrn?|frau|mr\.?|mrs\.?|ms\.?|miss)\s+(?=\p{L}{2})/iu;

/** A person's name out of what was said, or null when there are no letters in it. */
export function cleanPersonName(text: string): string | null {
  const cleaned = text
    .replace(/[<>{}[\]\\|"*_#`~]+/g, ' ')
    // eslint-disable-next-line no-control-regex -- control characters must not reach Cal.com
    .replace(/[\u0000-\u001f\u007f]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(INTRODUCTION, '')
    .replace(TITLE, '')
    .replace(/[.,;!?\s]+$/, '')
    .slice(0, LONGEST_NAME)
    .trim();
  const letters = cleaned.match(/\p{L}/gu)?.length ?? 0;
  return letters >= 2 &&
    !/^(?:unbekannt|unknown|anonym|anonymous|kunde|customer|none|null|undefined|n\/a)$/i.test(cleaned)
    ? cleaned
    : null;
}

const EMAIL = /^[a-z0-9](?:[a-z0-9._%+-]{0,62}[a-z0-9_])?@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}$/i;

/** A usable e-mail address in lower case, or null. */
export function cleanEmail(text: string): string | null {
  const address = text.trim().toLowerCase();
  return address.length <= 255 && !address.includes('..') && EMAIL.test(address) ? address : null;
}
