import type { Appointment } from '../../domain';
import { readShift } from '../language/reader/understand';
import { chosenOffer, type SpokenWhen } from './chosen-offer';
import type { Turn } from './turn';
import { clockOf, localDate, type Clarification, readWhen, spokenContext, type When } from './understanding';

const FIELDS = { date: 'new_date', time: 'new_time' } as const;

/** Where an appointment is to go. "Eine Stunde später", "am nächsten Tag" and "gleiche Uhrzeit" hang on where it is now. */
export function newStart(turn: Turn, appointment: Appointment, said: SpokenWhen): When | Clarification {
  const { conversation } = turn;
  const { timeZone, memory, language } = conversation;
  const { startsAt } = appointment;
  const shiftMinutes = [said.time, said.datetime, said.date].map((text) => readShift(text, language)).find(Boolean);
  const ownDay = localDate(startsAt, timeZone);
  if (shiftMinutes && [said.date, said.time, said.datetime].filter(Boolean).length === 1) {
    const startAt = new Date(startsAt.getTime() + shiftMinutes * 60_000);
    return { kind: 'instant', startAt, date: localDate(startAt, timeZone) };
  }
  const chosen = chosenOffer(said, memory.choicesMs);
  if (chosen !== null) {
    const startAt = new Date(chosen);
    return { kind: 'instant', startAt, date: localDate(startAt, timeZone) };
  }
  const onlyTime = said.time && !said.date && !said.datetime;
  const context = {
    ...spokenContext(conversation),
    contextDate: memory.day ?? ownDay,
    contextTime: clockOf(startsAt, timeZone),
  };
  // A time alone is meant on the appointment's own day.
  return readWhen(turn, onlyTime ? { ...said, date: ownDay } : said, FIELDS, context);
}
