import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Tokens get a role and know who made them; audit entries say from which address. Tokens that exist keep what they could
 * do: all of the platform, or all of their company, without expiry. The setup check lists them.
 */
export class AddTokenRoles1763900740000 implements MigrationInterface {
  readonly name = 'AddTokenRoles1763900740000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `alter table api_tokens add column role text, add column ancestor_ids uuid[] not null default '{}'`,
    );
    await runner.query(
      `update api_tokens set role = case when company_id is null then 'platform' else 'company_admin' end`,
    );
    await runner.query(`alter table api_tokens alter column role set not null`);
    await runner.query(`alter table api_tokens add constraint ck_api_tokens_role
      check (role in ('platform', 'company_admin', 'front_desk', 'read_only', 'voice'))`);
    await runner.query(`alter table api_tokens add constraint ck_api_tokens_platform
      check ((role = 'platform') = (company_id is null))`);
    await runner.query(`alter table audit_log add column address text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table audit_log drop column address`);
    await runner.query(`alter table api_tokens drop column ancestor_ids, drop column role`);
  }
}
