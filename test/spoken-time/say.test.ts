import { readDateTime } from '../../src/services/language/reader/read-date-time';
import type { SpokenContext, TimePreference } from '../../src/services/language/reader/types';
import { sayDate, sayInstant, sayTime } from '../../src/services/language/speaker/say';
import { callAt, onNextDay } from './context';
import { TUESDAY_IN_NOVEMBER } from './utterance-table';

const german = callAt(TUESDAY_IN_NOVEMBER, 'de');
const english = callAt(TUESDAY_IN_NOVEMBER, 'en');
const at = (local: string): Date => new Date(`${local}:00+01:00`);

describe('a start said aloud', () => {
  it.each([
    ['2026-11-24T16:15', 'heute um Viertel nach vier', 'today at quarter past four'],
    ['2026-11-25T14:30', 'morgen um halb drei', 'tomorrow at half past two'],
    ['2026-11-26T10:00', 'übermorgen um zehn Uhr', "the day after tomorrow at ten o'clock"],
    [
      '2026-11-27T16:15',
      'am Freitag, den 27. November, um Viertel nach vier',
      'on Friday, November 27th, at quarter past four',
    ],
    ['2026-12-01T12:00', 'am Dienstag, den 1. Dezember, um zwölf Uhr', 'on Tuesday, December 1st, at noon'],
    [
      '2027-01-02T09:45',
      'am Samstag, den 2. Januar, um Viertel vor zehn',
      'on Saturday, January 2nd, at quarter to ten',
    ],
    [
      '2026-11-23T11:00',
      'am Montag, den 23. November 2026, um elf Uhr',
      "on Monday, November 23rd, 2026, at eleven o'clock",
    ],
  ])('%s', (local, inGerman, inEnglish) => {
    expect(sayInstant(at(local), german)).toBe(inGerman);
    expect(sayInstant(at(local), english)).toBe(inEnglish);
  });
});

describe('a day said aloud', () => {
  it('carries its weekday always', () => {
    expect(sayDate('2026-11-24', german)).toBe('heute, Dienstag, den 24. November');
    expect(sayDate('2026-11-25', german)).toBe('morgen, Mittwoch, den 25. November');
    expect(sayDate('2026-11-25', english)).toBe('tomorrow, Wednesday, November 25th');
    expect(sayDate('2026-11-25', german, { relative: false })).toBe('Mittwoch, den 25. November');
    expect(sayDate(at('2026-12-11T00:30'), english)).toBe('Friday, December 11th');
    expect(sayDate('2026-12-12', english)).toBe('Saturday, December 12th');
    expect(sayDate('2026-12-22', english)).toBe('Tuesday, December 22nd');
    expect(sayDate('2026-12-23', english)).toBe('Wednesday, December 23rd');
  });

  it('carries the year where a listener would take another one', () => {
    expect(sayDate('2027-11-07', german)).toBe('Sonntag, den 7. November');
    expect(sayDate('2027-11-24', german)).toBe('Mittwoch, den 24. November 2027');
    expect(sayDate('2026-11-20', english)).toBe('Friday, November 20th, 2026');
  });
});

describe('a time said aloud', () => {
  it.each([
    ['09:00', 'neun Uhr', "nine o'clock"],
    ['10:05', 'fünf nach zehn', 'five past ten'],
    ['10:10', 'zehn nach zehn', 'ten past ten'],
    ['10:15', 'Viertel nach zehn', 'quarter past ten'],
    ['10:20', 'zwanzig nach zehn', 'twenty past ten'],
    ['10:25', 'fünf vor halb elf', 'twenty-five past ten'],
    ['10:30', 'halb elf', 'half past ten'],
    ['10:35', 'fünf nach halb elf', 'twenty-five to eleven'],
    ['10:40', 'zwanzig vor elf', 'twenty to eleven'],
    ['10:45', 'Viertel vor elf', 'quarter to eleven'],
    ['10:50', 'zehn vor elf', 'ten to eleven'],
    ['10:55', 'fünf vor elf', 'five to eleven'],
    ['10:17', 'zehn Uhr siebzehn', 'ten seventeen'],
    ['12:00', 'zwölf Uhr', 'noon'],
    ['12:30', 'halb eins', 'half past twelve'],
    ['13:00', 'dreizehn Uhr', "one o'clock"],
    ['14:30', 'halb drei', 'half past two'],
    ['15:00', 'fünfzehn Uhr', "three o'clock"],
    ['15:07', 'fünfzehn Uhr sieben', 'three oh seven'],
    ['17:45', 'Viertel vor sechs', 'quarter to six'],
    ['00:00', 'Mitternacht', 'midnight'],
    ['00:15', 'Viertel nach zwölf nachts', 'quarter past twelve at night'],
    ['01:00', 'ein Uhr morgens', "one o'clock in the morning"],
    ['03:00', 'drei Uhr morgens', "three o'clock in the morning"],
    ['03:17', 'drei Uhr siebzehn morgens', 'three seventeen in the morning'],
    ['07:30', 'halb acht', 'half past seven'],
    ['19:30', 'halb acht abends', 'half past seven in the evening'],
    ['20:00', 'zwanzig Uhr', "eight o'clock in the evening"],
    ['23:45', 'Viertel vor zwölf abends', 'quarter to twelve at night'],
  ])('%s on a working day', (local, inGerman, inEnglish) => {
    const startAt = at(`2026-11-26T${local}`);
    expect(sayTime(startAt, german)).toBe(inGerman);
    expect(sayTime(startAt, english)).toBe(inEnglish);
  });

  it('names the time of day where the opening hours would mislead', () => {
    const early = { ...german, hours: { 4: [{ open: '06:00', close: '13:00' }] } };
    expect(sayTime(at('2026-11-26T06:30'), early)).toBe('halb sieben');
    expect(sayTime(at('2026-11-26T14:30'), early)).toBe('halb drei nachmittags');
    expect(sayTime(at('2026-11-26T14:30'), german)).toBe('halb drei');
  });

  it('takes a wall-clock time without a day', () => {
    expect(sayTime({ hour: 14, minute: 30 }, german)).toBe('halb drei');
    expect(sayTime({ hour: 14, minute: 30 }, { ...english, hours: {} })).toBe('half past two in the afternoon');
  });

  it('tells the second of two equal hours apart', () => {
    const autumn = callAt('2026-10-24T12:00:00+02:00', 'de');
    expect(sayInstant(new Date('2026-10-25T00:30:00Z'), autumn)).toBe('morgen um halb drei morgens');
    expect(sayInstant(new Date('2026-10-25T01:30:00Z'), autumn)).toBe('morgen um halb drei morgens Winterzeit');
  });
});

describe('a wish for a time of day said back', () => {
  it.each([
    ['vormittags', 'am Vormittag', 'in the forenoon'],
    ['nachmittags', 'am Nachmittag', 'in the afternoon'],
    ['spät am Abend', 'spät am Abend', 'late in the evening'],
    ['am späten Nachmittag', 'spät am Nachmittag', 'late in the afternoon'],
    ['nach 17 Uhr', 'ab siebzehn Uhr', "from five o'clock"],
    ['bis 11', 'bis elf Uhr', "until eleven o'clock"],
    ['zwischen 10 und halb 3', 'zwischen zehn Uhr und halb drei', "between ten o'clock and half past two"],
    ['egal', 'zu jeder Zeit', 'at any time'],
  ])('"%s" and its label mean the same', (said, inGerman, inEnglish) => {
    const wish = (text: string, context: SpokenContext): TimePreference | undefined => {
      const reading = readDateTime({ time: text }, onNextDay(context));
      return reading.kind === 'day' ? reading.preference : undefined;
    };
    const meant = wish(said, german);
    expect(meant?.label).toBe(inGerman);
    expect(wish(said, english)?.label).toBe(inEnglish);
    if (meant?.kind === 'any') return;
    for (const label of [inGerman, inEnglish])
      expect(wish(label, german)).toMatchObject({ fromMinutes: meant?.fromMinutes, toMinutes: meant?.toMinutes });
  });
});
