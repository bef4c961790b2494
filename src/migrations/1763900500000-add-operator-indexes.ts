import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createConcurrently, dropConcurrently } from './concurrent-indexes';

const INDEXES = [
  { name: 'idx_jobs_created', on: 'jobs (created_at desc, id desc)' },
  { name: 'idx_jobs_company', on: 'jobs (company_id, created_at desc)' },
  { name: 'idx_audit_log_created', on: 'audit_log (created_at desc, id desc)' },
  { name: 'idx_calls_from_number', on: 'calls (company_id, from_number, started_at desc)' },
];

/** The operators' lists, newest first. */
export class AddOperatorIndexes1763900500000 implements MigrationInterface {
  readonly name = 'AddOperatorIndexes1763900500000';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await createConcurrently(runner, INDEXES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropConcurrently(runner, INDEXES);
  }
}
