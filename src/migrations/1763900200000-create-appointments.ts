import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Appointments, and the ledger of what Cal.com was asked to do about them. */
export class CreateAppointments1763900200000 implements MigrationInterface {
  readonly name = 'CreateAppointments1763900200000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table if exists manual_reviews, slot_reservations, booking_operations, appointment_modifications,
        appointment_booking_uids, appointments`);
  }
}

const UP = [
  `create table appointments (
    id uuid not null default gen_random_uuid(),
    company_id uuid not null,
    branch_id uuid not null,
    service_id uuid,
    staff_id uuid,
    customer_id uuid,
    call_id text,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    time_zone text not null,
    status text not null,
    price numeric(10, 2),
    attendee_name text not null,
    attendee_phone text,
    attendee_email text,
    notes text,
    sync_origin text not null,
    exclusive boolean not null default true,
    calcom_event_type_id integer not null,
    calcom_booking_id bigint,
    calcom_booking_uid text,
    calcom_host_id integer,
    calcom_sync_status text not null default 'pending',
    sync_error text,
    gateway_key text,
    requires_manual_review boolean not null default false,
    manual_review_reason text,
    previous_starts_at timestamptz,
    rescheduled_count integer not null default 0,
    cancelled_at timestamptz,
    cancelled_by text,
    cancellation_reason text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_appointments primary key (id),
    constraint uq_appointments_company_id unique (company_id, id),
    constraint uq_appointments_booking_uid unique (company_id, calcom_booking_uid),
    constraint fk_appointments_branch foreign key (company_id, branch_id) references branches (company_id, id),
    constraint fk_appointments_service foreign key (company_id, service_id) references services (company_id, id),
    constraint fk_appointments_staff foreign key (company_id, staff_id) references staff (company_id, id),
    constraint fk_appointments_customer foreign key (company_id, customer_id) references customers (company_id, id),
    constraint ck_appointments_times check (ends_at > starts_at),
    constraint ck_appointments_status
      check (status in ('pending', 'booked', 'cancelled', 'rejected', 'completed', 'no_show', 'failed')),
    constraint ck_appointments_booked check (status <> 'booked' or calcom_booking_uid is not null),
    constraint ck_appointments_cancelled check (status <> 'cancelled' or cancelled_at is not null),
    constraint ck_appointments_price check (price >= 0),
    constraint ck_appointments_uid check (calcom_booking_uid <> ''),
    constraint ck_appointments_origin check (sync_origin in ('retell', 'calcom', 'admin')),
    constraint ck_appointments_sync_status check (calcom_sync_status in ('pending', 'synced', 'failed')),
    constraint ck_appointments_cancelled_by check (cancelled_by in ('retell', 'calcom', 'admin')),
    constraint ck_appointments_rescheduled check (rescheduled_count >= 0),
    -- One host, one appointment at a time. Half-open: an appointment may begin when another ends. Rows that Cal.com
    -- itself allows to overlap (seats, bookings taken over as they are) are not exclusive.
    constraint ex_appointments_host_time exclude using gist
      (company_id with =, calcom_host_id with =, tstzrange(starts_at, ends_at) with &&)
      where (calcom_host_id is not null and exclusive and status in ('pending', 'booked'))
  )`,
  `create index idx_appointments_company on appointments (company_id, starts_at)`,
  `create index idx_appointments_customer on appointments (company_id, customer_id, starts_at)
    where customer_id is not null`,
  `create index idx_appointments_call on appointments (company_id, call_id) where call_id is not null`,
  `create index idx_appointments_service on appointments (company_id, service_id, starts_at)`,
  // Popular services and peak hours of the last weeks, over all companies.
  `create index idx_appointments_created on appointments (created_at)`,
  `create index idx_appointments_review on appointments (company_id, created_at) where requires_manual_review`,
  // Everything that may stand in the way of a start, whether its host is known or not.
  `create index idx_appointments_active_time on appointments using gist (company_id, tstzrange(starts_at, ends_at))
    where exclusive and status in ('pending', 'booked')`,

  `create table appointment_booking_uids (
    company_id uuid not null,
    uid text not null,
    appointment_id uuid not null,
    created_at timestamptz not null default now(),
    constraint pk_appointment_booking_uids primary key (company_id, uid),
    constraint fk_appointment_booking_uids_appointment foreign key (company_id, appointment_id)
      references appointments (company_id, id) on delete cascade
  )`,
  `create index idx_appointment_booking_uids_appointment on appointment_booking_uids (company_id, appointment_id)`,
  // A webhook knows the uid before it knows the company.
  `create index idx_appointment_booking_uids_uid on appointment_booking_uids (uid)`,

  `create table appointment_modifications (
    id uuid not null default gen_random_uuid(),
    company_id uuid not null,
    appointment_id uuid not null,
    type text not null,
    reason text,
    modified_by text not null,
    metadata jsonb not null default '{}',
    created_at timestamptz not null default now(),
    constraint pk_appointment_modifications primary key (id),
    constraint fk_appointment_modifications_appointment foreign key (company_id, appointment_id)
      references appointments (company_id, id) on delete cascade,
    constraint ck_appointment_modifications_type check (type in ('cancel', 'reschedule')),
    constraint ck_appointment_modifications_by check (modified_by in ('retell', 'calcom', 'admin'))
  )`,
  `create index idx_appointment_modifications_appointment
    on appointment_modifications (company_id, appointment_id, created_at)`,

  `create table booking_operations (
    id uuid not null default gen_random_uuid(),
    company_id uuid not null,
    kind text not null,
    state text not null default 'intended',
    request_key text not null,
    business_key text not null,
    gateway_key text not null,
    call_id text,
    tool_call_id text,
    appointment_id uuid not null,
    calcom_event_type_id integer not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    previous_uid text,
    upstream_uid text,
    payload jsonb not null,
    error text,
    reposts integer not null default 0,
    lease_owner text,
    lease_until timestamptz,
    epoch integer not null default 0,
    sent_at timestamptz,
    settle_after timestamptz,
    settled_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_booking_operations primary key (id),
    constraint uq_booking_operations_request unique (company_id, request_key),
    constraint uq_booking_operations_gateway_key unique (gateway_key),
    constraint fk_booking_operations_appointment foreign key (company_id, appointment_id)
      references appointments (company_id, id),
    constraint ck_booking_operations_kind check (kind in ('book', 'move', 'cancel')),
    constraint ck_booking_operations_state check (state in
      ('intended', 'sent', 'unknown', 'confirmed', 'rejected', 'abandoned', 'compensated', 'review')),
    constraint ck_booking_operations_times check (ends_at > starts_at),
    constraint ck_booking_operations_previous check (kind = 'book' or previous_uid is not null),
    constraint ck_booking_operations_sent check (state <> 'sent' or sent_at is not null),
    -- An operation under way always belongs to somebody until a known moment, so that none is forgotten.
    constraint ck_booking_operations_lease check (state not in ('intended', 'sent') or lease_until is not null),
    constraint ck_booking_operations_settling check (state <> 'unknown' or settle_after is not null),
    constraint ck_booking_operations_settled
      check ((settled_at is not null) = (state not in ('intended', 'sent', 'unknown')))
  )`,
  // The same wish is under way, or done, at most once.
  `create unique index uq_booking_operations_business on booking_operations (company_id, business_key)
    where state in ('intended', 'sent', 'unknown', 'confirmed')`,
  `create index idx_booking_operations_open on booking_operations (settle_after, lease_until)
    where state in ('intended', 'sent', 'unknown')`,
  `create index idx_booking_operations_appointment on booking_operations (company_id, appointment_id, created_at)`,
  `create index idx_booking_operations_call on booking_operations (company_id, call_id) where call_id is not null`,

  `create table slot_reservations (
    id uuid not null default gen_random_uuid(),
    company_id uuid not null,
    token text not null,
    call_id text,
    service_id uuid,
    calcom_event_type_id integer not null,
    calcom_reservation_uid text,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    status text not null default 'active',
    expires_at timestamptz not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_slot_reservations primary key (id),
    constraint uq_slot_reservations_token unique (company_id, token),
    constraint fk_slot_reservations_company foreign key (company_id) references companies (id),
    constraint fk_slot_reservations_service foreign key (company_id, service_id) references services (company_id, id),
    constraint ck_slot_reservations_times check (ends_at > starts_at),
    constraint ck_slot_reservations_status check (status in ('active', 'released', 'converted', 'expired'))
  )`,
  `create index idx_slot_reservations_call on slot_reservations (company_id, call_id) where call_id is not null`,
  `create index idx_slot_reservations_active on slot_reservations (expires_at) where status = 'active'`,

  `create table manual_reviews (
    id uuid not null default gen_random_uuid(),
    company_id uuid not null,
    kind text not null,
    subject_type text not null,
    subject_id text not null,
    detail jsonb not null default '{}',
    status text not null default 'open',
    resolved_by text,
    resolution text,
    resolved_at timestamptz,
    created_at timestamptz not null default now(),
    constraint pk_manual_reviews primary key (id),
    constraint fk_manual_reviews_company foreign key (company_id) references companies (id),
    constraint ck_manual_reviews_status check (status in ('open', 'resolved')),
    constraint ck_manual_reviews_resolved check ((status = 'resolved') = (resolved_at is not null))
  )`,
  `create unique index uq_manual_reviews_open on manual_reviews (company_id, subject_type, subject_id, kind)
    where status = 'open'`,
  `create index idx_manual_reviews_status on manual_reviews (company_id, status, created_at)`,
];
