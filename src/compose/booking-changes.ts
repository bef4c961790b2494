import { UpstreamRejected } from '../errors';
import { enqueueAfterChange } from '../jobs/invalidate-calcom-cache-job';
import { externallyChanged, type AfterChange } from '../services/availability/availability-invalidation';
import { CatchUp } from '../services/sync/catch-up';
import { ExternalSync } from '../services/sync/external-sync';
import type { Infrastructure } from './infrastructure';
import type { Ownership } from './ownership';
import type { Upstream } from './upstream';

export interface BookingChanges {
  /** What runs behind every change of a booking, made here or at Cal.com. */
  afterChange: AfterChange;
  sync: ExternalSync;
  catchUp: CatchUp;
}

/** What follows when bookings change, here or at Cal.com. */
export function composeBookingChanges(
  base: Infrastructure,
  upstream: Upstream,
  { eventTypes }: Pick<Ownership, 'eventTypes'>,
): BookingChanges {
  const { background, logger, stores } = base;
  const { accounts, slots } = upstream;
  const afterChange = enqueueAfterChange({ store: stores.jobs, background });
  const changed = externallyChanged(slots.invalidation, afterChange);
  const sync = new ExternalSync({
    store: stores.sync,
    changes: {
      taken: async (...booking) => {
        await slots.invalidation.booked(...booking);
      },
      changed: (companyId, eventTypeId, _hostId, at) => changed(companyId, eventTypeId, null, at),
      hostChanged: changed,
    },
    withdraw: async (companyId, uid) => {
      const calcom = await accounts.forTenant(companyId);
      const reason = 'The start could not be confirmed in time';
      await calcom.cancelBooking(uid, reason, { eventTypeId: null }).catch((error: unknown) => {
        if (!(error instanceof UpstreamRejected && error.reason === 'already_cancelled')) throw error;
      });
    },
    log: logger,
    eventTypes: stores.eventTypes,
    ownerless: eventTypes.ownerless,
  });
  const catchUp = new CatchUp({ upstream: (companyId) => accounts.forTenant(companyId), sync });
  return { afterChange, sync, catchUp };
}
