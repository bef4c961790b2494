import { answer } from '../turn';
import { text } from './arguments';
import { defineTool } from './define-tool';
import { field } from './fields';

/** Without an id: all that this call holds. */
export const releaseSlotReservation = defineTool({
  name: 'release_slot_reservation',
  aliases: ['release_slot'],
  effect: 'read',
  changesGateway: true,
  describe: {
    de: 'Gibt eine mit reserve_slot gehaltene Zeit wieder frei, wenn der Anrufer sie doch nicht möchte.',
    en: 'Releases a time held with reserve_slot when the caller does not want it after all.',
  },
  args: {
    reservation_uid: text('id', ['reservation_id'], {
      de: 'Kennung aus der Antwort von reserve_slot; niemals erfinden, niemals vorlesen.',
      en: 'Id from the answer of reserve_slot; never invent it, never read it out.',
    }).optional(),
  },
  statuses: ['released', 'nothing_held'],
  answer: { released: field.flag, reservation_uid: field.text },
  agent: { variables: { released: '$.released' } },
  run: async ({ deps, conversation, phrases }, args) => {
    const { companyId, owner, memory, calcom } = conversation;
    const uid = args.reservation_uid;
    const kept = memory.reservations.filter((reservation) => uid !== undefined && reservation.uid !== uid);
    const released = memory.reservations.filter((reservation) => !kept.includes(reservation));
    let count = uid === undefined ? 0 : await deps.holds.release(companyId, owner, uid);
    for (const reservation of released) {
      count += await deps.holds.release(companyId, owner, reservation.uid);
      if (reservation.calcomUid)
        deps.background.run('release a reservation at Cal.com', calcom.releaseReservation(reservation.calcomUid));
    }
    memory.reservations = kept;
    const fields = { released: count > 0, reservation_uid: uid ?? released[0]?.uid ?? null };
    return count > 0
      ? answer('released', phrases.released(), fields)
      : answer('nothing_held', phrases.nothingHeld(), fields);
  },
});
