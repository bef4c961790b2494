import type { SealedColumn } from './company-secrets';
import type { TenantId } from '../../domain';

/** What an operator can list. */
export type RecordKind =
  | 'companies'
  | 'branches'
  | 'holidays'
  | 'services'
  | 'staff'
  | 'phone_numbers'
  | 'host_mappings'
  | 'retell_agents'
  | 'tokens'
  | 'users'
  | 'appointments'
  | 'customers'
  | 'calls'
  | 'unmapped_calls'
  | 'callbacks'
  | 'webhook_events'
  | 'jobs'
  | 'manual_reviews'
  | 'alerts'
  | 'audit'
  | 'notification_channels';

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

/** Reading side. `companyId` null means every company: only for tokens of the platform. */
export interface RecordReader {
  list(kind: RecordKind, companyId: TenantId | null, query: RecordQuery): Promise<RecordPage>;
  /** Any text is taken as an id; one that cannot be an id is not found. */
  find(kind: RecordKind, companyId: TenantId | null, id: string): Promise<AdminRecord | null>;
}

const PAGE = 200;

/** Every row that matches, oldest first. */
export async function allRecords(
  reader: RecordReader,
  kind: RecordKind,
  companyId: TenantId | null,
  filters: RecordQuery['filters'],
): Promise<AdminRecord[]> {
  const records: AdminRecord[] = [];
  let after: ListPosition | null = null;
  do {
    const page: RecordPage = await reader.list(kind, companyId, { limit: PAGE, after, order: 'asc', filters });
    records.push(...page.items);
    after = page.next;
  } while (after !== null);
  return records;
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
  /** As `insert`, all or none of them. */
  insertAll(kind: SetupKind, companyId: TenantId, rows: readonly Fields[]): Promise<string[]>;
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

export const RECORD_LABELS: Record<RecordKind, string> = {
  companies: 'The company',
  branches: 'The branch',
  holidays: 'The holiday',
  services: 'The service',
  staff: 'The member of staff',
  phone_numbers: 'The phone number',
  host_mappings: 'The host mapping',
  retell_agents: 'The agent',
  tokens: 'The token',
  users: 'The person',
  appointments: 'The appointment',
  customers: 'The customer',
  calls: 'The call',
  unmapped_calls: 'The call',
  callbacks: 'The callback request',
  webhook_events: 'The webhook event',
  jobs: 'The job',
  manual_reviews: 'The review',
  alerts: 'The alert',
  audit: 'The audit entry',
  notification_channels: 'The notification channel',
};
