import { NotFound } from '../../errors';
import type { Branch, LocalDate, Staff, TenantId, TenantProfile } from '../../domain';
import { addDays, eachDay, instantOn, localDate } from '../../local-time';
import { holidaysWithin, spansOn } from '../tenants/opening-hours';
import type { RecordReader } from './records';
import type { TenantDirectory } from '../tenants/tenant-ports';

interface CalendarDeps {
  reader: RecordReader;
  tenants: Pick<TenantDirectory, 'profile'>;
  now: () => Date;
}

const DAY_MS = 24 * 3_600_000;
/** No appointment is longer: so much before the first day one may have begun that reaches into it. */
const LONGEST_MS = DAY_MS;
const MOST_APPOINTMENTS = 2000;
const SHOWN: ReadonlySet<unknown> = new Set(['pending', 'booked', 'completed', 'no_show']);

/** A company's appointments of some days beside its opening hours, for the calendar page. */
export class Calendar {
  constructor(private readonly deps: CalendarDeps) {}

  /**
   * @param asked.from first day on the branches' calendars; today when null
   * @param asked.branchId only this branch; null: all that are active
   * @returns prices in `currency`, instants as ISO text; `is_cut`: there are more appointments than are shown
   * @throws NotFound
   */
  async read(companyId: TenantId, asked: { from: LocalDate | null; days: number; branchId: string | null }) {
    const profiles = await this.#profiles(companyId, asked.branchId);
    const [main] = profiles;
    if (!main)
      return { from: asked.from ?? '', currency: null, branches: [], staff: [], appointments: [], is_cut: false };
    const from = asked.from ?? localDate(this.deps.now(), main.branch.timeZone);
    const dates = eachDay(from, addDays(from, asked.days - 1));
    const branches = profiles.map(({ branch }) => ({
      ...{ id: branch.id, name: branch.name, time_zone: branch.timeZone },
      days: dates.map((date) => dayOf(branch, date)),
    }));
    const ends = branches.flatMap(({ days }) => days.flatMap((day) => [day.starts_at, day.ends_at])).sort();
    const [first = '', last = ''] = [ends.at(0), ends.at(-1)];
    const { items, next } = await this.deps.reader.list('appointments', companyId, {
      ...{ limit: MOST_APPOINTMENTS, after: null, order: 'asc' },
      filters: {
        ...{ from: new Date(Date.parse(first) - LONGEST_MS), to: new Date(last) },
        ...(asked.branchId === null ? {} : { branch_id: asked.branchId }),
      },
    });
    return {
      ...{ from, currency: main.company.currency, branches, staff: staffOf(profiles) },
      appointments: items.filter(({ status, ends_at: end }) => SHOWN.has(status) && String(end) > first),
      is_cut: next !== null,
    };
  }

  async #profiles(companyId: TenantId, branchId: string | null): Promise<TenantProfile[]> {
    const branches = await this.deps.reader.all('branches', companyId);
    const wanted = branches.filter(({ id }) => branchId === null || id === branchId);
    if (branchId !== null && wanted.length === 0) throw new NotFound('The branch');
    const profiles = await Promise.all(wanted.map(({ id }) => this.deps.tenants.profile(companyId, id)));
    return profiles.filter((one) => one !== null).filter(({ branch }) => branch.isActive);
  }
}

/**
 * A day on the branch's own calendar, 23 or 25 hours long where its clocks change: when it is open, and the name of the
 * holiday on which it is closed.
 */
function dayOf(branch: Branch, date: LocalDate) {
  const { timeZone, holidays } = branch;
  const at = (clock: string, day = date): string => new Date(instantOn(day, clock, timeZone)).toISOString();
  return {
    ...{ date, starts_at: at('00:00'), ends_at: at('00:00', addDays(date, 1)) },
    holiday: holidaysWithin(holidays, date, date)[0]?.name ?? null,
    open: spansOn(branch, date).map(({ open, close }) => ({
      ...{ from: open, to: close, starts_at: at(open), ends_at: at(close) },
    })),
  };
}

function staffOf(profiles: TenantProfile[]) {
  const all = new Map<string, Staff>(profiles.flatMap(({ staff }) => staff).map((person) => [person.id, person]));
  return [...all.values()]
    .filter(({ isActive }) => isActive)
    .map(({ id, name, branchId }) => ({ id, name, branch_id: branchId }));
}
