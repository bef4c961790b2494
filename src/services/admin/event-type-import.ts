import { wrongField } from '../../errors';
import type { CalcomAccount } from '../calcom/calcom-account';
import type { UpstreamEventType } from '../calcom/calcom-ports';
import type { EventTypeSettings, TenantId } from '../../domain';
import { IMPORT_REFUSALS, OBSTACLE_TEXTS, phoneObstaclesOf, type ImportRefusal } from './event-type-limits';
import { ALERTS } from './alert-texts';
import type { AccountsWith } from '../calcom/calcom-accounts';
import type { Alerts } from './alerts';
import { ownerOf, type AdminRecord, type RecordReader, type TenantChanged } from './records';
import { teamIdsOf } from './team-event-types';

type Host = UpstreamEventType['hosts'][number];

/** How it was found out which member of staff a user at Cal.com is. */
export const MAPPING_SOURCES = ['auto_email', 'auto_name', 'manual', 'import'] as const;

export interface ImportedHost extends Omit<Host, 'username'> {
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
  /** Services whose event type is gone: they are switched off. */
  goneServiceIds: string[];
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

type ImportItem = ReturnType<typeof itemOf> | ReturnType<typeof goneItem>;

interface ImportOptions {
  branchId: string | null;
  personal: boolean;
  /** Renews what was imported before, and adds nothing. */
  onlyKnown?: boolean;
}

const LONGEST_MINUTES = 1440;
/** More differences than these are not named in an alert's text. */
const NAMED = 8;
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
  constructor(
    private readonly deps: {
      reader: RecordReader;
      store: ImportStore;
      accounts: AccountsWith<'eventTypes' | 'teams' | 'teamEventTypes' | 'testConnection'>;
      tenantChanged: TenantChanged;
      /** For what can no longer be booked, or has changed by itself. */
      alerts: Pick<Alerts, 'raise' | 'settle'>;
    },
  ) {}

  /**
   * Team event types of the company's team (all its teams when it has none set) and the personal ones of the key.
   * @throws NotFound, InvalidInput for a branch of another company, or Cal.com's refusal; then nothing was changed
   */
  async run(companyId: TenantId, options: ImportOptions) {
    const company = await this.deps.reader.company(companyId);
    if (options.branchId !== null && !(await this.deps.reader.find('branches', companyId, options.branchId)))
      throw wrongField('branch_id', 'does not exist in this company', 'The branch is unknown.');
    const before = await this.deps.reader.all('services', companyId);
    const known = new Set(before.map((service) => service.calcom_event_type_id));
    const fetched = await this.#fetch(company, options.personal);
    const found = options.onlyKnown ? fetched.filter(({ id }) => known.has(id)) : fetched;
    const usable = found.filter((one): one is ImportableEventType => refusalOf(one) === null);
    const gone = servicesWithout(before, new Set(fetched.map(({ id }) => id)), options.personal);
    const { services, hosts } = await this.deps.store.apply(companyId, {
      ...{ branchId: options.branchId, eventTypes: usable, hosts: hostsOf(usable) },
      goneServiceIds: gone.map(({ id }) => id),
    });
    await this.deps.tenantChanged(companyId);
    const byEventType = new Map(services.map((service) => [service.event_type_id, service]));
    const items = found.map((eventType) => itemOf(eventType, byEventType.get(eventType.id)));
    const after = await this.deps.reader.all('services', companyId);
    const report = { items: [...items, ...gone.map(goneItem)], hosts, differences: differencesOf(before, after) };
    this.#reportRefusals(companyId, report.items, before);
    this.#reportDifferences(companyId, report.differences);
    this.#reportObstacles(companyId, items, after);
    return report;
  }

  /** Takes over what has changed about the event types imported before, and adds none. */
  renew(companyId: TenantId) {
    return this.run(companyId, { branchId: null, personal: true, onlyKnown: true });
  }

  /** Alerts about what callers can no longer book. */
  #reportRefusals(companyId: TenantId, items: ImportItem[], before: AdminRecord[]): void {
    const active = activeEventTypes(before);
    for (const { event_type_id: id, title, reason, service_id } of items) {
      if (reason === null || !active.has(id)) continue;
      const text = ALERTS.event_type_gone({ title, id, reason });
      this.deps.alerts.raise(text, `event-type:${companyId}:${id}`, companyId, { service_id, reason });
    }
  }

  /** An alert about changes made at Cal.com. */
  #reportDifferences(companyId: TenantId, differences: ReturnType<typeof differencesOf>): void {
    if (differences.length === 0) return;
    const names = [...new Set(differences.map((one) => `${one.service_name}: ${one.field}`))];
    const text = ALERTS.event_types_changed({ names: names.slice(0, NAMED), more: names.length > NAMED });
    this.deps.alerts.raise(text, `event-types:${companyId}`, companyId, { differences });
  }

  /** One alert for each service in use that has obstacles, until it has none. */
  #reportObstacles(companyId: TenantId, items: ImportItem[], after: AdminRecord[]): void {
    const active = activeEventTypes(after);
    for (const { event_type_id: id, title, obstacles, service_id } of items) {
      const key = `event-type-obstacle:${companyId}:${id}`;
      if (obstacles.length === 0 || !active.has(id)) {
        this.deps.alerts.settle([key]);
        continue;
      }
      const text = ALERTS.event_type_obstacle({ title, id, obstacles });
      this.deps.alerts.raise(text, key, companyId, { service_id, obstacles });
    }
  }

  async #fetch(company: AdminRecord, personal: boolean): Promise<UpstreamEventType[]> {
    const calcom = await this.deps.accounts.forTenant(ownerOf(company));
    const found = new Map<number, UpstreamEventType>();
    for (const id of await teamIdsOf(company, calcom)) {
      for (const eventType of await calcom.teamEventTypes(id))
        found.set(eventType.id, { ...eventType, teamId: eventType.teamId ?? id });
    }
    if (!personal) return [...found.values()];
    const own = (await calcom.eventTypes()).filter((eventType) => !found.has(eventType.id));
    const owner = own.some(({ hosts }) => hosts.length === 0) ? await ownerOfKey(calcom) : [];
    for (const eventType of own)
      found.set(eventType.id, eventType.hosts.length > 0 ? eventType : { ...eventType, hosts: owner });
    return [...found.values()];
  }
}

/** The host of personal event types. */
async function ownerOfKey(calcom: Pick<CalcomAccount, 'testConnection'>): Promise<Host[]> {
  const { user, error } = await calcom.testConnection();
  if (error) throw error;
  return user ? [{ userId: user.id, name: user.name, username: user.username, email: user.email }] : [];
}

export function refusalOf(eventType: UpstreamEventType): ImportRefusal | null {
  if (eventType.schedulingType === 'managed') return 'managed_parent';
  if (eventType.seats > 1) return 'seats_not_supported';
  if (eventType.recurring) return 'recurring_not_supported';
  return eventType.lengthMinutes < 1 || eventType.lengthMinutes > LONGEST_MINUTES ? 'length_not_supported' : null;
}

function activeEventTypes(services: AdminRecord[]): Set<unknown> {
  return new Set(services.filter((one) => one.is_active === true).map((one) => one.calcom_event_type_id));
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
    obstacles: phoneObstaclesOf(eventType),
  };
}

/**
 * Active services whose event type the account no longer lists. Where it lists none of them it is another account, or
 * another team, and nothing is known to be gone.
 */
function servicesWithout(services: AdminRecord[], listed: ReadonlySet<number>, withPersonal: boolean): AdminRecord[] {
  const asked = services.filter(
    (one) => one.is_active === true && one.calcom_synced_at !== null && (withPersonal || one.calcom_team_id !== null),
  );
  const gone = asked.filter((one) => !listed.has(Number(one.calcom_event_type_id)));
  return gone.length < asked.length ? gone : [];
}

function goneItem(service: AdminRecord) {
  return {
    event_type_id: Number(service.calcom_event_type_id),
    title: String(service.name),
    team_id: typeof service.calcom_team_id === 'number' ? service.calcom_team_id : null,
    ...({ outcome: 'deactivated', service_id: service.id, reason: 'event_type_gone' } as const),
    ...{ detail: IMPORT_REFUSALS.event_type_gone.detail.en, missing_fields: [], obstacles: [] },
  };
}

/** Fields that say only when something was written, or follow from others. */
const NO_NEWS = new Set(['calcom_synced_at', 'updated_at', 'obstacles']);

/** A service's fields, those of its settings at Cal.com each by itself. Settings that were never imported are no change. */
function fieldsOf({ calcom_settings: settings, ...fields }: AdminRecord): Record<string, unknown> {
  return { ...(settings as Record<string, unknown> | null), ...fields };
}

/** What an import changed about services that were known. */
function differencesOf(before: AdminRecord[], after: AdminRecord[]) {
  return before.flatMap((record) => {
    const now = after.find(({ id }) => id === record.id);
    if (!now) return [];
    const [old, fresh] = [fieldsOf(record), fieldsOf(now)];
    return Object.keys(old)
      .filter((field) => !NO_NEWS.has(field) && JSON.stringify(old[field]) !== JSON.stringify(fresh[field]))
      .map((field) => ({
        ...{ service_id: record.id, service_name: String(record.name), field },
        ...{ before: old[field] ?? null, after: fresh[field] ?? null },
      }));
  });
}

/**
 * @returns `missing_fields`: required booking fields that the service needs a default for before it can be booked by
 *   voice; `obstacles`: what keeps a booking on the phone from being as good as one on Cal.com's page, although the
 *   service is offered all the same
 */
function itemOf(eventType: UpstreamEventType, service: ImportedService | undefined) {
  const reason = refusalOf(eventType) ?? (service ? null : 'owned_by_other_company');
  const obstacles = reason === null ? phoneObstaclesOf(eventType) : [];
  const told = obstacles.map((one) => `${OBSTACLE_TEXTS[one].what.en}.`).join(' ');
  return {
    event_type_id: eventType.id,
    title: eventType.title,
    team_id: eventType.teamId,
    outcome: service?.outcome ?? 'refused',
    service_id: service?.service_id ?? null,
    reason,
    detail: reason === null ? told || null : IMPORT_REFUSALS[reason].detail.en,
    missing_fields: reason === null ? customRequiredFields(eventType) : [],
    obstacles,
  };
}
