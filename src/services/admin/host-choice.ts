import type { TenantId } from '../../domain';
import type { AccountsWith } from '../calcom/calcom-accounts';
import type { UpstreamEventType } from '../calcom/calcom-ports';
import type { EventTypeImport } from './event-type-import';
import type { RecordReader } from './records';
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
      accounts: AccountsWith<'teams' | 'teamEventTypes' | 'enableHostChoice'>;
      imports: Pick<EventTypeImport, 'renew'>;
    },
  ) {}

  /**
   * For the round-robin event types of the company's active services. Safe to repeat.
   * @throws NotFound, or Cal.com's refusal
   */
  async enable(companyId: TenantId) {
    const { reader, accounts, imports } = this.deps;
    const company = await reader.company(companyId);
    const services = await reader.all('services', companyId, { is_active: true });
    const used = new Set(services.map((service) => Number(service.calcom_event_type_id)));
    const calcom = await accounts.forTenant(companyId);
    const eventTypes = [];
    for (const { teamId, eventType } of await usedTeamEventTypes(company, calcom, used)) {
      if (!ignoresHostWish(eventType)) continue;
      const { id: eventTypeId, title } = eventType;
      const isEnabled = (await orByHand(() => calcom.enableHostChoice({ teamId, eventTypeId }))) === true;
      eventTypes.push({ event_type_id: eventTypeId, title, outcome: isEnabled ? 'enabled' : 'by_hand' });
    }
    if (eventTypes.length > 0) await imports.renew(companyId);
    const isLeft = eventTypes.some(({ outcome }) => outcome === 'by_hand');
    return { event_types: eventTypes, what_to_do: isLeft ? BY_HAND : null };
  }
}

const BY_HAND =
  'This key may not change the event types. As an administrator of the team, allow bookers to choose among the hosts in the event type’s assignment settings at Cal.com, then import again.';
