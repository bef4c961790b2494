import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tokens end with the person who made them. Makers of older tokens stand in the audit log, if it still has them. */
export class AddTokenMakers1763900831000 implements MigrationInterface {
  readonly name = 'AddTokenMakers1763900831000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table api_tokens add column made_by text`);
    await runner.query(
      `update api_tokens t set made_by = a.actor from audit_log a
        where a.subject_type = 'token' and a.subject_id = t.id::text and a.action like 'post %' and a.actor like 'user:%'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table api_tokens drop column made_by`);
  }
}
