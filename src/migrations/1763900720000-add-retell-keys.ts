import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A company may have Retell keys of its own, which then sign for it alone. */
export class AddRetellKeys1763900720000 implements MigrationInterface {
  readonly name = 'AddRetellKeys1763900720000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table companies add column retell_api_key_ciphertext text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table companies drop column retell_api_key_ciphertext`);
  }
}
