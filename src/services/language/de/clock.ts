import type { ClockWording } from '../language-pack';
import { dialReading } from '../reader/clock-reading';
import { germanNumber } from './numbers';

/** "halb drei", "Viertel nach vier", "zehn Uhr siebzehn" */
export function germanClock(hour: number, minute: number): ClockWording {
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

export function germanDaytime(hour: number): string {
  if (hour === 0) return 'nachts';
  if (hour < 10) return 'morgens';
  if (hour < 12) return 'vormittags';
  if (hour < 14) return 'mittags';
  return hour < 18 ? 'nachmittags' : 'abends';
}
