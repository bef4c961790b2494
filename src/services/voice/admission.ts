import type { TenantId } from '../../domain';

/** Above this part of the capacity the places are shared out evenly among the tenants that are calling. */
const SHARED_ABOVE = 0.5;
/** A part of the places that only bookings, moves and cancellations may take. */
const KEPT_FOR_WRITES = 0.1;
/** A part of the questions' places that only a tenant may take who has nothing in work: one alone never takes all. */
const KEPT_FOR_NEWCOMERS = 0.1;
/** What questions may take while the process itself is slow. Bookings wait for Cal.com and cost it little. */
const WHEN_PRESSED = 0.25;

/**
 * How many voice requests this process works on at once. Over its capacity it refuses at once, because a caller who
 * hears "one moment please" is better off than one who hears nothing; no tenant can take all places from the others.
 */
export class Admission {
  readonly #byTenant = new Map<string, { all: number; writes: number }>();
  #inWork = 0;
  #reads = 0;

  /**
   * @param capacity voice requests in work at once, per process
   * @param pressed whether the process is so busy that more at once would only make all of them slower
   */
  constructor(
    private readonly capacity: number,
    private readonly pressed: () => boolean = () => false,
  ) {}

  get inWork(): number {
    return this.#inWork;
  }

  /** Near enough to the limit for it to be worth asking whether there is room. */
  get crowded(): boolean {
    return this.#inWork >= this.#readLimit() * SHARED_ABOVE;
  }

  hasRoom(subject: TenantId | string, write: boolean): boolean {
    const own = this.#byTenant.get(subject) ?? { all: 0, writes: 0 };
    if (this.#inWork >= this.capacity) return false;
    const limit = write ? this.capacity : this.#readLimit();
    if (!write && (this.#inWork >= Math.floor(this.capacity * (1 - KEPT_FOR_WRITES)) || this.#reads >= limit))
      return false;
    if (own.all === 0 || this.#inWork < limit * SHARED_ABOVE) return true;
    if (own.all >= Math.max(1, Math.floor(limit * (1 - KEPT_FOR_NEWCOMERS)))) return false;
    const tenants = this.#byTenant.size;
    // A tenant's many questions do not keep its own caller from booking: bookings are shared out by themselves.
    return tenants < 2 || (write ? own.writes : own.all) < Math.max(1, Math.floor(limit / tenants));
  }

  /** @returns a function that gives the place back, or null when there is none */
  enter(subject: TenantId | string, write: boolean): (() => void) | null {
    if (!this.hasRoom(subject, write)) return null;
    this.#inWork++;
    if (!write) this.#reads++;
    this.#count(subject, write, 1);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#inWork--;
      if (!write) this.#reads--;
      this.#count(subject, write, -1);
    };
  }

  #count(subject: string, write: boolean, by: 1 | -1): void {
    const own = this.#byTenant.get(subject) ?? { all: 0, writes: 0 };
    own.all += by;
    if (write) own.writes += by;
    if (own.all === 0) this.#byTenant.delete(subject);
    else this.#byTenant.set(subject, own);
  }

  #readLimit(): number {
    const share = this.pressed() ? WHEN_PRESSED : 1 - KEPT_FOR_WRITES;
    return Math.max(1, Math.floor(this.capacity * share));
  }
}
