import { parsePhoneNumberFromString } from 'libphonenumber-js';

/** Stands where something was erased but something must stand. */
export const ERASED = '—';

const SHORTEST_NAME = 3;

/** Recognises a person in text by number, e-mail address and name. */
export class PersonMarks {
  /**
   * Pattern of a number or an address in JSON's or any other spelling, for Postgres' `~*`; it also finds what is not
   * the person's. null: there is neither.
   */
  readonly loosePattern: string | null;
  readonly #contact: RegExp | null;
  readonly #name: RegExp | null;

  /** @param known.phones E.164 */
  constructor(known: { phones: readonly string[]; emails: readonly string[]; names: readonly string[] }) {
    const emails = known.emails.map(escaped);
    const loose = [...known.phones.map((phone) => phonePattern(phone, '[^0-9]{0,6}')), ...emails];
    const exact = [
      ...known.phones.map((phone) => `(?<![0-9])${phonePattern(phone, '[^0-9A-Za-z]{0,3}')}(?![0-9])`),
      ...emails.map((email) => `(?<![\\w.%+-])${email}(?![\\w-]|\\.\\w)`),
    ];
    const words = known.names.flatMap((name) => name.split(/[^\p{L}]+/u)).filter((one) => one.length >= SHORTEST_NAME);
    this.loosePattern = loose.length > 0 ? loose.join('|') : null;
    this.#contact = exact.length > 0 ? new RegExp(exact.join('|'), 'iu') : null;
    this.#name = words.length > 0 ? new RegExp(`(?<!\\p{L})(?:${words.map(escaped).join('|')})(?!\\p{L})`, 'iu') : null;
  }

  /** Whether the number or the address stands in a text, or in any text of JSON-like data. */
  isContactIn(value: unknown): boolean {
    if (typeof value === 'string' || typeof value === 'number') return this.#contact?.test(String(value)) ?? false;
    if (typeof value !== 'object' || value === null) return false;
    return Object.entries(value).some(([key, item]) => this.isContactIn(key) || this.isContactIn(item));
  }

  /**
   * A copy of JSON-like data in which each text that names the person is replaced. Only for data that is known to be
   * about the person: names are shared by many.
   */
  without(value: unknown): unknown {
    if (typeof value === 'string') return this.#isIn(value) ? ERASED : value;
    if (typeof value === 'number') return this.isContactIn(value) ? null : value;
    if (Array.isArray(value)) return value.map((item) => this.without(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [this.#isIn(key) ? ERASED : key, this.without(item)]),
    );
  }

  #isIn(text: string): boolean {
    return this.isContactIn(text) || (this.#name?.test(text) ?? false);
  }
}

/** The number in national or international spelling, with up to a few signs between its digits. */
function phonePattern(phone: string, between: string): string {
  const parsed = parsePhoneNumberFromString(phone);
  const national = parsed?.nationalNumber ?? phone.replaceAll(/\D/g, '');
  const country = parsed ? `(?:(?:00)?${[...parsed.countryCallingCode].join(between)}${between})?` : '';
  return `${country}(?:0${between})?${[...national].join(between)}`;
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
