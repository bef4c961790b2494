import { Forbidden, InvalidInput } from '../../errors';
import type { TenantId } from '../../domain';

/** Who is asking, and how far the token reaches. */
export interface Actor {
  /** As the audit log names them, e.g. `token:<id>`. */
  name: string;
  /** null: every company. */
  companyId: TenantId | null;
}

/**
 * The companies that a question is about: one, or (for a token of the platform that names none) all.
 * @throws Forbidden when another company than the token's own is named
 */
export function reachOf(actor: Actor, named: TenantId | undefined): TenantId | null {
  if (actor.companyId === null) return named ?? null;
  if (named !== undefined && named !== actor.companyId) throw new Forbidden();
  return actor.companyId;
}

/**
 * The one company that a write is for.
 * @throws Forbidden when another company than the token's own is named
 * @throws InvalidInput when a token of the platform names none
 */
export function companyOf(actor: Actor, named: TenantId | undefined): TenantId {
  const reach = reachOf(actor, named);
  if (reach !== null) return reach;
  throw new InvalidInput('Say which company is meant.', [
    { path: 'company_id', message: 'is required with a token of the platform' },
  ]);
}

/** @throws Forbidden for a token that belongs to one company */
export function requirePlatform(actor: Actor): void {
  if (actor.companyId !== null) throw new Forbidden('This needs a token of the platform.');
}
