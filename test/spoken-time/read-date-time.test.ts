import { readDateTime } from '../../src/services/language/reader/read-date-time';
import type { WeeklyHours } from '../../src/services/language/reader/types';
import { callAt, onNextDay, SALON_HOURS } from './context';
import { TUESDAY_IN_NOVEMBER } from './utterance-table';

const german = callAt(TUESDAY_IN_NOVEMBER, 'de');
const english = callAt(TUESDAY_IN_NOVEMBER, 'en');
const at = (local: string): Date => new Date(`${local}+01:00`);
const everyDay = (open: string, close: string): WeeklyHours => ({
  1: [{ open, close }],
  2: [{ open, close }],
  3: [{ open, close }],
  4: [{ open, close }],
  5: [{ open, close }],
});

describe('date and time in their own fields', () => {
  it('make one instant', () => {
    expect(readDateTime({ date: 'morgen', time: 'halb drei' }, german)).toEqual({
      kind: 'instant',
      startAt: at('2026-11-25T14:30:00'),
      date: '2026-11-25',
      time: { hour: 14, minute: 30, assumedAfternoon: true },
      assumedAfternoon: true,
    });
  });

  it.each(['16:00-18:00', '16:00 -18:00', '16:00:00-18:00'])(
    'take %s for a span of hours and not for an offset from UTC',
    (time) => {
      expect(readDateTime({ date: '2026-11-25', time }, german)).toMatchObject({
        kind: 'day',
        date: '2026-11-25',
        preference: { fromMinutes: 16 * 60, toMinutes: 18 * 60 },
      });
    },
  );

  it.each([
    [{ date: '2026-11-25', time: '15:00' }, '2026-11-25T15:00:00'],
    [{ date: '2026-11-25T00:00:00', time: '15:00' }, '2026-11-25T15:00:00'],
    [{ date: '2026-11-25T00:00:00Z', time: '3 pm' }, '2026-11-25T15:00:00'],
    [{ date: 'morgen', time: '13:00Z' }, '2026-11-25T14:00:00'],
    [{ date: '2026-11-25T00:00:00Z', time: '13:00:00.000Z' }, '2026-11-25T14:00:00'],
    [{ date: '2026-11-25', time: '13:00 UTC' }, '2026-11-25T14:00:00'],
    [{ date: '25.11.', time: '15:00-05:00' }, '2026-11-25T21:00:00'],
    [{ date: 'morgen Nachmittag', time: 'drei Uhr' }, '2026-11-25T15:00:00'],
    [{ date: 'morgen früh', time: '03:00' }, '2026-11-25T03:00:00'],
    [{ date: 'morgen Nachmittag', time: '03:00' }, '2026-11-25T15:00:00'],
    [{ date: 'morgen um drei', time: '15:00' }, '2026-11-25T15:00:00'],
    [{ date: '25.11.2026', datetime: '2026-11-25T15:00:00+01:00', time: '15 Uhr' }, '2026-11-25T15:00:00'],
    [{ date: 'nächste Woche', time: 'Mittwoch um zehn' }, '2026-12-02T10:00:00'],
    [{ date: 'null', time: 'None', datetime: '25.11.2026 15:00' }, '2026-11-25T15:00:00'],
    [{ date: '{{current_date}}', time: '15:00' }, '2026-11-24T15:00:00'],
    [{ time: 'morgen um halb drei' }, '2026-11-25T14:30:00'],
  ])('are read together: %j', (fields, local) => {
    expect(readDateTime(fields, german)).toMatchObject({ kind: 'instant', startAt: at(local) });
  });

  it("read a time with an offset of its own on the day talked about, in that day's summer or winter time", () => {
    const spring = callAt('2026-03-25T12:00:00+01:00', 'de', { contextDate: '2026-03-30' });
    expect(readDateTime({ time: '13:00Z' }, spring)).toMatchObject({ startAt: new Date('2026-03-30T13:00:00Z') });
    expect(readDateTime({ datetime: 'T13:00:00Z' }, spring)).toMatchObject({ date: '2026-03-30' });
    expect(readDateTime({ time: '13:00Z' }, german)).toEqual({ kind: 'missing', field: 'date' });
  });

  it.each([
    [{ date: 'morgen', datetime: '2026-12-01T10:00' }, 'invalid_date'],
    [{ date: 'Mittwoch', time: 'Freitag um zehn' }, 'invalid_date'],
    [{ date: 'morgen um drei', time: '16:00' }, 'invalid_time'],
    [{ date: 'morgen Vormittag', time: '15 Uhr' }, 'invalid_time'],
    [{ date: 'morgen ab 16 Uhr', time: '10:00' }, 'invalid_time'],
  ])('that contradict each other are asked about: %j', (fields, kind) => {
    expect(readDateTime(fields, german)).toMatchObject({ kind, reason: 'contradictory' });
  });

  it('name the field that could not be read', () => {
    expect(readDateTime({ date: 'Banane', time: '15:00' }, german)).toEqual({
      kind: 'invalid_date',
      field: 'date',
      reason: 'unreadable',
    });
    expect(readDateTime({ date: 'morgen', time: 'Banane' }, german)).toEqual({
      kind: 'invalid_time',
      field: 'time',
      reason: 'unreadable',
      date: '2026-11-25',
    });
    expect(readDateTime({ date: '31. Februar', time: '15:00' }, german)).toEqual({
      kind: 'invalid_date',
      field: 'date',
      reason: 'impossible',
    });
    expect(readDateTime({ date: 'morgen', time: '25:00' }, german)).toEqual({
      kind: 'invalid_time',
      field: 'time',
      reason: 'impossible',
      date: '2026-11-25',
    });
    expect(readDateTime({ datetime: 'morgen um 25 Uhr' }, german)).toMatchObject({
      kind: 'invalid_time',
      field: 'datetime',
    });
  });

  it('never turn an unreadable date into another day because the time was readable', () => {
    const midCall = { ...german, contextDate: '2026-11-26' };
    expect(readDateTime({ date: 'Banane', time: '15 Uhr' }, midCall)).toMatchObject({ kind: 'invalid_date' });
  });

  it('leave a day open when only the day was said', () => {
    expect(readDateTime({ date: 'morgen', time: '' }, german)).toEqual({ kind: 'day', date: '2026-11-25' });
    expect(readDateTime({ date: 'nächste Woche', time: 'nachmittags' }, english)).toEqual({
      kind: 'day',
      date: '2026-11-30',
      rangeEnd: '2026-12-06',
      preference: { kind: 'window', fromMinutes: 720, toMinutes: 1080, label: 'in the afternoon' },
    });
  });
});

describe('the day just talked about', () => {
  const midCall = { ...german, contextDate: '2026-11-26' };

  it.each([
    { time: 'um 15 Uhr dann' },
    { datetime: 'um 15 Uhr dann' },
    { date: 'um 15 Uhr' },
    { date: '', time: '15:00' },
    { datetime: 'am selben Tag um 15 Uhr' },
  ])('is meant by a time without a day: %j', (fields) => {
    expect(readDateTime(fields, midCall)).toMatchObject({ kind: 'instant', startAt: at('2026-11-26T15:00:00') });
  });

  it('is what "the next day" and "a week later" hang on', () => {
    expect(readDateTime({ date: 'am nächsten Tag' }, midCall)).toEqual({ kind: 'day', date: '2026-11-27' });
    expect(readDateTime({ date: 'am Tag danach' }, midCall)).toEqual({ kind: 'day', date: '2026-11-27' });
    expect(readDateTime({ date: 'eine Woche später' }, midCall)).toEqual({ kind: 'day', date: '2026-12-03' });
    expect(readDateTime({ date: 'the next day' }, { ...english, contextDate: '2026-11-30' })).toEqual({
      kind: 'day',
      date: '2026-12-01',
    });
    expect(readDateTime({ date: 'am nächsten Tag' }, german)).toEqual({
      kind: 'invalid_date',
      field: 'date',
      reason: 'unreadable',
    });
  });

  it.each([
    [{ date: 'lieber um vier' }, '2026-11-26T16:00:00'],
    [{ date: 'dann nehme ich vier Uhr' }, '2026-11-26T16:00:00'],
    [{ date: 'einen Tag früher', time: '10:00' }, '2026-11-25T10:00:00'],
    [{ date: 'zwei Tage später', time: '10:00' }, '2026-11-28T10:00:00'],
    [{ time: 'tags darauf um zehn' }, '2026-11-27T10:00:00'],
  ])('is where a changed mind starts from: %j', (fields, local) => {
    expect(readDateTime(fields, midCall)).toMatchObject({ kind: 'instant', startAt: at(local) });
  });

  it('gives way to a day that is said', () => {
    expect(readDateTime({ time: 'morgen um 15 Uhr' }, midCall)).toMatchObject({ kind: 'instant', date: '2026-11-25' });
  });

  it('is asked for when there is none, and when nothing at all was said', () => {
    expect(readDateTime({ time: '15:00' }, german)).toEqual({ kind: 'missing', field: 'date' });
    expect(readDateTime({ date: 'null' }, midCall)).toEqual({ kind: 'missing', field: 'date' });
  });

  it('is past once the call has run over midnight', () => {
    const lateCall = callAt('2026-11-24T23:58:00+01:00', 'de', {
      now: at('2026-11-25T00:03:00'),
      contextDate: '2026-11-24',
    });
    expect(readDateTime({ time: '23:59' }, lateCall)).toEqual({ kind: 'past', date: '2026-11-24' });
    expect(readDateTime({ date: 'heute' }, lateCall)).toEqual({ kind: 'past', date: '2026-11-24' });
    expect(readDateTime({ date: 'morgen' }, lateCall)).toEqual({ kind: 'day', date: '2026-11-25' });
  });
});

describe('an hour between one and seven', () => {
  it.each([
    ['09:00', '18:00', 'um drei', 15, true],
    ['09:00', '18:00', 'um sieben', 7, false],
    ['07:00', '20:00', 'um sieben', 7, false],
    ['08:00', '20:00', 'um sieben', 19, true],
    ['06:00', '14:00', 'um eins', 13, true],
    ['06:00', '12:00', 'um eins', 1, false],
    ['02:00', '10:00', 'um drei', 3, false],
    ['09:00', '18:00', 'um sechs', 18, true],
    ['09:00', '17:00', 'um sechs', 6, false],
  ])('with hours %s to %s: "%s" is %i o\'clock', (open, close, said, hour, assumedAfternoon) => {
    const context = { ...german, hours: everyDay(open, close) };
    expect(readDateTime({ time: said }, onNextDay(context))).toMatchObject({
      time: { hour, minute: 0, assumedAfternoon },
    });
  });

  it('follows the hours of the day it is asked for', () => {
    const context = { ...german, hours: { ...SALON_HOURS, 4: [{ open: '06:00', close: '12:00' }] } };
    expect(
      readDateTime({ date: 'Mittwoch', time: 'um sieben' }, { ...context, hours: everyDay('08:00', '20:00') }),
    ).toMatchObject({ time: { hour: 19 } });
    expect(readDateTime({ date: 'Donnerstag', time: 'um sieben' }, context)).toMatchObject({ time: { hour: 7 } });
  });

  it('stays as it is when the branch has no hours, and when a word says which half of the day', () => {
    const withoutHours = onNextDay({ ...german, hours: {} });
    expect(readDateTime({ time: 'um drei' }, withoutHours)).toMatchObject({
      time: { hour: 3, assumedAfternoon: false },
    });
    expect(readDateTime({ time: 'um drei Uhr nachmittags' }, withoutHours)).toMatchObject({
      time: { hour: 15, assumedAfternoon: false },
    });
    expect(readDateTime({ time: 'drei Uhr morgens' }, onNextDay(german))).toMatchObject({
      time: { hour: 3, assumedAfternoon: false },
    });
  });
});

describe('what lies behind, far ahead or nowhere', () => {
  it('is past when the time of today has gone', () => {
    expect(readDateTime({ date: 'heute', time: '9:00' }, german)).toEqual({
      kind: 'past',
      date: '2026-11-24',
      startAt: at('2026-11-24T09:00:00'),
    });
    expect(readDateTime({ date: 'heute', time: '9:59' }, german)).toMatchObject({ kind: 'past' });
    expect(readDateTime({ date: 'heute', time: '10:00' }, german)).toMatchObject({ kind: 'instant' });
  });

  it('is measured from now where the call has gone on for a while', () => {
    const later = { ...german, now: at('2026-11-24T10:20:00') };
    expect(readDateTime({ date: 'heute', time: '10:15' }, later)).toMatchObject({ kind: 'past' });
    expect(readDateTime({ date: 'heute', time: '10:30' }, later)).toMatchObject({ kind: 'instant' });
    expect(readDateTime({ date: 'heute Vormittag' }, { ...german, now: at('2026-11-24T12:00:00') })).toEqual({
      kind: 'past',
      date: '2026-11-24',
    });
  });

  it('is confirmed with weekday, date and year', () => {
    expect(readDateTime({ date: '7. November' }, german)).toEqual({
      kind: 'confirm_date',
      date: '2027-11-07',
      displayDate: 'Sonntag, den 7. November 2027',
      reason: 'far_future',
    });
    expect(readDateTime({ date: 'November 7th' }, english)).toEqual({
      kind: 'confirm_date',
      date: '2027-11-07',
      displayDate: 'Sunday, November 7th, 2027',
      reason: 'far_future',
    });
    expect(readDateTime({ date: '2024-12-01' }, german)).toEqual({
      kind: 'confirm_date',
      date: '2026-12-01',
      displayDate: 'Dienstag, den 1. Dezember 2026',
      reason: 'wrong_year',
    });
    expect(readDateTime({ date: '2024-12-01', time: '10:00' }, german)).toMatchObject({
      kind: 'confirm_date',
      date: '2026-12-01',
      reason: 'wrong_year',
    });
    expect(readDateTime({ date: 'Freitag, den 26. November' }, german)).toMatchObject({
      kind: 'confirm_date',
      date: '2026-11-26',
      reason: 'weekday_mismatch',
    });
  });

  it('is confirmed once, also when the agent repeats the wrong year', () => {
    const asked = { ...german, confirmedDate: '2026-12-01' };
    expect(readDateTime({ date: '2023-12-01' }, german)).toMatchObject({ kind: 'confirm_date', date: '2026-12-01' });
    expect(readDateTime({ date: '2023-12-01' }, asked)).toEqual({ kind: 'day', date: '2026-12-01' });
    expect(readDateTime({ date: '2023-12-02' }, asked)).toMatchObject({ kind: 'confirm_date', date: '2026-12-02' });
  });

  it('is confirmed when its figures may be read in two orders, unless a weekday settles it', () => {
    expect(readDateTime({ date: '12/01' }, english)).toMatchObject({
      kind: 'confirm_date',
      date: '2026-12-01',
      displayDate: 'Tuesday, December 1st, 2026',
      reason: 'either_order',
    });
    expect(readDateTime({ date: '12/01' }, { ...english, confirmedDate: '2026-12-01' })).toEqual({
      kind: 'day',
      date: '2026-12-01',
    });
    expect(readDateTime({ date: '06/12/2026' }, english)).toMatchObject({ kind: 'confirm_date', date: '2026-12-06' });
    expect(readDateTime({ date: 'Friday 12/04' }, english)).toEqual({ kind: 'day', date: '2026-12-04' });
    expect(readDateTime({ date: 'Friday 04/12' }, english)).toEqual({ kind: 'day', date: '2026-12-04' });
    expect(readDateTime({ date: '12/12' }, english)).toEqual({ kind: 'day', date: '2026-12-12' });
    expect(readDateTime({ date: '12/25' }, english)).toEqual({ kind: 'day', date: '2026-12-25' });
    expect(readDateTime({ date: '1/12' }, german)).toEqual({ kind: 'day', date: '2026-12-01' });
  });

  it('is confirmed from the 184th day and from the eighth day back', () => {
    expect(readDateTime({ date: '2027-05-26' }, german)).toEqual({ kind: 'day', date: '2027-05-26' });
    expect(readDateTime({ date: '2027-05-27' }, german)).toMatchObject({ kind: 'confirm_date', reason: 'far_future' });
    const afterNewYear = callAt('2027-01-09T10:00:00+01:00', 'de');
    expect(readDateTime({ date: '2027-01-02' }, afterNewYear)).toEqual({ kind: 'past', date: '2027-01-02' });
    expect(readDateTime({ date: '2026-01-12' }, afterNewYear)).toMatchObject({
      kind: 'confirm_date',
      date: '2027-01-12',
    });
  });

  it('is no time at all in the hour the clocks skip, and the first of two in the hour they repeat', () => {
    const spring = callAt('2026-03-28T12:00:00+01:00', 'de');
    expect(readDateTime({ date: 'morgen', time: '02:30' }, spring)).toEqual({
      kind: 'invalid_time',
      field: 'time',
      reason: 'nonexistent_time',
      date: '2026-03-29',
    });
    expect(readDateTime({ date: 'morgen um 2:30 Uhr nachts' }, spring)).toMatchObject({
      kind: 'invalid_time',
      reason: 'nonexistent_time',
    });
    const autumn = callAt('2026-10-24T12:00:00+02:00', 'de');
    expect(readDateTime({ date: 'morgen', time: '02:30' }, autumn)).toMatchObject({
      startAt: new Date('2026-10-25T00:30:00Z'),
    });
    expect(readDateTime({ datetime: '2026-10-25T02:30:00+01:00' }, autumn)).toMatchObject({
      startAt: new Date('2026-10-25T01:30:00Z'),
    });
    expect(readDateTime({ date: 'morgen', time: 'halb drei nachts Winterzeit' }, autumn)).toMatchObject({
      startAt: new Date('2026-10-25T01:30:00Z'),
    });
  });
});

describe('another zone', () => {
  const newYork = callAt('2026-11-24T21:30:00-05:00', 'en', { zone: 'America/New_York' });

  it('has its own today', () => {
    expect(readDateTime({ date: 'tomorrow' }, newYork)).toEqual({ kind: 'day', date: '2026-11-25' });
    expect(readDateTime({ datetime: 'tomorrow at half past two' }, newYork)).toMatchObject({
      startAt: new Date('2026-11-25T19:30:00Z'),
    });
  });

  it('is what offsets are converted to, and does not know Central European Time', () => {
    expect(readDateTime({ datetime: '2026-11-26T02:30:00+01:00' }, newYork)).toMatchObject({
      kind: 'instant',
      date: '2026-11-25',
      time: { hour: 20, minute: 30 },
    });
    expect(readDateTime({ datetime: 'tomorrow at 15:00 MEZ' }, newYork)).toMatchObject({ kind: 'invalid_time' });
    expect(readDateTime({ datetime: 'morgen um 15:00 MEZ' }, german)).toMatchObject({
      kind: 'instant',
      startAt: at('2026-11-25T15:00:00'),
    });
  });
});
