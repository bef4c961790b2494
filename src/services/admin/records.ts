import { ChangedMeanwhile, NotFound, type InputProblem } from '../../errors';
import type { Holiday, LocalDate, TenantId } from '../../domain';
import type { Change } from './audit-trail';
import type { SealedColumn } from './company-secrets';

/** What an operator can list: as errors call one of them, and as the audit log does. */
export const RECORDS = {
  companies: { label: 'The company', subject: 'company' },
  branches: { label: 'The branch', subject: 'branch' },
  holidays: { label: 'The holiday', subject: 'holiday' },
  services: { label: 'The service', subject: 'service' },
  staff: { label: 'The member of staff', subject: 'staff' },
  phone_numbers: { label: 'The phone number', subject: 'phone_number' },
  host_mappings: { label: 'The host mapping', subject: 'host_mapping' },
  retell_agents: { label: 'The agent', subject: 'agent' },
  tokens: { label: 'The token', subject: 'token' },
  users: { label: 'The person', subject: 'user' },
  appointments: { label: 'The appointment', subject: 'appointment' },
  customers: { label: 'The customer', subject: 'customer' },
  calls: { label: 'The call', subject: 'call' },
  unmapped_calls: { label: 'The call', subject: 'unmapped_call' },
  callbacks: { label: 'The callback request', subject: 'callback' },
  webhook_events: { label: 'The webhook event', subject: 'webhook_event' },
  jobs: { label: 'The job', subject: 'job' },
  manual_reviews: { label: 'The review', subject: 'manual_review' },
  alerts: { label: 'The alert', subject: 'alert' },
  audit: { label: 'The audit entry', subject: 'audit_entry' },
  notification_channels: { label: 'The notification channel', subject: 'notification_channel' },
} as const;
export type RecordKind = keyof typeof RECORDS;

/** As in "One …". */
export const nounOf = (kind: RecordKind): string => RECORDS[kind].label.replace('The ', '');

/** One row under the API's field names; instants are ISO text in UTC. */
export interface AdminRecord {
  id: string;
  /** null: belongs to the platform. */
  company_id: TenantId | null;
  [field: string]: unknown;
}

/** Where a list goes on. The instant is text because it is finer than a Date. */
export interface ListPosition {
  at: string;
  id: string;
}

export type FilterValue = string | number | boolean | Date;

export interface RecordQuery {
  limit: number;
  after: ListPosition | null;
  order: 'asc' | 'desc';
  filters: Readonly<Record<string, FilterValue>>;
}

export interface RecordPage {
  items: AdminRecord[];
  next: ListPosition | null;
}

/** Reads rows for operators. `companyId` null means every company: only for tokens of the platform. */
export abstract class RecordReader {
  abstract list(kind: RecordKind, companyId: TenantId | null, query: RecordQuery): Promise<RecordPage>;
  /** Any text is taken as an id; one that cannot be an id is not found. */
  abstract find(kind: RecordKind, companyId: TenantId | null, id: string): Promise<AdminRecord | null>;

  /** Every row that matches, oldest first. */
  async all(
    kind: RecordKind,
    companyId: TenantId | null,
    filters: RecordQuery['filters'] = {},
  ): Promise<AdminRecord[]> {
    const records: AdminRecord[] = [];
    let after: ListPosition | null = null;
    do {
      const page: RecordPage = await this.list(kind, companyId, { limit: PAGE, after, order: 'asc', filters });
      records.push(...page.items);
      after = page.next;
    } while (after !== null);
    return records;
  }

  /** @throws NotFound also for what another company has */
  async require(kind: RecordKind, companyId: TenantId | null, id: string): Promise<AdminRecord> {
    const found = await this.find(kind, companyId, id);
    if (!found) throw new NotFound(RECORDS[kind].label);
    return found;
  }

  /** @throws NotFound */
  company(companyId: TenantId): Promise<AdminRecord> {
    return this.require('companies', companyId, companyId);
  }

  /**
   * Reads a row again that was just written.
   * @param before absent for a new row
   * @throws NotFound when it is gone meanwhile
   */
  async written(
    kind: RecordKind,
    { id, company_id: companyId }: Pick<AdminRecord, 'id' | 'company_id'>,
    before?: AdminRecord,
  ): Promise<Written> {
    const record = await this.require(kind, companyId, id);
    return { record, change: changeOf(kind, record, { before, after: record }) };
  }

  /**
   * Runs a write of a row; when the row was changed after the operator read it, the refusal says who changed what.
   * @throws ChangedMeanwhile with those fields to be written that another operator wrote before
   */
  async sayingWhoChanged<T>(
    row: { companyId: TenantId; id: string; fields: Fields; unchangedSince: Date | null },
    write: () => Promise<T>,
  ): Promise<T> {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof ChangedMeanwhile) || row.unchangedSince === null) throw error;
      const filters = { subject_id: row.id, from: row.unchangedSince };
      const query = { limit: MOST_CHANGES, after: null, order: 'desc', filters } as const;
      const { items } = await this.list('audit', row.companyId, query);
      const [last] = items.filter(({ detail }) => fieldsOf(detail).outcome === 'done');
      if (!last) throw error;
      const problems = items.flatMap((entry) => changesIn(entry, row.fields));
      const newest = problems.filter(({ path }, index) => problems.findIndex((one) => one.path === path) === index);
      const name = typeof last.actor_name === 'string' ? last.actor_name : null;
      const by = { actor: String(last.actor), actor_name: name, at: String(last.created_at) };
      throw new ChangedMeanwhile(`${name ?? by.actor} changed this at ${by.at}.`, newest, by);
    }
  }
}

/** Rows of one page, where every row is wanted. */
const PAGE = 200;
/** Of the changes since an operator read the row, this many are looked at. */
const MOST_CHANGES = 20;

/** The fields that an entry changed, of those that are to be written now. */
function changesIn(entry: AdminRecord, wanted: Fields): InputProblem[] {
  const { before, after } = fieldsOf(entry.detail);
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  return Object.keys(wanted).flatMap((path) => {
    const [was, is] = [JSON.stringify(old[path]), JSON.stringify(now[path])];
    if (is === undefined || was === is) return [];
    return [{ path, message: `is ${is} since ${String(entry.created_at)} (was ${was ?? 'empty'})`, value: is }];
  });
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** @throws NotFound for a row of the platform, which no company setup has */
export function ownerOf(record: AdminRecord): TenantId {
  if (record.company_id === null) throw new NotFound(RECORDS.companies.label);
  return record.company_id;
}

/** A row after a write, with what the audit log keeps of the write. */
export interface Written {
  record: AdminRecord;
  change: Change;
}

/** What the audit log keeps of a write to a row. */
export function changeOf(
  kind: RecordKind,
  { id, company_id: companyId }: AdminRecord,
  change: Pick<Change, 'before' | 'after'>,
): Change {
  return { companyId, subjectType: RECORDS[kind].subject, subjectId: id, ...change };
}

/** What an operator sets up for a company, one row at a time. */
export type SetupKind =
  'branches' | 'holidays' | 'services' | 'staff' | 'phone_numbers' | 'host_mappings' | 'retell_agents';

export type Fields = Readonly<Record<string, unknown>>;

export interface SetupWriter {
  /**
   * @returns the new row's id
   * @throws Conflict when it exists already
   * @throws InvalidInput when it names something that the company does not have
   */
  insert(kind: SetupKind, companyId: TenantId, fields: Fields): Promise<string>;
  /**
   * All or none of them, one company's imports after the other.
   * @param missing what is to be entered beside the holidays that close the branch already, or without one every branch
   * @throws InvalidInput as `insert`
   */
  insertHolidays(
    companyId: TenantId,
    branchId: string | null,
    missing: (known: readonly Holiday[]) => readonly Holiday[],
  ): Promise<{ id: string; firstDay: LocalDate }[]>;
  /**
   * Absent fields stay as they are, null empties them.
   * @param unchangedSince when given, the row must not have been changed after this instant
   * @throws Conflict, InvalidInput as `insert`; Conflict also when the row was changed meanwhile or is gone
   */
  update(kind: SetupKind, companyId: TenantId, id: string, fields: Fields, unchangedSince: Date | null): Promise<void>;
  /** Rows that others point to are only switched off. */
  remove(kind: SetupKind, companyId: TenantId, id: string): Promise<'deleted' | 'deactivated'>;
  /** Whether another company was lately called on the number, or by the agent, that the fields name. */
  isCalledElsewhere(companyId: TenantId, fields: Fields): Promise<boolean>;
}

export interface CompanyFields extends Partial<Record<SealedColumn, string | null>> {
  fields: Fields;
  /** undefined leaves it, null removes it. */
  calcomKey?: { ciphertext: string; keyId: string } | null;
}

export interface CompanyWriter {
  /** @throws Conflict when the slug is taken */
  insert(id: TenantId, company: CompanyFields): Promise<void>;
  /** @throws Conflict when the slug is taken or the row was changed after `unchangedSince` */
  update(id: TenantId, company: CompanyFields, unchangedSince: Date | null): Promise<void>;
  /** Hides the company, frees its numbers and agents, revokes its tokens and removes its people; its history stays. */
  retire(id: TenantId): Promise<void>;
}

/** Told after every change of what a company offers, so that every process reads it again. */
export type TenantChanged = (companyId: TenantId) => Promise<void>;
