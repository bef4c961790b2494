import { addDays, instantOn, localDate } from '../../local-time';
import { type OpenTime, spansOn } from '../tenants/opening-hours';
import type { TenantDirectory } from '../tenants/tenant-ports';
import type { CallbackRequest, CallbackStore } from './ports';

const MINUTE_MS = 60_000;
/** Minutes of opening hours within which a caller must be rung back. */
const OPEN_MINUTES: Record<CallbackRequest['priority'], number> = { urgent: 30, high: 120, normal: 240 };
/** A time that is said aloud and looked up in a list is a quarter of an hour. */
const STEP_MS = 15 * MINUTE_MS;
/** A branch that is closed for longer is taken for one without opening hours. */
const MOST_DAYS = 60;

/** When a callback of that priority is due: after so much of the branch's opening hours, on the next quarter of an hour. */
export function callbackDue(
  from: Date,
  priority: CallbackRequest['priority'],
  { zone, ...open }: OpenTime & { zone: string },
): Date {
  let leftMs = OPEN_MINUTES[priority] * MINUTE_MS;
  const first = localDate(from, zone);
  for (let days = 0; days < MOST_DAYS; days++) {
    const date = addDays(first, days);
    for (const span of spansOn(open, date)) {
      const closesMs = instantOn(date, span.close, zone);
      const startMs = Math.max(from.getTime(), instantOn(date, span.open, zone));
      if (startMs >= closesMs) continue;
      if (closesMs - startMs >= leftMs) return new Date(Math.min(rounded(startMs + leftMs), closesMs));
      leftMs -= closesMs - startMs;
    }
  }
  return new Date(rounded(from.getTime() + OPEN_MINUTES[priority] * MINUTE_MS));
}

function rounded(atMs: number): number {
  return Math.ceil(atMs / STEP_MS) * STEP_MS;
}

interface CallbacksDeps {
  store: CallbackStore;
  tenants: Pick<TenantDirectory, 'profile'>;
  now: () => Date;
}

/** Requests to be rung back, each with the time by which it is due. */
export class Callbacks {
  constructor(private readonly deps: CallbacksDeps) {}

  /** One open request per call and number: a repeat returns the first one. */
  async record(request: Omit<CallbackRequest, 'dueAt'>): Promise<{ id: string; created: boolean; dueAt: Date }> {
    return this.deps.store.record({ ...request, dueAt: await this.dueFrom(this.deps.now(), request) });
  }

  /** When a callback of that priority is due that is promised, or to be tried again, at that moment. */
  async dueFrom(
    from: Date,
    { companyId, branchId, priority }: Pick<CallbackRequest, 'companyId' | 'branchId' | 'priority'>,
  ): Promise<Date> {
    const branch = (await this.deps.tenants.profile(companyId, branchId))?.branch;
    const open = {
      hours: branch?.hours ?? {},
      zone: branch?.timeZone ?? 'UTC',
      holidays: branch?.holidays ?? [],
    };
    return callbackDue(from, priority, open);
  }
}
