import { RequestDeadline } from '../infra/deadline';
import { RedisGuard } from '../infra/redis-guard';
import { RedisLeases } from '../infra/redis-leases';
import { WriterLine } from '../infra/writer-line';
import { BookingLedgerStore } from '../models/booking-ledger-store';
import type { PostgresAppointmentStore } from '../models/appointment-store';
import type { PostgresCallbackStore } from '../models/callback-store';
import type { PostgresCustomerStore } from '../models/customer-store';
import { followedUp } from '../services/availability/availability-invalidation';
import { BookingService } from '../services/booking/booking-service';
import { OperationRunner } from '../services/booking/operation-runner';
import { OtherAppointments } from '../services/booking/other-appointments';
import { reportPendingFailure, reportRefusedCaller } from '../services/booking/failure-reports';
import { Settlement, settlingWithin } from '../services/booking/settlement';
import type { Alerts } from '../services/admin/alerts';
import type { BookingChanges } from './booking-changes';
import type { Infrastructure } from './infrastructure';
import type { Upstream } from './upstream';

export interface BookingParts {
  readonly changes: BookingChanges;
  readonly alerts: Alerts;
  readonly appointments: PostgresAppointmentStore;
  readonly callbacks: PostgresCallbackStore;
  readonly customers: PostgresCustomerStore;
}

/** Bookings, moves and cancellations, and what settles them after their callers hung up. */
export function composeBookings(
  base: Infrastructure,
  upstream: Upstream,
  { changes, alerts, appointments, callbacks, customers }: BookingParts,
): { bookings: BookingService; settlement: Settlement } {
  const { clock, database, logger, metrics, redis, background } = base;
  const { calcom } = upstream;
  const ledger = new BookingLedgerStore(database);
  const others = new OtherAppointments({ ledger, upstreams: { forTenant: calcom }, nowMs: () => clock.nowMs() });
  const pendingFailed = reportPendingFailure({
    callbacks,
    alert: (...alert) => alerts.raise(...alert),
    count: (kind) => metrics.count('askpro_pending_operations_failed_total', { kind }),
  });
  const refusedCaller = reportRefusedCaller({ customers, faults: upstream.faults });
  const runner = new OperationRunner({
    ledger,
    others,
    upstreams: { forTenant: calcom },
    queue: new WriterLine(new RedisLeases(redis, new RedisGuard(redis, clock, 0))),
    listener: followedUp(upstream.slots.invalidation, changes.afterChange),
    addresses: upstream.addresses,
    refused: (...refusal) => background.run('record a refused caller', refusedCaller(...refusal)),
    log: logger,
    nowMs: () => clock.nowMs(),
    sleep: (ms) => clock.sleep(ms),
    background,
  });
  const bookings = new BookingService({
    ledger,
    runner,
    others,
    addresses: upstream.addresses,
    appointments,
    catchUp: (companyId, uid) => changes.catchUp.run(companyId, uid),
    sleep: (ms) => clock.sleep(ms),
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
    ledger,
    runner,
    log: logger,
    nowMs: () => clock.nowMs(),
    track: (work) => background.run('settle bookings', work),
    within: settlingWithin((budgetMs) => new RequestDeadline(clock, budgetMs)),
    pendingFailed,
  });
  return { bookings, settlement };
}
