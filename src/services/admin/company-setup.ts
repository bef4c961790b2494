import { Conflict, InvalidInput, NotFound } from '../../errors';
import type { Holiday, Language, TenantId } from '../../domain';
import { readTypedNumber } from '../tenants/identity';
import { missingHolidays } from '../tenants/public-holidays';
import { companyOf, requireRole, type Actor } from './actor';
import { sayingWhoChanged } from './changed-meanwhile';
import type { CalcomReach } from './calcom-reach';
import type { Change } from './audit-trail';
import {
  allRecords,
  RECORD_LABELS,
  type AdminRecord,
  type Fields,
  type RecordReader,
  type SetupKind,
  type SetupWriter,
  type TenantChanged,
} from './records';

export interface Written {
  record: AdminRecord;
  change: Change;
}

const SUBJECTS: Record<SetupKind, string> = {
  branches: 'branch',
  holidays: 'holiday',
  services: 'service',
  staff: 'staff',
  phone_numbers: 'phone_number',
  host_mappings: 'host_mapping',
  retell_agents: 'agent',
};

export const IN_USE = {
  phone_numbers: 'This phone number is in use already.',
  retell_agents: 'This agent is in use already.',
} as const;

/** Branches, services, staff, numbers, agents and mappings of a company. */
export class CompanySetup {
  constructor(
    private readonly deps: {
      reader: RecordReader;
      writer: SetupWriter;
      tenantChanged: TenantChanged;
      reach: CalcomReach;
      /** A number or agent belongs to a company now. */
      lineMapped: (line: string) => Promise<void>;
    },
  ) {}

  /** @throws Forbidden, InvalidInput, Conflict, NotFound */
  async create(actor: Actor, kind: SetupKind, named: TenantId | undefined, given: Fields): Promise<Written> {
    const companyId = companyOf(actor, named);
    const fields = withReadNumber(kind, given, await this.#company(companyId));
    if (kind === 'services') await this.deps.reach.requireChoice(actor, kind, companyId, null, fields);
    await this.#requireUnused(actor, kind, companyId, fields);
    const id = await this.deps.writer.insert(kind, companyId, {
      ...fields,
      ...confirmation(actor, kind, fields, null),
    });
    await this.#announceLine(kind, fields);
    await this.deps.tenantChanged(companyId);
    const record = await this.#find(kind, companyId, id);
    return { record, change: { companyId, subjectType: SUBJECTS[kind], subjectId: id, after: record } };
  }

  /**
   * Enters the public holidays of a Land that do not close the branch, or without one every branch, already.
   * @throws Forbidden, InvalidInput, NotFound
   */
  async takeOverHolidays(
    actor: Actor,
    named: TenantId | undefined,
    branchId: string | null,
    wish: Parameters<typeof missingHolidays>[1],
  ): Promise<{ records: AdminRecord[]; change: Change }> {
    const companyId = companyOf(actor, named);
    const { language } = await this.#company(companyId);
    const known = await allRecords(this.deps.reader, 'holidays', companyId, { is_active: true });
    const closing = known.filter((one) => one.branch_id === null || one.branch_id === branchId);
    const missing = missingHolidays(closing.map(holidayOf), wish, language as Language);
    const ids = await this.deps.writer.insertAll(
      'holidays',
      companyId,
      missing.map(({ name, firstDay, lastDay, isYearly }) => ({
        ...{ branch_id: branchId, name, first_day: firstDay, last_day: lastDay, is_yearly: isYearly },
      })),
    );
    await this.deps.tenantChanged(companyId);
    const records = await Promise.all(ids.map((id) => this.#find('holidays', companyId, id)));
    const after = { land: wish.land, days: missing.map(({ firstDay }) => firstDay) };
    return { records, change: { companyId, subjectType: 'holiday', subjectId: branchId, after } };
  }

  /** @throws InvalidInput, Conflict, NotFound */
  async update(
    actor: Actor,
    kind: SetupKind,
    id: string,
    given: Fields,
    unchangedSince: Date | null,
  ): Promise<Written> {
    const before = await this.#find(kind, actor.companyId, id);
    const companyId = ownerOf(before);
    const fields = withReadNumber(kind, given, await this.#company(companyId));
    if (kind === 'services') await this.deps.reach.requireChoice(actor, kind, companyId, before, fields);
    await this.#requireUnused(actor, kind, companyId, fields);
    const { confirmed: _confirmed, ...changed } = { ...fields, ...confirmation(actor, kind, fields, before) };
    await sayingWhoChanged(this.deps.reader, { companyId, id, fields: changed, unchangedSince }, () =>
      this.deps.writer.update(kind, companyId, id, changed, unchangedSince),
    );
    await this.#announceLine(kind, fields);
    await this.deps.tenantChanged(companyId);
    const record = await this.#find(kind, companyId, id);
    return { record, change: { companyId, subjectType: SUBJECTS[kind], subjectId: id, before, after: record } };
  }

  /** @throws NotFound */
  async remove(
    actor: Actor,
    kind: SetupKind,
    id: string,
  ): Promise<{ outcome: 'deleted' | 'deactivated'; change: Change }> {
    const before = await this.#find(kind, actor.companyId, id);
    const companyId = ownerOf(before);
    const outcome = await this.deps.writer.remove(kind, companyId, id);
    await this.deps.tenantChanged(companyId);
    return { outcome, change: { companyId, subjectType: SUBJECTS[kind], subjectId: id, before, after: { outcome } } };
  }

  /** @throws NotFound */
  find(actor: Actor, kind: SetupKind, id: string): Promise<AdminRecord> {
    return this.#find(kind, actor.companyId, id);
  }

  /**
   * A line that rings at another company is that one's, whether or not it was entered; only the platform may move it.
   * The refusal says no more than that of a number which is entered twice.
   */
  async #requireUnused(actor: Actor, kind: SetupKind, companyId: TenantId, fields: Fields): Promise<void> {
    const isLine = kind === 'phone_numbers' || kind === 'retell_agents';
    if (actor.companyId === null || !isLine || !(await this.deps.writer.isCalledElsewhere(companyId, fields))) return;
    throw new Conflict(IN_USE[kind]);
  }

  async #announceLine(kind: SetupKind, { number, agent_id: agentId }: Fields): Promise<void> {
    const line = kind === 'phone_numbers' ? number : kind === 'retell_agents' ? agentId : null;
    if (typeof line === 'string') await this.deps.lineMapped(line);
  }

  async #find(kind: SetupKind, companyId: TenantId | null, id: string): Promise<AdminRecord> {
    const found = await this.deps.reader.find(kind, companyId, id);
    if (!found) throw new NotFound(RECORD_LABELS[kind]);
    return found;
  }

  async #company(companyId: TenantId): Promise<AdminRecord> {
    const company = await this.deps.reader.find('companies', companyId, companyId);
    if (!company) throw new NotFound(RECORD_LABELS.companies);
    return company;
  }
}

function holidayOf(record: AdminRecord): Holiday {
  const { name, first_day: firstDay, last_day: lastDay, is_yearly: isYearly } = record;
  return {
    ...{ name: String(name), firstDay: String(firstDay), lastDay: String(lastDay), isYearly: isYearly === true },
  };
}

/**
 * The fields with their telephone number as E.164; a national one is of the company's country.
 * @throws InvalidInput for a number that exists nowhere
 */
function withReadNumber(kind: SetupKind, fields: Fields, company: AdminRecord): Fields {
  const name = kind === 'phone_numbers' ? 'number' : kind === 'branches' ? 'phone' : null;
  const text = name === null ? null : fields[name];
  if (name === null || typeof text !== 'string') return fields;
  const number = readTypedNumber(text, String(company.time_zone));
  if (number !== null) return { ...fields, [name]: number };
  throw new InvalidInput('Please correct the marked fields.', [
    { path: name, message: 'must be a telephone number such as 030 98765432 or +49 30 98765432' },
  ]);
}

const LINES = { phone_numbers: 'number', retell_agents: 'agent_id' } as const;

/**
 * What a company enters is pending: anyone can write down a number.
 * @throws Forbidden when a company confirms its own
 */
function confirmation(actor: Actor, kind: SetupKind, fields: Fields, before: AdminRecord | null): Fields {
  if (kind !== 'phone_numbers' && kind !== 'retell_agents') return {};
  if (fields.confirmed === true) requireRole(actor, 'platform');
  const line = fields[LINES[kind]];
  const isNew = line !== undefined && line !== before?.[LINES[kind]];
  if (!isNew && fields.confirmed !== true) return {};
  return { confirmed_at: actor.companyId === null ? new Date() : null };
}

/** @throws NotFound for a row of the platform, which no company setup has */
export function ownerOf(record: AdminRecord): TenantId {
  if (record.company_id === null) throw new NotFound('The company');
  return record.company_id;
}
