import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Callers, calls and the trace of what was asked and answered. Retell's call id is text and no foreign key: a tool's
 * trace, a callback or an appointment may be written before the call's own row.
 */
export class CreateCalls1763900100000 implements MigrationInterface {
  readonly name = 'CreateCalls1763900100000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `drop table if exists appointment_wishes, callback_requests, call_tool_invocations, calls, customers`,
    );
  }
}

const UP = [
  `create table customers (
    id uuid not null default gen_random_uuid(),
    company_id uuid not null,
    name text,
    phone text,
    email text,
    source text not null default 'retell',
    erased_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_customers primary key (id),
    constraint uq_customers_company_id unique (company_id, id),
    constraint fk_customers_company foreign key (company_id) references companies (id),
    constraint ck_customers_phone check (phone ~ '^\\+[1-9][0-9]{4,14}$'),
    constraint ck_customers_email check (email <> ''),
    constraint ck_customers_source check (source in ('retell', 'calcom', 'admin')),
    constraint ck_customers_erased check (erased_at is null or (name is null and phone is null and email is null))
  )`,
  // Callers without a number are never matched with each other.
  `create unique index uq_customers_phone on customers (company_id, phone) where phone is not null`,
  `create index idx_customers_company on customers (company_id, created_at desc)`,

  `create table calls (
    id uuid not null default gen_random_uuid(),
    company_id uuid not null,
    branch_id uuid not null,
    customer_id uuid,
    retell_call_id text not null,
    agent_id text,
    direction text,
    from_number text,
    to_number text,
    language text,
    status text not null default 'ongoing',
    started_at timestamptz not null,
    ended_at timestamptz,
    duration_ms integer,
    disconnection_reason text,
    transcript text,
    analysis jsonb,
    flags jsonb not null default '{}',
    erased_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_calls primary key (id),
    constraint uq_calls_retell_call_id unique (retell_call_id),
    constraint fk_calls_branch foreign key (company_id, branch_id) references branches (company_id, id),
    constraint fk_calls_customer foreign key (company_id, customer_id) references customers (company_id, id),
    constraint ck_calls_retell_call_id check (retell_call_id <> ''),
    constraint ck_calls_language check (language in ('de', 'en')),
    constraint ck_calls_status check (status in ('ongoing', 'ended', 'analyzed')),
    constraint ck_calls_duration check (duration_ms >= 0),
    constraint ck_calls_flags check (jsonb_typeof(flags) = 'object')
  )`,
  `create index idx_calls_company on calls (company_id, started_at desc)`,
  `create index idx_calls_customer on calls (company_id, customer_id) where customer_id is not null`,
  `create index idx_calls_flagged on calls (company_id, started_at desc) where flags <> '{}'`,
  // The retention job reads oldest first what still holds words of a caller.
  `create index idx_calls_retention on calls (started_at) where transcript is not null or analysis is not null`,

  `create table call_tool_invocations (
    id uuid not null default gen_random_uuid(),
    company_id uuid not null,
    call_id text,
    request_id text not null,
    tool text not null,
    tool_call_id text,
    input jsonb,
    output jsonb,
    status text not null,
    success boolean not null,
    started_at timestamptz not null,
    duration_ms integer not null,
    steps jsonb not null default '[]',
    error text,
    created_at timestamptz not null default now(),
    constraint pk_call_tool_invocations primary key (id),
    constraint fk_call_tool_invocations_company foreign key (company_id) references companies (id),
    constraint ck_call_tool_invocations_duration check (duration_ms >= 0),
    constraint ck_call_tool_invocations_steps check (jsonb_typeof(steps) = 'array')
  )`,
  `create index idx_call_tool_invocations_call on call_tool_invocations (company_id, call_id, started_at)`,
  `create index idx_call_tool_invocations_time on call_tool_invocations (company_id, started_at desc)`,
  `create index idx_call_tool_invocations_status on call_tool_invocations (company_id, status, started_at desc)`,
  `create index idx_call_tool_invocations_retention on call_tool_invocations (started_at)`,

  `create table callback_requests (
    id uuid not null default gen_random_uuid(),
    company_id uuid not null,
    branch_id uuid not null,
    call_id text,
    customer_id uuid,
    customer_name text,
    phone text,
    reason text not null,
    priority text not null default 'normal',
    status text not null default 'pending',
    assigned_to text,
    closed_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_callback_requests primary key (id),
    constraint fk_callback_requests_branch foreign key (company_id, branch_id) references branches (company_id, id),
    constraint fk_callback_requests_customer foreign key (company_id, customer_id)
      references customers (company_id, id),
    constraint ck_callback_requests_priority check (priority in ('normal', 'high', 'urgent')),
    constraint ck_callback_requests_status
      check (status in ('pending', 'assigned', 'contacted', 'completed', 'expired', 'cancelled')),
    constraint ck_callback_requests_closed
      check ((status in ('completed', 'expired', 'cancelled')) = (closed_at is not null))
  )`,
  `create unique index uq_callback_requests_open on callback_requests (company_id, call_id, coalesce(phone, ''))
    where call_id is not null and status in ('pending', 'assigned', 'contacted')`,
  `create index idx_callback_requests_status on callback_requests (company_id, status, created_at)`,

  `create table appointment_wishes (
    id uuid not null default gen_random_uuid(),
    company_id uuid not null,
    branch_id uuid not null,
    call_id text,
    customer_id uuid,
    service_id uuid,
    service_text text,
    desired_at timestamptz,
    desired_date date,
    alternatives jsonb not null default '[]',
    status text not null default 'open',
    created_at timestamptz not null default now(),
    constraint pk_appointment_wishes primary key (id),
    constraint fk_appointment_wishes_branch foreign key (company_id, branch_id) references branches (company_id, id),
    constraint fk_appointment_wishes_customer foreign key (company_id, customer_id)
      references customers (company_id, id),
    constraint fk_appointment_wishes_service foreign key (company_id, service_id) references services (company_id, id),
    constraint ck_appointment_wishes_status check (status in ('open', 'fulfilled', 'dismissed')),
    constraint ck_appointment_wishes_alternatives check (jsonb_typeof(alternatives) = 'array')
  )`,
  `create index idx_appointment_wishes_company on appointment_wishes (company_id, status, created_at desc)`,
];
