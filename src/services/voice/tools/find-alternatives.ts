import type { LocalDate } from '../../../domain';
import type { TimePreference } from '../../language/reader/types';
import { remember } from '../availability-check';
import { alternativesFor, alternativesIn, spokenList } from '../offers';
import { answer, Clarification, type Turn } from '../turn';
import { withHostDoubt } from '../hosts';
import { resolveService, serviceFields } from '../resolve-service';
import { localDate, resolveHosts, resolveTime } from '../understanding';
import { searchArguments, timePreference } from './arguments';
import { defineTool } from './define-tool';
import { alternativesField, field, serviceField, staleField } from './fields';
import { recordUnfulfilled } from '../turn';

export const findAlternatives = defineTool({
  name: 'find_alternatives',
  aliases: ['get_alternatives'],
  effect: 'read',
  describe: {
    de: 'Sucht andere freie Termine, wenn der angebotene dem Anrufer nicht passt.',
    en: 'Looks for other free appointments when the offered one does not suit the caller.',
  },
  args: { ...searchArguments, time_preference: timePreference.optional() },
  statuses: ['found', 'none_found'],
  answer: { found: field.answerOrNull, ...serviceField, ...alternativesField, ...staleField },
  agent: { variables: { alternatives_found: '$.found' } },
  run: async (turn, args) => {
    const { deps, conversation, phrases } = turn;
    const service = resolveService(turn, args);
    const { memory, timeZone } = conversation;
    const today = localDate(conversation.now, timeZone);
    const said = { date: args.desired_date, time: args.desired_time ?? args.time_preference, datetime: args.datetime };
    const anything = said.date ?? said.time ?? said.datetime ?? memory.day;
    const when = anything
      ? resolveTime(turn, said.date || said.datetime ? said : { ...said, date: memory.day ?? today })
      : { kind: 'day' as const, date: today, rangeEnd: null, preference: null };
    const subject = { service, hostIds: resolveHosts(turn, args, service) };
    memory.serviceId = service.id;
    memory.day = when.date;
    const desiredAt = when.kind === 'instant' ? when.startAt : null;
    const preference = when.kind === 'day' ? when.preference : partOfDay(turn, when.date, args.time_preference);
    const offer = await alternativesFor(turn, subject, { desiredAt, desiredDate: when.date, preference });
    const fields = { service: serviceFields(service), alternatives: alternativesIn(offer), stale: offer.stale };
    if (offer.alternatives.length === 0) {
      recordUnfulfilled(deps, conversation, service.id, desiredAt);
      return answer('none_found', phrases.noneFound(service.name), { ...fields, found: false });
    }
    remember(turn, service);
    const result = answer('found', phrases.found(service.name, spokenList(offer)), { ...fields, found: true });
    return withHostDoubt(turn, subject, result);
  },
});

/** Asked for beside a time: "um 14 Uhr, aber lieber vormittags". Null when nothing of the kind can be read. */
function partOfDay(turn: Turn, date: LocalDate, time: string | undefined): TimePreference | null {
  if (!time) return null;
  try {
    const when = resolveTime(turn, { date, time });
    return when.kind === 'day' ? when.preference : null;
  } catch (error) {
    if (error instanceof Clarification) return null;
    throw error;
  }
}
