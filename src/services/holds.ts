import { randomUUID } from 'node:crypto';
import type { Service, TenantId } from './domain';

/** A start kept for one call for a while: offered (advisory) or reserved (not available to others). */
export interface Hold {
  token: string;
  /** Call id of the caller it is kept for. */
  owner: string;
  kind: 'offer' | 'reservation';
  startMs: number;
  endMs: number;
  /** Cal.com user ids that could take it; empty = any. */
  resources: number[];
  untilMs: number;
}

export interface HoldBook {
  list(scope: string): Promise<Hold[]>;
  take(scope: string, hold: Omit<Hold, 'untilMs'>, lengthMs: number, room: number | null): Promise<number | null>;
  release(scope: string, owner: string, token?: string): Promise<Hold[]>;
}

/** A start that one caller heard is offered to others last for this long. */
const OFFER_MS = 120_000;
/** A reserved start belongs to its caller for this long. */
export const RESERVATION_MS = 300_000;

/** What is being kept for whom, in one tenant, as read at the beginning of an answer. */
export class HoldView {
  readonly #holds: Hold[];
  readonly #caller: string;

  constructor(holds: Hold[], caller: string) {
    this.#holds = holds;
    this.#caller = caller;
  }

  /** Reserved for others so often that no host is left: a reservation takes one host, not the start. */
  reservedForOthers(service: Service, startMs: number): boolean {
    const others = this.#others('reservation', service, startMs);
    if (others.length === 0) return false;
    return others.length >= Math.max(1, service.hostIds.length) * service.seats;
  }

  offeredToOthers(service: Service, startMs: number): boolean {
    return (
      this.#others('offer', service, startMs).length > 0 || this.#others('reservation', service, startMs).length > 0
    );
  }

  #others(kind: Hold['kind'], service: Service, startMs: number): Hold[] {
    const endMs = startMs + service.durationMinutes * 60_000;
    return this.#holds.filter(
      (hold) =>
        hold.kind === kind &&
        hold.owner !== this.#caller &&
        hold.startMs < endMs &&
        startMs < hold.endMs &&
        (hold.resources.length === 0 ||
          service.hostIds.length === 0 ||
          hold.resources.some((id) => service.hostIds.includes(id))),
    );
  }
}

/** Offers and reservations of starts, per tenant, so that two callers are not sent to the same chair. */
export class Holds {
  readonly #book: HoldBook;

  constructor(book: HoldBook) {
    this.#book = book;
  }

  async view(companyId: TenantId, caller: string): Promise<HoldView> {
    return new HoldView(await this.#book.list(companyId), caller);
  }

  /** Behind the answer: a hold that is not recorded costs at most a second choice. */
  async offered(companyId: TenantId, caller: string, service: Service, startsMs: number[]): Promise<void> {
    await Promise.all(
      startsMs.map((startMs) =>
        this.#book.take(
          companyId,
          {
            token: `o:${caller}:${service.calcomEventTypeId}:${startMs}`,
            owner: caller,
            kind: 'offer',
            startMs,
            endMs: startMs + service.durationMinutes * 60_000,
            resources: service.hostIds,
          },
          OFFER_MS,
          null,
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
    const untilMs = await this.#book.take(
      companyId,
      {
        token: uid,
        owner: caller,
        kind: 'reservation',
        startMs,
        endMs: startMs + service.durationMinutes * 60_000,
        resources,
      },
      RESERVATION_MS,
      Math.max(1, resources.length) * service.seats,
    );
    return untilMs === null ? null : { uid, until: new Date(untilMs) };
  }

  /** @returns how many were given back. */
  async release(companyId: TenantId, caller: string, uid?: string): Promise<number> {
    return (await this.#book.release(companyId, caller, uid)).length;
  }
}
