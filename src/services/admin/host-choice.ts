import { NotFound } from '../../errors';
import type { TenantId } from '../../domain';
import type { TeamEventType, UpstreamEventType } from '../calcom/calcom-ports';
import type { ImportReport } from './event-type-import';
import { allRecords, type RecordReader } from './records';
import { isBeyondKey } from './webhook-setup';

export interface HostChoiceAccount {
  teams(): Promise<{ id: number; name: string }[]>;
  teamEventTypes(teamId: number): Promise<UpstreamEventType[]>;
  enableHostChoice(of: TeamEventType): Promise<boolean>;
}

export interface HostChoiceReport {
  event_types: { event_type_id: number; title: string; outcome: 'enabled' | 'by_hand' }[];
  /** What is left to do in Cal.com's own page; null: nothing. */
  what_to_do: string | null;
}

/** Cal.com gives these bookings to any host, no matter which person was asked for. */
export function ignoresHostWish({ schedulingType, hosts, hostSubsetEnabled }: UpstreamEventType): boolean {
  return schedulingType === 'roundRobin' && hosts.length > 1 && hostSubsetEnabled === false;
}

/** Lets callers choose the person: switches on, at Cal.com, that a wish for certain hosts is heeded. */
export class HostChoice {
  constructor(
    private readonly deps: {
      reader: RecordReader;
      calcomOf: (companyId: TenantId) => Promise<HostChoiceAccount>;
      renew: (companyId: TenantId) => Promise<ImportReport>;
    },
  ) {}

  /**
   * For the round-robin event types of the company's active services. Safe to repeat.
   * @throws NotFound, or Cal.com's refusal
   */
  async enable(companyId: TenantId): Promise<HostChoiceReport> {
    const { reader, calcomOf, renew } = this.deps;
    const company = await reader.find('companies', companyId, companyId);
    if (!company) throw new NotFound('The company');
    const services = await allRecords(reader, 'services', companyId, { is_active: true });
    const used = new Set(services.map((service) => service.calcom_event_type_id));
    const calcom = await calcomOf(companyId);
    const teamId = company.calcom_team_id;
    const teamIds = typeof teamId === 'number' ? [teamId] : (await calcom.teams()).map(({ id }) => id);
    const report: HostChoiceReport = { event_types: [], what_to_do: null };
    for (const id of teamIds) {
      for (const eventType of await calcom.teamEventTypes(id)) {
        if (!used.has(eventType.id) || !ignoresHostWish(eventType)) continue;
        const isEnabled = await enabled(() => calcom.enableHostChoice({ teamId: id, eventTypeId: eventType.id }));
        const outcome = isEnabled ? 'enabled' : 'by_hand';
        report.event_types.push({ event_type_id: eventType.id, title: eventType.title, outcome });
      }
    }
    if (report.event_types.length > 0) await renew(companyId);
    if (report.event_types.some(({ outcome }) => outcome === 'by_hand'))
      report.what_to_do =
        'This key may not change the event types. As an administrator of the team, allow bookers to choose among the hosts in the event type’s assignment settings at Cal.com, then import again.';
    return report;
  }
}

async function enabled(enable: () => Promise<boolean>): Promise<boolean> {
  try {
    return await enable();
  } catch (error) {
    if (isBeyondKey(error)) return false;
    throw error;
  }
}
