import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a job has done so far, for those who watch it. */
export class AddJobProgress1763900795000 implements MigrationInterface {
  readonly name = 'AddJobProgress1763900795000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table jobs add column progress jsonb not null default '[]'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table jobs drop column progress`);
  }
}
