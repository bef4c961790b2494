import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Each event type of a Cal.com account gets one owner. Where several companies use the same one it stays without, for the
 * platform to decide: nothing is guessed, and no service is switched off.
 */
export class AddEventTypeOwners1763900770000 implements MigrationInterface {
  readonly name = 'AddEventTypeOwners1763900770000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table calcom_event_type_owners (
      calcom_key_id text not null,
      calcom_event_type_id integer not null,
      company_id uuid,
      constraint pk_calcom_event_type_owners primary key (calcom_key_id, calcom_event_type_id),
      constraint fk_calcom_event_type_owners_company foreign key (company_id) references companies (id))`);
    await runner.query(`create index idx_calcom_event_type_owners_company on calcom_event_type_owners (company_id)`);
    for (const offered of [`s.is_active`, `true`]) {
      await runner.query(`insert into calcom_event_type_owners (calcom_key_id, calcom_event_type_id, company_id)
        select coalesce(c.calcom_key_id, 'platform'), s.calcom_event_type_id,
          case when count(distinct c.id) = 1 then min(c.id::text)::uuid end
        from services s join companies c on c.id = s.company_id
        where c.deleted_at is null and ${offered}
        group by 1, 2
        on conflict do nothing`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table calcom_event_type_owners`);
  }
}
