import type { MigrationInterface, QueryRunner } from 'typeorm';

const INDEXES = [
  { name: 'idx_jobs_created', on: 'jobs (created_at desc, id desc)' },
  { name: 'idx_jobs_company', on: 'jobs (company_id, created_at desc)' },
  { name: 'idx_audit_log_created', on: 'audit_log (created_at desc, id desc)' },
  { name: 'idx_calls_from_number', on: 'calls (company_id, from_number, started_at desc)' },
];

/** The operators' lists, newest first. Built and rebuilt as the performance indexes are, on a live table. */
export class AddOperatorIndexes1763900500000 implements MigrationInterface {
  readonly name = 'AddOperatorIndexes1763900500000';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
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
    const how = runner.isTransactionActive ? '' : 'concurrently';
    for (const index of INDEXES) await runner.query(`drop index ${how} if exists ${index.name}`);
  }
}
