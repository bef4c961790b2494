import { DAY_MINUTES } from '../../language/reader/clock-reading';
import type { TimePreference } from '../../language/reader/types';
import { answer } from '../turn';
import { isoWithOffset, noon, resolveTime, spokenStart, wallClock } from '../understanding';
import { DATE, datetime, text, TIME } from './arguments';
import { defineTool } from './define-tool';
import { field, startField } from './fields';

export const parseDate = defineTool({
  name: 'parse_date',
  aliases: ['datetime'],
  effect: 'read',
  describe: {
    de: 'Klärt, welcher Tag gemeint ist, wenn eine Angabe unklar ist.',
    en: 'Settles which day is meant when what was said is unclear.',
  },
  args: {
    date: text('date', DATE, {
      de: 'Das genannte Datum in den Worten des Anrufers.',
      en: "The date in the caller's words.",
    }),
    time: text('time', TIME, {
      de: 'Die genannte Uhrzeit in den Worten des Anrufers.',
      en: "The time in the caller's words.",
    }).optional(),
    datetime: datetime.optional(),
  },
  statuses: ['ok'],
  answer: {
    date: field.date,
    range_end: field.date,
    time: field.clock,
    window: field.window,
    display_date: field.text,
    ...startField,
  },
  agent: { variables: { parsed_date: '$.date', parsed_time: '$.time', parsed_date_spoken: '$.display_date' } },
  run: async (turn, args) => {
    const { conversation, phrases } = turn;
    const { timeZone, memory } = conversation;
    const when = resolveTime(turn, args, { date: 'date', time: 'desired_time' });
    memory.day = when.date;
    const at = when.kind === 'instant' ? when.startAt : noon(when.date, timeZone);
    const start = spokenStart(conversation, at);
    const preference = when.kind === 'day' && when.preference?.kind !== 'any' ? when.preference : null;
    const wish = preference?.label ?? null;
    const said = { date: when.date, window: preference && windowOf(preference), display_date: start.date };
    if (when.kind === 'day' && when.rangeEnd) {
      const last = spokenStart(conversation, noon(when.rangeEnd, timeZone)).date;
      return answer('ok', phrases.daysRead(start.date, last, wish), { ...said, range_end: when.rangeEnd });
    }
    if (when.kind === 'day') return answer('ok', phrases.dateRead(start.date, null, wish), said);
    return answer('ok', phrases.dateRead(start.date, start.time, null), {
      ...said,
      time: wallClock(at, timeZone).slice(11),
      datetime: isoWithOffset(at, timeZone),
    });
  },
});

/** A wish for a time of day as `HH:mm`; an end that is left open is null. */
function windowOf({ fromMinutes, toMinutes }: TimePreference): { from: string | null; to: string | null } {
  return {
    from: fromMinutes === 0 ? null : clockOfMinutes(fromMinutes),
    to: toMinutes === DAY_MINUTES ? null : clockOfMinutes(toMinutes),
  };
}

function clockOfMinutes(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
