import { isWord, numberOf, ordinalOf, senseOf, type Token } from './tokens';
import type { Unreadable } from './types';

export interface Leftover {
  /** `field`: whatever the field is about. */
  about: 'date' | 'time' | 'field';
  reason: Unreadable;
}

/**
 * A figure or a word about time that fits nowhere makes the rest of a text untrustworthy: "Montag nach Ostern" is not
 * Monday. Other words are only talk, for which this is null.
 */
export function leftoverProblem(tokens: readonly Token[], at: number): Leftover | null {
  const token = tokens[at];
  if (!token || token.is === 'unknown' || token.is === 'dash') return null;
  if (token.is !== 'word') return { about: 'field', reason: 'unreadable' };
  if (numberOf(token) !== null || ordinalOf(token) !== null) return { about: 'field', reason: 'unreadable' };
  if (isWord(token, 'not')) return { about: 'field', reason: 'negated' };
  if (isWord(token, 'each')) return { about: 'date', reason: 'recurring' };
  if (isWord(token, 'zone', 'week_number', 'thereafter')) return { about: 'field', reason: 'unreadable' };
  if (isWord(token, 'o_clock', 'past', 'quarter', 'three_quarters', 'half_before', 'half_past', 'ago'))
    return unreadable('time');
  if (isWord(token, 'meridiem_am', 'meridiem_pm')) return unreadable('time');
  return byKind(tokens, at);
}

function unreadable(about: 'date' | 'time'): Leftover {
  return { about, reason: 'unreadable' };
}

function byKind(tokens: readonly Token[], at: number): Leftover | null {
  const token = tokens[at];
  if (token?.is !== 'word') return null;
  switch (token.sense.is) {
    case 'comparative':
      return staysWithinToday(tokens, at) ? null : unreadable('time');
    case 'span':
      return unreadable('time');
    case 'part':
    case 'part_of':
    case 'unnamed_day':
      return unreadable('date');
    case 'unit':
      if (token.sense.value === 'hour' || token.sense.value === 'minute') return unreadable('time');
      return token.sense.value === 'day' || token.sense.value === 'workday' ? null : unreadable('date');
    default:
      return null;
  }
}

/** "later today", "heute später", "later this afternoon": what is left of the day, which is all there is anyway. */
function staysWithinToday(tokens: readonly Token[], at: number): boolean {
  const isToday = (token: Token | undefined): boolean => senseOf(token, 'day')?.offset === 0;
  const thisPart = senseOf(tokens[at + 1], 'which')?.value === 'this' && senseOf(tokens[at + 2], 'daytime') !== null;
  return isToday(tokens[at + 1]) || isToday(tokens[at - 1]) || thisPart;
}
