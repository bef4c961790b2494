import { DateTime, IANAZone } from 'luxon';

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

/** Every zone changes its offset on a quarter of an hour (UTC), so one lookup serves the whole quarter. */
const OFFSET_BUCKET_MS = 15 * MINUTE_MS;
const MAX_CACHED_OFFSETS = 200_000;

const offsetsByZone = new Map<string, Map<number, number>>();
const zoneValidity = new Map<string, boolean>();
let cachedOffsets = 0;

export function isIanaZone(zone: string): boolean {
  const known = zoneValidity.get(zone);
  if (known !== undefined) return known;
  const valid = IANAZone.isValidZone(zone);
  if (zoneValidity.size < 2_000) zoneValidity.set(zone, valid);
  return valid;
}

/** Offset from UTC in minutes, east positive. Memoised: a slot list asks for it hundreds of times. */
export function offsetMinutesAt(zone: string, atMs: number): number {
  const bucket = Math.floor(atMs / OFFSET_BUCKET_MS);
  let offsets = offsetsByZone.get(zone);
  if (!offsets) {
    offsets = new Map();
    offsetsByZone.set(zone, offsets);
  }
  const known = offsets.get(bucket);
  if (known !== undefined) return known;
  if (cachedOffsets >= MAX_CACHED_OFFSETS) {
    offsetsByZone.clear();
    offsets = new Map();
    offsetsByZone.set(zone, offsets);
    cachedOffsets = 0;
  }
  const offset = IANAZone.create(zone).offset(atMs);
  offsets.set(bucket, offset);
  cachedOffsets += 1;
  return offset;
}

/** Calendar date `YYYY-MM-DD` in the zone. */
export function localDate(zone: string, atMs: number): string {
  return new Date(atMs + offsetMinutesAt(zone, atMs) * MINUTE_MS).toISOString().slice(0, 10);
}

/** ISO with milliseconds and the zone's offset; the fixed zone UTC is written `Z`. */
export function isoInZone(zone: string, atMs: number): string {
  if (zone === 'UTC' || zone === 'Etc/UTC') return new Date(atMs).toISOString();
  const offset = offsetMinutesAt(zone, atMs);
  const wall = new Date(atMs + offset * MINUTE_MS).toISOString().slice(0, -1);
  const size = Math.abs(offset);
  const hours = String(Math.floor(size / 60)).padStart(2, '0');
  const minutes = String(size % 60).padStart(2, '0');
  return `${wall}${offset < 0 ? '-' : '+'}${hours}:${minutes}`;
}

export const isoUtc = (atMs: number): string => new Date(atMs).toISOString();

/** The date `days` after (or before) a `YYYY-MM-DD` date. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** 1 Monday … 7 Sunday. */
export function weekdayOf(date: string): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
}

/** A wall clock reading as an instant. A time skipped by summer time moves forward by the skipped hour. */
export function wallClockMs(zone: string, date: string, time: string): number {
  return DateTime.fromISO(`${date}T${time}`, { zone }).toMillis();
}

/** First instant of the day and first instant of the next one. */
export function dayBoundsMs(zone: string, date: string): { startMs: number; endMs: number } {
  return { startMs: wallClockMs(zone, date, '00:00'), endMs: wallClockMs(zone, addDays(date, 1), '00:00') };
}

const ISO_FORM = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

export const isDateOnly = (value: string): boolean => value.length === 10;

/** Strict ISO 8601 to epoch milliseconds; no zone means UTC; undefined when it is not a real date. */
export function parseInstant(value: string): number | undefined {
  if (!ISO_FORM.test(value)) return undefined;
  const parsed = DateTime.fromISO(value, { zone: 'utc' });
  return parsed.isValid ? parsed.toMillis() : undefined;
}
