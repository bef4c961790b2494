import { en } from 'chrono-node';
import { DateTime } from 'luxon';
import type { LocalDate } from '../../../domain';
import { isWord, token, type Token } from './senses';

const CENTRAL_EUROPEAN = ['mez', 'mesz', 'cet', 'cest'];

/**
 * Resolves texts that name a time zone ("2026-11-25 14:30 UTC", "Wed, 25 Nov 2026 2:30 PM EST"), as machines write
 * them. Only a whole date and time that chrono is certain of counts; it never fills a gap for us.
 */
export function resolveZoneNames(text: string, tokens: readonly Token[], zone: string, anchor: Date): readonly Token[] {
  if (!tokens.some((one) => isWord(one, 'zone'))) return tokens;
  const instant = certainInstant(text, anchor);
  if (instant) {
    const utc = DateTime.fromJSDate(instant, { zone: 'utc' });
    const { year, month, day, hour, minute } = utc;
    return [token({ is: 'stamp', value: { year, month, day }, hour, minute, instant })];
  }
  return isCentralEuropean(zone) ? tokens.filter((one) => !CENTRAL_EUROPEAN.includes(one.key)) : tokens;
}

/** A time alone with an offset, "15:00+01:00", "13:00Z". */
const CLOCK_WITH_OFFSET = /^t?(\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d{1,9})? ?(z|utc|gmt|[+-]\d{2}:?\d{2})$/i;

/** Clock and minutes ahead of UTC; null for other texts, and for a span of hours such as "16:00-18:00". */
function offsetClock(text: string): { clock: string; minutes: number } | null {
  const [, clock, offset = ''] = CLOCK_WITH_OFFSET.exec(text) ?? [];
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d{2}):?(\d{2})$/.exec(offset) ?? [];
  if (clock === undefined || (sign === '-' && clock.padStart(5, '0') < `${hours}:${minutes}`)) return null;
  return { clock, minutes: (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1) };
}

/**
 * The instant of a time that is alone in its field and says an offset of its own, on that day.
 * @returns null for any other text, and for the branch's own offset: then it is the branch's clock
 */
export function zonedClock(given: string, day: LocalDate, zone: string, anchor: Date): string | null {
  const said = offsetClock(given.trim());
  if (said === null || said.minutes === DateTime.fromJSDate(anchor, { zone }).offset) return null;
  const [hour = '', ...rest] = said.clock.split(':');
  const instant = DateTime.fromISO(`${day}T${[hour.padStart(2, '0'), ...rest].join(':')}Z`);
  return instant.isValid ? instant.minus({ minutes: said.minutes }).toUTC().toISO() : null;
}

/** The branch's own zone says nothing new: "14:30 Europe/Berlin", "2:30 pm Berlin time". */
export function withoutOwnZone(given: string, zone: string, anchor: Date): string {
  const said = offsetClock(given);
  const text = said?.minutes === DateTime.fromJSDate(anchor, { zone }).offset ? said.clock : given;
  const city = zone.split('/').at(-1) ?? zone;
  const at = text.toLowerCase().indexOf(city.toLowerCase());
  if (at < 0) return text;
  const before = text.slice(0, at).replace(/[[(]?(?:[A-Za-z]{1,30}\/){0,3}$/, '');
  return `${before}${text.slice(at + city.length).replace(/^[\])]?(?: time)?/i, '')}`;
}

/** A zone's name in brackets after its offset, as JavaScript writes it, adds nothing. */
function certainInstant(given: string, anchor: Date): Date | null {
  const text = given.replace(/(?<!\s)\s*\([^()]*\)\s*$/, '');
  const results = en.strict.parse(text, anchor);
  const [result] = results;
  if (!result || results.length > 1 || result.text.length < text.trim().length - 6) return null;
  const { start, end } = result;
  const certain = (['year', 'month', 'day', 'hour', 'minute', 'timezoneOffset'] as const).every((part) =>
    start.isCertain(part),
  );
  return certain && !end ? start.date() : null;
}

/** Whether winter time there is one hour ahead of UTC, so that "MEZ" names the branch's own clock. */
function isCentralEuropean(zone: string): boolean {
  return DateTime.fromObject({ year: 2026, month: 1, day: 15 }, { zone }).offset === 60;
}
