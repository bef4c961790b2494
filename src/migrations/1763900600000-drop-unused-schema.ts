import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Removes what no code reads or writes, and rewrites stored words that only the gateway's authors understood. */
export class DropUnusedSchema1763900600000 implements MigrationInterface {
  readonly name = 'DropUnusedSchema1763900600000';

  async up(runner: QueryRunner): Promise<void> {
    // Rewriting a large table may take longer than any ordinary statement.
    await runner.query(`set local statement_timeout = 0`);
    for (const statement of UP) await runner.query(statement);
    for (const [plain, old] of JOB_ERRORS) {
      await runner.query(`update jobs set last_error = $1 where last_error = $2`, [plain, old]);
    }
    await runner.query(rename('no_goodbye', 'missing_end_event'));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(rename('missing_end_event', 'no_goodbye'));
    for (const [plain, old] of JOB_ERRORS) {
      await runner.query(`update jobs set last_error = $1 where last_error = $2`, [old, plain]);
    }
    for (const statement of DOWN) await runner.query(statement);
  }
}

const JOB_ERRORS = [['worker crashed on its last attempt', 'its process was lost in the last try']];

function rename(from: string, to: string): string {
  return `update calls set disconnection_reason = '${to}' where disconnection_reason = '${from}'`;
}

/** The form in which TypeORM writes the default of a smallint, so that its schema log finds no difference. */
const DEFAULTS = [
  { table: 'companies', column: 'max_alternatives', value: 2 },
  { table: 'companies', column: 'time_window_hours', value: 2 },
  { table: 'service_synonyms', column: 'confidence', value: 100 },
  { table: 'calcom_host_mappings', column: 'confidence', value: 100 },
];

const UP = [
  // Holds are kept in Redis, and nothing ever wrote a row here.
  `drop table slot_reservations`,
  `alter table alerts drop column notified_at`,
  `drop index idx_appointment_wishes_company`,
  `alter table appointment_wishes
    drop column service_text, drop column desired_date, drop column alternatives, drop column status`,
  `create index idx_appointment_wishes_company on appointment_wishes (company_id, created_at)`,
  ...DEFAULTS.map((one) => `alter table ${one.table} alter column ${one.column} set default '${one.value}'::smallint`),
];

const DOWN = [
  ...DEFAULTS.map((one) => `alter table ${one.table} alter column ${one.column} set default ${one.value}`),
  `drop index idx_appointment_wishes_company`,
  `alter table appointment_wishes
    add column service_text text,
    add column desired_date date,
    add column alternatives jsonb not null default '[]',
    add column status text not null default 'open',
    add constraint ck_appointment_wishes_status check (status in ('open', 'fulfilled', 'dismissed')),
    add constraint ck_appointment_wishes_alternatives check (jsonb_typeof(alternatives) = 'array')`,
  `create index idx_appointment_wishes_company on appointment_wishes (company_id, status, created_at desc)`,
  `alter table alerts add column notified_at timestamptz`,
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
];
