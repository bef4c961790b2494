import { DateTime } from 'luxon';
import { readDateTime } from '../../src/services/language/reader/read-date-time';
import type { DateTimeReading, Language, SpokenFields, TimePreference } from '../../src/services/language/reader/types';
import { callAt, onNextDay } from './context';

/**
 * What was said and what it means, in a short notation: `2026-11-25`, `2026-11-30..2026-12-06`, `2026-11-25 14:30`
 * (`*`: the afternoon was assumed), `2026-11-25 12:00-18:00`, `confirm 2027-11-07`, `past`, `missing`, `invalid_date`,
 * `invalid_time`. In time fields the same without the day, and `invalid` or `any`.
 */
export type Utterance = readonly [said: string, meaning: string];

export interface UtteranceGroup {
  about: string;
  /** Start of the call. */
  anchor: string;
  field: keyof SpokenFields;
  utterances: Utterance[];
}

/** Tuesday, ten in the morning in Berlin. */
export const TUESDAY_IN_NOVEMBER = '2026-11-24T10:00:00+01:00';

export function meaningOf(said: string, language: Language, { anchor, field }: UtteranceGroup): string {
  const context = callAt(anchor, language);
  if (field === 'time') return timeMeaning(readDateTime({ time: said }, onNextDay(context)));
  const reading = readDateTime({ [field]: said }, context);
  switch (reading.kind) {
    case 'instant':
      return `${DateTime.fromJSDate(reading.startAt, { zone: context.zone }).toFormat('yyyy-MM-dd HH:mm')}${reading.assumedAfternoon ? '*' : ''}`;
    case 'day': {
      const days = reading.rangeEnd ? `${reading.date}..${reading.rangeEnd}` : reading.date;
      return reading.preference ? `${days} ${window(reading.preference)}` : days;
    }
    case 'confirm_date':
      return `confirm ${reading.date}`;
    default:
      return reading.kind;
  }
}

function timeMeaning(reading: DateTimeReading): string {
  switch (reading.kind) {
    case 'instant':
      return `${clock(reading.time.hour * 60 + reading.time.minute)}${reading.assumedAfternoon ? '*' : ''}`;
    case 'day':
      return reading.preference ? window(reading.preference) : 'missing';
    case 'invalid_date':
    case 'invalid_time':
      return 'invalid';
    default:
      return reading.kind;
  }
}

function window({ kind, fromMinutes, toMinutes }: TimePreference): string {
  return kind === 'any' ? 'any' : `${clock(fromMinutes)}-${clock(toMinutes)}`;
}

function clock(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
