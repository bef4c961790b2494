import type { TenantId } from '../../domain';
import type { Actor } from './actor';

/** What a write did, for the log. */
export interface Change {
  companyId: TenantId | null;
  subjectType: string;
  subjectId: string | null;
  before?: unknown;
  after?: unknown;
}

const SECRET = /api_?key$|secret|token$|password|ciphertext|hash/i;
/** Subjects whose fields describe a person. */
const PEOPLE = new Set([
  'staff',
  'customer',
  'appointment',
  'callback',
  'host_mapping',
  'user',
  'notification_channel',
]);

export interface AuditEntry extends Omit<Change, 'before' | 'after'> {
  actor: string;
  address: string | null;
  action: string;
  detail: Record<string, unknown>;
}

export interface AuditStore {
  /** An unknown company is kept as none. */
  append(entry: AuditEntry): Promise<void>;
}

/** Of one actor and address, and of all together, in one process. */
const REFUSALS_PER_MINUTE = { each: 60, all: 600 };
const MINUTE_MS = 60_000;

/** Who a refusal is written down for. */
export type Refused = Pick<Actor, 'name' | 'companyId' | 'address'>;

/** Every write by an operator, every look at a person's record, and what was refused. Secrets and personal data never reach the log. */
export class AuditTrail {
  #refusals = { sinceMs: Number.NEGATIVE_INFINITY, all: 0, byActor: new Map<string, number>() };

  constructor(
    private readonly deps: { store: AuditStore; maskPersonal: (value: unknown) => unknown; nowMs: () => number },
  ) {}

  done(actor: Pick<Actor, 'name' | 'address'>, action: string, change: Change): Promise<void> {
    const clean = (value: unknown): unknown => {
      const masked = withoutSecrets(value);
      return PEOPLE.has(change.subjectType) ? this.deps.maskPersonal(masked) : masked;
    };
    const { companyId, subjectType, subjectId, before, after } = change;
    const detail = {
      outcome: 'done',
      ...(before === undefined ? {} : { before: clean(before) }),
      ...(after === undefined ? {} : { after: clean(after) }),
    };
    const { name, address } = actor;
    return this.deps.store.append({ companyId, actor: name, address, action, subjectType, subjectId, detail });
  }

  /** Past the bound nothing is written until the minute is over; the last entry says so. */
  async refused(
    actor: Refused,
    action: string,
    refusal: { subjectType: string; subjectId: string | null; code: string },
  ): Promise<void> {
    const count = this.#countRefusal(`${actor.name} ${actor.address}`);
    if (count > REFUSALS_PER_MINUTE.each || this.#refusals.all > REFUSALS_PER_MINUTE.all) return;
    const isLast = count === REFUSALS_PER_MINUTE.each || this.#refusals.all === REFUSALS_PER_MINUTE.all;
    const { name, companyId, address } = actor;
    const { subjectType, subjectId, code } = refusal;
    await this.deps.store.append({
      ...{ companyId, actor: name, address, action, subjectType, subjectId },
      detail: { outcome: 'refused', code, ...(isLast ? { more_not_recorded: true } : {}) },
    });
  }

  #countRefusal(who: string): number {
    const nowMs = this.deps.nowMs();
    if (nowMs - this.#refusals.sinceMs >= MINUTE_MS) this.#refusals = { sinceMs: nowMs, all: 0, byActor: new Map() };
    const count = (this.#refusals.byActor.get(who) ?? 0) + 1;
    if (count <= REFUSALS_PER_MINUTE.each) this.#refusals.all += 1;
    this.#refusals.byActor.set(who, count);
    return count;
  }
}

/** A copy in which every value under a secret's name is replaced. */
function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      SECRET.test(name) && typeof item === 'string' ? '…' : withoutSecrets(item),
    ]),
  );
}
