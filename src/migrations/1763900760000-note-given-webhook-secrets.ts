import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Earlier gateways created the webhooks of companies with Cal.com keys of their own with the platform's secret, which
 * Cal.com shows to the owner of each account. Which secret it was is filled in at the next start.
 */
export class NoteGivenWebhookSecrets1763900760000 implements MigrationInterface {
  readonly name = 'NoteGivenWebhookSecrets1763900760000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table companies add column given_webhook_secret_id text`);
    await runner.query(
      `update companies set given_webhook_secret_id = 'unknown'
       where calcom_api_key_ciphertext is not null and calcom_webhook_secret_ciphertext is null`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table companies drop column given_webhook_secret_id`);
  }
}
