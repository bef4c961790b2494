import { listStatement } from '../../src/models/admin-record-reader';
import { tenantId } from '../../src/domain';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../../src/models/data-source';
import { migrations } from '../../src/migrations';
import { migrate } from '../../src/models/migrate';
import { cloneDatabase } from '../support/servers';
import { makeCompany } from './company-fixture';

const PERFORMANCE_INDEXES = [
  'idx_appointments_calcom_booking',
  'idx_appointments_completion_tracking',
  'idx_appointments_revenue_date_status',
  'idx_calcom_host_team',
  'idx_services_calcom_event_type',
  'idx_services_company_calcom',
];

/** Everything a schema consists of, as text; two equal schemas give two equal texts. */
async function describeSchema(source: DataSource): Promise<string[]> {
  const parts: { part: string }[] = await source.query(`
    select format('%s.%s %s %s %s', table_name, column_name, data_type, is_nullable, column_default) as part
      from information_schema.columns where table_schema = 'public' and table_name <> 'migrations'
    union all select indexdef from pg_indexes where schemaname = 'public' and tablename <> 'migrations'
    union all select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
      from pg_constraint where connamespace = 'public'::regnamespace and conrelid <> 'migrations'::regclass
    order by 1`);
  return parts.map((one) => one.part);
}

describe('the migrations', () => {
  let database: Awaited<ReturnType<typeof cloneDatabase>>;
  let source: DataSource;

  beforeEach(async () => {
    database = await cloneDatabase();
    source = await createDataSource(database.url, 3).initialize();
  });
  afterEach(async () => {
    await source.destroy();
    await database.drop();
  });

  it('go down one by one until nothing is left, and up again to the same schema', async () => {
    const before = await describeSchema(source);
    expect(before.length).toBeGreaterThan(300);

    let last = before;
    for (const _ of migrations) {
      await source.undoLastMigration({ transaction: 'each' });
      const left = await describeSchema(source);
      expect(left).not.toEqual(last);
      last = left;
    }
    expect(await describeSchema(source)).toEqual([]);

    const names = await migrate(source);
    expect(names).toEqual(migrations.map((one) => one.name));
    expect(await describeSchema(source)).toEqual(before);
  });

  it('each go down and up again without touching the others', async () => {
    const steps: string[][] = [];
    for (const _ of migrations) {
      steps.unshift(await describeSchema(source));
      await source.undoLastMigration({ transaction: 'each' });
    }
    for (const expected of steps) {
      const runner = source.createQueryRunner();
      const Next = migrations[steps.indexOf(expected)]!;
      const migration = new Next();
      try {
        await migration.up(runner);
        expect(await describeSchema(source)).toEqual(expected);
        await migration.down(runner);
        await migration.up(runner);
        expect(await describeSchema(source)).toEqual(expected);
      } finally {
        await runner.release();
      }
    }
  });

  it('rewrite stored words, and back', async () => {
    const { companyId, branchId } = await makeCompany(source);
    const runner = source.createQueryRunner();
    const migration = new (migrations.find((one) => one.name.startsWith('DropUnusedSchema'))!)();
    const stored = async (): Promise<unknown> => [
      await source.query(`select disconnection_reason from calls order by retell_call_id`),
      await source.query(`select last_error from jobs order by name`),
    ];
    try {
      await migration.down(runner);
      await source.query(
        `insert into calls (company_id, branch_id, retell_call_id, started_at, disconnection_reason)
         values ($1, $2, 'a', now(), 'no_goodbye'), ($1, $2, 'b', now(), 'user_hangup')`,
        [companyId, branchId],
      );
      await source.query(
        `insert into jobs (queue, name, max_attempts, backoff_ms, timeout_ms, last_error)
         values ('q', 'a', 1, 0, 1, 'its process was lost in the last try'), ('q', 'b', 1, 0, 1, 'other')`,
      );
      const before = await stored();
      await migration.up(runner);
      expect(await stored()).toEqual([
        [{ disconnection_reason: 'missing_end_event' }, { disconnection_reason: 'user_hangup' }],
        [{ last_error: 'worker crashed on its last attempt' }, { last_error: 'other' }],
      ]);
      await migration.down(runner);
      expect(await stored()).toEqual(before);
      await migration.up(runner);
    } finally {
      await runner.release();
    }
  });

  it('make rows of the holidays in transfer rules, and rules of the rows', async () => {
    const { companyId, branchId } = await makeCompany(source);
    const runner = source.createQueryRunner();
    const migration = new (migrations.find((one) => one.name.startsWith('AddHolidays'))!)();
    const rules = async (): Promise<unknown> => (await source.query(`select transfer_rules from branches`))[0];
    try {
      await migration.down(runner);
      const holidays = ['2026-12-24', '2026-12-31'];
      await source.query(`update branches set transfer_rules = transfer_rules || $1`, [JSON.stringify({ holidays })]);
      await migration.up(runner);
      const made = await source.query(
        `select company_id, branch_id, name, first_day::text, last_day::text, is_yearly from holidays order by first_day`,
      );
      const row = { company_id: companyId, branch_id: branchId, name: 'Feiertag', is_yearly: false };
      expect(made).toEqual(holidays.map((day) => ({ ...row, first_day: day, last_day: day })));
      await source.query(`update holidays set last_day = '2027-01-01' where first_day = '2026-12-31'`);
      await migration.down(runner);
      expect(await rules()).toMatchObject({ transfer_rules: { holidays: [...holidays, '2027-01-01'] } });
      await migration.up(runner);
    } finally {
      await runner.release();
    }
  });

  it('delete what was stored of how callers felt, in calls and in events, and nothing else', async () => {
    const { companyId, branchId } = await makeCompany(source);
    const runner = source.createQueryRunner();
    const migration = new (migrations.find((one) => one.name.startsWith('AddDisclosureAndConsent'))!)();
    const kept = { call_summary: 'A question', call_successful: true, in_voicemail: false };
    const felt = { user_sentiment: 'Negative', custom_analysis_data: { mood: 'angry' }, summary: { emotion: 'sad' } };
    try {
      await migration.down(runner);
      for (const [callId, analysis] of Object.entries({ a: { ...kept, ...felt }, b: felt, c: null, d: 'sad' }))
        await source.query(
          `insert into calls (company_id, branch_id, retell_call_id, started_at, analysis) values ($1, $2, $3, now(), $4)`,
          [companyId, branchId, callId, analysis && JSON.stringify(analysis)],
        );
      const call = { callId: 'a', transcript: 'Agent: Hallo.', analysis: { ...kept, ...felt } };
      await source.query(
        `insert into webhook_events (provider, event_type, dedupe_key, payload)
         values ('retell', 'call_analyzed', '1', $1), ('calcom', 'PING', '2', '{"body":{}}')`,
        [JSON.stringify({ kind: 'call_analyzed', call })],
      );
      await migration.up(runner);
      expect(await source.query(`select analysis from calls order by retell_call_id`)).toEqual(
        [kept, null, null, null].map((analysis) => ({ analysis })),
      );
      expect(await source.query(`select payload from webhook_events order by dedupe_key`)).toEqual([
        { payload: { kind: 'call_analyzed', call: { ...call, analysis: kept } } },
        { payload: { body: {} } },
      ]);
    } finally {
      await runner.release();
    }
  });

  it('run once when several processes start at the same time', async () => {
    for (const _ of migrations) await source.undoLastMigration({ transaction: 'each' });
    const others = await Promise.all([1, 2].map(() => createDataSource(database.url, 2).initialize()));
    try {
      const ran = await Promise.all([source, ...others].map((one) => migrate(one)));
      expect(ran.flat().sort()).toEqual(migrations.map((one) => one.name).sort());
    } finally {
      await Promise.all(others.map((one) => one.destroy()));
    }
  });

  it('take no lock when nothing is to be done: a pooler would leave it behind', async () => {
    const elsewhere = source.createQueryRunner();
    await elsewhere.query('select pg_advisory_lock(4715023)');
    expect(await migrate(source)).toEqual([]);
    await elsewhere.query('select pg_advisory_unlock(4715023)');
    await elsewhere.release();
  });

  it('are named by their class and stand in order of time', () => {
    const names = migrations.map((one) => one.name);
    for (const name of names) expect(name).toMatch(/^[A-Za-z]+17\d{11}$/);
    const times = names.map((name) => Number(name.slice(-13)));
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it('keep a tenant on every table, and instants with a zone', async () => {
    const tables: { table_name: string; nullable: string | null }[] = await source.query(`
      select t.table_name, c.is_nullable as nullable from information_schema.tables t
      left join information_schema.columns c on c.table_schema = t.table_schema and c.table_name = t.table_name and c.column_name = 'company_id'
      where t.table_schema = 'public' and t.table_name not in ('migrations', 'companies')`);
    expect(tables.length).toBeGreaterThan(20);
    const open = tables.filter((one) => one.nullable !== 'NO').map((one) => `${one.table_name} ${one.nullable}`);
    // The platform's own rows, webhooks, calls and event types whose owner is not known (yet), figures that name no
    // company, and what belongs to a person or a notification channel, which may be the platform's.
    const nullable = [
      ...['alerts', 'api_tokens', 'audit_log', 'calcom_event_type_owners', 'jobs', 'unmapped_calls', 'users'],
      ...['notification_channels', 'webhook_events'],
    ];
    const none = ['calcom_hours', 'notification_items', 'notification_messages', 'user_links', 'user_sessions'];
    const expected = [...nullable.map((name) => `${name} YES`), ...none.map((name) => `${name} null`)];
    expect(open.sort()).toEqual(expected.sort());

    const naive = await source.query(`
      select table_name, column_name from information_schema.columns
      where table_schema = 'public' and data_type in ('timestamp without time zone', 'time without time zone') and table_name <> 'migrations'`);
    expect(naive).toEqual([]);
  });

  it('let no foreign key but the one to the company itself leave the company', async () => {
    const keys: { name: string; columns: string }[] = await source.query(`
      select conname as name, pg_get_constraintdef(oid) as columns from pg_constraint
      where contype = 'f' and connamespace = 'public'::regnamespace`);
    expect(keys.length).toBeGreaterThan(20);
    for (const key of keys) {
      // What belongs to a person or a channel goes with it.
      if (/^FOREIGN KEY \((user|channel|message)_id\) REFERENCES \w+\(id\) ON DELETE CASCADE$/.test(key.columns))
        continue;
      expect(key.columns).toMatch(/^FOREIGN KEY \(company_id(, \w+)?\) REFERENCES \w+\((company_id, )?id\)/);
      if (!key.columns.includes('REFERENCES companies(id)')) expect(key.columns).toContain('(company_id, id)');
    }
  });
});

describe('the performance indexes', () => {
  let database: Awaited<ReturnType<typeof cloneDatabase>>;
  let source: DataSource;
  const migration = new (migrations.find((one) => one.name.startsWith('AddPerformanceIndexes'))!)();

  beforeEach(async () => {
    database = await cloneDatabase();
    source = await createDataSource(database.url, 3).initialize();
  });
  afterEach(async () => {
    await source.destroy();
    await database.drop();
  });

  async function indexes(): Promise<{ name: string; valid: boolean }[]> {
    return source.query(
      `select c.relname as name, i.indisvalid as valid from pg_index i join pg_class c on c.oid = i.indexrelid
       where c.relname = any($1) order by 1`,
      [PERFORMANCE_INDEXES],
    );
  }

  it('are added again without harm, and replace what a broken build left behind', async () => {
    const runner = source.createQueryRunner();
    try {
      await runner.query(
        `update pg_index set indisvalid = false, indisready = false where indexrelid = 'idx_services_calcom_event_type'::regclass`,
      );
      await runner.query(`drop index idx_calcom_host_team`);
      await migration.up(runner);
      await migration.up(runner);
      const [setting] = await runner.query(`show statement_timeout`);
      expect(setting).toEqual({ statement_timeout: '10s' });
    } finally {
      await runner.release();
    }
    expect(await indexes()).toEqual(PERFORMANCE_INDEXES.map((name) => ({ name, valid: true })));
  });

  async function explained(text: string, params: unknown[]): Promise<string> {
    const found = await source.query(`explain ${text}`, params);
    return found.map((row: Record<string, string>) => row['QUERY PLAN']).join('\n');
  }

  it('are used to find one of 10,000 services by its event type', async () => {
    await source.query(
      `insert into companies (name, slug) select 'Company ' || n, 'company-' || n from generate_series(1, 100) n`,
    );
    // Every event type number occurs in ten companies, so that the company matters too.
    await source.query(`
      insert into services (company_id, name, duration_minutes, calcom_event_type_id)
      select c.id, 'Service ' || n, 30, 1 + (row_number() over (order by n, c.id) - 1) / 10
      from companies c cross join generate_series(1, 100) n`);
    await source.query(`
      insert into calcom_host_mappings (company_id, calcom_host_id, team_id) select c.id, n, n from companies c cross join generate_series(1, 50) n`);
    await source.query(`analyze services`);
    await source.query(`analyze calcom_host_mappings`);
    const plan = (question: string): Promise<string> => explained(question, []);

    const [company] = await source.query(
      `select company_id as id from services where calcom_event_type_id = 500 limit 1`,
    );
    const byEventType = await plan(`select * from services where calcom_event_type_id = 500`);
    expect(byEventType).toContain('idx_services_calcom_event_type');
    expect(byEventType).not.toContain('Seq Scan');
    const byCompany = await plan(
      `select * from services where company_id = '${company.id}' and calcom_event_type_id = 500`,
    );
    expect(byCompany).toContain('idx_services_company_calcom');
    expect(await plan(`select * from calcom_host_mappings where team_id = 7`)).toContain('idx_calcom_host_team');
    const [other] = await source.query(`select id from companies limit 1`);
    const ofTeam = listStatement(source, 'host_mappings', tenantId(other.id), {
      ...{ limit: 50, after: null, order: 'desc', filters: { team_id: 7 } },
    });
    expect(await explained(ofTeam.text, ofTeam.params)).toContain('idx_calcom_host_team');
  });
});
