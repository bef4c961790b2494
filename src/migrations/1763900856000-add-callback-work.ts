import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What became of a callback, how often it was tried, and its notes. Lists are sorted by the due time. */
export class AddCallbackWork1763900856000 implements MigrationInterface {
  readonly name = 'AddCallbackWork1763900856000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table callback_requests
      add column outcome text,
      add column attempts integer not null default 0,
      add column last_attempt_at timestamptz,
      add constraint uq_callback_requests_company_id unique (company_id, id),
      add constraint ck_callback_requests_outcome
        check (outcome in ('reached', 'booked', 'not_reached', 'not_wanted')),
      add constraint ck_callback_requests_attempts check (attempts >= 0)`);
    await runner.query(`drop index idx_callback_requests_status`);
    await runner.query(`create index idx_callback_requests_list on callback_requests (company_id, due_at, id)`);
    await runner.query(`create table callback_notes (
      id uuid not null default gen_random_uuid(),
      company_id uuid not null,
      callback_id uuid not null,
      actor text not null,
      event text not null,
      assigned_to text,
      text text,
      created_at timestamptz not null default now(),
      constraint pk_callback_notes primary key (id),
      constraint fk_callback_notes_callback foreign key (company_id, callback_id)
        references callback_requests (company_id, id) on delete cascade,
      constraint ck_callback_notes_event check (event in ('note', 'assigned', 'released', 'closed', 'reopened',
        'reached', 'booked', 'not_reached', 'not_wanted')),
      constraint ck_callback_notes_text check (event <> 'note' or text is not null)
    )`);
    await runner.query(
      `create index idx_callback_notes_callback on callback_notes (company_id, callback_id, created_at)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table callback_notes`);
    await runner.query(`drop index idx_callback_requests_list`);
    await runner.query(
      `create index idx_callback_requests_status on callback_requests (company_id, status, created_at)`,
    );
    await runner.query(`alter table callback_requests
      drop constraint uq_callback_requests_company_id,
      drop column outcome,
      drop column attempts,
      drop column last_attempt_at`);
  }
}
