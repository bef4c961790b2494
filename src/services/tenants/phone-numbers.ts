import { LRUCache } from 'lru-cache';
import { getCountries, parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js';
import { parsePhoneNumberFromString as parseStrictly } from 'libphonenumber-js/max';

/** Calling codes of the likeliest countries: a number that begins with one and not with a zero has lost its plus. */
const CALLING_CODE = /^(?:49|43|41|33|31|32)\d{7,13}$/;
const LONGEST_PHONE = 50;
/** The plus and fifteen digits; some numbering plans allow for more. */
const LONGEST_E164 = 16;
/** Every question of a call brings the same numbers. */
const read = new LRUCache<string, { number: string | null }>({ max: 2000 });
const countriesOf = new LRUCache<string, readonly CountryCode[]>({ max: 2000 });

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
 * The number of a call's end as E.164, or null when it is no valid number. Knows `0049…`, national numbers of the given
 * country, and numbers that lost their plus. What callers say is read by `readPhoneNumber` instead.
 */
export function normalisePhone(text: string, country: CountryCode = 'DE'): string | null {
  const trimmed = text.trim().slice(0, LONGEST_PHONE);
  const question = `${country}${trimmed}`;
  const known = read.get(question);
  if (known) return known.number;
  const number = readPhone(trimmed, country);
  read.set(question, { number });
  return number;
}

function readPhone(trimmed: string, country: CountryCode): string | null {
  const digits = trimmed.replace(/\D/g, '');
  if (digits.length < 4) return null;
  const candidate = trimmed.replace(/^(?:tel:|plus\s)\s*\+?/i, '+').replace(/^00(?=[1-9])/, '+');
  // A number that came with its country is taken as it is; one whose country is guessed must exist in the numbering plan.
  if (candidate.startsWith('+')) return numberOf(parsePhoneNumberFromString(candidate));
  const international = candidate.startsWith('0') ? undefined : parseStrictly(`+${digits}`);
  const found = CALLING_CODE.test(digits) ? numberOf(international) : null;
  return found ?? numberOf(parseStrictly(candidate, country)) ?? numberOf(international);
}

function numberOf(parsed: { number: string; isValid(): boolean } | undefined): string | null {
  return parsed?.isValid() && parsed.number.length <= LONGEST_E164 ? parsed.number : null;
}

const COUNTRY_OF_ZONE = new Map<string, CountryCode | undefined>();

/**
 * The country in which a time zone lies; undefined for zones of no country.
 * @param likely looked at first: a search through all countries holds up the process for a tenth of a second
 */
function countryOfZone(zone: string, likely: CountryCode): CountryCode | undefined {
  if (!COUNTRY_OF_ZONE.has(zone)) {
    const country = [likely, ...getCountries()].find((one) => zonesOf(one).includes(zone));
    COUNTRY_OF_ZONE.set(zone, country);
  }
  return COUNTRY_OF_ZONE.get(zone);
}

function zonesOf(country: CountryCode): readonly string[] {
  // Older and newer Node name it differently, and TypeScript knows neither.
  const locale: Intl.Locale & { timeZones?: readonly string[]; getTimeZones?: () => readonly string[] } =
    new Intl.Locale(`und-${country}`);
  return locale.getTimeZones?.() ?? locale.timeZones ?? [];
}

/**
 * Where a national number belongs that is said in a call, likeliest first.
 * @param line the called number as E.164
 * @param zone the branch's time zone
 */
export function phoneCountriesOf(line: string | null, zone: string): readonly CountryCode[] {
  const place = `${line} ${zone}`;
  const known = countriesOf.get(place);
  if (known) return known;
  const ofLine = line === null ? undefined : parsePhoneNumberFromString(line)?.country;
  const countries = [...new Set([ofLine, countryOfZone(zone, ofLine ?? 'DE')])].filter((one) => one !== undefined);
  countriesOf.set(place, countries);
  return countries;
}

/**
 * A number as an operator types it: international, or national in the zone's country.
 * @returns E.164; null for a number that exists nowhere
 */
export function readTypedNumber(text: string, zone: string): string | null {
  const compact = text.replaceAll(/[\s()/.-]/g, '');
  const [country] = phoneCountriesOf(null, zone);
  return /^\+[1-9]\d{4,14}$/.test(compact) ? compact : normalisePhone(text, country);
}

/** Whether it is not said who calls. */
export function isAnonymous(number: string | null | undefined): boolean {
  const text = number?.trim() ?? '';
  if (text === '' || WITHHELD.test(text) || WITHHELD_AS_DIGITS.has(text.replace(/\D/g, ''))) return true;
  return !/\d{4}/.test(text.replace(/[\s()/.-]/g, ''));
}
