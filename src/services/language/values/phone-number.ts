import { getCountryCallingCode, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { CountryCode, PhoneNumber } from 'libphonenumber-js/max';
import { fold, matchesAny, replaceAll, wordSet } from './all-words';
import { numberAt, zerosAreMeant } from './spoken-number';

type PhoneReading =
  /** E.164 */
  | { kind: 'number'; number: string }
  /** Valid here, but the same digits are a mobile number in a neighbouring country. E.164 of the line's country. */
  | { kind: 'other_country_possible'; number: string; heard: string[] }
  /** The number called from is meant, or none was given. */
  | { kind: 'not_given' }
  /** `heard`: its digits in groups, as far as they were understood. */
  | { kind: 'unreadable'; heard: string[] };

type Piece = { kind: 'digits'; digits: string } | { kind: 'plus' | 'filler' | 'correction' | 'unknown' | 'pause' };

const LONGEST_TEXT = 300;
/** The plus and fifteen digits; some numbering plans allow for more. */
const LONGEST_E164 = 16;
/** Countries with one language, where calls across the border are common. */
const NEIGHBOURS: readonly CountryCode[] = ['DE', 'AT', 'CH'];
const WORD = /\d+|[\p{L}\p{M}]+|\S/gu;
const SEPARATORS = new Set([...'-/.():;"„“”–_']);
const PLUS = new Set(['+', ...wordSet('plus')]);
const FILLERS = wordSet('fillers', 'phoneFillers');
const CORRECTIONS = wordSet('corrections');
/** A saying in the text that takes back what was said before it. */
const CORRECTION_MARK = 'nein';

/**
 * A phone number as it was said or typed. A word that may belong to the number and was not understood makes it
 * unreadable: the rest could be another person's number.
 * @param countries where a national number may belong, likeliest first
 * @param ownNumber E.164 of the caller, accepted even where no numbering plan knows it
 */
export function readPhoneNumber(
  text: string,
  countries: readonly CountryCode[],
  ownNumber: string | null = null,
): PhoneReading {
  if (text.length > LONGEST_TEXT) return { kind: 'unreadable', heard: [] };
  const folded = replaceAll(replaceAll(fold(text), 'correctionSayings', ` ${CORRECTION_MARK} `), 'fillerSayings', ' ');
  const pieces = piecesOf(folded);
  const heard = pieces.flatMap((piece) => (piece.kind === 'digits' ? [piece.digits] : []));
  if (heard.length === 0 && matchesAny(folded, 'noNumberSayings')) return { kind: 'not_given' };
  const candidate = pieces.some((piece) => piece.kind === 'unknown') ? null : corrected(pieces, countries);
  if (candidate !== null && ownNumber !== null && isSameNumber(candidate, ownNumber, countries)) {
    return { kind: 'number', number: ownNumber };
  }
  const number = candidate === null ? null : toE164(candidate, countries);
  if (candidate === null || number === null) return { kind: 'unreadable', heard: groupsOf(heard) };
  return isMobileNextDoor(candidate, number, heard[0])
    ? { kind: 'other_country_possible', number, heard: groupsOf(heard) }
    : { kind: 'number', number };
}

function isSameNumber(candidate: string, ownNumber: string, countries: readonly CountryCode[]): boolean {
  const spellings = countries.map((country) => parsePhoneNumberFromString(candidate, country)?.number);
  return spellings.some((number) => number === ownNumber);
}

/** @param firstGroup as it was said: an area code of its own tells the country */
function isMobileNextDoor(candidate: string, number: string, firstGroup = ''): boolean {
  const here = parsePhoneNumberFromString(number);
  if (!here?.country || !NEIGHBOURS.includes(here.country) || !/^0[1-9]/.test(candidate)) return false;
  if (here.getType() === 'MOBILE' || here.formatNational().split(' ')[0] === firstGroup) return false;
  return NEIGHBOURS.some((country) => {
    const there = country === here.country ? undefined : parsePhoneNumberFromString(candidate, country);
    return there?.isValid() === true && there.getType() === 'MOBILE';
  });
}

function piecesOf(text: string): Piece[] {
  // "+49 (0)176": the zero is for callers from inside.
  const international = /^\W*(?:\+|00[1-9])/.test(text);
  const words = text.replace(/\(\s*0\s*\)/g, international ? ' ' : ' 0 ').match(WORD) ?? [];
  if (!zerosAreMeant(words)) return [{ kind: 'unknown' }];
  const pieces: Piece[] = [];
  for (let at = 0; at < words.length;) {
    const number = numberAt(words, at);
    pieces.push(
      number?.kind === 'digits'
        ? { kind: 'digits', digits: number.digits }
        : { kind: number ? 'unknown' : kindOf(words[at]) },
    );
    at += number?.used ?? 1;
  }
  return pieces;
}

function kindOf(word = ''): 'plus' | 'filler' | 'correction' | 'unknown' | 'pause' {
  if (PLUS.has(word)) return 'plus';
  if (CORRECTIONS.has(word)) return 'correction';
  if (word === ',') return 'pause';
  return SEPARATORS.has(word) || FILLERS.has(word) ? 'filler' : 'unknown';
}

/**
 * The digits without what was taken back: a number started over from its first digits, or its last digit said again.
 * Null when it is not certain what the correction replaces.
 */
function corrected(pieces: readonly Piece[], countries: readonly CountryCode[]): string | null {
  const attempts = attemptsIn(pieces);
  const [first, second, third] = attempts ?? [];
  if (!first || third) return null;
  if (!second) return first.text;
  if (isRestart(first.text, second.text)) return second.text;
  const replaced = first.text.slice(0, -1) + second.text;
  // "nein" may have been "neun": then both digits belong to the number.
  const misheard = `${first.text}9${second.text}`;
  const isLastDigit =
    /^\d$/.test(second.text) && first.lastDigits.length === 1 && toE164(first.text, countries) !== null;
  return isLastDigit && toE164(misheard, countries) === null ? replaced : null;
}

interface Attempt {
  text: string;
  lastDigits: string;
}

/** The digits before and after each correction; null when a plus stands inside a number. */
function attemptsIn(pieces: readonly Piece[]): Attempt[] | null {
  let current: Attempt = { text: '', lastDigits: '' };
  const attempts = [current];
  for (const piece of pieces) {
    if (piece.kind === 'digits') {
      current.text += piece.digits;
      current.lastDigits = piece.digits;
    } else if (piece.kind === 'plus') {
      if (current.text !== '') return null;
      current.text = '+';
    } else if (piece.kind === 'correction' && current.text !== '') {
      current = { text: '', lastDigits: '' };
      attempts.push(current);
    }
  }
  return attempts;
}

function isRestart(before: string, after: string): boolean {
  return after.length >= Math.max(before.length, 6) && before.length >= 2 && after.startsWith(before.slice(0, 2));
}

/** A number that exists in its country's numbering plan, in E.164; null for any other. */
function toE164(candidate: string, countries: readonly CountryCode[]): string | null {
  const international = candidate.replace(/^00(?=[1-9])/, '+');
  if (international.startsWith('+')) return valid(parsePhoneNumberFromString(international));
  for (const country of countries) {
    const lostPlus = international.startsWith(getCountryCallingCode(country)) ? `+${international}` : '';
    const parsed = parsePhoneNumberFromString(international, country);
    const number =
      valid(parsePhoneNumberFromString(lostPlus)) ?? (parsed && isWhole(parsed, international) ? valid(parsed) : null);
    if (number) return number;
  }
  return null;
}

/** Without its zero a landline number could be a local one of any town. */
function isWhole(parsed: PhoneNumber, said: string): boolean {
  return said.startsWith('0') || parsed.getType() === 'MOBILE' || !parsed.formatNational().startsWith('0');
}

function valid(parsed: PhoneNumber | undefined): string | null {
  return parsed?.isValid() && parsed.number.length <= LONGEST_E164 ? parsed.number : null;
}

/** As it was said in groups; digits said one by one in groups as people write them. */
function groupsOf(said: readonly string[]): string[] {
  const runs = said.map((digits) => (digits.length > 2 ? ` ${digits} ` : digits)).join('');
  return runs.split(' ').flatMap(chunks);
}

/** Up to four digits stay together, more are divided: a leading "0151", then threes, and twos where one is left. */
function chunks(digits: string): string[] {
  if (digits.length <= 4) return digits === '' ? [] : [digits];
  if (/^0[1-9]/.test(digits)) return [digits.slice(0, 4), ...chunks(digits.slice(4))];
  const groups = digits.match(/\d{1,3}/g) ?? [];
  const last = groups.at(-1) ?? '';
  const before = groups.at(-2) ?? '';
  return last.length === 1 ? [...groups.slice(0, -2), before.slice(0, 2), before.slice(2) + last] : groups;
}

/**
 * The groups in which a number is read out: "0151", "123", "456", "78"; with `+` and the calling code in front when it
 * is another country's.
 * @param number E.164
 */
export function phoneGroups(number: string, country: CountryCode | undefined): string[] {
  const parsed = parsePhoneNumberFromString(number);
  if (!parsed) return chunks(number.replace(/\D/g, ''));
  const isHome = country !== undefined && parsed.country === country;
  const groups = (isHome ? parsed.formatNational() : parsed.formatInternational())
    .replace(/[^\d+]+/g, ' ')
    .trim()
    .split(' ');
  const isLongCode = (groups[0] ?? '').length > 4;
  return (isLongCode ? [groups.join('')] : groups).flatMap((group) =>
    group.startsWith('+') ? [group] : chunks(group),
  );
}
