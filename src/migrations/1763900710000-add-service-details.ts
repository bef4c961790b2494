import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a caller asks about a service besides its length: in which currency its price is, and what it is. */
export class AddServiceDetails1763900710000 implements MigrationInterface {
  readonly name = 'AddServiceDetails1763900710000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table companies add column currency text not null default 'EUR',
      add constraint ck_companies_currency check (currency ~ '^[A-Z]{3}$')`);
    await runner.query(`alter table services add column description text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table services drop column description`);
    await runner.query(`alter table companies drop column currency`);
  }
}
