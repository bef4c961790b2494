import type { ClockWording } from '../language-pack';
import { dialReading } from '../reader/clock-reading';
import { englishNumber } from './numbers';

/** "half past two", "quarter to five", "ten seventeen" */
export function englishClock(hour: number, minute: number): ClockWording {
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

export function englishDaytime(hour: number): string {
  if (hour === 0 || hour > 21) return 'at night';
  if (hour < 12) return 'in the morning';
  return hour < 18 ? 'in the afternoon' : 'in the evening';
}
