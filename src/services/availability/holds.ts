import { randomUUID } from 'node:crypto';
import type { Service, TenantId } from '../../domain';
import type { IntervalLease, IntervalLeases } from '../../infra/interval-leases';

/** A start kept for one call, its owner, for a while. Its resources are Cal.com's ids of users who could take it. */
export type Hold = IntervalLease;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A start that one caller heard is offered to others last for this long. */
const OFFER_MS = 120_000;
/** Of one tenant, remembered at once: far more than a crowd of callers hears, and few enough to be read in every search. */
const MOST_OFFERS = 500;
/** A reserved start belongs to its caller for this long. */
export const RESERVATION_MS = 300_000;

/** One tenant's reservations and their callers, as read at the beginning of an answer. */
export class ReservationView {
  protected readonly caller: string;

  constructor(
    private readonly reservations: readonly Hold[],
    caller: string,
  ) {
    this.caller = caller;
  }

  /** Reserved for others so often that no host is left: a reservation takes one host, not the start. */
  reservedForOthers(service: Service, startMs: number): boolean {
    const others = this.reservationsOfOthers(service, startMs);
    if (others.length === 0) return false;
    return others.length >= Math.max(1, service.hostIds.length) * service.seats;
  }

  protected reservationsOfOthers(service: Service, startMs: number): Hold[] {
    return this.reservations.filter((hold) => stands(hold, this.caller, service, startMs));
  }
}

/** Its recent offers too. */
export class HoldView extends ReservationView {
  /** By the hours they touch: a search asks about hundreds of starts. */
  readonly #offers = new Map<number, Hold[]>();

  constructor(reservations: readonly Hold[], offers: readonly Hold[], caller: string) {
    super(reservations, caller);
    for (const offer of offers)
      for (const hour of hoursOf(offer.startMs, offer.endMs)) {
        const others = this.#offers.get(hour);
        if (others) others.push(offer);
        else this.#offers.set(hour, [offer]);
      }
  }

  offeredToOthers(service: Service, startMs: number): boolean {
    const near = hoursOf(startMs, startMs + service.durationMinutes * MINUTE_MS);
    return (
      near.some((hour) => this.#offers.get(hour)?.some((hold) => stands(hold, this.caller, service, startMs))) ||
      this.reservationsOfOthers(service, startMs).length > 0
    );
  }
}

/** Half-open interval; whole hours since the epoch. */
function hoursOf(startMs: number, endMs: number): number[] {
  const first = Math.floor(startMs / HOUR_MS);
  const last = Math.max(first, Math.ceil(endMs / HOUR_MS) - 1);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** Kept for another caller at that time, with a host that the service could take. */
function stands(hold: Hold, caller: string, service: Service, startMs: number): boolean {
  return (
    hold.owner !== caller &&
    hold.startMs < startMs + service.durationMinutes * MINUTE_MS &&
    startMs < hold.endMs &&
    (hold.resources.length === 0 ||
      service.hostIds.length === 0 ||
      hold.resources.some((id) => service.hostIds.includes(id)))
  );
}

/**
 * Offers and reservations of starts, per tenant, so that two callers are not sent to the same chair. They are kept
 * apart: every answer heeds the few reservations, only a choice of alternatives the many offers.
 */
export class Holds {
  constructor(private readonly book: Pick<IntervalLeases, 'list' | 'note' | 'take' | 'release'>) {}

  async reservations(companyId: TenantId, caller: string): Promise<ReservationView> {
    return new ReservationView(await this.book.list(companyId), caller);
  }

  async view(companyId: TenantId, caller: string): Promise<HoldView> {
    const [reservations, offers] = await Promise.all([this.book.list(companyId), this.book.list(offersOf(companyId))]);
    return new HoldView(reservations, offers, caller);
  }

  /** Behind the answer: a hold that is not recorded costs at most a second choice. */
  async offered(companyId: TenantId, caller: string, service: Service, startsMs: number[]): Promise<void> {
    await Promise.all(
      startsMs.map((startMs) =>
        this.book.note(
          offersOf(companyId),
          {
            token: `o:${caller}:${service.calcomEventTypeId}:${startMs}`,
            owner: caller,
            kind: 'offer',
            startMs,
            endMs: startMs + service.durationMinutes * MINUTE_MS,
            resources: service.hostIds,
          },
          OFFER_MS,
          MOST_OFFERS,
        ),
      ),
    );
  }

  /** @returns the reservation, or null when others hold every host then. */
  async reserve(
    companyId: TenantId,
    caller: string,
    service: Service,
    hostIds: number[],
    startMs: number,
  ): Promise<{ uid: string; until: Date } | null> {
    const uid = randomUUID();
    const resources = hostIds.length > 0 ? hostIds : service.hostIds;
    const untilMs = await this.book.take(
      companyId,
      {
        token: uid,
        owner: caller,
        kind: 'reservation',
        startMs,
        endMs: startMs + service.durationMinutes * MINUTE_MS,
        resources,
      },
      RESERVATION_MS,
      Math.max(1, resources.length) * service.seats,
    );
    return untilMs === null ? null : { uid, until: new Date(untilMs) };
  }

  /** @returns how many were given back. */
  async release(companyId: TenantId, caller: string, uid?: string): Promise<number> {
    const [reservations] = await Promise.all([
      this.book.release(companyId, caller, uid),
      uid === undefined ? this.book.release(offersOf(companyId), caller) : [],
    ]);
    return reservations.length;
  }
}

const offersOf = (companyId: TenantId): string => `${companyId}:offers`;
