import { remember } from '../availability-check';
import { nextFree } from '../offers';
import { answer } from '../turn';
import { withHostDoubt } from '../hosts';
import { resolveService, serviceFields } from '../resolve-service';
import { isoWithOffset, localDate, resolveHosts, resolveTime, spokenStart, wallClock } from '../understanding';
import { DATE, serviceId, serviceName, staff, text } from './arguments';
import { defineTool } from './define-tool';
import { field, serviceField, staleField, startField } from './fields';
import { recordUnfulfilled } from '../turn';

export const findNextAvailable = defineTool({
  name: 'find_next_available',
  aliases: ['next_available'],
  effect: 'read',
  describe: {
    de: 'Findet den nächsten freien Termin, wenn der Anrufer keinen bestimmten Tag nennt.',
    en: 'Finds the next free appointment when the caller names no particular day.',
  },
  args: {
    service_name: serviceName,
    from_date: text('date', ['start_date', 'ab_datum', ...DATE], {
      de: 'Frühester Tag, wie gesagt oder als YYYY-MM-DD. Weglassen für ab heute.',
      en: 'Earliest day, as said or as YYYY-MM-DD. Leave out for from today.',
    }).optional(),
    staff: staff.optional(),
    service_id: serviceId.optional(),
  },
  statuses: ['found', 'none_found'],
  answer: {
    found: field.answerOrNull,
    ...serviceField,
    next_available: field.instant,
    date: field.date,
    time: field.clock,
    ...startField,
    spoken: field.text,
    ...staleField,
  },
  agent: { variables: { next_available: '$.next_available', next_available_spoken: '$.spoken' } },
  run: async (turn, args) => {
    const { deps, conversation, phrases } = turn;
    const service = resolveService(turn, args);
    const { timeZone, memory, now } = conversation;
    const { from_date: asked } = args;
    const from = asked ? resolveTime(turn, { date: asked }).date : localDate(now, timeZone);
    const subject = { service, hostIds: resolveHosts(turn, args, service) };
    const { startAt, stale } = await nextFree(turn, subject, from);
    const fields = { service: serviceFields(service), found: startAt !== null, stale };
    memory.serviceId = service.id;
    if (!startAt) {
      recordUnfulfilled(deps, conversation, service.id, null);
      return answer('none_found', phrases.noneFound(service.name), fields);
    }
    memory.day = localDate(startAt, timeZone);
    memory.offeredMs = [startAt.getTime()];
    remember(turn, service);
    const [date, time] = wallClock(startAt, timeZone).split(' ');
    const spoken = spokenStart(conversation, startAt).instant;
    const datetime = isoWithOffset(startAt, timeZone);
    const found = { ...fields, next_available: datetime, date, time, datetime, spoken };
    return withHostDoubt(turn, subject, answer('found', phrases.nextAvailable(service.name, spoken), found));
  },
});
