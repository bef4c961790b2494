import type { DataSource, EntityTarget, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { Branch, Company, CompanySettings, Holiday, Service, Staff, TenantId, TenantProfile } from '../domain';
import type { TenantDirectory, TenantRef } from '../services/tenants/tenant-ports';
import { BranchEntity } from './branches';
import { CompanyEntity } from './companies';
import { PhoneNumberEntity, RetellAgentEntity } from './phone-numbers';
import { ServiceEntity } from './services';
import { isUuid, managerOf, prepared, sqlOf, rows } from './sql';
import { StaffEntity } from './staff';
import { columnsExcept, jsonFields, rawFields } from './table';

/** Answers calls that name no company, while there is no real one (see `demo`). */
const DEMO_SLUG = 'salon-sonnenschein';

const COMPANY = [
  'id',
  'name',
  'slug',
  'timeZone',
  'language',
  'currency',
  'calcomTeamId',
  'isActive',
] as const satisfies readonly (keyof Company)[];
const SETTINGS = [
  'maxAlternatives',
  'timeWindowHours',
  'cancelHoursBefore',
  'rescheduleHoursBefore',
  'calcomReservations',
  'aiDisclosure',
  'recordingNotice',
] as const satisfies readonly (keyof CompanySettings)[];
const BRANCH = columnsExcept(BranchEntity, 'createdAt', 'updatedAt') satisfies (keyof Branch)[];
const HOLIDAY = ['name', 'firstDay', 'lastDay', 'isYearly'] as const satisfies readonly (keyof Holiday)[];
const SERVICE = columnsExcept(ServiceEntity, 'calcomSyncedAt', 'createdAt', 'updatedAt') satisfies (keyof Service)[];
const STAFF = columnsExcept(StaffEntity, 'email', 'createdAt', 'updatedAt') satisfies (keyof Staff)[];

/** Companies, branches and what they offer, as they stand in Postgres. A deleted company does not exist. */
export class TenantStore implements TenantDirectory {
  readonly #byNumber = prepared<{ number: string }, TenantRef>(() =>
    this.#ofCompany(PhoneNumberEntity, 'n')
      .select(rawFields('n', ['companyId', 'branchId']))
      .addSelect('agent.agentId', 'agentId')
      .addSelect('agent.platform', 'agentPlatform')
      .addSelect('agent.language', 'language')
      .leftJoin('n.agent', 'agent', 'agent.isActive')
      .andWhere('n.numberE164 = :number')
      .andWhere('n.isActive')
      .andWhere('n.confirmedAt is not null'),
  );
  readonly #byAgent = prepared<{ agentId: string }, TenantRef>(() =>
    this.#ofCompany(RetellAgentEntity, 'a')
      .select(rawFields('a', ['companyId', 'branchId', 'language']))
      .andWhere('a.agentId = :agentId')
      .andWhere('a.isActive')
      .andWhere('a.confirmedAt is not null'),
  );

  constructor(private readonly source: DataSource) {}

  /** @param number E.164 */
  async byPhoneNumber(number: string): Promise<TenantRef | null> {
    const [found] = await this.#byNumber(sqlOf(this.source), { number });
    return found ?? null;
  }

  async byAgentId(agentId: string): Promise<TenantRef | null> {
    const [found] = await this.#byAgent(sqlOf(this.source), { agentId });
    return found ?? null;
  }

  /**
   * Confirms what one of the companies has entered and no other company was called on lately.
   * @returns the companies whose line or agent it was
   */
  async confirm(companyIds: readonly TenantId[], line: string | null, agentId: string | null): Promise<TenantId[]> {
    // SQL: whose calls it was is asked in the same statement, so that no call comes between.
    const found = await rows<{ companyId: TenantId }>(
      this.source,
      `with elsewhere as (
         select 1 from calls c where c.company_id <> all($1) and c.started_at > now() - interval '90 days'
           and (c.agent_id = $3 or c.to_number = $2 and c.direction is distinct from 'outbound'
             or c.from_number = $2 and c.direction = 'outbound')
       ), lines as (
         update phone_numbers set confirmed_at = now()
         where company_id = any($1) and number_e164 = $2 and confirmed_at is null and not exists (select from elsewhere)
         returning company_id
       ), agents as (
         update retell_agents set confirmed_at = now()
         where company_id = any($1) and agent_id = $3 and confirmed_at is null and not exists (select from elsewhere)
         returning company_id
       )
       select company_id as "companyId" from lines union select company_id from agents`,
      [companyIds, line, agentId],
    );
    return found.map(({ companyId }) => companyId);
  }

  async onlyBranch(companyId: TenantId): Promise<TenantRef | null> {
    const [branch, another] = await this.#ofCompany(BranchEntity, 'b')
      .select(rawFields('b', ['id']))
      .andWhere('b.companyId = :companyId', { companyId })
      .andWhere('b.isActive')
      .limit(2)
      .getRawMany<Pick<BranchEntity, 'id'>>();
    return branch && !another ? { companyId, branchId: branch.id, language: null } : null;
  }

  async demo(): Promise<TenantRef | null> {
    const branch = await this.#ofCompany(BranchEntity, 'b')
      .select(rawFields('b', ['id', 'companyId']))
      .andWhere('company.slug = :slug', { slug: DEMO_SLUG })
      .andWhere('b.isActive')
      .orderBy('b.createdAt')
      .addOrderBy('b.id')
      .limit(1)
      .getRawOne<Pick<BranchEntity, 'id' | 'companyId'>>();
    return branch ? { companyId: branch.companyId, branchId: branch.id, language: null } : null;
  }

  async profile(companyId: TenantId, branchId: string): Promise<TenantProfile | null> {
    if (!isUuid(branchId)) return null;
    const [profile] = await this.#profiles(companyId, branchId);
    return profile ?? null;
  }

  /** Every active branch of an active company, or of all of them. */
  allProfiles(companyId: TenantId | null = null): Promise<TenantProfile[]> {
    return this.#profiles(companyId, null);
  }

  #ofCompany<E extends ObjectLiteral>(entity: EntityTarget<E>, alias: string): SelectQueryBuilder<E> {
    return managerOf(this.source)
      .createQueryBuilder(entity, alias)
      .innerJoin(CompanyEntity, 'company', `company.id = ${alias}.companyId`)
      .where('company.deletedAt is null');
  }

  #profiles(companyId: TenantId | null, branchId: string | null): Promise<TenantProfile[]> {
    return rows<TenantProfile>(this.source, PROFILES, [companyId, branchId]);
  }
}

/**
 * A service without a branch is offered everywhere, unless `branch_service` names
 * branches for it: then in those that are active there. Without a branch ($2) every active one of every active company.
 * SQL: aggregates build a whole profile, or all of them, in one round trip.
 */
const PROFILES = `
  select
    json_build_object(${jsonFields('c', COMPANY)}, 'settings', json_build_object(${jsonFields('c', SETTINGS)})) as company,
    json_build_object(${jsonFields('b', BRANCH)},
      'holidays', (select coalesce(json_agg(json_build_object(${jsonFields('h', HOLIDAY)}) order by h.first_day), '[]')
        from holidays h
        where h.company_id = c.id and (h.branch_id is null or h.branch_id = b.id) and h.is_active
          and (h.is_yearly or h.last_day >= current_date - 1))) as branch,
    array(select n.number_e164 from phone_numbers n where n.company_id = c.id
      union select o.phone from branches o where o.company_id = c.id and o.phone is not null) as "ownNumbers",
    coalesce((
      select json_agg(json_build_object(${jsonFields('s', SERVICE)},
        'synonyms', (select coalesce(json_agg(y.synonym order by y.confidence desc, y.synonym), '[]')
          from service_synonyms y where y.company_id = s.company_id and y.service_id = s.id),
        'hostIds', (select coalesce(json_agg(h.calcom_host_id order by h.calcom_host_id), '[]')
          from calcom_event_type_hosts h
          where h.company_id = s.company_id and h.calcom_event_type_id = s.calcom_event_type_id)
      ) order by s.priority desc, s.name, s.id)
      from services s
      where s.company_id = c.id and (s.branch_id = b.id or (s.branch_id is null and (
        not exists (select 1 from branch_service o where o.company_id = c.id and o.service_id = s.id)
        or exists (select 1 from branch_service o
          where o.company_id = c.id and o.service_id = s.id and o.branch_id = b.id and o.is_active))))
    ), '[]') as services,
    coalesce((
      select json_agg(json_build_object(${jsonFields('p', STAFF)}, 'calcomUserId', m.calcom_host_id) order by p.name, p.id)
      from staff p
      left join calcom_host_mappings m on m.company_id = p.company_id and m.staff_id = p.id and m.is_active
      where p.company_id = c.id and (p.branch_id is null or p.branch_id = b.id)
    ), '[]') as staff
  from companies c join branches b on b.company_id = c.id
  where c.deleted_at is null
    and ((c.id = $1 and b.id = $2) or ($2::uuid is null and c.is_active and b.is_active and ($1::uuid is null or c.id = $1)))
  order by c.name, c.id, b.name, b.id`;
