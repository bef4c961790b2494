import type { AlternativeWording, TimeWording } from '../language-pack';
import type { Daytime } from '../reader/senses';
import { germanClock, germanDaytime } from './clock';

const WEEKDAYS = 'Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag'.split(' ');
const MONTHS = 'Januar Februar März April Mai Juni Juli August September Oktober November Dezember'.split(' ');

const DAY_PARTS: Record<Daytime, string> = {
  early: 'früh am Morgen',
  morning: 'am Morgen',
  long_morning: 'am Morgen',
  forenoon: 'am Vormittag',
  noon: 'um die Mittagszeit',
  afternoon: 'am Nachmittag',
  evening: 'am Abend',
  late: 'spät am Abend',
  night: 'in der Nacht',
  nighttime: 'am Abend',
};

export const GERMAN_TIMES: TimeWording = {
  clock: germanClock,
  daytime: germanDaytime,
  dayAndMonth: (weekday, month, day) => `${WEEKDAYS[weekday - 1] ?? ''}, den ${day}. ${MONTHS[month - 1] ?? ''}`,
  withYear: (dayAndMonth, year) => `${dayAndMonth} ${year}`,
  near: ['heute', 'morgen', 'übermorgen'],
  nearStart: (day, time) => `${day} um ${time}`,
  start: (date, time) => `am ${date}, um ${time}`,
  standardTime: 'Winterzeit',
  dayPart: ({ daytime, half }) => `${half === null ? '' : half === 'early' ? 'früh ' : 'spät '}${DAY_PARTS[daytime]}`,
  anyTime: 'zu jeder Zeit',
  from: (time) => `ab ${time}`,
  until: (time) => `bis ${time}`,
  between: (from, to) => `zwischen ${from} und ${to}`,
  either: (starts) => starts.join(' oder '),
  startOfService: (start, service) => `${start} für ${service}`,
};

export const GERMAN_ALTERNATIVES: AlternativeWording = {
  fixed: {
    same_day_earlier: 'am gleichen Tag (früher)',
    same_day_later: 'am gleichen Tag (später)',
    same_day_in_window: 'am gleichen Tag',
    next_available: 'nächster verfügbarer Termin',
  },
  nextWeek: (weekday) => `nächste Woche ${weekday}`,
  farDay: (isoDate) => `am ${isoDate.split('-').reverse().join('.')}`,
};
