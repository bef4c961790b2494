import type { AlternativeWording, ClockWording, TimeWording } from '../language-pack';
import { dialReading } from '../reader/clock-reading';
import type { Daytime } from '../reader/senses';
import { ifNamed } from '../speaker/wording';
import { germanNumber } from './numbers';

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

/** "halb drei", "Viertel nach vier", "zehn Uhr siebzehn" */
function germanClock(hour: number, minute: number): ClockWording {
  if (hour === 0 && minute === 0) return { text: 'Mitternacht', reads: { style: 'day', minutes: 0 } };
  const [next, past] = [onDial(hour + 1), onDial(hour)];
  const beside: Record<number, string> = {
    5: `fünf nach ${past}`,
    10: `zehn nach ${past}`,
    15: `Viertel nach ${past}`,
    20: `zwanzig nach ${past}`,
    25: `fünf vor halb ${next}`,
    30: `halb ${next}`,
    35: `fünf nach halb ${next}`,
    40: `zwanzig vor ${next}`,
    45: `Viertel vor ${next}`,
    50: `zehn vor ${next}`,
    55: `fünf vor ${next}`,
  };
  const text = beside[minute];
  if (text !== undefined) return { text, reads: dialReading(hour, minute) };
  const spoken = `${hour === 1 ? 'ein' : germanNumber(hour)} Uhr${minute === 0 ? '' : ` ${germanNumber(minute)}`}`;
  const reads: ClockWording['reads'] =
    hour === 0 || hour > 12 ? { style: 'day', minutes: hour * 60 + minute } : dialReading(hour, minute);
  return { text: spoken, reads };
}

function onDial(hour: number): string {
  return germanNumber(((hour + 11) % 12) + 1);
}

function germanDaytime(hour: number): string {
  if (hour === 0) return 'nachts';
  if (hour < 10) return 'morgens';
  if (hour < 12) return 'vormittags';
  if (hour < 14) return 'mittags';
  return hour < 18 ? 'nachmittags' : 'abends';
}

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
  startOfAppointment: (start, { service, name, host }) =>
    [start, ifNamed(' für ', service), ifNamed(' auf den Namen ', name), ifNamed(' bei ', host)].join(''),
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
