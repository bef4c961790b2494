import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A year of figures is read by day: their hours are two dozen times as many. */
export class AddCallDays1763900866000 implements MigrationInterface {
  readonly name = 'AddCallDays1763900866000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `create table call_days (
         company_id uuid not null,
         branch_id uuid not null,
         day date not null,
         figures jsonb not null,
         constraint pk_call_days primary key (company_id, branch_id, day),
         constraint fk_call_days_branch foreign key (company_id, branch_id) references branches (company_id, id))`,
    );
    await runner.query(`create index idx_call_days_day on call_days (day)`);
    await runner.query(
      `insert into call_days (company_id, branch_id, day, figures)
       select company_id, branch_id, day, jsonb_object_agg(name, value)
       from (
         select h.company_id, h.branch_id, (h.hour at time zone b.time_zone)::date as day, f.key as name,
           sum(f.value::numeric) as value
         from call_hours h join branches b on b.company_id = h.company_id and b.id = h.branch_id
         cross join lateral jsonb_each(h.figures) f
         group by 1, 2, 3, 4) figure
       group by company_id, branch_id, day`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table call_days`);
  }
}
