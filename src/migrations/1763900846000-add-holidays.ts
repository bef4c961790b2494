import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Holidays become rows of their own. Those of the transfer rules are taken over; they stay in the rules too, where
 * processes of the version before still read them.
 */
export class AddHolidays1763900846000 implements MigrationInterface {
  readonly name = 'AddHolidays1763900846000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `create table holidays (
         id uuid not null default gen_random_uuid(),
         company_id uuid not null,
         branch_id uuid,
         name text not null,
         first_day date not null,
         last_day date not null,
         is_yearly boolean not null default false,
         is_active boolean not null default true,
         created_at timestamptz not null default now(),
         updated_at timestamptz not null default now(),
         constraint pk_holidays primary key (id),
         constraint fk_holidays_company foreign key (company_id) references companies (id),
         constraint fk_holidays_branch foreign key (company_id, branch_id) references branches (company_id, id),
         constraint ck_holidays_days check (first_day <= last_day),
         constraint ck_holidays_yearly check (not is_yearly or last_day < first_day + interval '1 year'))`,
    );
    await runner.query(`create index idx_holidays_branch on holidays (company_id, branch_id)`);
    await runner.query(
      `insert into holidays (company_id, branch_id, name, first_day, last_day)
       select b.company_id, b.id, case c.language when 'de' then 'Feiertag' else 'Holiday' end, d.day::date, d.day::date
       from branches b join companies c on c.id = b.company_id
         cross join lateral (select distinct jsonb_array_elements_text(b.transfer_rules -> 'holidays') as day) d`,
    );
    await runner.query(
      `alter table branches alter column transfer_rules set default '{"numbers": [], "fallback": null}'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `alter table branches alter column transfer_rules set default '{"numbers": [], "holidays": [], "fallback": null}'`,
    );
    await runner.query(
      `update branches b set transfer_rules = b.transfer_rules || jsonb_build_object('holidays', coalesce(
         (select jsonb_agg(distinct to_char(d.day, 'YYYY-MM-DD')) from holidays h
            cross join lateral generate_series(h.first_day, least(h.last_day, h.first_day + 366), interval '1 day') d (day)
          where h.company_id = b.company_id and (h.branch_id is null or h.branch_id = b.id) and h.is_active), '[]'))`,
    );
    await runner.query(`drop table holidays`);
  }
}
