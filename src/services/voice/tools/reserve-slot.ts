import { RESERVATION_MS } from '../../availability/holds';
import { alternativeFields, alternativesFor, spokenList } from '../offers';
import {
  isObstacle,
  isoWithOffset,
  localDate,
  missing,
  spokenStart,
  whichHosts,
  whichService,
  whichTime,
} from '../understanding';
import { checkStart, serviceFields } from './check-availability';
import { answer, fromObstacle, type Tool } from './tool';

/** Keeps a start for this caller for five minutes, while the rest is talked over. */
export const reserveSlot: Tool = async (deps, conversation, args, say) => {
  const service = whichService(conversation, args, say);
  if (isObstacle(service)) return fromObstacle(service);
  const hosts = whichHosts(conversation, args, service.service, say);
  if (isObstacle(hosts)) return fromObstacle(hosts);
  const { memory } = conversation;
  const nothingSaid = !args.desiredDate && !args.desiredTime && !args.datetime;
  const when =
    nothingSaid && memory.checkedMs !== null
      ? { kind: 'instant' as const, startAt: new Date(memory.checkedMs) }
      : whichTime(conversation, { date: args.desiredDate, time: args.desiredTime, datetime: args.datetime }, say);
  if (isObstacle(when)) return fromObstacle(when);
  if (when.kind === 'day') return fromObstacle(missing(say, 'desired_time'));
  const { startAt } = when;
  memory.serviceId = service.service.id;
  memory.day = localDate(startAt, conversation.timeZone);
  const start = spokenStart(conversation, startAt);
  const checked = await checkStart(deps, conversation, service.service, hosts.hostIds, startAt, say);
  const fields = {
    reserved: false,
    service: serviceFields(service.service),
    datetime: isoWithOffset(startAt, conversation.timeZone),
  };
  if (checked.status !== 'available') {
    return answer('slot_taken', checked.message, { ...fields, alternatives: checked.fields.alternatives ?? [] });
  }
  const reservation = await deps.holds.reserve(
    conversation.companyId,
    conversation.owner,
    service.service,
    hosts.hostIds,
    startAt.getTime(),
  );
  if (!reservation) {
    const offer = await alternativesFor(
      deps,
      conversation,
      { service: service.service, hostIds: hosts.hostIds },
      {
        desiredAt: startAt,
        desiredDate: memory.day,
        preference: null,
      },
    );
    return answer('slot_taken', say.slotTaken(start, spokenList(offer)), {
      ...fields,
      alternatives: offer.alternatives.map(alternativeFields),
    });
  }
  let calcomUid: string | null = null;
  if (conversation.profile.company.settings.calcomReservations) {
    // Also hidden from people booking on the web; our own lease is what counts between callers.
    calcomUid = await conversation.calcom
      .reserveSlot(service.service.calcomEventTypeId, startAt, RESERVATION_MS / 60_000)
      .then((held) => held.uid)
      .catch(() => null);
  }
  memory.reservations = [...memory.reservations, { uid: reservation.uid, startMs: startAt.getTime(), calcomUid }];
  memory.checkedMs = startAt.getTime();
  return answer('reserved', say.reserved(start, RESERVATION_MS / 60_000), {
    ...fields,
    reserved: true,
    reservation_uid: reservation.uid,
    reservation_until: isoWithOffset(reservation.until, conversation.timeZone),
    alternatives: [],
  });
};

export const releaseSlotReservation: Tool = async (deps, conversation, args, say) => {
  const { memory } = conversation;
  const uid = args.reservationUid;
  const kept = memory.reservations.filter((reservation) => uid !== undefined && reservation.uid !== uid);
  const given = memory.reservations.filter((reservation) => !kept.includes(reservation));
  if (uid !== undefined) await deps.holds.release(conversation.companyId, conversation.owner, uid);
  for (const reservation of given) {
    await deps.holds.release(conversation.companyId, conversation.owner, reservation.uid);
    if (reservation.calcomUid)
      deps.behind('release a reservation at Cal.com', conversation.calcom.releaseReservation(reservation.calcomUid));
  }
  memory.reservations = kept;
  return answer('released', say.released(), { released: true, reservation_uid: uid ?? given[0]?.uid ?? null });
};
