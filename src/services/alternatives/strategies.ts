import { DateTime } from 'luxon';
import type { LocalDate, WeeklyHours } from '../domain';
import { isOpenOn, spansOn } from '../opening-hours';
import type { AlternativesQuestion } from './question';

export interface Candidate {
  startMs: number;
  strategy: string;
  type: string;
  score: number;
  /** Lies within the wished part of the day; true when nothing was wished. */
  inWindow: boolean;
}

const FULL_SCORE = 10_000;
const NOON_MINUTES = 12 * 60;
const DAY_MS = 86_400_000;
/** Days that `next_available` looks at, and how far it widens when they are full. */
const NEXT_DAYS = 7;
const WIDER_DAYS = 14;

const BONUS: Record<string, number> = { next_workday: 250, next_week: 150, next_available: 100 };
/** In close calls the half of the day that was asked for decides. */
const SAME_DAY_BONUS = { towards: 500, away: 300 };

interface Listed {
  startMs: number;
  date: LocalDate;
  minutes: number;
}

/** Every listed start that some strategy offers, scored by distance and kind. */
export function candidatesFor(question: AlternativesQuestion, starts: number[]): Candidate[] {
  const listed = starts.map((startMs): Listed => {
    const local = DateTime.fromMillis(startMs, { zone: question.zone });
    return { startMs, date: local.toISODate() ?? '', minutes: local.hour * 60 + local.minute };
  });
  const desired = desiredStart(question);
  const wished = [
    ...inWindow(question, listed, desired),
    ...sameDay(question, listed, desired),
    ...sameTime(question, listed, desired),
    ...nextAvailable(question, listed, desired),
  ];
  return wished.map(({ start, strategy, type }) => ({
    startMs: start.startMs,
    strategy,
    type,
    score: FULL_SCORE - Math.abs(start.startMs - desired.ms) / 60_000 + bonus(type, desired.minutes),
    inWindow: !question.preference || within(question, start.minutes),
  }));
}

interface Desired {
  ms: number;
  minutes: number;
  /** False when only a day was named. */
  exact: boolean;
}

interface Wish {
  start: Listed;
  strategy: string;
  type: string;
}

function desiredStart(question: AlternativesQuestion): Desired {
  if (question.desiredAt) {
    const local = DateTime.fromJSDate(question.desiredAt, { zone: question.zone });
    return { ms: question.desiredAt.getTime(), minutes: local.hour * 60 + local.minute, exact: true };
  }
  // A day or a part of it: its beginning, so that earlier starts rank first.
  const minutes = question.preference?.fromMinutes ?? opening(question);
  const local = DateTime.fromISO(question.desiredDate, { zone: question.zone }).set({
    hour: Math.floor(minutes / 60),
    minute: minutes % 60,
  });
  return { ms: local.toMillis(), minutes, exact: false };
}

function opening(question: AlternativesQuestion): number {
  const spans = spansOn(question.hours, question.desiredDate);
  const [hours = '9', minutes = '0'] = (spans[0]?.open ?? '09:00').split(':');
  return Number(hours) * 60 + Number(minutes);
}

function inWindow(question: AlternativesQuestion, listed: Listed[], desired: Desired): Wish[] {
  if (!question.preference) return [];
  const last = desired.ms + (NEXT_DAYS + 1) * DAY_MS;
  return listed
    .filter((start) => within(question, start.minutes) && start.startMs <= last)
    .map((start) =>
      start.date === question.desiredDate
        ? { start, strategy: 'same_day_in_window', type: 'same_day_in_window' }
        : { start, strategy: 'same_window_other_days', type: 'same_window_other_day' },
    );
}

function sameDay(question: AlternativesQuestion, listed: Listed[], desired: Desired): Wish[] {
  const reachMs = question.timeWindowHours * 3_600_000;
  return listed
    .filter(
      (start) =>
        start.date === question.desiredDate && (!desired.exact || Math.abs(start.startMs - desired.ms) <= reachMs),
    )
    .map((start) => ({
      start,
      strategy: 'same_day_different_time',
      type: start.startMs < desired.ms ? 'same_day_earlier' : 'same_day_later',
    }));
}

/** The next open day, and the same weekday a week later, at the same time of day or as near as the listing allows. */
function sameTime(question: AlternativesQuestion, listed: Listed[], desired: Desired): Wish[] {
  const wishes: Wish[] = [];
  const nearest = (date: LocalDate): Listed | undefined =>
    listed
      .filter(
        (start) => start.date === date && Math.abs(start.minutes - desired.minutes) <= question.timeWindowHours * 60,
      )
      .sort(
        (a, b) =>
          Math.abs(a.minutes - desired.minutes) - Math.abs(b.minutes - desired.minutes) || a.startMs - b.startMs,
      )[0];
  const workday = nextOpenDay(question.hours, question.desiredDate);
  const onWorkday = workday ? nearest(workday) : undefined;
  if (onWorkday) wishes.push({ start: onWorkday, strategy: 'next_workday_same_time', type: 'next_workday' });
  const inAWeek = nearest(plusDays(question.desiredDate, 7));
  if (inAWeek) wishes.push({ start: inAWeek, strategy: 'next_week_same_day', type: 'next_week' });
  return wishes;
}

function nextAvailable(question: AlternativesQuestion, listed: Listed[], desired: Desired): Wish[] {
  const later = listed.filter((start) => start.date > question.desiredDate || start.startMs > desired.ms);
  const soon = later.filter((start) => start.date <= plusDays(question.desiredDate, NEXT_DAYS));
  const reach =
    soon.length >= question.maxAlternatives
      ? soon
      : later.filter((start) => start.date <= plusDays(question.desiredDate, WIDER_DAYS));
  return reach
    .filter(
      (start) =>
        start.date !== question.desiredDate ||
        !desired.exact ||
        start.startMs > desired.ms + question.timeWindowHours * 3_600_000,
    )
    .map((start) => ({ start, strategy: 'next_available_workday', type: 'next_available' }));
}

function bonus(type: string, desiredMinutes: number): number {
  const afternoon = desiredMinutes >= NOON_MINUTES;
  if (type === 'same_day_later') return afternoon ? SAME_DAY_BONUS.towards : SAME_DAY_BONUS.away;
  if (type === 'same_day_earlier') return afternoon ? SAME_DAY_BONUS.away : SAME_DAY_BONUS.towards;
  return BONUS[type] ?? 0;
}

function within(question: AlternativesQuestion, minutes: number): boolean {
  const { preference } = question;
  return !preference || (minutes >= preference.fromMinutes && minutes < preference.toMinutes);
}

function nextOpenDay(hours: WeeklyHours, after: LocalDate): LocalDate | null {
  for (let days = 1; days <= 7; days++) {
    const date = plusDays(after, days);
    if (isOpenOn(hours, date)) return date;
  }
  return null;
}

function plusDays(date: LocalDate, days: number): LocalDate {
  return DateTime.fromISO(date, { zone: 'utc' }).plus({ days }).toISODate() ?? date;
}
