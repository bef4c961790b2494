import fc from 'fast-check';
import { DateTime } from 'luxon';
import { readDateTime } from '../../src/services/language/reader/read-date-time';
import type { SpokenContext } from '../../src/services/language/reader/types';
import { callAt, onNextDay } from './context';

const GERMAN = callAt('2026-11-24T09:00:00Z', 'de');
const ENGLISH = callAt('2026-11-24T09:00:00Z', 'en');
const TODAY = '2026-11-24';

/** Words the grammar knows, in any order: far nastier than random letters. */
const WORDS =
  'heute morgen übermorgen gestern montag mittwoch sonntag so do mo nächsten diesen letzten übernächsten woche wochen tag tage monat jahr stunde stunden ' +
  'in nach vor ab bis von zwischen und oder um am den der nicht halb viertel dreiviertel kurz uhr früh später nachmittags abends mittag ende anfang mitte ' +
  'ersten dritten 31. 30.02. 7.11 14.30 14:75 24:00 2026-02-30 29.02. 99 0 1 3 8 12 14 25 1430 9999 2023 februar dezember kw wochenende heiligabend egal jetzt ' +
  'tomorrow today next this last week day after before from to until between half past quarter noon midnight am pm may november 7th 21st five twenty oh first ' +
  'tonight morning evening weekend a an the of ago now asap utc winterzeit - – . , 2026-11-25T14:30:00Z 11/31 13/13/2026 {{current_date}} null ein und zwanzig';
const words = fc
  .array(fc.constantFrom(...WORDS.split(' ')), { minLength: 1, maxLength: 9 })
  .map((list) => list.join(' '));
const hostile = fc.oneof(
  fc.string({ maxLength: 130 }),
  fc.string({ unit: 'binary', maxLength: 130 }),
  words,
  fc.constantFrom(
    '0'.repeat(119),
    '1.'.repeat(59),
    'halb '.repeat(23),
    'a '.repeat(59),
    '-'.repeat(119),
    'um '.repeat(39),
    '7. '.repeat(39),
    '٣:٣٠',
    '１４:３０',
  ),
);
const call: fc.Arbitrary<SpokenContext> = fc.constantFrom(
  GERMAN,
  ENGLISH,
  { ...GERMAN, contextDate: '2026-11-26' },
  { ...ENGLISH, hours: {} },
);

function isRealDay(date: string): boolean {
  return DateTime.fromISO(date, { zone: 'utc' }).toISODate() === date;
}

describe('text that no caller says', () => {
  it('is never answered with an exception', () => {
    fc.assert(
      fc.property(hostile, call, (text, context) => {
        expect(readDateTime({ date: text }, context).kind).toBeDefined();
        expect(readDateTime({ time: text }, { ...context, contextDate: TODAY }).kind).toBeDefined();
        expect(readDateTime({ date: text, time: text, datetime: text }, context).kind).toBeDefined();
      }),
      { numRuns: 3000 },
    );
  });

  it('never yields a day that is not in the calendar, a range that runs backwards, or the past as something to book', () => {
    fc.assert(
      fc.property(words, call, (text, context) => {
        const reading = readDateTime({ date: text }, context);
        if (!('date' in reading)) return;
        expect(isRealDay(reading.date)).toBe(true);
        if (reading.kind !== 'past') expect(reading.date >= TODAY).toBe(true);
        if (reading.kind !== 'day') return;
        expect(reading.date <= '2027-05-26').toBe(true);
        if (reading.rangeEnd !== undefined)
          expect(reading.rangeEnd > reading.date && isRealDay(reading.rangeEnd)).toBe(true);
      }),
      { numRuns: 6000 },
    );
  });

  it('never yields an instant in the past, nor a time or window outside the day', () => {
    fc.assert(
      fc.property(words, call, (text, context) => {
        const reading = readDateTime({ datetime: text }, context);
        if (reading.kind === 'instant') expect(reading.startAt >= context.anchor).toBe(true);
        const preference = reading.kind === 'day' ? reading.preference : undefined;
        if (!preference) return;
        expect(
          preference.fromMinutes >= 0 && preference.toMinutes <= 1440 && preference.fromMinutes < preference.toMinutes,
        ).toBe(true);
        expect(preference.label).not.toMatch(/undefined|NaN/);
      }),
      { numRuns: 6000 },
    );
  });

  it.each(['x'.repeat(500), `morgen um drei ${'bitte '.repeat(80)}`])(
    'is refused unread when it is longer than anything said about one date',
    (text) => {
      const refused = { kind: 'invalid_date', field: 'date', reason: 'too_long' };
      expect(readDateTime({ date: text }, GERMAN)).toEqual(refused);
      expect(readDateTime({ date: 'morgen', time: text }, GERMAN)).toEqual({
        kind: 'invalid_time',
        field: 'time',
        reason: 'too_long',
        date: '2026-11-25',
      });
    },
  );

  it.each(['<b>morgen</b>', '`morgen`', '{morgen}', '<script>alert(1)</script>', 'morgen {{x}} um drei', 'C:\\morgen'])(
    'is refused as markup: %s',
    (text) => {
      expect(readDateTime({ date: text }, GERMAN)).toEqual({ kind: 'invalid_date', field: 'date', reason: 'markup' });
    },
  );

  it.each([
    "'; DROP TABLE appointments;--",
    '1 OR 1=1',
    '$(reboot)',
    '../../etc/passwd',
    '1764079200',
    '-5',
    'in -3 Tagen',
    '99.99.9999',
    '0.0.',
    '00/00/0000',
    '2026-13-01',
    '2026-00-10',
    'ñandú',
    '🎂',
    '???!',
  ])('is not taken for a date: %s', (text) => {
    expect(readDateTime({ date: text }, GERMAN).kind).toMatch(/^(invalid_date|invalid_time|missing)$/);
  });

  it('that fills every field with nothing is missing, not invalid', () => {
    for (const nothing of [
      '',
      ' ',
      'None',
      'null',
      'NULL',
      'undefined',
      'nan',
      'N/A',
      '-',
      '...',
      '{{date}}',
      '{{ new_datum }}',
      '"null"',
    ]) {
      expect(readDateTime({ date: nothing, time: nothing, datetime: nothing }, GERMAN)).toEqual({
        kind: 'missing',
        field: 'date',
      });
      expect(readDateTime({ time: nothing }, onNextDay(GERMAN))).toEqual({ kind: 'missing', field: 'date' });
      expect(readDateTime({ date: nothing }, GERMAN)).toEqual({ kind: 'missing', field: 'date' });
    }
    expect(readDateTime({}, GERMAN)).toEqual({ kind: 'missing', field: 'date' });
  });
});
