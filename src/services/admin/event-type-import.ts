import { InvalidInput, NotFound } from '../../errors';
import type { UpstreamEventType, UpstreamUser } from '../calcom/calcom-ports';
import type { EventTypeSettings, TenantId } from '../../domain';
import type { RecordReader, TenantChanged } from './records';

/** A company's Cal.com account, as far as the import asks it. */
export interface EventTypeSource {
  eventTypes(): Promise<UpstreamEventType[]>;
  teams(): Promise<{ id: number; name: string }[]>;
  teamEventTypes(teamId: number): Promise<UpstreamEventType[]>;
  /** Whose key it is: the host of personal event types. */
  testConnection(): Promise<{ user: UpstreamUser | null; error: Error | null }>;
}

export interface ImportedHost {
  userId: number;
  name: string;
  email: string | null;
  teamId: number | null;
}

/** Templates for managed event types cannot be booked. */
export type ImportableEventType = UpstreamEventType & {
  schedulingType: Exclude<UpstreamEventType['schedulingType'], 'managed'>;
};

export interface ImportPlan {
  branchId: string | null;
  eventTypes: ImportableEventType[];
  hosts: ImportedHost[];
}

export interface ImportedService {
  event_type_id: number;
  service_id: string;
  outcome: 'created' | 'updated';
}

export interface HostOutcome {
  host_id: number;
  name: string;
  staff_id: string | null;
  outcome: 'created' | 'matched' | 'known';
}

export interface ImportStore {
  /** All or nothing, one import of a company at a time; running it again changes nothing that is right already. */
  apply(companyId: TenantId, plan: ImportPlan): Promise<{ services: ImportedService[]; hosts: HostOutcome[] }>;
}

/** Why an event type cannot be booked on the phone. */
export const REFUSALS = {
  managed_parent:
    'This is a template for managed event types and cannot be booked. Import the members’ own copies instead.',
  seats_not_supported:
    'Several people share one booking of this event type, and cancelling for one would cancel for all. Use an event type without seats.',
  recurring_not_supported:
    'One request makes a whole series of bookings of this event type, which no caller asks for. Use an event type without recurrence.',
  length_not_supported: 'A service lasts between 1 minute and 24 hours.',
} as const;
export type RefusedReason = keyof typeof REFUSALS;
export const REFUSED_REASONS = Object.keys(REFUSALS) as [RefusedReason, ...RefusedReason[]];

export interface ImportItem {
  event_type_id: number;
  title: string;
  team_id: number | null;
  outcome: 'created' | 'updated' | 'refused';
  service_id: string | null;
  reason: RefusedReason | null;
  detail: string | null;
  /** Required booking fields that the service needs a default for before it can be booked by voice. */
  missing_fields: string[];
}

export interface ImportReport {
  items: ImportItem[];
  hosts: HostOutcome[];
}

const LONGEST_MINUTES = 1440;
/** Fields of every booking that the gateway always fills. */
const ALWAYS_SENT = new Set([
  'name',
  'email',
  'title',
  'attendeePhoneNumber',
  'location',
  'notes',
  'guests',
  'rescheduleReason',
]);

/** Cal.com's event types and hosts as services and staff. */
export class EventTypeImport {
  readonly #reader: RecordReader;
  readonly #store: ImportStore;
  readonly #calcomOf: (companyId: TenantId) => Promise<EventTypeSource>;
  readonly #tenantChanged: TenantChanged;

  constructor(deps: {
    reader: RecordReader;
    store: ImportStore;
    calcomOf: (companyId: TenantId) => Promise<EventTypeSource>;
    tenantChanged: TenantChanged;
  }) {
    this.#reader = deps.reader;
    this.#store = deps.store;
    this.#calcomOf = deps.calcomOf;
    this.#tenantChanged = deps.tenantChanged;
  }

  /**
   * Team event types of the company's team (all its teams when it has none set) and the personal ones of the key.
   * @throws NotFound, InvalidInput for a branch of another company, or Cal.com's refusal; then nothing was changed
   */
  async run(companyId: TenantId, options: { branchId: string | null; personal: boolean }): Promise<ImportReport> {
    const company = await this.#reader.find('companies', companyId, companyId);
    if (!company) throw new NotFound('The company');
    if (options.branchId !== null && !(await this.#reader.find('branches', companyId, options.branchId))) {
      throw new InvalidInput('The branch is unknown.', [
        { path: 'branch_id', message: 'does not exist in this company' },
      ]);
    }
    const teamId = typeof company.calcom_team_id === 'number' ? company.calcom_team_id : null;
    const found = await this.#fetch(companyId, teamId, options.personal);
    const usable = found.filter((one): one is ImportableEventType => refusalOf(one) === null);
    const plan = { branchId: options.branchId, eventTypes: usable, hosts: hostsOf(usable) };
    const { services, hosts } = await this.#store.apply(companyId, plan);
    await this.#tenantChanged(companyId);
    const byEventType = new Map(services.map((service) => [service.event_type_id, service]));
    return { items: found.map((eventType) => itemOf(eventType, byEventType.get(eventType.id))), hosts };
  }

  async #fetch(companyId: TenantId, teamId: number | null, personal: boolean): Promise<UpstreamEventType[]> {
    const calcom = await this.#calcomOf(companyId);
    const teamIds = teamId === null ? (await calcom.teams()).map((team) => team.id) : [teamId];
    const found = new Map<number, UpstreamEventType>();
    for (const id of teamIds) {
      for (const eventType of await calcom.teamEventTypes(id))
        found.set(eventType.id, { ...eventType, teamId: eventType.teamId ?? id });
    }
    if (!personal) return [...found.values()];
    const own = (await calcom.eventTypes()).filter((eventType) => !found.has(eventType.id));
    const ownerless = own.some((eventType) => eventType.hosts.length === 0);
    const owner = ownerless ? await ownerOfKey(calcom) : [];
    for (const eventType of own)
      found.set(eventType.id, eventType.hosts.length > 0 ? eventType : { ...eventType, hosts: owner });
    return [...found.values()];
  }
}

async function ownerOfKey(calcom: EventTypeSource): Promise<UpstreamEventType['hosts']> {
  const { user, error } = await calcom.testConnection();
  if (error) throw error;
  return user ? [{ userId: user.id, name: user.name, username: user.username, email: user.email }] : [];
}

export function refusalOf(eventType: UpstreamEventType): RefusedReason | null {
  if (eventType.schedulingType === 'managed') return 'managed_parent';
  if (eventType.seats > 1) return 'seats_not_supported';
  if (eventType.recurring) return 'recurring_not_supported';
  return eventType.lengthMinutes < 1 || eventType.lengthMinutes > LONGEST_MINUTES ? 'length_not_supported' : null;
}

function hostsOf(eventTypes: UpstreamEventType[]): ImportedHost[] {
  const hosts = new Map<number, ImportedHost>();
  for (const { hosts: people, teamId } of eventTypes) {
    for (const { userId, name, email } of people)
      if (!hosts.has(userId)) hosts.set(userId, { userId, name, email, teamId });
  }
  return [...hosts.values()];
}

/** Required custom fields for which the gateway has nothing to send. */
export function customRequiredFields(eventType: UpstreamEventType): string[] {
  return eventType.requiredFields.map((field) => field.slug).filter((slug) => !ALWAYS_SENT.has(slug));
}

/** What the gateway keeps of an event type beyond the columns of a service. */
export function settingsOf(eventType: UpstreamEventType): EventTypeSettings {
  const { hostSubsetEnabled, cancellingDisabled, reschedulingDisabled, rescheduleNoticeMinutes } = eventType;
  const { lengthOptionsMinutes, hidden, price, locations, bookingLimits } = eventType;
  return {
    ...{ hostSubsetEnabled, cancellingDisabled, reschedulingDisabled, rescheduleNoticeMinutes },
    ...{ lengthOptionsMinutes, hidden, price, locations, bookingLimits },
    requiredFields: customRequiredFields(eventType),
  };
}

function itemOf(eventType: UpstreamEventType, service: ImportedService | undefined): ImportItem {
  const reason = refusalOf(eventType);
  return {
    event_type_id: eventType.id,
    title: eventType.title,
    team_id: eventType.teamId,
    outcome: service?.outcome ?? 'refused',
    service_id: service?.service_id ?? null,
    reason,
    detail: reason === null ? null : REFUSALS[reason],
    missing_fields: reason === null ? customRequiredFields(eventType) : [],
  };
}
