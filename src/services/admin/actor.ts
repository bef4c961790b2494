import { Forbidden, wrongField } from '../../errors';
import type { TenantId } from '../../domain';

/** From the least to the most; each role may do what those before it may. `voice` reaches voice tools only. */
export const ROLES = ['voice', 'read_only', 'front_desk', 'company_admin', 'platform'] as const;
export type Role = (typeof ROLES)[number];

/** Who is asking, and how far they reach. */
export interface Actor {
  /** As the audit log names them, e.g. `token:<id>` or `user:<id>`. */
  name: string;
  role: Role;
  /** null: every company. */
  companyId: TenantId | null;
  /** null for people, and for the token of the configuration. */
  tokenId: string | null;
  /** The tokens by which this one was made, directly or not. */
  ancestorIds: readonly string[];
  expiresAt: Date | null;
  /** IP address that the request came from; null for the gateway's own commands. */
  address: string | null;
  /** Absent for programs. */
  person?: { id: string; sessionId: string };
}

/** Of an actor who is known by no token of the database. */
export const WITHOUT_TOKEN = { tokenId: null, ancestorIds: [], expiresAt: null } as const;

/** The audit log's name of a person. */
export const nameOfPerson = (userId: string): string => `user:${userId}`;

/** The person behind a name in the audit log; null for programs and for the gateway itself. */
export function personOf(name: string | null): string | null {
  return name?.startsWith('user:') ? name.slice('user:'.length) : null;
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
  throw wrongField('company_id', 'is required with a token of the platform', 'Say which company is meant.');
}

export function hasRole(actor: Pick<Actor, 'role'>, least: Role): boolean {
  return ROLES.indexOf(actor.role) >= ROLES.indexOf(least);
}

/** @throws Forbidden when the role may less than `least` */
export function requireRole(actor: Pick<Actor, 'role'>, least: Role): void {
  if (hasRole(actor, least)) return;
  throw new Forbidden(
    least === 'platform' ? 'This needs a token of the platform.' : `This needs the role ${least} or a higher one.`,
  );
}
