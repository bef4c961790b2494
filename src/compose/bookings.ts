import { RedisGuard } from '../infra/redis-guard';
import { RedisLeases } from '../infra/redis-leases';
import { WriterLine } from '../infra/writer-line';
import type { Callbacks } from '../services/voice/callbacks';
import type { Alerts } from '../services/admin/alerts';
import { followedUp } from '../services/availability/availability-invalidation';
import { BookingService } from '../services/booking/booking-service';
import { OperationRunner } from '../services/booking/operation-runner';
import { OtherAppointments } from '../services/booking/other-appointments';
import { reportPendingFailure, reportRefusedCaller } from '../services/booking/failure-reports';
import { Settlement, settlingWithin } from '../services/booking/settlement';
import type { BookingChanges } from './booking-changes';
import type { Infrastructure } from './infrastructure';
import type { Upstream } from './upstream';

/** Bookings, moves and cancellations, and what settles them after their callers hung up. */
export function composeBookings(
  base: Infrastructure,
  { addresses, calcom, faults, slots }: Upstream,
  changes: BookingChanges,
  alerts: Alerts,
  callbacks: Callbacks,
): { bookings: BookingService; settlement: Settlement } {
  const { background, clock, deadline, logger, metrics, redis, stores } = base;
  const { ledger } = stores;
  const upstreams = { forTenant: calcom };
  const others = new OtherAppointments({ ...base, ledger, upstreams });
  const pendingFailed = reportPendingFailure({
    callbacks,
    alert: alerts.raise,
    count: (kind) => metrics.count('askpro_pending_operations_failed_total', { kind }),
  });
  const refusedCaller = reportRefusedCaller({ customers: stores.customers, faults });
  const runner = new OperationRunner({
    ...base,
    ledger,
    others,
    upstreams,
    queue: new WriterLine(new RedisLeases(redis, new RedisGuard(redis, clock, 0))),
    listener: followedUp(slots.invalidation, changes.afterChange),
    addresses,
    refused: (...refusal) => background.run('record a refused caller', refusedCaller(...refusal)),
    log: logger,
  });
  const bookings = new BookingService({
    ...base,
    ...stores,
    runner,
    others,
    addresses,
    catchUp: (companyId, uid) => changes.catchUp.run(companyId, uid),
    pendingFailed,
    track: (work) => background.run('finish a booking', work),
    observe: (kind, outcome, origin) =>
      metrics.count('askpro_bookings_total', {
        kind,
        outcome: outcome.kind === 'done' && outcome.replay ? 'repeated' : outcome.kind,
        origin,
      }),
  });
  const settlement = new Settlement({
    ...base,
    ledger,
    runner,
    log: logger,
    track: (work) => background.run('settle bookings', work),
    within: settlingWithin(deadline),
    pendingFailed,
  });
  return { bookings, settlement };
}
