import type { AlternativeWording, ClockWording, TimeWording } from '../language-pack';
import { dialReading } from '../reader/clock-reading';
import type { Daytime } from '../reader/senses';
import { ifNamed } from '../speaker/wording';
import { englishNumber } from './numbers';

const WEEKDAYS = 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(' ');
const MONTHS = 'January February March April May June July August September October November December'.split(' ');

const DAY_PARTS: Record<Daytime, string> = {
  early: 'early in the morning',
  morning: 'in the morning',
  long_morning: 'in the morning',
  forenoon: 'in the forenoon',
  noon: 'around lunchtime',
  afternoon: 'in the afternoon',
  evening: 'in the evening',
  late: 'late in the evening',
  night: 'at night',
  nighttime: 'at night',
};

/** "half past two", "quarter to five", "ten seventeen" */
function englishClock(hour: number, minute: number): ClockWording {
  if (minute === 0 && hour % 12 === 0)
    return { text: hour === 0 ? 'midnight' : 'noon', reads: { style: 'day', minutes: hour * 60 } };
  return { text: onDial(hour, minute), reads: dialReading(hour, minute) };
}

function onDial(hour: number, minute: number): string {
  const [next, past] = [dialNumber(hour + 1), dialNumber(hour)];
  if (minute === 0) return `${past} o'clock`;
  if (minute === 30) return `half past ${past}`;
  if (minute % 15 === 0) return minute === 15 ? `quarter past ${past}` : `quarter to ${next}`;
  if (minute % 5 !== 0) return `${past} ${minute < 10 ? 'oh ' : ''}${englishNumber(minute)}`;
  return minute < 30 ? `${englishNumber(minute)} past ${past}` : `${englishNumber(60 - minute)} to ${next}`;
}

function dialNumber(hour: number): string {
  return englishNumber(((hour + 11) % 12) + 1);
}

function englishDaytime(hour: number): string {
  if (hour === 0 || hour > 21) return 'at night';
  if (hour < 12) return 'in the morning';
  return hour < 18 ? 'in the afternoon' : 'in the evening';
}

export const ENGLISH_TIMES: TimeWording = {
  clock: englishClock,
  daytime: englishDaytime,
  dayAndMonth: (weekday, month, day) =>
    `${WEEKDAYS[weekday - 1] ?? ''}, ${MONTHS[month - 1] ?? ''} ${day}${ordinalEnding(day)}`,
  withYear: (dayAndMonth, year) => `${dayAndMonth}, ${year}`,
  near: ['today', 'tomorrow', 'the day after tomorrow'],
  nearStart: (day, time) => `${day} at ${time}`,
  start: (date, time) => `on ${date}, at ${time}`,
  standardTime: 'standard time',
  dayPart: ({ daytime, half }) => `${half === null ? '' : `${half} `}${DAY_PARTS[daytime]}`,
  anyTime: 'at any time',
  from: (time) => `from ${time}`,
  until: (time) => `until ${time}`,
  between: (from, to) => `between ${from} and ${to}`,
  either: (starts) => starts.join(' or '),
  startOfAppointment: (start, { service, name, host }) =>
    [start, ifNamed(' for ', service), ifNamed(' in the name of ', name), ifNamed(' with ', host)].join(''),
};

export const ENGLISH_ALTERNATIVES: AlternativeWording = {
  fixed: {
    same_day_earlier: 'the same day (earlier)',
    same_day_later: 'the same day (later)',
    same_day_in_window: 'the same day',
    next_available: 'next available appointment',
  },
  nextWeek: (weekday) => `next week ${weekday}`,
  farDay: (isoDate) => {
    const [year, month, day] = isoDate.split('-').map(Number);
    return `on ${MONTHS[(month ?? 1) - 1] ?? ''} ${day ?? ''}, ${year ?? ''}`;
  },
};

function ordinalEnding(day: number): string {
  if (day >= 11 && day <= 13) return 'th';
  return ['th', 'st', 'nd', 'rd'][day % 10] ?? 'th';
}
