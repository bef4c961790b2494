import type { TenantId, TenantProfile } from '../../domain';
import { isAnonymous, normalisePhone } from './phone-numbers';
import type { TenantDirectory, TenantRef } from './tenant-ports';

/** `web`: from a browser, without any number. */
export type CallDirection = 'inbound' | 'outbound' | 'web';

/** A call as its platform describes it; nothing here was written by a language model. */
export interface CallEnds {
  /** Null where the platform does not say: then it is an inbound call. */
  direction: CallDirection | null;
  /** As sent; may be `anonymous`. */
  fromNumber: string | null;
  toNumber: string | null;
  agentId: string | null;
}

/** The company's end of the call, as sent; null for a call without numbers. */
export function lineOf({ direction, fromNumber, toNumber }: Omit<CallEnds, 'agentId'>): string | null {
  if (direction === 'web') return null;
  return direction === 'outbound' ? fromNumber : toNumber;
}

/**
 * Company and branch by their line, else by the agent, else the only branch of the company whose secret proved the
 * request; null when none is known: an error, never a default.
 */
export async function resolveTenant(
  tenants: TenantDirectory,
  call: CallEnds & { home: TenantId | null },
): Promise<TenantRef | null> {
  const line = e164(lineOf(call));
  const byLine = line === null ? null : await tenants.byPhoneNumber(line);
  const named = byLine ?? (call.agentId === null ? null : await tenants.byAgentId(call.agentId));
  return named ?? (call.home === null ? null : tenants.onlyBranch(call.home));
}

/** Which way a call goes whose platform names both numbers but not the direction: the line is the number that is ours. */
export async function directionByLine(
  tenants: Pick<TenantDirectory, 'byPhoneNumber'>,
  { fromNumber, toNumber }: Pick<CallEnds, 'fromNumber' | 'toNumber'>,
): Promise<CallDirection | null> {
  const [from, to] = [e164(fromNumber), e164(toNumber)];
  if (to !== null && (await tenants.byPhoneNumber(to))) return 'inbound';
  return from !== null && (await tenants.byPhoneNumber(from)) ? 'outbound' : null;
}

/**
 * The customer's number as E.164; null when withheld or unreadable, for a call without numbers, and for a number of the
 * company's own: a forwarded call shows the line that forwarded it.
 */
export function customerPhoneOf(
  call: Omit<CallEnds, 'agentId'>,
  { ownNumbers }: Pick<TenantProfile, 'ownNumbers'>,
): string | null {
  if (call.direction === 'web') return null;
  const phone = e164(call.direction === 'outbound' ? call.toNumber : call.fromNumber);
  if (phone === null || phone === e164(lineOf(call))) return null;
  return ownNumbers.some((own) => e164(own) === phone) ? null : phone;
}

/** Null for a number that is withheld or no number. */
export function e164(number: string | null): string | null {
  return number === null || isAnonymous(number) ? null : normalisePhone(number);
}
