import type { MigrationInterface, QueryRunner } from 'typeorm';

const PLATFORM = `check (platform in ('retell', 'vapi', 'elevenlabs', 'mcp'))`;

/** Calls and agents of several voice platforms, and the companies' secrets for them. */
export class AddPlatforms1763900762000 implements MigrationInterface {
  readonly name = 'AddPlatforms1763900762000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table companies
      add column vapi_secret_ciphertext text,
      add column elevenlabs_secret_ciphertext text,
      add column elevenlabs_webhook_secret_ciphertext text`);
    await runner.query(`alter table calls
      add column platform text not null default 'retell' constraint ck_calls_platform ${PLATFORM}`);
    await runner.query(`alter table retell_agents
      add column platform text not null default 'retell' constraint ck_retell_agents_platform ${PLATFORM}`);
    await runner.query(`alter table webhook_events drop constraint ck_webhook_events_provider`);
    await runner.query(`alter table webhook_events add constraint ck_webhook_events_provider
      check (provider in ('retell', 'calcom', 'vapi', 'elevenlabs'))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`delete from webhook_events where provider in ('vapi', 'elevenlabs')`);
    await runner.query(`alter table webhook_events drop constraint ck_webhook_events_provider`);
    await runner.query(`alter table webhook_events add constraint ck_webhook_events_provider
      check (provider in ('retell', 'calcom'))`);
    await runner.query(`alter table retell_agents drop column platform`);
    await runner.query(`alter table calls drop column platform`);
    await runner.query(`alter table companies
      drop column vapi_secret_ciphertext,
      drop column elevenlabs_secret_ciphertext,
      drop column elevenlabs_webhook_secret_ciphertext`);
  }
}
