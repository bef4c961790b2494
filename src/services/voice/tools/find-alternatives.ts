import { z } from 'zod';
import { remember, serviceFields } from '../availability-check';
import { alternativesFor, alternativesIn, spokenList } from '../offers';
import { answer } from '../turn';
import { withHostDoubt } from '../hosts';
import { resolveService } from '../resolve-service';
import { fromClarification, isClarification, localDate, resolveHosts, resolveTime } from '../understanding';
import { searchArguments, timePreference } from './arguments';
import { defineTool } from './define-tool';
import { alternativesField, field, serviceField, staleField } from './fields';

export const findAlternatives = defineTool({
  name: 'find_alternatives',
  aliases: ['get_alternatives'],
  effect: 'read',
  describe: {
    de: 'Sucht andere freie Termine, wenn der angebotene dem Anrufer nicht passt.',
    en: 'Looks for other free appointments when the offered one does not suit the caller.',
  },
  args: z.object({ ...searchArguments, time_preference: timePreference.optional() }),
  statuses: ['found', 'none_found'],
  answer: { found: field.answerOrNull, ...serviceField, ...alternativesField, ...staleField },
  agent: { variables: { alternatives_found: '$.found' } },
  run: async (turn, args) => {
    const { deps, conversation, phrases } = turn;
    const resolved = resolveService(turn, args);
    if (isClarification(resolved)) return fromClarification(resolved);
    const { service } = resolved;
    const { memory, timeZone } = conversation;
    const today = localDate(conversation.now, timeZone);
    const said = { date: args.desired_date, time: args.desired_time ?? args.time_preference, datetime: args.datetime };
    const anything = said.date ?? said.time ?? said.datetime ?? memory.day;
    const when = anything
      ? resolveTime(turn, said.date || said.datetime ? said : { ...said, date: memory.day ?? today })
      : { kind: 'day' as const, date: today, rangeEnd: null, preference: null };
    if (isClarification(when)) return fromClarification(when);
    const hosts = resolveHosts(turn, args, service);
    if (isClarification(hosts)) return fromClarification(hosts);
    memory.serviceId = service.id;
    memory.day = when.date;
    // "Um 14 Uhr, aber lieber vormittags": the part of the day is a preference of its own beside the time.
    const part =
      args.time_preference && when.kind === 'instant'
        ? resolveTime(turn, { date: when.date, time: args.time_preference })
        : when;
    const desiredAt = when.kind === 'instant' ? when.startAt : null;
    const offer = await alternativesFor(
      turn,
      { service, hostIds: hosts.hostIds },
      {
        desiredAt,
        desiredDate: when.date,
        preference: !isClarification(part) && part.kind === 'day' ? part.preference : null,
      },
    );
    const fields = { service: serviceFields(service), alternatives: alternativesIn(offer), stale: offer.stale };
    if (offer.alternatives.length === 0) {
      deps.unfulfilled(conversation, service.id, desiredAt);
      return answer('none_found', phrases.noneFound(service.name), { ...fields, found: false });
    }
    remember(turn, service);
    const result = answer('found', phrases.found(service.name, spokenList(offer)), { ...fields, found: true });
    return withHostDoubt(turn, service, hosts.hostIds, result);
  },
});
