import { UpstreamRejected, UpstreamUnauthorised } from '../../errors';
import type { CalcomAccount } from '../calcom/calcom-account';
import type { UpstreamEventType } from '../calcom/calcom-ports';
import type { AdminRecord } from './records';

/** The company's team; every team of its key when it has none set. */
export async function teamIdsOf(company: AdminRecord, calcom: Pick<CalcomAccount, 'teams'>): Promise<number[]> {
  const { calcom_team_id: teamId } = company;
  return typeof teamId === 'number' ? [teamId] : (await calcom.teams()).map(({ id }) => id);
}

/**
 * Event types of the company's teams.
 * @param used ids of the event types that its services use; others are left out
 */
export async function usedTeamEventTypes(
  company: AdminRecord,
  calcom: Pick<CalcomAccount, 'teams' | 'teamEventTypes'>,
  used: ReadonlySet<number>,
): Promise<{ teamId: number; eventType: UpstreamEventType }[]> {
  const left = new Set(used);
  const found: { teamId: number; eventType: UpstreamEventType }[] = [];
  for (const teamId of left.size === 0 ? [] : await teamIdsOf(company, calcom)) {
    for (const eventType of await calcom.teamEventTypes(teamId))
      if (left.delete(eventType.id)) found.push({ teamId, eventType });
  }
  return found;
}

/**
 * Asks Cal.com for what a key may lack the rights for: a self-hosted Cal.com may lack the route, and a plain member of a
 * team may not use it.
 * @returns `by_hand`: a person has to do it in Cal.com's own page
 */
export async function orByHand<T>(ask: () => Promise<T>): Promise<T | 'by_hand'> {
  try {
    return await ask();
  } catch (error) {
    const isRefusal = error instanceof UpstreamRejected || error instanceof UpstreamUnauthorised;
    if (isRefusal && [403, 404].includes(error.upstreamStatus)) return 'by_hand';
    throw error;
  }
}
