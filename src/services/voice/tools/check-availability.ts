import { checkDay, checkStart } from '../availability-check';
import { withHostDoubt } from '../hosts';
import { resolveService } from '../resolve-service';
import { resolveHosts, resolveTime } from '../understanding';
import { NAME, searchArguments, text, timePreference } from './arguments';
import { defineTool } from './define-tool';
import { availabilityFields } from './fields';

export const checkAvailability = defineTool({
  name: 'check_availability',
  aliases: ['check_availability_cal'],
  effect: 'read',
  describe: {
    de: 'Prüft, ob ein Termin zur gewünschten Zeit frei ist. Ohne Uhrzeit nennt es die freien Zeiten des Tages; ist nichts frei, nennt es Alternativen. Immer aufrufen, bevor eine Zeit zugesagt wird.',
    en: 'Checks whether an appointment is free at the wanted time. Without a time it names the free times of the day; when nothing is free it names alternatives. Always call it before promising any time.',
  },
  args: {
    ...searchArguments,
    time_preference: timePreference.optional(),
    /** Not asked for; it may be the booking's later. */
    customer_name: text('personName', NAME).optional(),
  },
  statuses: ['available', 'unavailable'],
  answer: availabilityFields,
  agent: { variables: { available: '$.available', checked_start: '$.datetime', availability_status: '$.status' } },
  run: async (turn, args) => {
    const { memory } = turn.conversation;
    const service = resolveService(turn, args);
    const time = args.desired_time ?? args.time_preference;
    const when = resolveTime(turn, { date: args.desired_date, time, datetime: args.datetime });
    const hostIds = resolveHosts(turn, args, service);
    const subject = { service, hostIds };
    memory.serviceId = service.id;
    memory.day = when.date;
    memory.hostIds = hostIds;
    if (args.customer_name) memory.customerName = args.customer_name;
    const result =
      when.kind === 'instant' ? await checkStart(turn, subject, when.startAt) : await checkDay(turn, subject, when);
    return withHostDoubt(turn, subject, result);
  },
});
