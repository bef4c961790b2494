import { RESERVATION_MS } from '../../availability/holds';
import { checkStart } from '../availability-check';
import { alternativesIn, alternativesTo, listableHosts, spokenList } from '../offers';
import { answer, failure, missing } from '../turn';
import { withHostDoubt } from '../hosts';
import { resolveService, serviceFields } from '../resolve-service';
import {
  isoWithOffset,
  localDate,
  resolveHosts,
  resolveTime,
  saysWhen,
  spokenStart,
  spokenWhen,
} from '../understanding';
import { slotArguments } from './arguments';
import { defineTool } from './define-tool';
import { alternativesField, field, serviceField, startField } from './fields';

const RESERVATION_MINUTES = RESERVATION_MS / 60_000;

/** Keeps a start for this caller for five minutes, while the rest is talked over. */
export const reserveSlot = defineTool({
  name: 'reserve_slot',
  aliases: [],
  effect: 'read',
  changesGateway: true,
  describe: {
    de: 'Hält eine freie Zeit fünf Minuten lang für diesen Anrufer frei, während noch Angaben fehlen. Das ist noch keine Buchung.',
    en: 'Holds a free time for this caller for five minutes while details are still missing. This is not a booking yet.',
  },
  args: slotArguments,
  statuses: ['reserved', 'slot_taken'],
  answer: {
    reserved: field.flag,
    reservation_uid: field.text,
    reservation_until: field.instant,
    ...startField,
    ...serviceField,
    ...alternativesField,
  },
  agent: {
    repeatable: false,
    variables: { reserved: '$.reserved', reservation_uid: '$.reservation_uid' },
  },
  run: async (turn, args) => {
    const { deps, conversation, phrases } = turn;
    const { companyId, owner, memory, timeZone } = conversation;
    const service = resolveService(turn, args);
    const hostIds = resolveHosts(turn, args, service);
    const subject = { service, hostIds };
    const nothingSaid = !saysWhen(args) && memory.unansweredWhen === null;
    const when =
      nothingSaid && memory.checkedMs !== null
        ? { kind: 'instant' as const, startAt: new Date(memory.checkedMs) }
        : resolveTime(turn, spokenWhen(args));
    if (when.kind === 'day') throw missing(turn, 'desired_time');
    const { startAt } = when;
    const startMs = startAt.getTime();
    memory.serviceId = service.id;
    memory.day = localDate(startAt, timeZone);
    const start = spokenStart(conversation, startAt);
    const checked = await checkStart(turn, subject, startAt);
    const fields = { reserved: false, service: serviceFields(service), datetime: isoWithOffset(startAt, timeZone) };
    if (checked.status === 'too_short_notice') {
      const { alternatives, earliest_bookable } = checked.fields;
      return failure('too_short_notice', checked.message, { ...fields, alternatives, earliest_bookable });
    }
    if (checked.status !== 'available') {
      const { alternatives = [] } = checked.fields;
      return answer('slot_taken', checked.message, { ...fields, alternatives });
    }
    const reservation = await deps.holds.reserve(companyId, owner, service, listableHosts(service, hostIds), startMs);
    if (!reservation) {
      const offer = await alternativesTo(turn, subject, startAt);
      const alternatives = alternativesIn(offer);
      return answer('slot_taken', phrases.slotTaken(start, spokenList(offer)), { ...fields, alternatives });
    }
    let calcomUid: string | null = null;
    if (conversation.profile.company.settings.calcomReservations) {
      // Also hidden from people booking on the web; our own lease is what counts between callers.
      calcomUid = await conversation.calcom
        .reserveSlot(service.calcomEventTypeId, startAt, RESERVATION_MINUTES, service.chosenMinutes)
        .then((held) => held.uid)
        .catch(() => null);
    }
    memory.reservations = [...memory.reservations, { uid: reservation.uid, startMs, calcomUid }];
    memory.checkedMs = startMs;
    const result = answer('reserved', phrases.reserved(start, RESERVATION_MINUTES), {
      ...fields,
      reserved: true,
      reservation_uid: reservation.uid,
      reservation_until: isoWithOffset(reservation.until, timeZone),
    });
    return withHostDoubt(turn, subject, result);
  },
});
