import type { Language, LocalDate, WeeklyHours } from '../../../domain';
import { readClock, type SpokenClock } from '../reader/clock-reading';
import { englishNumber, germanNumber } from '../reader/number-words';

interface Wording {
  text: string;
  /** How the text reads back before any word for the time of day is added. */
  reads: SpokenClock;
}

/**
 * A time as a person says it: "halb drei", "quarter past four". Where the opening hours would make a listener hear the
 * other half of the day, the time of day is added: "halb drei morgens".
 * @param date whose opening hours count; without one, those of the whole week
 */
export function sayClock(
  hour: number,
  minute: number,
  language: Language,
  hours: WeeklyHours,
  date?: LocalDate,
): string {
  const { text, reads } = language === 'de' ? german(hour, minute) : english(hour, minute);
  const heard = readClock(reads, null, hours, date);
  if (heard?.hour === hour && heard.minute === minute) return text;
  return `${text} ${language === 'de' ? germanDaytime(hour) : englishDaytime(hour)}`;
}

function german(hour: number, minute: number): Wording {
  const [next, past] = [germanDial(hour + 1), germanDial(hour)];
  const onDial: Record<number, string> = {
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
  if (hour === 0 && minute === 0) return { text: 'Mitternacht', reads: { style: 'day', minutes: 0 } };
  const text = onDial[minute];
  if (text !== undefined) return { text, reads: dial(hour, minute) };
  const spoken = `${hour === 1 ? 'ein' : germanNumber(hour)} Uhr${minute === 0 ? '' : ` ${germanNumber(minute)}`}`;
  return {
    text: spoken,
    reads: hour === 0 || hour > 12 ? { style: 'day', minutes: hour * 60 + minute } : dial(hour, minute),
  };
}

function english(hour: number, minute: number): Wording {
  if (minute === 0 && hour % 12 === 0)
    return { text: hour === 0 ? 'midnight' : 'noon', reads: { style: 'day', minutes: hour * 60 } };
  const [next, past] = [englishDial(hour + 1), englishDial(hour)];
  const reads = dial(hour, minute);
  if (minute === 0) return { text: `${past} o'clock`, reads };
  if (minute === 30) return { text: `half past ${past}`, reads };
  if (minute % 15 === 0) return { text: minute === 15 ? `quarter past ${past}` : `quarter to ${next}`, reads };
  if (minute % 5 === 0)
    return {
      text: minute < 30 ? `${englishNumber(minute)} past ${past}` : `${englishNumber(60 - minute)} to ${next}`,
      reads,
    };
  return { text: `${past} ${minute < 10 ? 'oh ' : ''}${englishNumber(minute)}`, reads };
}

function dial(hour: number, minute: number): SpokenClock {
  return { style: 'twelve', minutes: (hour % 12) * 60 + minute };
}

function germanDial(hour: number): string {
  return germanNumber(((hour + 11) % 12) + 1);
}

function englishDial(hour: number): string {
  return englishNumber(((hour + 11) % 12) + 1);
}

function germanDaytime(hour: number): string {
  if (hour === 0) return 'nachts';
  if (hour < 10) return 'morgens';
  if (hour < 12) return 'vormittags';
  if (hour < 14) return 'mittags';
  return hour < 18 ? 'nachmittags' : 'abends';
}

function englishDaytime(hour: number): string {
  if (hour === 0 || hour > 21) return 'at night';
  if (hour < 12) return 'in the morning';
  return hour < 18 ? 'in the afternoon' : 'in the evening';
}
