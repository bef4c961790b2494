import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Calls without a report of their end are looked for every minute. */
export class IndexOngoingCalls1763900841000 implements MigrationInterface {
  name = 'IndexOngoingCalls1763900841000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `create index if not exists idx_calls_ongoing on calls (platform, started_at) where status = 'ongoing'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index if exists idx_calls_ongoing`);
  }
}
