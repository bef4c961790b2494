import { Info } from 'luxon';
import { z } from 'zod';
import type { Language, WeeklyHours } from '../../../domain';
import { addDays } from '../../../local-time';
import { holidaysWithin, spansOn, spansOnWeekday } from '../../tenants/opening-hours';
import { sayTime } from '../../language/speaker/say';
import { answer } from '../turn';
import { holidaySaid, localDate, noon, resolveTime, spokenContext, spokenStart } from '../understanding';
import { DATE, text } from './arguments';
import { defineTool } from './define-tool';
import { field } from './fields';

/** How far ahead holidays are named, from the day that was asked about. */
const HOLIDAYS_AHEAD_DAYS = 60;

export const getOpeningHours = defineTool({
  name: 'get_opening_hours',
  aliases: [],
  effect: 'read',
  describe: {
    de: 'Nennt die Öffnungszeiten: die von heute, oder die des genannten Tages.',
    en: "Names the opening hours: today's, or those of the day asked about.",
  },
  args: {
    desired_date: text('date', DATE, {
      de: 'Tag, nach dem gefragt wird, in den Worten des Anrufers. Weglassen für heute.',
      en: "The day asked about, in the caller's words. Leave out for today.",
    }).optional(),
  },
  statuses: ['ok'],
  answer: {
    hours: z
      .array(z.object({ weekday: z.string(), opens: field.clock, closes: field.clock }))
      .describe('Monday to Sunday; several rows for a day with a break, both times null for a closed one'),
    holidays: z
      .array(z.object({ name: z.string(), first_day: z.iso.date(), last_day: z.iso.date() }))
      .describe('Closed whatever the week says, both days inclusive; of the 60 days after the one asked about'),
  },
  agent: { variables: {} },
  run: async (turn, args) => {
    const { conversation, phrases } = turn;
    const { timeZone, language, profile, now } = conversation;
    const { branch } = profile;
    const { desired_date: asked } = args;
    const date = asked ? resolveTime(turn, { date: asked }).date : localDate(now, timeZone);
    const context = { ...spokenContext(conversation), contextDate: date };
    const said = (clock: string): string => {
      const [hour = 0, minute = 0] = clock.split(':').map(Number);
      return sayTime({ hour: hour % 24, minute }, context);
    };
    const spans = spansOn(branch, date).map(({ open, close }) => ({ opens: said(open), closes: said(close) }));
    const day = spokenStart(conversation, noon(date, timeZone)).date;
    const holidays = holidaysWithin(branch.holidays, date, addDays(date, HOLIDAYS_AHEAD_DAYS));
    return answer('ok', phrases.openingHours(day, spans, holidaySaid(conversation, date)), {
      hours: weekOf(branch.hours, language),
      holidays: holidays.map(({ name, first, last }) => ({ name, first_day: first, last_day: last })),
    });
  },
});

interface OpeningHours {
  weekday: string;
  opens: string | null;
  closes: string | null;
}

function weekOf(hours: WeeklyHours, language: Language): OpeningHours[] {
  return Info.weekdays('long', { locale: language }).flatMap((weekday, index): OpeningHours[] => {
    const open = spansOnWeekday(hours, index + 1).map((span) => ({ weekday, opens: span.open, closes: span.close }));
    return open.length > 0 ? open : [{ weekday, opens: null, closes: null }];
  });
}
