import { locale, t } from './i18n.js';

const made = new Map();
/** Intl objects are slow to make, so each is made once per language. */
function formatter(kind, options) {
  const key = `${kind}${locale()}${JSON.stringify(options)}`;
  if (!made.has(key)) made.set(key, new Intl[kind](locale(), options));
  return made.get(key);
}

const DASH = '–';
const dated = (iso, options) => {
  const date = iso ? new Date(iso) : null;
  return date === null || Number.isNaN(date.getTime()) ? DASH : formatter('DateTimeFormat', options).format(date);
};

export const number = (value, digits = 0) =>
  Number.isFinite(value) ? formatter('NumberFormat', { maximumFractionDigits: digits }).format(value) : DASH;

/** @param value in percent */
export const percent = (value, digits = 0) => (Number.isFinite(value) ? `${number(value, digits)}\u00a0%` : DASH);

/** @param currency ISO 4217 */
export const money = (value, currency, digits = 2) =>
  Number.isFinite(value) && currency
    ? formatter('NumberFormat', { style: 'currency', currency, maximumFractionDigits: digits }).format(value)
    : DASH;

/** Milliseconds, or seconds from one second on. */
export function milliseconds(value) {
  if (!Number.isFinite(value)) return DASH;
  if (value >= 60_000) return minutes(value);
  return value >= 1000 ? `${number(value / 1000, 2)}\u00a0s` : `${number(value)}\u00a0ms`;
}

function minutes(ms) {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}\u00a0min`;
}

export const time = (iso, timeZone) => dated(iso, { hour: '2-digit', minute: '2-digit', timeZone });
export const timeWithSeconds = (iso, timeZone) =>
  dated(iso, { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone });
export const day = (iso, timeZone) => dated(iso, { weekday: 'short', day: '2-digit', month: '2-digit', timeZone });
/** A calendar day `YYYY-MM-DD`, which is the same in every zone. */
export const calendarDay = (text) =>
  dated(text, { weekday: 'short', day: '2-digit', month: '2-digit', year: 'numeric', timeZone: 'UTC' });
export const shortDay = (text) => dated(text, { day: '2-digit', month: '2-digit', year: '2-digit', timeZone: 'UTC' });
export const dateTime = (iso, timeZone) =>
  dated(iso, { day: '2-digit', month: '2-digit', year: '2-digit', hour: '2-digit', minute: '2-digit', timeZone });

/** A calendar day `YYYY-MM-DD`, whatever zone it belongs to. */
export const dayOfDate = (date) => day(`${date}T12:00:00Z`, 'UTC');

/** How long ago, in the largest unit that fits; within a minute it is "just now". */
export function ago(iso) {
  const ms = Date.now() - new Date(iso ?? NaN).getTime();
  if (!Number.isFinite(ms)) return DASH;
  if (Math.abs(ms) < 60_000) return t('time.now');
  const [unit, size] = [
    ['day', 86_400_000],
    ['hour', 3_600_000],
    ['minute', 60_000],
  ].find(([, length]) => Math.abs(ms) >= length);
  return formatter('RelativeTimeFormat', { numeric: 'auto', style: 'short' }).format(-Math.round(ms / size), unit);
}

/** `YYYY-MM-DD` and `HH:MM` as a clock in that zone shows them. */
export function wallClock(iso, timeZone) {
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  const [date, clock] = parts.format(new Date(iso)).split(' ');
  return { date, clock };
}

/** The instant at which a clock in that zone shows this; of two (when clocks go back) the first. */
export function instantOf(date, clock, timeZone) {
  const wanted = Date.parse(`${date}T${clock}:00Z`);
  const shown = (ms) => {
    const there = wallClock(new Date(ms).toISOString(), timeZone);
    return Date.parse(`${there.date}T${there.clock}:00Z`);
  };
  // The zone's offset is read an hour earlier first, where the earlier of two equal clocks is.
  const guess = wanted - (shown(wanted - 12 * 3_600_000) - (wanted - 12 * 3_600_000));
  const instant = shown(guess) === wanted ? guess : wanted - (shown(guess) - guess);
  return new Date(instant).toISOString();
}

/** Local midnight, `days` from today. */
export function midnight(days = 0) {
  const date = new Date();
  date.setHours(0, 0, 0, 0);
  date.setDate(date.getDate() + days);
  return date;
}
