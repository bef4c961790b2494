import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Hourly figures of Cal.com outlive the minutes in Redis: 13 months are kept. */
export class AddCalcomHours1763900775000 implements MigrationInterface {
  readonly name = 'AddCalcomHours1763900775000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `create table calcom_hours (
         hour timestamptz not null,
         endpoint text not null,
         figures jsonb not null,
         constraint pk_calcom_hours primary key (hour, endpoint))`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table calcom_hours`);
  }
}
