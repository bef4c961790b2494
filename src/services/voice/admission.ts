import type { TenantId } from '../domain';

/** Above this part of the capacity the places are shared out evenly among the tenants that are calling. */
const SHARED_ABOVE = 0.5;
/** A part of the places that only bookings, moves and cancellations may take. */
const KEPT_FOR_WRITES = 0.1;

/**
 * How many voice requests this process works on at once. Over its capacity it refuses at once, because a caller who
 * hears "one moment please" is better off than one who hears nothing; no tenant can take all places from the others.
 */
export class Admission {
  readonly #capacity: number;
  readonly #byTenant = new Map<string, number>();
  #inWork = 0;

  /** @param capacity voice requests in work at once, per process */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get inWork(): number {
    return this.#inWork;
  }

  /** @returns a function that gives the place back, or null when there is none */
  enter(subject: TenantId | string, write: boolean): (() => void) | null {
    const own = this.#byTenant.get(subject) ?? 0;
    const limit = write ? this.#capacity : Math.floor(this.#capacity * (1 - KEPT_FOR_WRITES));
    if (this.#inWork >= limit) return null;
    if (this.#inWork >= this.#capacity * SHARED_ABOVE && own > 0) {
      const tenants = this.#byTenant.size;
      if (tenants > 1 && own >= Math.max(1, Math.floor(this.#capacity / tenants))) return null;
    }
    this.#inWork++;
    this.#byTenant.set(subject, own + 1);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#inWork--;
      const rest = (this.#byTenant.get(subject) ?? 1) - 1;
      if (rest <= 0) this.#byTenant.delete(subject);
      else this.#byTenant.set(subject, rest);
    };
  }
}
