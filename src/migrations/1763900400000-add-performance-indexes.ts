import type { MigrationInterface, QueryRunner } from 'typeorm';

const INDEXES = [
  { name: 'idx_services_calcom_event_type', on: 'services (calcom_event_type_id)' },
  { name: 'idx_services_company_calcom', on: 'services (company_id, calcom_event_type_id)' },
  { name: 'idx_appointments_calcom_booking', on: 'appointments (calcom_booking_uid)' },
  { name: 'idx_calcom_host_team', on: 'calcom_host_mappings (team_id)' },
  { name: 'idx_appointments_revenue_date_status', on: 'appointments (starts_at, status, price)' },
  { name: 'idx_appointments_completion_tracking', on: 'appointments (status, starts_at, created_at)' },
];

/**
 * Look-ups by Cal.com's ids and the reports' ranges. Built CONCURRENTLY, so that a live table goes on being written;
 * idempotent, so that a build which was cut off is repeated: Postgres leaves such an index behind as INVALID, never
 * used and never finished, and it must go before the next try.
 */
export class AddPerformanceIndexes1763900400000 implements MigrationInterface {
  readonly name = 'AddPerformanceIndexes1763900400000';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    // A large table takes longer than any ordinary statement may.
    await runner.query(`set statement_timeout = 0`);
    try {
      for (const index of INDEXES) {
        const broken: unknown[] = await runner.query(
          `select 1 from pg_index where indexrelid = to_regclass($1) and not indisvalid`,
          [index.name],
        );
        if (broken.length > 0) await runner.query(`drop index concurrently if exists ${index.name}`);
        await runner.query(`create index concurrently if not exists ${index.name} on ${index.on}`);
      }
    } finally {
      await runner.query(`reset statement_timeout`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    // TypeORM reverts inside a transaction whatever the migration says, and there CONCURRENTLY is not allowed.
    const how = runner.isTransactionActive ? '' : 'concurrently';
    for (const index of INDEXES) await runner.query(`drop index ${how} if exists ${index.name}`);
  }
}
