import type { TenantId } from '../../domain';
import { ALERTS } from '../admin/alert-texts';
import type { Alerts } from '../admin/alerts';
import type { RecordReader } from '../admin/records';

/** An event type that several companies on one Cal.com key offer, until the platform says whose it is. */
export interface DisputedEventType {
  /** `platform`, or the id of the companies' own key. */
  keyId: string;
  eventTypeId: number;
  companies: { id: TenantId; name: string }[];
}

/** Which company an event type of a Cal.com account belongs to. */
export interface EventTypeOwners {
  /**
   * A company's own key is now the gateway's, or was all the time: what is kept under its id is kept as the platform's.
   * An event type that two companies own by then is disputed.
   */
  adoptPlatformKey(): Promise<void>;
  disputed(): Promise<DisputedEventType[]>;
  /** Its owner among these companies, and while it is disputed those of them that offer it. */
  of(eventTypeId: number, within: ReadonlySet<TenantId>): Promise<{ owners: TenantId[]; disputed: TenantId[] }>;
  /** A web booking waits with this company for the decision; it names no person. */
  review(companyId: TenantId, eventTypeId: number, uid: string): Promise<void>;
  /**
   * The decision of the platform: services of others on the same key and event type are switched off, what waited for the
   * decision is taken over by the next comparison with Cal.com.
   * @returns every company concerned
   */
  assign(eventTypeId: number, companyId: TenantId): Promise<TenantId[]>;
}

interface EventTypeAssignmentDeps {
  eventTypes: Pick<EventTypeOwners, 'adoptPlatformKey' | 'disputed' | 'assign'>;
  alerts: Pick<Alerts, 'raise' | 'settle'>;
  reader: RecordReader;
  tenantChanged: (companyId: TenantId) => Promise<void>;
}

const alertKey = (eventTypeId: number): string => `event_type:${eventTypeId}`;

/** Alerts about event types that belong to no company yet, and the decision that ends them. */
export class EventTypeAssignment {
  constructor(private readonly deps: EventTypeAssignmentDeps) {}

  /** A booking came for an event type of a shared account that has no owner. */
  readonly ownerless = (eventTypeId: number): void => {
    const text = ALERTS.event_type_without_owner({ eventTypeId, offeredBy: [] });
    this.deps.alerts.raise(text, alertKey(eventTypeId), null);
  };

  /** To be called at every start. */
  async announceDisputed(): Promise<void> {
    await this.deps.eventTypes.adoptPlatformKey();
    for (const { eventTypeId, companies } of await this.deps.eventTypes.disputed()) {
      const offeredBy = companies.map(({ name }) => name);
      this.deps.alerts.raise(ALERTS.event_type_without_owner({ eventTypeId, offeredBy }), alertKey(eventTypeId), null);
    }
  }

  /** @returns the companies concerned @throws NotFound */
  async assign(eventTypeId: number, companyId: TenantId): Promise<TenantId[]> {
    await this.deps.reader.company(companyId);
    const concerned = await this.deps.eventTypes.assign(eventTypeId, companyId);
    for (const id of concerned) await this.deps.tenantChanged(id);
    this.deps.alerts.settle([alertKey(eventTypeId)]);
    return concerned;
  }
}
