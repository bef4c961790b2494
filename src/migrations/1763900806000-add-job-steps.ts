import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How far a long job is can be read while it runs. */
export class AddJobSteps1763900806000 implements MigrationInterface {
  readonly name = 'AddJobSteps1763900806000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table jobs add column steps_done integer, add column steps_total integer`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table jobs drop column steps_done, drop column steps_total`);
  }
}
