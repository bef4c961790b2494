import { readDateTime } from './read-date-time';
import type { DateReading, SpokenContext } from './types';
import { understand } from './understand';

/**
 * Reads a day from one text: "Mittwoch, den 25. November", "tomorrow afternoon", "nächste Woche". A time or a time of
 * day in the same text comes along. Days are of the branch's zone and relative to the start of the call.
 */
export function readDate(text: string | undefined, context: SpokenContext): DateReading {
  const understood = understand(text, 'date', context);
  if (understood.kind === 'missing') return understood;
  if (understood.kind === 'unreadable') return { kind: 'invalid', reason: understood.problem.reason };
  if (understood.dates.kind === 'none') return { kind: 'invalid', reason: 'unreadable' };
  const reading = readDateTime(text === undefined ? {} : { date: text }, context);
  switch (reading.kind) {
    case 'instant':
      return { kind: 'date', date: reading.date, time: reading.time };
    case 'day': {
      const { date, rangeEnd, preference } = reading;
      return { kind: 'date', date, ...(rangeEnd ? { rangeEnd } : {}), ...(preference ? { preference } : {}) };
    }
    case 'confirm_date':
      return reading;
    case 'past':
      return { kind: 'past', date: reading.date };
    case 'invalid_date':
    case 'invalid_time':
      return { kind: 'invalid', reason: reading.reason };
    case 'missing':
      return { kind: 'missing' };
  }
}
