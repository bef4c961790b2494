import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Companies and what they offer. Composite foreign keys keep every row inside its own company. */
export class CreateTenants1763900000000 implements MigrationInterface {
  readonly name = 'CreateTenants1763900000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    // The extension stays: another schema of the same database may use it.
    await runner.query(`
      drop table if exists retell_agents, phone_numbers, calcom_event_type_hosts, calcom_host_mappings, service_staff,
        branch_service, service_synonyms, services, staff, branches, companies`);
  }
}

const UP = [
  // Equality on uuid and integer inside exclusion constraints.
  `create extension if not exists btree_gist`,

  `create table companies (
    id uuid not null default gen_random_uuid(),
    name text not null,
    slug text not null,
    time_zone text not null default 'Europe/Berlin',
    language text not null default 'de',
    max_alternatives smallint not null default 2,
    time_window_hours smallint not null default 2,
    cancel_hours_before integer not null default 0,
    reschedule_hours_before integer not null default 0,
    calcom_reservations boolean not null default false,
    calcom_team_id integer,
    calcom_api_key_ciphertext text,
    calcom_key_id text,
    calcom_webhook_secret_ciphertext text,
    is_active boolean not null default true,
    deleted_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_companies primary key (id),
    constraint uq_companies_slug unique (slug),
    constraint ck_companies_slug check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint ck_companies_name check (name <> ''),
    constraint ck_companies_language check (language in ('de', 'en')),
    constraint ck_companies_max_alternatives check (max_alternatives between 1 and 5),
    constraint ck_companies_time_window check (time_window_hours between 1 and 24),
    constraint ck_companies_hours_before check (cancel_hours_before >= 0 and reschedule_hours_before >= 0),
    constraint ck_companies_calcom_key check ((calcom_api_key_ciphertext is null) = (calcom_key_id is null))
  )`,

  `create table branches (
    id uuid not null default gen_random_uuid(),
    company_id uuid not null,
    name text not null,
    time_zone text not null,
    hours jsonb not null default '{}',
    phone text,
    is_active boolean not null default true,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_branches primary key (id),
    constraint uq_branches_company_id unique (company_id, id),
    constraint uq_branches_name unique (company_id, name),
    constraint fk_branches_company foreign key (company_id) references companies (id),
    constraint ck_branches_hours check (jsonb_typeof(hours) = 'object')
  )`,

  `create table staff (
    id uuid not null default gen_random_uuid(),
    company_id uuid not null,
    branch_id uuid,
    name text not null,
    email text,
    is_active boolean not null default true,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_staff primary key (id),
    constraint uq_staff_company_id unique (company_id, id),
    constraint fk_staff_company foreign key (company_id) references companies (id),
    constraint fk_staff_branch foreign key (company_id, branch_id) references branches (company_id, id),
    constraint ck_staff_email check (email <> '')
  )`,
  `create index idx_staff_branch on staff (company_id, branch_id)`,

  `create table services (
    id uuid not null default gen_random_uuid(),
    company_id uuid not null,
    branch_id uuid,
    name text not null,
    duration_minutes integer not null,
    buffer_before_minutes integer not null default 0,
    buffer_after_minutes integer not null default 0,
    minimum_notice_minutes integer not null default 15,
    price numeric(10, 2),
    calcom_event_type_id integer not null,
    calcom_team_id integer,
    calcom_synced_at timestamptz,
    scheduling_type text not null default 'single',
    seats integer not null default 1,
    requires_confirmation boolean not null default false,
    phone_only boolean not null default false,
    booking_field_defaults jsonb not null default '{}',
    is_active boolean not null default true,
    is_default boolean not null default false,
    priority integer not null default 0,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_services primary key (id),
    constraint uq_services_company_id unique (company_id, id),
    constraint fk_services_company foreign key (company_id) references companies (id),
    constraint fk_services_branch foreign key (company_id, branch_id) references branches (company_id, id),
    constraint ck_services_name check (name <> ''),
    constraint ck_services_duration check (duration_minutes between 1 and 1440),
    constraint ck_services_buffers check (buffer_before_minutes >= 0 and buffer_after_minutes >= 0),
    constraint ck_services_notice check (minimum_notice_minutes >= 0),
    constraint ck_services_price check (price >= 0),
    constraint ck_services_event_type check (calcom_event_type_id > 0),
    constraint ck_services_scheduling check (scheduling_type in ('single', 'roundRobin', 'collective')),
    constraint ck_services_seats check (seats >= 1),
    constraint ck_services_field_defaults check (jsonb_typeof(booking_field_defaults) = 'object')
  )`,
  // One row per event type and branch; "every branch" counts as a branch of its own.
  `create unique index uq_services_event_type on services
    (company_id, (coalesce(branch_id, '00000000-0000-0000-0000-000000000000'::uuid)), calcom_event_type_id)`,

  `create table service_synonyms (
    id uuid not null default gen_random_uuid(),
    company_id uuid not null,
    service_id uuid not null,
    synonym text not null,
    confidence smallint not null default 100,
    created_at timestamptz not null default now(),
    constraint pk_service_synonyms primary key (id),
    constraint fk_service_synonyms_service foreign key (company_id, service_id)
      references services (company_id, id) on delete cascade,
    constraint ck_service_synonyms_synonym check (synonym <> ''),
    constraint ck_service_synonyms_confidence check (confidence between 0 and 100)
  )`,
  `create unique index uq_service_synonyms on service_synonyms (service_id, lower(synonym))`,
  `create index idx_service_synonyms_service on service_synonyms (company_id, service_id)`,

  `create table branch_service (
    company_id uuid not null,
    branch_id uuid not null,
    service_id uuid not null,
    is_active boolean not null default true,
    constraint pk_branch_service primary key (branch_id, service_id),
    constraint fk_branch_service_branch foreign key (company_id, branch_id)
      references branches (company_id, id) on delete cascade,
    constraint fk_branch_service_service foreign key (company_id, service_id)
      references services (company_id, id) on delete cascade
  )`,
  `create index idx_branch_service_service on branch_service (company_id, service_id)`,

  `create table service_staff (
    company_id uuid not null,
    service_id uuid not null,
    staff_id uuid not null,
    calcom_event_type_id integer,
    is_active boolean not null default true,
    constraint pk_service_staff primary key (service_id, staff_id),
    constraint fk_service_staff_service foreign key (company_id, service_id)
      references services (company_id, id) on delete cascade,
    constraint fk_service_staff_staff foreign key (company_id, staff_id)
      references staff (company_id, id) on delete cascade
  )`,
  `create index idx_service_staff_staff on service_staff (company_id, staff_id)`,

  `create table calcom_host_mappings (
    id uuid not null default gen_random_uuid(),
    company_id uuid not null,
    staff_id uuid,
    calcom_host_id integer not null,
    team_id integer,
    calcom_name text,
    calcom_email text,
    mapping_source text not null default 'import',
    confidence smallint not null default 100,
    is_active boolean not null default true,
    last_synced_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_calcom_host_mappings primary key (id),
    constraint uq_calcom_host_mappings_host unique (company_id, calcom_host_id),
    constraint fk_calcom_host_mappings_company foreign key (company_id) references companies (id),
    constraint fk_calcom_host_mappings_staff foreign key (company_id, staff_id) references staff (company_id, id),
    constraint ck_calcom_host_mappings_source
      check (mapping_source in ('auto_email', 'auto_name', 'manual', 'import')),
    constraint ck_calcom_host_mappings_confidence check (confidence between 0 and 100)
  )`,
  `create unique index uq_calcom_host_mappings_staff on calcom_host_mappings (company_id, staff_id)
    where is_active and staff_id is not null`,

  `create table calcom_event_type_hosts (
    company_id uuid not null,
    calcom_event_type_id integer not null,
    calcom_host_id integer not null,
    constraint pk_calcom_event_type_hosts primary key (company_id, calcom_event_type_id, calcom_host_id),
    constraint fk_calcom_event_type_hosts_company foreign key (company_id) references companies (id)
  )`,
  // "Which other event types does this host serve?" after every booking.
  `create index idx_calcom_event_type_hosts_host on calcom_event_type_hosts (company_id, calcom_host_id)`,

  `create table phone_numbers (
    id uuid not null default gen_random_uuid(),
    company_id uuid not null,
    branch_id uuid not null,
    number_e164 text not null,
    agent_id text,
    is_active boolean not null default true,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_phone_numbers primary key (id),
    constraint uq_phone_numbers_number unique (number_e164),
    constraint fk_phone_numbers_branch foreign key (company_id, branch_id) references branches (company_id, id),
    constraint ck_phone_numbers_number check (number_e164 ~ '^\\+[1-9][0-9]{4,14}$')
  )`,
  `create index idx_phone_numbers_branch on phone_numbers (company_id, branch_id)`,

  `create table retell_agents (
    id uuid not null default gen_random_uuid(),
    company_id uuid not null,
    branch_id uuid not null,
    agent_id text not null,
    name text,
    language text,
    is_active boolean not null default true,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_retell_agents primary key (id),
    constraint uq_retell_agents_agent unique (agent_id),
    constraint fk_retell_agents_branch foreign key (company_id, branch_id) references branches (company_id, id),
    constraint ck_retell_agents_agent check (agent_id <> ''),
    constraint ck_retell_agents_language check (language in ('de', 'en'))
  )`,
  `create index idx_retell_agents_branch on retell_agents (company_id, branch_id)`,
];
