import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A change before a webhook was made does not show that webhooks stay away. */
export class NoteMadeWebhooks1763900782000 implements MigrationInterface {
  readonly name = 'NoteMadeWebhooks1763900782000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table calcom_push_evidence add column made_at timestamptz`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table calcom_push_evidence drop column made_at`);
  }
}
