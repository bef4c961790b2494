import type { TenantId } from '../../domain';
import type { CalcomAccount } from '../calcom/calcom-account';
import type { UpstreamEventType } from '../calcom/calcom-ports';
import { allRecords, requireCompany, type RecordReader } from './records';
import { orByHand, usedTeamEventTypes } from './team-event-types';

/** Cal.com gives these bookings to any host, no matter which person was asked for. */
export function ignoresHostWish({ schedulingType, hosts, hostSubsetEnabled }: UpstreamEventType): boolean {
  return schedulingType === 'roundRobin' && hosts.length > 1 && hostSubsetEnabled === false;
}

/** Lets callers choose the person: switches on, at Cal.com, that a wish for certain hosts is heeded. */
export class HostChoice {
  constructor(
    private readonly deps: {
      reader: RecordReader;
      calcomOf: (companyId: TenantId) => Promise<Pick<CalcomAccount, 'teams' | 'teamEventTypes' | 'enableHostChoice'>>;
      /** Imports the company's event types again. */
      renew: (companyId: TenantId) => Promise<unknown>;
    },
  ) {}

  /**
   * For the round-robin event types of the company's active services. Safe to repeat.
   * @throws NotFound, or Cal.com's refusal
   */
  async enable(companyId: TenantId) {
    const { reader, calcomOf, renew } = this.deps;
    const company = await requireCompany(reader, companyId);
    const services = await allRecords(reader, 'services', companyId, { is_active: true });
    const used = new Set(services.map((service) => Number(service.calcom_event_type_id)));
    const calcom = await calcomOf(companyId);
    const eventTypes = [];
    for (const { teamId, eventType } of await usedTeamEventTypes(company, calcom, used)) {
      if (!ignoresHostWish(eventType)) continue;
      const { id: eventTypeId, title } = eventType;
      const isEnabled = (await orByHand(() => calcom.enableHostChoice({ teamId, eventTypeId }))) === true;
      eventTypes.push({ event_type_id: eventTypeId, title, outcome: isEnabled ? 'enabled' : 'by_hand' });
    }
    if (eventTypes.length > 0) await renew(companyId);
    const isLeft = eventTypes.some(({ outcome }) => outcome === 'by_hand');
    return { event_types: eventTypes, what_to_do: isLeft ? BY_HAND : null };
  }
}

const BY_HAND =
  'This key may not change the event types. As an administrator of the team, allow bookers to choose among the hosts in the event type’s assignment settings at Cal.com, then import again.';
