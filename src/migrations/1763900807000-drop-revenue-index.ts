import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Every write of an appointment paid for an index that Postgres never chose: amounts are asked for per company, which has
 * its own index, and days of all companies are answered by `idx_appointments_completion_tracking`, whose entries are smaller.
 */
export class DropRevenueIndex1763900807000 implements MigrationInterface {
  readonly name = 'DropRevenueIndex1763900807000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index if exists idx_appointments_revenue_date_status`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `create index if not exists idx_appointments_revenue_date_status on appointments (starts_at, status, price)`,
    );
  }
}
