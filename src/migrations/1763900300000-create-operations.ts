import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the gateway needs to run itself: webhooks as they came, durable jobs, positions, alerts, access. */
export class CreateOperations1763900300000 implements MigrationInterface {
  readonly name = 'CreateOperations1763900300000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table if exists audit_log, api_tokens, alerts, sync_cursors, jobs, webhook_events`);
  }
}

const UP = [
  `create table webhook_events (
    id uuid not null default gen_random_uuid(),
    company_id uuid,
    provider text not null,
    event_type text not null,
    dedupe_key text not null,
    payload jsonb not null,
    status text not null default 'pending',
    attempts integer not null default 0,
    error text,
    lease_owner text,
    lease_until timestamptz,
    epoch integer not null default 0,
    received_at timestamptz not null default now(),
    processed_at timestamptz,
    constraint pk_webhook_events primary key (id),
    constraint uq_webhook_events_dedupe unique (provider, dedupe_key),
    constraint fk_webhook_events_company foreign key (company_id) references companies (id),
    constraint ck_webhook_events_provider check (provider in ('retell', 'calcom')),
    constraint ck_webhook_events_status check (status in ('pending', 'processing', 'processed', 'ignored', 'failed')),
    constraint ck_webhook_events_attempts check (attempts >= 0),
    constraint ck_webhook_events_lease
      check (status <> 'processing' or (lease_owner is not null and lease_until is not null))
  )`,
  `create index idx_webhook_events_open on webhook_events (received_at) where status in ('pending', 'processing')`,
  `create index idx_webhook_events_company on webhook_events (company_id, received_at desc)`,
  `create index idx_webhook_events_received on webhook_events (received_at)`,

  `create table jobs (
    id uuid not null default gen_random_uuid(),
    company_id uuid,
    queue text not null,
    name text not null,
    payload jsonb not null default '{}',
    unique_key text,
    slot_key text,
    status text not null default 'queued',
    run_at timestamptz not null default now(),
    attempts integer not null default 0,
    max_attempts integer not null,
    backoff_ms integer not null,
    timeout_ms integer not null,
    lease_owner text,
    lease_until timestamptz,
    epoch integer not null default 0,
    last_error text,
    created_at timestamptz not null default now(),
    started_at timestamptz,
    finished_at timestamptz,
    constraint pk_jobs primary key (id),
    -- One row per cron slot for ever, whether or not it has been worked on.
    constraint uq_jobs_slot unique (slot_key),
    constraint fk_jobs_company foreign key (company_id) references companies (id),
    constraint ck_jobs_status check (status in ('queued', 'running', 'done', 'dead')),
    constraint ck_jobs_attempts check (attempts >= 0 and max_attempts >= 1),
    constraint ck_jobs_times check (backoff_ms >= 0 and timeout_ms > 0),
    constraint ck_jobs_lease
      check (status <> 'running' or (lease_owner is not null and lease_until is not null)),
    constraint ck_jobs_finished check ((status in ('done', 'dead')) = (finished_at is not null))
  )`,
  `create unique index uq_jobs_unique_key on jobs (unique_key)
    where unique_key is not null and status in ('queued', 'running')`,
  // The claim reads due jobs and those whose lease ran out.
  `create index idx_jobs_due on jobs (run_at) where status = 'queued'`,
  `create index idx_jobs_leases on jobs (lease_until) where status = 'running'`,
  `create index idx_jobs_finished on jobs (finished_at) where finished_at is not null`,
  `create index idx_jobs_name on jobs (name, created_at desc)`,

  `create table sync_cursors (
    company_id uuid not null,
    name text not null,
    position_at timestamptz not null,
    updated_at timestamptz not null default now(),
    constraint pk_sync_cursors primary key (company_id, name),
    constraint fk_sync_cursors_company foreign key (company_id) references companies (id)
  )`,

  `create table alerts (
    id uuid not null default gen_random_uuid(),
    company_id uuid,
    kind text not null,
    alert_key text not null,
    severity text not null,
    message text not null,
    detail jsonb not null default '{}',
    occurrences integer not null default 1,
    first_seen_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    notified_at timestamptz,
    resolved_at timestamptz,
    constraint pk_alerts primary key (id),
    constraint fk_alerts_company foreign key (company_id) references companies (id),
    constraint ck_alerts_severity check (severity in ('info', 'warning', 'critical')),
    constraint ck_alerts_occurrences check (occurrences >= 1)
  )`,
  `create unique index uq_alerts_open on alerts (alert_key) where resolved_at is null`,
  `create index idx_alerts_seen on alerts (last_seen_at desc)`,

  `create table api_tokens (
    id uuid not null default gen_random_uuid(),
    company_id uuid,
    name text not null,
    token_hash text not null,
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz,
    created_at timestamptz not null default now(),
    constraint pk_api_tokens primary key (id),
    constraint uq_api_tokens_hash unique (token_hash),
    constraint fk_api_tokens_company foreign key (company_id) references companies (id)
  )`,
  `create index idx_api_tokens_company on api_tokens (company_id)`,

  `create table audit_log (
    id uuid not null default gen_random_uuid(),
    company_id uuid,
    actor text not null,
    action text not null,
    subject_type text not null,
    subject_id text,
    detail jsonb not null default '{}',
    created_at timestamptz not null default now(),
    constraint pk_audit_log primary key (id),
    constraint fk_audit_log_company foreign key (company_id) references companies (id)
  )`,
  `create index idx_audit_log_company on audit_log (company_id, created_at desc)`,
];
