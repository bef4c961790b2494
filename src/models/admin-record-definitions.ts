import type { RecordKind } from '../services/admin/records';

/** How one kind of record is read. `t` is its table; `$` stands for a filter's value. */
export interface RecordDefinition {
  from: string;
  select: string;
  /** Only for single records: what is too long or too private for lists. */
  selectOne?: string;
  sortBy: string;
  /** The column with the company. */
  company: string;
  /** Some rows belong to no company. */
  mayBeOfNoCompany?: boolean;
  /** Always true of the rows that exist for an operator. */
  always?: string;
  filters: Readonly<Record<string, string>>;
}

const BY_NAME = 'strpos(lower(t.name), lower($::text)) > 0';
const ACTIVE = 't.is_active = $::boolean';
const BY_STATUS = 't.status = $::text';
const range = (column: string): Record<string, string> => ({
  from: `${column} >= $::timestamptz`,
  to: `${column} < $::timestamptz`,
});
const DATES = 't.created_at, t.updated_at';

const SERVICE_LISTS = `
  (select coalesce(json_agg(y.synonym order by y.confidence desc, y.synonym), '[]') from service_synonyms y
    where y.company_id = t.company_id and y.service_id = t.id) as synonyms,
  (select coalesce(json_agg(h.calcom_host_id order by h.calcom_host_id), '[]') from calcom_event_type_hosts h
    where h.company_id = t.company_id and h.calcom_event_type_id = t.calcom_event_type_id) as host_ids,
  (select coalesce(json_agg(p.staff_id order by p.staff_id), '[]') from service_staff p
    where p.company_id = t.company_id and p.service_id = t.id and p.is_active) as staff_ids,
  (select coalesce(json_agg(o.branch_id order by o.branch_id), '[]') from branch_service o
    where o.company_id = t.company_id and o.service_id = t.id and o.is_active) as branch_ids`;

const CALL_BOOKED = `exists (select 1 from appointments b where b.company_id = t.company_id
  and b.call_id = t.retell_call_id and b.status not in ('failed', 'rejected'))`;

export const RECORDS: Record<RecordKind, RecordDefinition> = {
  companies: {
    from: 'companies t',
    select: `t.id, t.id as company_id, t.name, t.slug, t.time_zone, t.language, t.max_alternatives, t.time_window_hours,
      t.cancel_hours_before, t.reschedule_hours_before, t.calcom_reservations, t.calcom_team_id, t.calcom_key_id,
      t.calcom_api_key_ciphertext is not null as has_calcom_api_key,
      t.calcom_webhook_secret_ciphertext is not null as has_calcom_webhook_secret, t.is_active, ${DATES}`,
    sortBy: 't.created_at',
    company: 't.id',
    always: 't.deleted_at is null',
    filters: { q: `(${BY_NAME} or t.slug = lower($::text))`, is_active: ACTIVE },
  },
  branches: {
    from: 'branches t',
    select: `t.id, t.company_id, t.name, t.time_zone, t.hours, t.phone, t.is_active, ${DATES}`,
    sortBy: 't.created_at',
    company: 't.company_id',
    filters: { q: BY_NAME, is_active: ACTIVE },
  },
  services: {
    from: 'services t',
    select: `t.id, t.company_id, t.branch_id, t.name, t.duration_minutes, t.buffer_before_minutes, t.buffer_after_minutes,
      t.minimum_notice_minutes, t.price::float8 as price, t.calcom_event_type_id, t.calcom_team_id, t.calcom_synced_at,
      t.scheduling_type, t.seats, t.requires_confirmation, t.phone_only, t.booking_field_defaults, t.is_active, t.is_default,
      t.priority, ${DATES}, ${SERVICE_LISTS}`,
    sortBy: 't.created_at',
    company: 't.company_id',
    filters: {
      q: BY_NAME,
      is_active: ACTIVE,
      branch_id: 't.branch_id = $::uuid',
      calcom_event_type_id: 't.calcom_event_type_id = $::int',
    },
  },
  staff: {
    from: 'staff t left join calcom_host_mappings m on m.company_id = t.company_id and m.staff_id = t.id and m.is_active',
    select: `t.id, t.company_id, t.branch_id, t.name, t.email, m.calcom_host_id, t.is_active, ${DATES}`,
    sortBy: 't.created_at',
    company: 't.company_id',
    filters: { q: BY_NAME, is_active: ACTIVE, branch_id: 't.branch_id = $::uuid' },
  },
  phone_numbers: {
    from: 'phone_numbers t',
    select: `t.id, t.company_id, t.branch_id, t.number_e164 as number, t.agent_id, t.is_active, ${DATES}`,
    sortBy: 't.created_at',
    company: 't.company_id',
    filters: { number: 't.number_e164 = $::text', is_active: ACTIVE, branch_id: 't.branch_id = $::uuid' },
  },
  host_mappings: {
    from: 'calcom_host_mappings t',
    select: `t.id, t.company_id, t.staff_id, t.calcom_host_id, t.team_id, t.calcom_name, t.calcom_email, t.mapping_source,
      t.confidence, t.is_active, t.last_synced_at, ${DATES}`,
    sortBy: 't.created_at',
    company: 't.company_id',
    filters: { is_active: ACTIVE, staff_id: 't.staff_id = $::uuid', calcom_host_id: 't.calcom_host_id = $::int' },
  },
  retell_agents: {
    from: 'retell_agents t',
    select: `t.id, t.company_id, t.branch_id, t.agent_id, t.name, t.language, t.is_active, ${DATES}`,
    sortBy: 't.created_at',
    company: 't.company_id',
    filters: { agent_id: 't.agent_id = $::text', is_active: ACTIVE, branch_id: 't.branch_id = $::uuid' },
  },
  tokens: {
    from: 'api_tokens t',
    select: 't.id, t.company_id, t.name, t.expires_at, t.last_used_at, t.revoked_at, t.created_at',
    sortBy: 't.created_at',
    company: 't.company_id',
    mayBeOfNoCompany: true,
    filters: { q: BY_NAME },
  },
  appointments: {
    from: `appointments t
      left join services s on s.company_id = t.company_id and s.id = t.service_id
      left join staff p on p.company_id = t.company_id and p.id = t.staff_id`,
    select: `t.id, t.company_id, t.branch_id, t.service_id, s.name as service_name, t.staff_id, p.name as staff_name,
      t.customer_id, t.call_id, t.starts_at, t.ends_at, t.time_zone, t.status, t.price::float8 as price, t.attendee_name,
      t.attendee_phone, t.attendee_email, t.notes, t.sync_origin, t.calcom_event_type_id, t.calcom_booking_uid,
      t.calcom_host_id, t.calcom_sync_status, t.sync_error, t.requires_manual_review, t.manual_review_reason,
      t.previous_starts_at, t.rescheduled_count, t.cancelled_at, t.cancelled_by, t.cancellation_reason, ${DATES}`,
    sortBy: 't.starts_at',
    company: 't.company_id',
    filters: {
      ...range('t.starts_at'),
      status: BY_STATUS,
      service_id: 't.service_id = $::uuid',
      branch_id: 't.branch_id = $::uuid',
      customer_id: 't.customer_id = $::uuid',
      call_id: 't.call_id = $::text',
      number: 't.attendee_phone = $::text',
      q: 'strpos(lower(t.attendee_name), lower($::text)) > 0',
      requires_manual_review: '(t.requires_manual_review and $::boolean)',
    },
  },
  customers: {
    from: 'customers t',
    select: `t.id, t.company_id, t.name, t.phone, t.email, t.source, t.erased_at, ${DATES}`,
    sortBy: 't.created_at',
    company: 't.company_id',
    filters: {
      q: BY_NAME,
      number: 't.phone = $::text',
      email: 'lower(t.email) = lower($::text)',
      ...range('t.created_at'),
    },
  },
  calls: {
    from: 'calls t',
    select: `t.id, t.company_id, t.branch_id, t.customer_id, t.retell_call_id, t.agent_id, t.direction, t.from_number,
      t.to_number, t.language, t.status, t.started_at, t.ended_at, t.duration_ms, t.disconnection_reason, t.flags,
      ${CALL_BOOKED} as booked, t.erased_at, ${DATES}`,
    selectOne: 't.transcript, t.analysis',
    sortBy: 't.started_at',
    company: 't.company_id',
    filters: {
      ...range('t.started_at'),
      status: BY_STATUS,
      number: '(t.from_number = $::text or t.to_number = $::text)',
      call_id: 't.retell_call_id = $::text',
      customer_id: 't.customer_id = $::uuid',
      outcome: `${CALL_BOOKED} = ($::text = 'booked')`,
      flagged: `(t.flags <> '{}' and $::boolean)`,
    },
  },
  callbacks: {
    from: 'callback_requests t',
    select: `t.id, t.company_id, t.branch_id, t.call_id, t.customer_id, t.customer_name, t.phone, t.reason, t.priority,
      t.status, t.assigned_to, t.closed_at, ${DATES}`,
    sortBy: 't.created_at',
    company: 't.company_id',
    filters: {
      status: BY_STATUS,
      priority: 't.priority = $::text',
      number: 't.phone = $::text',
      ...range('t.created_at'),
    },
  },
  webhook_events: {
    from: 'webhook_events t',
    select: `t.id, t.company_id, t.provider, t.event_type, t.status, t.attempts, t.error, t.received_at, t.processed_at`,
    selectOne: 't.payload',
    sortBy: 't.received_at',
    company: 't.company_id',
    mayBeOfNoCompany: true,
    filters: {
      status: BY_STATUS,
      provider: 't.provider = $::text',
      event_type: 't.event_type = $::text',
      ...range('t.received_at'),
    },
  },
  jobs: {
    from: 'jobs t',
    select: `t.id, t.company_id, t.queue, t.name, t.status, t.run_at, t.attempts, t.max_attempts, t.last_error, t.created_at,
      t.started_at, t.finished_at`,
    selectOne: 't.payload',
    sortBy: 't.created_at',
    company: 't.company_id',
    mayBeOfNoCompany: true,
    filters: { status: BY_STATUS, name: 't.name = $::text', queue: 't.queue = $::text', ...range('t.created_at') },
  },
  manual_reviews: {
    from: 'manual_reviews t',
    select: `t.id, t.company_id, t.kind, t.subject_type, t.subject_id, t.detail, t.status, t.resolved_by, t.resolution,
      t.resolved_at, t.created_at`,
    sortBy: 't.created_at',
    company: 't.company_id',
    filters: { status: BY_STATUS, kind: 't.kind = $::text', ...range('t.created_at') },
  },
  alerts: {
    from: 'alerts t',
    select: `t.id, t.company_id, t.kind, t.severity, t.message, t.occurrences, t.first_seen_at, t.last_seen_at,
      t.resolved_at`,
    sortBy: 't.last_seen_at',
    company: 't.company_id',
    mayBeOfNoCompany: true,
    filters: {
      kind: 't.kind = $::text',
      severity: 't.severity = $::text',
      open: '(t.resolved_at is null) = $::boolean',
      ...range('t.last_seen_at'),
    },
  },
  audit: {
    from: 'audit_log t',
    select: 't.id, t.company_id, t.actor, t.action, t.subject_type, t.subject_id, t.detail, t.created_at',
    sortBy: 't.created_at',
    company: 't.company_id',
    mayBeOfNoCompany: true,
    filters: {
      actor: 't.actor = $::text',
      action: 't.action = $::text',
      subject_type: 't.subject_type = $::text',
      subject_id: 't.subject_id = $::text',
      ...range('t.created_at'),
    },
  },
};
