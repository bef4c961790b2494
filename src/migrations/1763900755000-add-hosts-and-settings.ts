import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What an event type says at Cal.com beyond a service's own columns, and who was wished for and who serves. */
export class AddHostsAndSettings1763900755000 implements MigrationInterface {
  readonly name = 'AddHostsAndSettings1763900755000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table services add column calcom_settings jsonb,
      add constraint ck_services_calcom_settings check (jsonb_typeof(calcom_settings) = 'object')`);
    await runner.query(`alter table appointments add column wished_host_id integer, add column calcom_host_name text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table appointments drop column calcom_host_name, drop column wished_host_id`);
    await runner.query(`alter table services drop column calcom_settings`);
  }
}
