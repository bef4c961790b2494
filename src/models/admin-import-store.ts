import type { DataSource } from 'typeorm';
import type { UpstreamEventType } from '../services/calcom/calcom-ports';
import type { TenantId } from '../domain';
import type {
  HostOutcome,
  ImportedHost,
  ImportedService,
  ImportPlan,
  ImportStore,
} from '../services/admin/event-type-import';
import { inTransaction, type Sql } from './sql';

/** Confidence of a match by e-mail address and by name alone. */
const BY_EMAIL = 95;
const BY_NAME = 75;

export class AdminImportStore implements ImportStore {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    this.#source = source;
  }

  apply(companyId: TenantId, plan: ImportPlan): Promise<{ services: ImportedService[]; hosts: HostOutcome[] }> {
    return inTransaction(this.#source, async (sql) => {
      // Two imports at once would both create the same staff.
      await sql(`select pg_advisory_xact_lock(hashtextextended('import of ' || $1, 0))`, [companyId]);
      const hosts: HostOutcome[] = [];
      for (const host of plan.hosts) hosts.push(await upsertHost(sql, companyId, plan.branchId, host));
      const services: ImportedService[] = [];
      for (const eventType of plan.eventTypes)
        services.push(await upsertService(sql, companyId, plan.branchId, eventType));
      return { services, hosts };
    });
  }
}

async function upsertHost(
  sql: Sql,
  companyId: TenantId,
  branchId: string | null,
  host: ImportedHost,
): Promise<HostOutcome> {
  const described = { host_id: host.userId, name: host.name };
  const [known] = await sql<{ staff_id: string | null }>(
    `update calcom_host_mappings set calcom_name = $3, calcom_email = $4, team_id = coalesce($5, team_id),
       last_synced_at = now(), updated_at = now()
     where company_id = $1 and calcom_host_id = $2 returning staff_id`,
    [companyId, host.userId, host.name, host.email, host.teamId],
  );
  if (known) return { ...described, staff_id: known.staff_id, outcome: 'known' };
  const match = await matchingStaff(sql, companyId, host);
  const staffId = match?.id ?? (await insertStaff(sql, companyId, branchId, host));
  await sql(
    `insert into calcom_host_mappings
       (company_id, staff_id, calcom_host_id, team_id, calcom_name, calcom_email, mapping_source, confidence, last_synced_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, now())`,
    [
      companyId,
      staffId,
      host.userId,
      host.teamId,
      host.name,
      host.email,
      match?.source ?? 'import',
      match?.confidence ?? 100,
    ],
  );
  return { ...described, staff_id: staffId, outcome: match ? 'matched' : 'created' };
}

/** Somebody without a host of their own who has this address, else the only one of this name. */
async function matchingStaff(
  sql: Sql,
  companyId: TenantId,
  host: ImportedHost,
): Promise<{ id: string; source: 'auto_email' | 'auto_name'; confidence: number } | null> {
  const free = `company_id = $1 and is_active and not exists (
    select 1 from calcom_host_mappings m where m.company_id = $1 and m.staff_id = staff.id and m.is_active)`;
  const [byEmail] = await sql<{ id: string }>(
    `select id from staff where ${free} and lower(email) = lower($2) order by created_at limit 1`,
    [companyId, host.email],
  );
  if (byEmail) return { id: byEmail.id, source: 'auto_email', confidence: BY_EMAIL };
  const byName = await sql<{ id: string }>(`select id from staff where ${free} and lower(name) = lower($2) limit 2`, [
    companyId,
    host.name,
  ]);
  const only = byName.length === 1 ? byName[0] : undefined;
  return only ? { id: only.id, source: 'auto_name', confidence: BY_NAME } : null;
}

async function insertStaff(
  sql: Sql,
  companyId: TenantId,
  branchId: string | null,
  host: ImportedHost,
): Promise<string | null> {
  const [person] = await sql<{ id: string }>(
    `insert into staff (company_id, branch_id, name, email) values ($1, $2, $3, nullif($4, '')) returning id`,
    [companyId, branchId, host.name, host.email],
  );
  return person?.id ?? null;
}

/** What Cal.com decides is taken over each time; the name, the price and whether it is offered stay the operator's. */
async function upsertService(
  sql: Sql,
  companyId: TenantId,
  branchId: string | null,
  eventType: UpstreamEventType,
): Promise<ImportedService> {
  const facts = [
    companyId,
    eventType.id,
    eventType.lengthMinutes,
    eventType.bufferBeforeMinutes,
    eventType.bufferAfterMinutes,
    eventType.minimumNoticeMinutes,
    eventType.teamId,
    eventType.schedulingType,
    eventType.seats,
    eventType.requiresConfirmation,
    eventType.phoneEnabled && !eventType.emailRequired,
  ];
  await sql('delete from calcom_event_type_hosts where company_id = $1 and calcom_event_type_id = $2', [
    companyId,
    eventType.id,
  ]);
  await sql(
    `insert into calcom_event_type_hosts (company_id, calcom_event_type_id, calcom_host_id)
     select $1, $2, unnest($3::int[]) on conflict do nothing`,
    [companyId, eventType.id, eventType.hosts.map((host) => host.userId)],
  );
  const [known] = await sql<{ id: string }>(
    `update services set duration_minutes = $3, buffer_before_minutes = $4, buffer_after_minutes = $5,
       minimum_notice_minutes = $6, calcom_team_id = $7, scheduling_type = $8, seats = $9, requires_confirmation = $10,
       phone_only = $11, calcom_synced_at = now(), updated_at = now()
     where company_id = $1 and calcom_event_type_id = $2 returning id`,
    facts,
  );
  if (known) return { event_type_id: eventType.id, service_id: known.id, outcome: 'updated' };
  const [made] = await sql<{ id: string }>(
    `insert into services (company_id, calcom_event_type_id, duration_minutes, buffer_before_minutes, buffer_after_minutes,
       minimum_notice_minutes, calcom_team_id, scheduling_type, seats, requires_confirmation, phone_only, branch_id, name, price,
       is_active, calcom_synced_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, now()) returning id`,
    [...facts, branchId, eventType.title, eventType.price, !eventType.hidden],
  );
  return { event_type_id: eventType.id, service_id: made?.id ?? '', outcome: 'created' };
}
