import { AppointmentChanges } from '../services/admin/appointment-changes';
import { AppointmentHistory } from '../services/admin/appointment-history';
import { Calendar } from '../services/admin/calendar';
import { FreeStarts } from '../services/admin/free-starts';
import type { TenantId, TenantProfile } from '../domain';
import type { Infrastructure } from './infrastructure';
import type { Upstream } from './upstream';
import type { Voice } from './voice';

export interface AppointmentParts {
  changes: AppointmentChanges;
  history: AppointmentHistory;
  calendar: Calendar;
}

/** What operators see of appointments and do with them. */
export function composeAppointments(
  { stores, now }: Infrastructure,
  { tenants, calcom }: Upstream,
  { bookings, holds }: Voice,
): AppointmentParts {
  const { reader } = stores;
  const profile = (companyId: TenantId, branchId: string): Promise<TenantProfile | null> =>
    tenants.profile(companyId, branchId);
  const changes = new AppointmentChanges({
    ...{ appointments: stores.appointments, customers: stores.customers, profile, bookings, now },
    onlyBranch: async (companyId) => (await tenants.onlyBranch(companyId))?.branchId ?? null,
    starts: new FreeStarts({ calcom, holds, now }),
  });
  return {
    changes,
    history: new AppointmentHistory({ reader, store: stores.appointments }),
    calendar: new Calendar({ reader, profile, now }),
  };
}
