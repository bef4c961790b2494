import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createConcurrently, dropConcurrently } from './concurrent-indexes';

const INDEXES = [
  {
    name: 'idx_appointments_search',
    on: `appointments using gin (company_id, lower(attendee_name) gin_trgm_ops, attendee_phone gin_trgm_ops,
      attendee_email gin_trgm_ops)`,
  },
  {
    name: 'idx_customers_search',
    on: `customers using gin (company_id, lower(name) gin_trgm_ops, phone gin_trgm_ops, email gin_trgm_ops)`,
  },
  {
    name: 'idx_calls_search',
    on: `calls using gin (company_id, from_number gin_trgm_ops, to_number gin_trgm_ops)`,
  },
];

/** The search over everything finds parts of names and numbers without reading all rows of a company. */
export class AddSearchIndexes1763900858000 implements MigrationInterface {
  readonly name = 'AddSearchIndexes1763900858000';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    // Parts of texts, beside the company's id in the same index. The database's owner may create both.
    for (const extension of ['pg_trgm', 'btree_gin']) await runner.query(`create extension if not exists ${extension}`);
    await createConcurrently(runner, INDEXES);
  }

  async down(runner: QueryRunner): Promise<void> {
    // The extensions stay: another schema of the same database may use them.
    await dropConcurrently(runner, INDEXES);
  }
}
