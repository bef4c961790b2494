import { demoCompany } from './demo-company';

/** Runs one statement; parameters are `$1`, `$2` … */
export type Sql = <T extends object>(text: string, params?: unknown[]) => Promise<T[]>;

/**
 * Creates the demo company unless it exists. Any number of processes may try at once, any number of times; what an
 * operator changed since is left alone.
 * @param sql runs inside one transaction
 * @returns whether it was created just now
 */
export async function seedDemo(sql: Sql): Promise<boolean> {
  const company = demoCompany;
  // Of several processes one inserts; the others wait for its commit, find the slug taken and leave.
  const [made] = await sql<{ id: string }>(
    `insert into companies (name, slug, time_zone, language, calcom_team_id) values ($1, $2, $3, $4, $5)
     on conflict (slug) do nothing returning id`,
    [company.name, company.slug, company.timeZone, company.language, company.calcomTeamId],
  );
  if (!made) return false;
  const branchId = await insertBranch(sql, made.id);
  await insertStaff(sql, made.id, branchId);
  for (const [index, service] of company.services.entries()) {
    await insertService(sql, made.id, service, company.services.length - index);
  }
  return true;
}

async function insertBranch(sql: Sql, companyId: string): Promise<string> {
  const [branch] = await sql<{ id: string }>(
    `insert into branches (company_id, name, time_zone, hours, phone) values ($1, $2, $3, $4, $5) returning id`,
    [companyId, demoCompany.branch, demoCompany.timeZone, JSON.stringify(demoCompany.hours), demoCompany.number],
  );
  if (!branch) throw new Error('the demo branch was not created');
  // A number or agent that another company uses already stays theirs.
  await sql(
    `insert into retell_agents (company_id, branch_id, agent_id, name) values ($1, $2, $3, $4) on conflict do nothing`,
    [companyId, branch.id, demoCompany.agentId, demoCompany.name],
  );
  await sql(
    `insert into phone_numbers (company_id, branch_id, number_e164, agent_id) values ($1, $2, $3, $4)
     on conflict do nothing`,
    [companyId, branch.id, demoCompany.number, demoCompany.agentId],
  );
  return branch.id;
}

async function insertStaff(sql: Sql, companyId: string, branchId: string): Promise<void> {
  for (const person of demoCompany.staff) {
    await sql(
      `with person as (
         insert into staff (company_id, branch_id, name, email) values ($1, $2, $3, $4) returning id)
       insert into calcom_host_mappings
         (company_id, staff_id, calcom_host_id, team_id, calcom_name, calcom_email, mapping_source)
       select $1, id, $5, $6, $3, $4, 'manual' from person`,
      [companyId, branchId, person.name, person.email, person.calcomUserId, demoCompany.calcomTeamId],
    );
  }
}

async function insertService(
  sql: Sql,
  companyId: string,
  service: (typeof demoCompany.services)[number],
  priority: number,
): Promise<void> {
  await sql(
    `with service as (
       insert into services (company_id, name, duration_minutes, minimum_notice_minutes, price, calcom_event_type_id,
         calcom_team_id, scheduling_type, phone_only, priority)
       values ($1, $2, $3, $4, $5, $6, $7, 'roundRobin', true, $8) returning id)
     insert into service_synonyms (company_id, service_id, synonym)
     select $1, service.id, unnest($9::text[]) from service`,
    [
      companyId,
      service.name,
      service.durationMinutes,
      demoCompany.minimumNoticeMinutes,
      service.price,
      service.eventTypeId,
      demoCompany.calcomTeamId,
      priority,
      service.synonyms,
    ],
  );
  await sql(
    `insert into calcom_event_type_owners (calcom_key_id, calcom_event_type_id, company_id)
     values ('platform', $2, $1) on conflict do nothing`,
    [companyId, service.eventTypeId],
  );
  await sql(
    `insert into calcom_event_type_hosts (company_id, calcom_event_type_id, calcom_host_id)
     select $1, $2, unnest($3::integer[])`,
    [companyId, service.eventTypeId, demoCompany.staff.map((person) => person.calcomUserId)],
  );
}
