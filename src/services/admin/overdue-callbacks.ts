import type { TenantId } from '../../domain';
import { ALERTS } from './alert-texts';
import type { RaiseAlert } from './alerts';

export interface OverdueCallback {
  id: string;
  companyId: TenantId;
  dueAt: Date;
  branchName: string;
  /** Of the branch; IANA. */
  timeZone: string;
}

export interface OverdueCallbacksDeps {
  /** Open callbacks past their due time, and the ids of those that are no longer but still have an open alert. */
  overdue: () => Promise<{ late: OverdueCallback[]; over: string[] }>;
  alerts: {
    raise: RaiseAlert;
    settle(keys: string[]): void;
  };
}

/** Raises an alert for each callback that is past its due time, and closes it when the caller was rung back. */
export class OverdueCallbacks {
  constructor(private readonly deps: OverdueCallbacksDeps) {}

  async look(): Promise<void> {
    const { alerts, overdue } = this.deps;
    const { late, over } = await overdue();
    for (const { id, companyId, ...facts } of late)
      alerts.raise(ALERTS.callback_overdue(facts), `callback:${id}`, companyId);
    alerts.settle(over.map((id) => `callback:${id}`));
  }
}
