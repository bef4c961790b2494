import { z } from 'zod';
import { remember, serviceFields } from '../availability-check';
import { nextFree } from '../offers';
import { answer } from '../turn';
import { withHostDoubt } from '../hosts';
import { resolveService } from '../resolve-service';
import {
  fromClarification,
  isClarification,
  isoWithOffset,
  localDate,
  resolveHosts,
  resolveTime,
  spokenStart,
  wallClock,
} from '../understanding';
import { fromDate, serviceId, serviceName, staff } from './arguments';
import { defineTool } from './define-tool';
import { field, serviceField, staleField, startField } from './fields';

export const findNextAvailable = defineTool({
  name: 'find_next_available',
  aliases: ['next_available'],
  effect: 'read',
  describe: {
    de: 'Findet den nächsten freien Termin, wenn der Anrufer keinen bestimmten Tag nennt.',
    en: 'Finds the next free appointment when the caller names no particular day.',
  },
  args: z.object({
    service_name: serviceName,
    from_date: fromDate.optional(),
    staff: staff.optional(),
    service_id: serviceId.optional(),
  }),
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
    const resolved = resolveService(turn, args);
    if (isClarification(resolved)) return fromClarification(resolved);
    const { service } = resolved;
    const { timeZone, memory } = conversation;
    const when = args.from_date
      ? resolveTime(turn, { date: args.from_date })
      : { date: localDate(conversation.now, timeZone) };
    if (isClarification(when)) return fromClarification(when);
    const hosts = resolveHosts(turn, args, service);
    if (isClarification(hosts)) return fromClarification(hosts);
    const { startAt, stale } = await nextFree(turn, { service, hostIds: hosts.hostIds }, when.date);
    memory.serviceId = service.id;
    if (!startAt) {
      deps.unfulfilled(conversation, service.id, null);
      const fields = { service: serviceFields(service), found: false, stale };
      return answer('none_found', phrases.noneFound(service.name), fields);
    }
    memory.day = localDate(startAt, timeZone);
    memory.offeredMs = [startAt.getTime()];
    remember(turn, service);
    const [date, time] = wallClock(startAt, timeZone).split(' ');
    const spoken = spokenStart(conversation, startAt).instant;
    const result = answer('found', phrases.nextAvailable(service.name, spoken), {
      service: serviceFields(service),
      found: true,
      next_available: isoWithOffset(startAt, timeZone),
      date,
      time,
      datetime: isoWithOffset(startAt, timeZone),
      spoken,
      stale,
    });
    return withHostDoubt(turn, service, hosts.hostIds, result);
  },
});
