import type { SpokenClock } from './clock-reading';
import { isWord, numberOf, ordinalOf, senseOf, type Token } from './tokens';

export interface Match<T> {
  length: number;
  value: T;
}

/** `loose`: a number alone may be an hour ("drei"), as in a field that holds nothing but a time. */
export type Strictness = 'loose' | 'strict';

/** A clock, or the news that what was said is no time of any day ("25 Uhr"). */
export type ClockMatch = Match<SpokenClock | 'impossible'>;

const FULL_HOUR = 60;
const DIAL = 720;

/** The time of day said at `at`, the longest reading first; null when no time starts there. */
export function matchClock(tokens: readonly Token[], at: number, strictness: Strictness): ClockMatch | null {
  const start = skipIntroduction(tokens, at);
  const introduced = start > at;
  const matched =
    named(tokens, start) ??
    halfHour(tokens, start) ??
    quarter(tokens, start) ??
    minutesBeside(tokens, start) ??
    written(tokens, start, introduced || strictness === 'loose') ??
    hourAndMinute(tokens, start, introduced ? 'introduced' : strictness);
  if (!matched) return null;
  const total = start - at + matched.length;
  return withMeridiem(tokens, at + total, { length: total, value: matched.value });
}

/** "um", "gegen", "at about", "um die", "the", "a" before a time. */
export function skipIntroduction(tokens: readonly Token[], at: number): number {
  let index = at;
  while (isWord(tokens[index], 'around')) index += 1;
  if (index > at && isWord(tokens[index], 'the')) index += 1;
  if (senseOf(tokens[index], 'article') && isWord(tokens[index + 1], 'quarter')) index += 1;
  return index;
}

function withMeridiem(tokens: readonly Token[], at: number, match: ClockMatch): ClockMatch {
  const meridiem = isWord(tokens[at], 'meridiem_am') ? 'am' : isWord(tokens[at], 'meridiem_pm') ? 'pm' : null;
  if (!meridiem) return match;
  if (match.value === 'impossible') return { ...match, length: match.length + 1 };
  return { length: match.length + 1, value: { ...match.value, meridiem } };
}

function named(tokens: readonly Token[], at: number): ClockMatch | null {
  if (isWord(tokens[at], 'noon_exact')) return { length: 1, value: { style: 'day', minutes: DIAL } };
  if (isWord(tokens[at], 'midnight')) return { length: 1, value: { style: 'day', minutes: 0 } };
  return null;
}

/** "halb drei" is 2:30; "half past two" and "half two" are 2:30 as well. */
function halfHour(tokens: readonly Token[], at: number): ClockMatch | null {
  if (isWord(tokens[at], 'half_before')) return beside(tokens, at + 1, -30, 1);
  if (!isWord(tokens[at], 'half_past')) return null;
  const past = isWord(tokens[at + 1], 'past', 'after') ? 2 : 1;
  return beside(tokens, at + past, 30, past);
}

/** "Viertel nach vier", "quarter to five", and without a preposition as in the east and south: "viertel drei" = 2:15. */
function quarter(tokens: readonly Token[], at: number): ClockMatch | null {
  if (isWord(tokens[at], 'three_quarters')) return beside(tokens, at + 1, -15, 1);
  if (numberOf(tokens[at]) === 3 && isWord(tokens[at + 1], 'quarter')) return beside(tokens, at + 2, -15, 2);
  if (!isWord(tokens[at], 'quarter')) return null;
  const direction = tokens[at + 1];
  if (isWord(direction, 'after', 'past', 'over')) return beside(tokens, at + 2, 15, 2);
  if (isWord(direction, 'before', 'to', 'of', 'until')) return beside(tokens, at + 2, -15, 2);
  return tokens[at]?.is === 'word' && tokens[at].key !== 'quarter' ? beside(tokens, at + 1, -45, 1) : null;
}

/** "fünf vor halb drei", "zehn nach vier", "twenty-five to six", "five past half two". */
function minutesBeside(tokens: readonly Token[], at: number): ClockMatch | null {
  const minutes = numberOf(tokens[at]);
  if (minutes === null || minutes < 1 || minutes > 29 || ordinalOf(tokens[at]) !== null) return null;
  const unit = senseOf(tokens[at + 1], 'unit')?.value === 'minute' ? 1 : 0;
  const direction = tokens[at + 1 + unit];
  const sign = minutesDirection(direction, minutes, unit === 1);
  if (sign === 0) return null;
  const used = 2 + unit;
  const from = at + used;
  if (isWord(tokens[from], 'half_before')) return beside(tokens, from + 1, sign * minutes - 30, used + 1);
  if (isWord(tokens[from], 'half_past')) return beside(tokens, from + 1, sign * minutes + 30, used + 1);
  if (isWord(tokens[from], 'three_quarters')) return beside(tokens, from + 1, sign * minutes - 15, used + 1);
  if (senseOf(tokens[from + 1], 'month') || senseOf(tokens[from + 1], 'unit')) return null;
  return beside(tokens, from, sign * minutes, used);
}

/** "ten to five" is 4:50, but "seven to nine" and "ten till twelve" are spans unless minutes are named. */
function minutesDirection(direction: Token | undefined, minutes: number, named: boolean): -1 | 0 | 1 {
  if (isWord(direction, 'after', 'past', 'over')) return 1;
  if (isWord(direction, 'before')) return -1;
  if (isWord(direction, 'to') && (named || minutes % 5 === 0)) return -1;
  const till = direction?.is === 'word' && ['till', 'til'].includes(direction.key);
  return till && [5, 20, 25].includes(minutes) ? -1 : 0;
}

/** The hour at `at`, moved by `offsetMinutes`: "vor [drei]", "halb [drei]". */
function beside(tokens: readonly Token[], at: number, offsetMinutes: number, used: number): ClockMatch | null {
  if (isWord(tokens[at], 'noon_exact'))
    return { length: used + 1, value: { style: 'day', minutes: DIAL + offsetMinutes } };
  if (isWord(tokens[at], 'midnight'))
    return { length: used + 1, value: { style: 'day', minutes: (offsetMinutes + 2 * DIAL) % (2 * DIAL) } };
  const hour = numberOf(tokens[at]);
  if (hour === null || senseOf(tokens[at + 1], 'unit') || senseOf(tokens[at + 1], 'month')) return null;
  const length = used + 1 + (isWord(tokens[at + 1], 'o_clock') ? 1 : 0);
  if (hour > 23 || (hour === 0 && offsetMinutes < 0)) return { length, value: 'impossible' };
  if (hour > 12 && isWord(tokens[at - 1], 'half_before')) return { length, value: 'impossible' };
  const minutes = hour * FULL_HOUR + offsetMinutes;
  if (hour === 0 || hour > 12) return { length, value: { style: 'day', minutes } };
  return { length, value: { style: 'twelve', minutes: (minutes + DIAL) % DIAL } };
}

/** `14:30`, "14.30 Uhr", "1430", "930" in a time field. */
function written(tokens: readonly Token[], at: number, mayBeBare: boolean): ClockMatch | null {
  const token = tokens[at];
  const clockWord = isWord(tokens[at + 1], 'o_clock') || isHours(token, tokens[at + 1]) ? 1 : 0;
  const marked = mayBeBare || clockWord === 1 || isWord(tokens[at + 1], 'meridiem_am', 'meridiem_pm');
  if (token?.is === 'clock') return { length: 1 + clockWord, value: dial(token.hour, token.minute, token.written) };
  if (token?.is === 'pair' && token.secondText.length === 2 && (marked || token.second > 12)) {
    return { length: 1 + clockWord, value: dial(token.first, token.second, false) };
  }
  if (token?.is === 'digits' && marked && token.ordinal !== 'suffix' && token.text.length >= 3) {
    const padded = token.text.startsWith('0');
    return { length: 1 + clockWord, value: dial(Math.floor(token.value / 100), token.value % 100, padded) };
  }
  return null;
}

/** "1400 hours" */
function isHours(token: Token | undefined, following: Token | undefined): boolean {
  const figures = token?.is === 'clock' || (token?.is === 'digits' && token.text.length === 4);
  return figures && senseOf(following, 'unit')?.value === 'hour';
}

/** "14 Uhr", "drei Uhr fünfzehn", "14 Uhr und 30 Minuten", "two thirty", "nine oh five", "three o'clock", "3 pm", "drei". */
function hourAndMinute(tokens: readonly Token[], at: number, context: Strictness | 'introduced'): ClockMatch | null {
  const mayBeBare = context !== 'strict';
  const hour = hourAt(tokens, at);
  if (hour === null) return null;
  const token = tokens[at];
  const clockWord = isWord(tokens[at + 1], 'o_clock');
  const strongOrdinal =
    ordinalOf(token) !== null && !(token?.is === 'digits' && token.ordinal === 'dot' && (mayBeBare || clockWord));
  if (strongOrdinal) return null;
  if (clockWord) {
    const minutes = minutesAfterHour(tokens, at + 2);
    return { length: 2 + minutes.length, value: dial(hour, minutes.value, startsWithZero(token)) };
  }
  if (isWord(tokens[at + 1], 'meridiem_am', 'meridiem_pm')) return { length: 1, value: dial(hour, 0, false) };
  if (!mayBeBare || countsSomething(tokens[at + 1])) return null;
  if (context !== 'introduced' && tokens[at + 1]?.is === 'unknown') return null;
  const minutes = twoDigitMinutes(tokens, at + 1);
  if (minutes) return { length: 1 + minutes.length, value: dial(hour, minutes.value, startsWithZero(token)) };
  return { length: 1, value: dial(hour, 0, startsWithZero(token)) };
}

/** "ein Uhr" is an hour, "ein Termin" is not. */
function hourAt(tokens: readonly Token[], at: number): number | null {
  if (senseOf(tokens[at], 'article')) return isWord(tokens[at + 1], 'o_clock') ? 1 : null;
  const token = tokens[at];
  if (token?.is === 'digits' && token.text.length > 2) return null;
  return numberOf(token);
}

function startsWithZero(token: Token | undefined): boolean {
  return token?.is === 'digits' && token.text.length === 2 && token.text.startsWith('0');
}

/** Units, people and months after a number mean that it was no hour. */
function countsSomething(token: Token | undefined): boolean {
  return token?.is === 'word' && ['unit', 'counted', 'month', 'ordinal'].includes(token.sense.is);
}

function minutesAfterHour(tokens: readonly Token[], at: number): Match<number> {
  const start = isWord(tokens[at], 'and') ? at + 1 : at;
  const skipped = start - at;
  const oh = isWord(tokens[start], 'oh') || numberOf(tokens[start]) === 0 ? 1 : 0;
  const minute = numberOf(tokens[start + oh]);
  const token = tokens[start + oh];
  const dayOfMonth = ordinalOf(token) !== null || senseOf(tokens[start + oh + 1], 'month') !== null;
  if (minute === null || minute > 59 || dayOfMonth)
    return oh === 1 && skipped === 0 && numberOf(tokens[start]) === 0
      ? { length: 1, value: 0 }
      : { length: 0, value: 0 };
  const unit = senseOf(tokens[start + oh + 1], 'unit');
  if (senseOf(tokens[start + oh + 1], 'counted')) return { length: 0, value: 0 };
  if (unit && unit.value !== 'minute') return { length: 0, value: 0 };
  if (skipped > 0 && !unit) return { length: 0, value: 0 };
  return { length: skipped + oh + 1 + (unit ? 1 : 0), value: minute };
}

/** The minutes of "vierzehn dreißig", "14 05", "nine oh five": two figures, so that "drei vier" stays unread. */
function twoDigitMinutes(tokens: readonly Token[], at: number): Match<number> | null {
  const token = tokens[at];
  const unit = numberOf(tokens[at + 1]);
  if (isWord(token, 'oh') || (token?.is === 'word' && numberOf(token) === 0)) {
    return unit !== null && unit < 10 ? { length: 2, value: unit } : null;
  }
  const minute = numberOf(token);
  if (minute === null || minute > 59 || ordinalOf(token) !== null || countsSomething(tokens[at + 1])) return null;
  if (token?.is === 'digits' ? token.text.length !== 2 : minute < 10) return null;
  return { length: 1, value: minute };
}

function dial(hour: number, minute: number, written: boolean): SpokenClock | 'impossible' {
  if (hour > 23 || minute > 59) return 'impossible';
  if (hour === 0 || hour > 12) return { style: 'day', minutes: hour * FULL_HOUR + minute };
  return { style: written ? 'written' : 'twelve', minutes: (hour % 12) * FULL_HOUR + minute };
}
