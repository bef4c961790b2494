import type { DataSource } from 'typeorm';
import type { Language, TenantId, TenantProfile } from '../domain';
import type { TenantRef } from '../services/voice/ports';
import type { TenantSource } from '../services/tenants/tenant-directory';
import { isUuid, rows } from './sql';

/** Answers calls that name no company, while there is no real one (see `demo`). */
const DEMO_SLUG = 'salon-sonnenschein';

interface RefRow {
  company_id: TenantId;
  branch_id: string;
  language: Language | null;
}

/** Companies, branches and what they offer, as they stand in Postgres. A deleted company does not exist. */
export class TenantStore implements TenantSource {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    this.#source = source;
  }

  /** @param number E.164 */
  byPhoneNumber(number: string): Promise<TenantRef | null> {
    return this.#ref(
      `select n.company_id, n.branch_id, a.language
       from phone_numbers n join companies c on c.id = n.company_id
       left join retell_agents a on a.company_id = n.company_id and a.agent_id = n.agent_id and a.is_active
       where n.number_e164 = $1 and n.is_active and c.deleted_at is null`,
      number,
    );
  }

  byAgentId(agentId: string): Promise<TenantRef | null> {
    return this.#ref(
      `select a.company_id, a.branch_id, a.language
       from retell_agents a join companies c on c.id = a.company_id
       where a.agent_id = $1 and a.is_active and c.deleted_at is null`,
      agentId,
    );
  }

  demo(): Promise<TenantRef | null> {
    return this.#ref(
      `select b.company_id, b.id as branch_id, null as language
       from companies c join branches b on b.company_id = c.id and b.is_active
       where c.slug = $1 and c.deleted_at is null
       order by b.created_at, b.id limit 1`,
      DEMO_SLUG,
    );
  }

  async profile(companyId: TenantId, branchId: string): Promise<TenantProfile | null> {
    if (!isUuid(branchId)) return null;
    const [row] = await rows<TenantProfile>(
      this.#source,
      `${PROFILES} where c.deleted_at is null and c.id = $1 and b.id = $2`,
      [companyId, branchId],
    );
    return row ?? null;
  }

  /** Every active branch of every active company. */
  allProfiles(): Promise<TenantProfile[]> {
    return rows<TenantProfile>(
      this.#source,
      `${PROFILES} where c.deleted_at is null and c.is_active and b.is_active order by c.name, c.id, b.name, b.id`,
    );
  }

  async #ref(question: string, value: string): Promise<TenantRef | null> {
    const [row] = await rows<RefRow>(this.#source, question, [value]);
    return row ? { companyId: row.company_id, branchId: row.branch_id, language: row.language } : null;
  }
}

/**
 * A whole profile in one round trip. A service without a branch is offered everywhere, unless `branch_service` names
 * branches for it: then in those that are active there.
 */
const PROFILES = `
  select
    json_build_object(
      'id', c.id, 'name', c.name, 'slug', c.slug, 'timeZone', c.time_zone, 'language', c.language,
      'currency', c.currency, 'calcomTeamId', c.calcom_team_id, 'isActive', c.is_active,
      'settings', json_build_object(
        'maxAlternatives', c.max_alternatives, 'timeWindowHours', c.time_window_hours,
        'cancelHoursBefore', c.cancel_hours_before, 'rescheduleHoursBefore', c.reschedule_hours_before,
        'calcomReservations', c.calcom_reservations)) as company,
    json_build_object(
      'id', b.id, 'companyId', b.company_id, 'name', b.name, 'timeZone', b.time_zone, 'hours', b.hours,
      'phone', b.phone, 'isActive', b.is_active) as branch,
    coalesce((
      select json_agg(json_build_object(
        'id', s.id, 'companyId', s.company_id, 'branchId', s.branch_id, 'name', s.name,
        'synonyms', (select coalesce(json_agg(y.synonym order by y.confidence desc, y.synonym), '[]')
          from service_synonyms y where y.company_id = s.company_id and y.service_id = s.id),
        'durationMinutes', s.duration_minutes, 'bufferBeforeMinutes', s.buffer_before_minutes,
        'bufferAfterMinutes', s.buffer_after_minutes, 'minimumNoticeMinutes', s.minimum_notice_minutes,
        'price', s.price, 'description', s.description, 'calcomEventTypeId', s.calcom_event_type_id, 'calcomTeamId', s.calcom_team_id,
        'hostIds', (select coalesce(json_agg(h.calcom_host_id order by h.calcom_host_id), '[]')
          from calcom_event_type_hosts h
          where h.company_id = s.company_id and h.calcom_event_type_id = s.calcom_event_type_id),
        'schedulingType', s.scheduling_type, 'seats', s.seats, 'requiresConfirmation', s.requires_confirmation,
        'phoneOnly', s.phone_only, 'bookingFieldDefaults', s.booking_field_defaults, 'isActive', s.is_active,
        'isDefault', s.is_default, 'priority', s.priority
      ) order by s.priority desc, s.name, s.id)
      from services s
      where s.company_id = c.id and (s.branch_id = b.id or (s.branch_id is null and (
        not exists (select 1 from branch_service o where o.company_id = c.id and o.service_id = s.id)
        or exists (select 1 from branch_service o
          where o.company_id = c.id and o.service_id = s.id and o.branch_id = b.id and o.is_active))))
    ), '[]') as services,
    coalesce((
      select json_agg(json_build_object(
        'id', p.id, 'companyId', p.company_id, 'branchId', p.branch_id, 'name', p.name,
        'calcomUserId', m.calcom_host_id, 'isActive', p.is_active) order by p.name, p.id)
      from staff p
      left join calcom_host_mappings m on m.company_id = p.company_id and m.staff_id = p.id and m.is_active
      where p.company_id = c.id and (p.branch_id is null or p.branch_id = b.id)
    ), '[]') as staff
  from companies c join branches b on b.company_id = c.id`;
