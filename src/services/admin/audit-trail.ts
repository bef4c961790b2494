import type { TenantId } from '../../domain';
import type { Actor } from './actor';

export interface AuditEntry {
  companyId: TenantId | null;
  actor: string;
  address: string | null;
  action: string;
  subjectType: string;
  subjectId: string | null;
  detail: Record<string, unknown>;
}

export interface AuditStore {
  /** An unknown company is kept as none. */
  append(entry: AuditEntry): Promise<void>;
}

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
const PEOPLE = new Set(['staff', 'customer', 'appointment', 'callback', 'host_mapping']);

/** Every write by an operator, also those that were refused. Secrets and personal data never reach the log. */
export class AuditTrail {
  readonly #store: AuditStore;
  readonly #maskPersonal: (value: unknown) => unknown;

  constructor(deps: { store: AuditStore; maskPersonal: (value: unknown) => unknown }) {
    this.#store = deps.store;
    this.#maskPersonal = deps.maskPersonal;
  }

  done(actor: Actor, action: string, change: Change): Promise<void> {
    const clean = (value: unknown): unknown => {
      const masked = withoutSecrets(value);
      return PEOPLE.has(change.subjectType) ? this.#maskPersonal(masked) : masked;
    };
    const { companyId, subjectType, subjectId, before, after } = change;
    const detail = {
      outcome: 'done',
      ...(before === undefined ? {} : { before: clean(before) }),
      ...(after === undefined ? {} : { after: clean(after) }),
    };
    const { name, address } = actor;
    return this.#store.append({ companyId, actor: name, address, action, subjectType, subjectId, detail });
  }

  refused(
    actor: Actor,
    action: string,
    refusal: { subjectType: string; subjectId: string | null; code: string },
  ): Promise<void> {
    return this.#store.append({
      companyId: actor.companyId,
      actor: actor.name,
      address: actor.address,
      action,
      subjectType: refusal.subjectType,
      subjectId: refusal.subjectId,
      detail: { outcome: 'refused', code: refusal.code },
    });
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
