import { randomUUID } from 'node:crypto';
import { IsNull, MoreThan, Not, type DataSource, type EntityManager } from 'typeorm';
import type { Holiday, LocalDate, TenantId } from '../domain';
import type { Fields, SetupKind, SetupWriter } from '../services/admin/records';
import { entityValues, RECORDS } from './admin-record-definitions';
import { explained, unlessChanged } from './admin-write-errors';
import { BranchServiceEntity, ServiceEntity, ServiceStaffEntity, ServiceSynonymEntity } from './services';
import { BranchEntity, HolidayEntity } from './branches';
import { CallEntity } from './calls';
import { CompanyEntity } from './companies';
import { CalcomEventTypeHostEntity } from './calcom-event-types';
import type { EventTypeClaims } from './event-type-owners';
import { PhoneNumberEntity, RetellAgentEntity } from './phone-numbers';
import { inTransaction, isForeignKeyViolation, lockUntilCommit, managerOf, type Sql } from './sql';

const LATELY_MS = 90 * 86_400_000;

/** What a row says that an operator made, where the column's default means something else. */
const MADE_BY_OPERATOR: Partial<Record<SetupKind, Fields>> = { host_mappings: { mapping_source: 'manual' } };

/** Replaces the rows behind a field of a service. */
type ReplaceList = (manager: EntityManager, companyId: TenantId, serviceId: string, values: unknown[]) => Promise<void>;

/** Fields of a service that are rows of another table. */
const SERVICE_LISTS: Readonly<Record<string, ReplaceList>> = {
  synonyms: links(ServiceSynonymEntity, 'synonym'),
  staff_ids: links(ServiceStaffEntity, 'staffId'),
  branch_ids: links(BranchServiceEntity, 'branchId'),
  host_ids: async (manager, companyId, serviceId, hostIds) => {
    const { calcomEventTypeId } = await manager.findOneByOrFail(ServiceEntity, { companyId, id: serviceId });
    await manager.delete(CalcomEventTypeHostEntity, { companyId, calcomEventTypeId });
    const rows = hostIds.map((id) => ({ companyId, calcomEventTypeId, calcomHostId: Number(id) }));
    await manager.insert(CalcomEventTypeHostEntity, rows);
  },
};

function links(
  entity: typeof ServiceSynonymEntity | typeof ServiceStaffEntity | typeof BranchServiceEntity,
  property: string,
): ReplaceList {
  return async (manager, companyId, serviceId, values) => {
    await manager.delete(entity, { companyId, serviceId });
    await manager.insert(
      entity,
      values.map((value) => ({ companyId, serviceId, [property]: value })),
    );
  };
}

/** What operators write down about a company. Each write is one transaction. */
export class AdminSetupWriter implements SetupWriter {
  constructor(
    private readonly source: DataSource,
    private readonly claims: EventTypeClaims,
  ) {}

  async insert(kind: SetupKind, companyId: TenantId, fields: Fields): Promise<string> {
    const id = randomUUID();
    const values = entityValues(this.source, kind, { ...MADE_BY_OPERATOR[kind], ...fields });
    await this.#write(async (manager) => {
      if (typeof fields.new_branch === 'string')
        values.branchId = await newBranch(manager, companyId, fields.new_branch);
      if (kind === 'services') await this.claims.require(manager, companyId, [Number(fields.calcom_event_type_id)]);
      await takeOverPending(manager, kind, companyId, fields);
      await manager.insert(RECORDS[kind].entity, { ...values, id, companyId });
      if (kind === 'services') await replaceLists(manager, companyId, id, fields);
    });
    return id;
  }

  insertHolidays(
    companyId: TenantId,
    branchId: string | null,
    missing: (known: readonly Holiday[]) => readonly Holiday[],
  ): Promise<{ id: string; firstDay: LocalDate }[]> {
    const places = [...new Set([null, branchId])].map((id) => ({ branchId: id ?? IsNull() }));
    return this.#write(async (manager, sql) => {
      await lockUntilCommit(sql, `${companyId}:holidays`);
      const known = await manager.findBy(
        HolidayEntity,
        places.map((place) => ({ ...place, companyId, isActive: true })),
      );
      const made = missing(known).map((one) => ({ ...one, id: randomUUID(), companyId, branchId }));
      await manager.insert(HolidayEntity, made);
      return made;
    });
  }

  async update(
    kind: SetupKind,
    companyId: TenantId,
    id: string,
    fields: Fields,
    unchangedSince: Date | null,
  ): Promise<void> {
    const values = entityValues(this.source, kind, fields);
    await this.#write(async (manager) => {
      if (kind === 'services') await keepOwnEventType(this.claims, manager, companyId, id, fields);
      const update = manager
        .createQueryBuilder()
        .update(RECORDS[kind].entity)
        .set({ ...values, updatedAt: () => 'now()' })
        .where({ companyId, id });
      await unlessChanged(update, unchangedSince);
      if (kind === 'services') await replaceLists(manager, companyId, id, fields);
    });
  }

  async remove(kind: SetupKind, companyId: TenantId, id: string): Promise<'deleted' | 'deactivated'> {
    const { entity } = RECORDS[kind];
    const manager = managerOf(this.source);
    try {
      await manager.delete(entity, { companyId, id });
      return 'deleted';
    } catch (error) {
      if (!isForeignKeyViolation(error)) throw error;
    }
    await manager.update(entity, { companyId, id }, { isActive: false });
    return 'deactivated';
  }

  async isCalledElsewhere(companyId: TenantId, fields: Fields): Promise<boolean> {
    const since = { companyId: Not(companyId), startedAt: MoreThan(new Date(Date.now() - LATELY_MS)) };
    const { number, agent_id: agentId } = fields;
    const dialled = typeof number === 'string' ? number : null;
    const places = [
      ...(dialled === null
        ? []
        : [
            { ...since, toNumber: dialled, direction: Not('outbound' as const) },
            { ...since, toNumber: dialled, direction: IsNull() },
            { ...since, fromNumber: dialled, direction: 'outbound' as const },
          ]),
      ...(typeof agentId === 'string' ? [{ ...since, agentId }] : []),
    ];
    return places.length > 0 && managerOf(this.source).existsBy(CallEntity, places);
  }

  #write<T>(work: (manager: EntityManager, sql: Sql) => Promise<T>): Promise<T> {
    return explained(inTransaction(this.source, (sql, manager) => work(manager, sql)));
  }
}

/** In the company's own zone, and closed until its hours are entered. */
async function newBranch(manager: EntityManager, companyId: TenantId, name: string): Promise<string> {
  const { timeZone } = await manager.findOneByOrFail(CompanyEntity, { id: companyId });
  const id = randomUUID();
  await manager.insert(BranchEntity, { id, companyId, name, timeZone });
  return id;
}

/** @throws Conflict when the service would come to offer an event type of another company */
async function keepOwnEventType(
  claims: EventTypeClaims,
  manager: EntityManager,
  companyId: TenantId,
  id: string,
  fields: Fields,
): Promise<void> {
  const before = await manager.findOneByOrFail(ServiceEntity, { companyId, id });
  const eventTypeId = Number(fields.calcom_event_type_id ?? before.calcomEventTypeId);
  const isOffered = typeof fields.is_active === 'boolean' ? fields.is_active : before.isActive;
  const isSame = eventTypeId === before.calcomEventTypeId && (before.isActive || !isOffered);
  if (!isSame) await claims.require(manager, companyId, [eventTypeId]);
}

/** What the platform enters is no longer pending for a company that only wrote it down. */
async function takeOverPending(
  manager: EntityManager,
  kind: SetupKind,
  companyId: TenantId,
  { confirmed_at: confirmedAt, number, agent_id: agentId }: Fields,
): Promise<void> {
  if (!(confirmedAt instanceof Date)) return;
  const pending = { companyId: Not(companyId), confirmedAt: IsNull() };
  if (kind === 'phone_numbers') await manager.delete(PhoneNumberEntity, { ...pending, numberE164: String(number) });
  if (kind === 'retell_agents') await manager.delete(RetellAgentEntity, { ...pending, agentId: String(agentId) });
}

async function replaceLists(manager: EntityManager, companyId: TenantId, id: string, fields: Fields): Promise<void> {
  for (const [field, replace] of Object.entries(SERVICE_LISTS)) {
    const values = fields[field];
    if (Array.isArray(values)) await explained(replace(manager, companyId, id, values), field);
  }
}
