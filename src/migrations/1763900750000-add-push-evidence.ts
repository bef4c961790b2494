import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whether Cal.com's webhooks arrive is known per event type, by what came and what did not. */
export class AddPushEvidence1763900750000 implements MigrationInterface {
  readonly name = 'AddPushEvidence1763900750000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table calcom_push_evidence (
        company_id uuid not null,
        calcom_event_type_id integer not null,
        heard_at timestamptz,
        changed_at timestamptz,
        constraint pk_calcom_push_evidence primary key (company_id, calcom_event_type_id),
        constraint fk_calcom_push_evidence_company foreign key (company_id) references companies (id)
      )`);
    // "Which companies hear nothing?" every few seconds.
    await runner.query(`
      create index idx_calcom_push_evidence_unheard on calcom_push_evidence (company_id)
        where changed_at is not null and (heard_at is null or changed_at > heard_at)`);
    await runner.query(`alter table sync_cursors add column skip integer not null default 0`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table sync_cursors drop column skip`);
    await runner.query(`drop table calcom_push_evidence`);
  }
}
