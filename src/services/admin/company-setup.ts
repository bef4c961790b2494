import { Conflict, wrongField } from '../../errors';
import type { Language, TenantId } from '../../domain';
import { readTypedNumber } from '../tenants/phone-numbers';
import { missingHolidays } from '../tenants/public-holidays';
import { companyOf, requireRole, type Actor } from './actor';
import type { CalcomReach } from './calcom-reach';
import type { Change } from './audit-trail';
import {
  changeOf,
  ownerOf,
  type AdminRecord,
  type Fields,
  type RecordReader,
  type SetupKind,
  type SetupWriter,
  type TenantChanged,
  type Written,
} from './records';

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
      unmappedCalls: {
        /** Of a number or agent that belongs to a company now. */
        closeAlerts(line: string): Promise<void>;
      };
    },
  ) {}

  /** @throws Forbidden, InvalidInput, Conflict, NotFound */
  async create(actor: Actor, kind: SetupKind, named: TenantId | undefined, given: Fields): Promise<Written> {
    const companyId = companyOf(actor, named);
    const fields = await this.#checked(actor, kind, companyId, given, null);
    const id = await this.deps.writer.insert(kind, companyId, fields);
    return this.#announced(kind, { id, company_id: companyId }, fields);
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
    const { language } = await this.deps.reader.company(companyId);
    const made = await this.deps.writer.insertHolidays(companyId, branchId, (known) =>
      missingHolidays(known, wish, language as Language),
    );
    await this.deps.tenantChanged(companyId);
    const records = await Promise.all(made.map(({ id }) => this.deps.reader.require('holidays', companyId, id)));
    const after = { land: wish.land, days: made.map(({ firstDay }) => firstDay) };
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
    const before = await this.deps.reader.require(kind, actor.companyId, id);
    const companyId = ownerOf(before);
    const fields = await this.#checked(actor, kind, companyId, given, before);
    await this.deps.reader.sayingWhoChanged({ companyId, id, fields, unchangedSince }, () =>
      this.deps.writer.update(kind, companyId, id, fields, unchangedSince),
    );
    return this.#announced(kind, { id, company_id: companyId }, fields, before);
  }

  /** @throws NotFound */
  async remove(
    actor: Actor,
    kind: SetupKind,
    id: string,
  ): Promise<{ outcome: 'deleted' | 'deactivated'; change: Change }> {
    const before = await this.deps.reader.require(kind, actor.companyId, id);
    const companyId = ownerOf(before);
    const outcome = await this.deps.writer.remove(kind, companyId, id);
    await this.deps.tenantChanged(companyId);
    return { outcome, change: changeOf(kind, before, { before, after: { outcome } }) };
  }

  /**
   * The fields as they are written.
   * @param before the row as it is; null for a new one
   */
  async #checked(
    actor: Actor,
    kind: SetupKind,
    companyId: TenantId,
    given: Fields,
    before: AdminRecord | null,
  ): Promise<Fields> {
    const { reach, reader, writer } = this.deps;
    const { confirmed, ...fields } = withReadNumber(kind, given, await reader.company(companyId));
    if (kind === 'services') await reach.requireChoice(actor, kind, companyId, before, fields);
    if (!isLine(kind)) return fields;
    // A line that rings at another company is that one's, whether or not it was entered; only the platform may move it.
    // The refusal says no more than that of a number which is entered twice.
    if (actor.companyId !== null && (await writer.isCalledElsewhere(companyId, fields)))
      throw new Conflict(IN_USE[kind]);
    if (confirmed === true) requireRole(actor, 'platform');
    const line = fields[LINES[kind]];
    const isNew = line !== undefined && line !== before?.[LINES[kind]];
    if (!isNew && confirmed !== true) return fields;
    // What a company enters is pending: anyone can write down a number.
    return { ...fields, confirmed_at: actor.companyId === null ? new Date() : null };
  }

  /** Lets all who keep something of the row know of the write. */
  async #announced(
    kind: SetupKind,
    row: { id: string; company_id: TenantId },
    fields: Fields,
    before?: AdminRecord,
  ): Promise<Written> {
    const line = isLine(kind) ? fields[LINES[kind]] : null;
    if (typeof line === 'string') await this.deps.unmappedCalls.closeAlerts(line);
    await this.deps.tenantChanged(row.company_id);
    return this.deps.reader.written(kind, row, before);
  }
}

/** Rows that lead calls to their company, by the field that names the number or the agent. */
const LINES = { phone_numbers: 'number', retell_agents: 'agent_id' } as const;

function isLine(kind: SetupKind): kind is keyof typeof LINES {
  return Object.hasOwn(LINES, kind);
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
  throw wrongField(name, 'must be a telephone number such as 030 98765432 or +49 30 98765432');
}
