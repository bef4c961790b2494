import { z } from 'zod';
import { answer } from '../turn';
import {
  fromClarification,
  isClarification,
  isoWithOffset,
  noon,
  resolveTime,
  spokenStart,
  wallClock,
} from '../understanding';
import { dateInWords, datetime, timeInWords } from './arguments';
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
  args: z.object({ date: dateInWords, time: timeInWords.optional(), datetime: datetime.optional() }),
  statuses: ['ok'],
  answer: {
    date: field.date,
    range_end: field.date,
    time: field.clock,
    display_date: field.text,
    ...startField,
  },
  agent: { variables: { parsed_date: '$.date', parsed_time: '$.time', parsed_date_spoken: '$.display_date' } },
  run: async (turn, args) => {
    const { conversation, phrases } = turn;
    const { timeZone, memory } = conversation;
    const when = resolveTime(turn, args, { date: 'date', time: 'desired_time' });
    if (isClarification(when)) return fromClarification(when);
    memory.day = when.date;
    const at = when.kind === 'instant' ? when.startAt : noon(when.date, timeZone);
    const start = spokenStart(conversation, at);
    if (when.kind === 'day' && when.rangeEnd) {
      const last = spokenStart(conversation, noon(when.rangeEnd, timeZone)).date;
      const fields = { date: when.date, range_end: when.rangeEnd, display_date: start.date };
      return answer('ok', phrases.daysRead(start.date, last), fields);
    }
    const timed = when.kind === 'instant';
    return answer('ok', phrases.dateRead(start.date, timed ? start.time : null), {
      date: when.date,
      time: timed ? wallClock(at, timeZone).slice(11) : null,
      display_date: start.date,
      datetime: timed ? isoWithOffset(at, timeZone) : null,
    });
  },
});
