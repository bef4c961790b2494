import { wrongField } from '../../errors';
import type { Appointment, LocalDate, Service, Staff, TenantId, TenantProfile } from '../../domain';
import { addDays, localDate } from '../../local-time';
import type { Holds } from '../availability/holds';
import { isHostLeftToCalcom } from '../booking/host-wish';
import type { CalcomService } from '../calcom-service';
import { offerableStarts, readDays, type SlotSubject } from '../voice/offers';

interface FreeStartsDeps {
  calcom: (companyId: TenantId) => Promise<CalcomService>;
  holds: Pick<Holds, 'reservations'>;
  now: () => Date;
}

/** What an operator wants to book or move. */
export interface WantedStart {
  profile: TenantProfile;
  service: Service;
  /** The person asked for; null when any will do. */
  staff: Staff | null;
  /** The appointment that is to be moved: its own time counts as free. */
  moving: Appointment | null;
}

export interface FreeStartList {
  /** In order. */
  starts: Date[];
  /** Older than it should be, because Cal.com could not be asked in time. */
  stale: boolean;
  /** False where Cal.com chooses the host by itself: the starts are of anyone. */
  isHostCertain: boolean;
}

/** Operators hold nothing: what is reserved is reserved for callers. */
const NO_CALLER = 'operator';
/** Days around a start that is taken in which others are looked for. */
const DAYS_AROUND = 7;
const MOST_ALTERNATIVES = 3;

/** The free starts that callers hear, for operators. Cal.com is asked after callers, as for all that operators ask. */
export class FreeStarts {
  constructor(private readonly deps: FreeStartsDeps) {}

  /**
   * @param from first day, on the branch's calendar; days that are over have no starts
   * @throws RateLimited, CircuitOpen, DeadlineExceeded or an Upstream… error when neither Cal.com nor the cache can answer
   */
  async list(wanted: WantedStart, from: LocalDate, days: number): Promise<FreeStartList> {
    const { profile, service, staff, moving } = wanted;
    const companyId = profile.company.id;
    const now = this.deps.now();
    const today = localDate(now, profile.branch.timeZone);
    const last = addDays(from, days - 1);
    const isHostCertain = staff === null || !isHostLeftToCalcom(service);
    if (last < today) return { starts: [], stale: false, isHostCertain };
    const subject: SlotSubject = {
      service,
      hostIds: staff?.calcomUserId == null ? [] : [staff.calcomUserId],
      ...(moving?.calcomBookingUid ? { movingUid: moving.calcomBookingUid } : {}),
    };
    const [calcom, reserved] = await Promise.all([
      this.deps.calcom(companyId),
      this.deps.holds.reservations(companyId, NO_CALLER),
    ]);
    const listed = await readDays({ calcom, profile }, subject, from < today ? today : from, last, 'operator');
    const all = [...listed.days.values()].flat().sort((a, b) => a - b);
    const starts = await offerableStarts({ now, reservations: () => Promise.resolve(reserved) }, service, all);
    return { starts: starts.map((startMs) => new Date(startMs)), stale: listed.stale, isHostCertain };
  }

  /** The free starts nearest to one that cannot be had; none while they cannot be found out. */
  async nearest(wanted: WantedStart, startAt: Date): Promise<Date[]> {
    const day = localDate(startAt, wanted.profile.branch.timeZone);
    const found = await this.list(wanted, addDays(day, -1), DAYS_AROUND + 1).catch(() => null);
    const away = (start: Date): number => Math.abs(start.getTime() - startAt.getTime());
    return (found?.starts ?? [])
      .filter((start) => away(start) > 0)
      .sort((a, b) => away(a) - away(b))
      .slice(0, MOST_ALTERNATIVES)
      .sort((a, b) => a.getTime() - b.getTime());
  }
}

/**
 * The person asked for, who must be able to take the service.
 * @throws InvalidInput
 */
export function staffFor({ staff }: TenantProfile, service: Service, staffId: string | null): Staff | null {
  if (staffId === null) return null;
  const person = staff.find((one) => one.id === staffId && one.isActive);
  const hostId = person?.calcomUserId ?? null;
  if (!person) throw wrongField('staff_id', 'is no member of staff of this branch');
  if (hostId === null) throw wrongField('staff_id', 'has no user at Cal.com yet');
  if (service.hostIds.length > 0 && !service.hostIds.includes(hostId))
    throw wrongField('staff_id', 'does not do this service');
  return person;
}

/**
 * A service that the branch offers.
 * @throws InvalidInput
 */
export function serviceFor({ services, branch }: TenantProfile, serviceId: string): Service {
  const service = services.find(({ id }) => id === serviceId);
  if (service?.isActive && (service.branchId === null || service.branchId === branch.id)) return service;
  throw wrongField('service_id', 'is not offered in this branch');
}
