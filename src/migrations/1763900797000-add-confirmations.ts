import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Lines and agents that a company enters wait for a call that proves them. Those of today are taken as proven. */
export class AddConfirmations1763900797000 implements MigrationInterface {
  readonly name = 'AddConfirmations1763900797000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of ['phone_numbers', 'retell_agents'])
      await runner.query(`alter table ${table} add column confirmed_at timestamptz default now()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['phone_numbers', 'retell_agents'])
      await runner.query(`alter table ${table} drop column confirmed_at`);
  }
}
