import type { Language } from '../../../domain';

/** More than these are not read out at once. */
export const SPOKEN_CHOICES = 3;
const SPOKEN_SERVICES = 5;
const LONGEST_NAME = 80;

// Markup, quotes and controls: a voice either stumbles over them or reads them out.
// eslint-disable-next-line no-control-regex -- control characters must not reach the voice
const UNSPOKEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff<>{}[\]\\|*_#`~"]+/g;

/** A name from a record or a caller, fit to be said: one line, no markup, not endless. */
export function spokenName(name: string): string {
  const text = name.replace(UNSPOKEN, ' ').replace(/\s+/g, ' ').trim();
  return text.length <= LONGEST_NAME ? text : [...text].slice(0, LONGEST_NAME).join('').trim();
}

/** A company's own sentences, fit to be said; `{{business_name}}` becomes its name. */
export function spokenWords(words: string, business: string): string {
  const text = words.replaceAll('{{business_name}}', business).replace(UNSPOKEN, ' ').replace(/\s+/g, ' ').trim();
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** A name behind the words that lead up to it; empty for one of which nothing can be said. */
export function ifNamed(before: string, name: string | null): string {
  const said = spokenName(name ?? '');
  return said === '' ? '' : `${before}${said}`;
}

export function spokenNames(names: readonly string[], max = SPOKEN_CHOICES): string[] {
  return names
    .map(spokenName)
    .filter((name) => name !== '')
    .slice(0, max);
}

/** "35 Euro", "35.50 euros" @param currency ISO 4217 */
export function spokenPrice(price: number, currency: string, language: Language): string {
  const minimumFractionDigits = Number.isInteger(price) ? 0 : 2;
  const style = { style: 'currency', currency, currencyDisplay: 'name', minimumFractionDigits } as const;
  return new Intl.NumberFormat(language, style).format(price);
}

/** Service names to read out, and whether there are more. */
export function spokenServices(names: readonly string[]): { names: string[]; more: boolean } {
  return { names: spokenNames(names, SPOKEN_SERVICES), more: names.length > SPOKEN_SERVICES };
}

/** "A", "A oder B", "A, B oder C" */
export function listed(items: readonly string[], conjunction: string): string {
  const last = items.at(-1) ?? '';
  const before = items.slice(0, -1);
  return before.length === 0 ? last : `${before.join(', ')} ${conjunction} ${last}`;
}

/** Phrases that hold commas of their own: "A oder B oder C" keeps them apart. */
export function chosen(items: readonly string[], conjunction: string): string {
  return items.slice(0, SPOKEN_CHOICES).join(` ${conjunction} `);
}

export function capitalised(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

/** Closes the apposition of a date such as "Freitag, den 27. November" before the sentence goes on. */
export function closed(date: string): string {
  return date.includes(',') ? `${date},` : date;
}

/** Digits one by one with a pause between groups. @param groups digits, the first perhaps with a plus */
export function spelledGroups(groups: readonly string[], inWords: (digit: number) => string, plus: string): string {
  const words = (group: string): string[] => [...group].map((sign) => (sign === '+' ? plus : inWords(Number(sign))));
  return groups.map((group) => words(group).join(' ')).join(', ');
}

/** "anna Punkt mueller at gmx Punkt de" */
export function spelledAddress(address: string, signs: Readonly<Record<string, string>>): string {
  return address.replace(/[@.+_-]/g, (sign) => ` ${signs[sign] ?? sign} `).replace(/ +/g, ' ');
}
