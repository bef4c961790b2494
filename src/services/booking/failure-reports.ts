import { operatorLanguage } from '../../domain';
import type { UpstreamRejected } from '../../errors';
import type { GatewayMetrics } from '../../metrics/instruments';
import { ALERTS } from '../admin/alert-texts';
import type { Alerts } from '../admin/alerts';
import { setupFaultOf, type SetupFaults } from '../calcom/setup-faults';
import type { Callbacks } from '../voice/callbacks';
import type { CustomerStore } from '../voice/ports';
import type { Operation, OperationKind } from './ledger';

/** What a caller takes for certain came to nothing, for that reason. */
export type PendingFailed = (operation: Operation, reason: string) => Promise<void>;

/** An alert, and a call back by the branch where a customer waits for it. */
export function reportPendingFailure(deps: {
  callbacks: Pick<Callbacks, 'record'>;
  alerts: Pick<Alerts, 'raise'>;
  metrics: Pick<GatewayMetrics, 'count'>;
}): PendingFailed {
  return async ({ id, companyId, kind, callId, startAt, payload }, reason) => {
    deps.metrics.count('askpro_pending_operations_failed_total', { kind });
    const alert = ALERTS.booking_not_settled({ kind, reason });
    deps.alerts.raise(alert, `operation:${id}`, companyId);
    if (kind === 'absence') return;
    await deps.callbacks.record({
      companyId,
      branchId: payload.branchId,
      callId,
      customerId: payload.customerId,
      customerName: payload.attendee.name,
      phone: payload.attendee.phone,
      reason: `${payload.serviceName}, ${startAt.toLocaleString(payload.language, { timeZone: payload.timeZone, dateStyle: 'medium', timeStyle: 'short' })}: ${alert.message[operatorLanguage(payload.language)]}`,
      priority: 'urgent',
    });
  };
}

const TOOLS: Record<Exclude<OperationKind, 'absence'>, string> = {
  book: 'create_booking',
  move: 'reschedule_appointment',
  cancel: 'cancel_appointment',
};

/** Refusals that only the owner can mend are reviewed together with the callers they met, answered by then or not. */
export function reportRefusedCaller(deps: {
  customers: Pick<CustomerStore, 'find'>;
  faults: Pick<SetupFaults, 'refusedCaller'>;
}): (operation: Operation, failure: UpstreamRejected) => Promise<void> {
  return async ({ companyId, kind, callId, payload }, failure) => {
    const fault = setupFaultOf(failure);
    if (payload.origin !== 'retell' || kind === 'absence' || fault === null) return;
    const customer = payload.customerId && (await deps.customers.find(companyId, payload.customerId));
    const phone = (customer && customer.phone) || payload.attendee.phone;
    deps.faults.refusedCaller(companyId, fault, { phone, callId, tool: TOOLS[kind] });
  };
}
