import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Hourly figures of calls outlive the traces they are counted from: 13 months are kept. */
export class AddCallHours1763900835000 implements MigrationInterface {
  readonly name = 'AddCallHours1763900835000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `create table call_hours (
         company_id uuid not null,
         branch_id uuid not null,
         hour timestamptz not null,
         figures jsonb not null,
         constraint pk_call_hours primary key (company_id, branch_id, hour),
         constraint fk_call_hours_branch foreign key (company_id, branch_id) references branches (company_id, id))`,
    );
    await runner.query(`create index idx_call_hours_hour on call_hours (hour)`);
    // Rows that arrive late are found by when they were written, which follows the order of the table.
    await runner.query(`create index idx_calls_created on calls using brin (created_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index idx_calls_created`);
    await runner.query(`drop table call_hours`);
  }
}
