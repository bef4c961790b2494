import type { DataSource } from 'typeorm';
import { Conflict } from '../../src/errors';
import { AdminOperationsStore } from '../../src/models/admin-operations-store';
import { createDataSource } from '../../src/models/data-source';
import type { ErasedPerson } from '../../src/services/admin/operator-actions';
import { makeAppointment, makeCompany, type CompanyFixture } from '../models/company-fixture';
import { cloneDatabase } from '../support/servers';

const NAME = 'Zacharias Quellenfeind';
const PHONE = '+4915799887766';
const EMAIL = 'zq.quellenfeind@privat.example';
const PERSON = `${NAME}, ${PHONE}, ${EMAIL}`;
const TRACES = ['Zacharias', 'Quellenfeind', '99887766', 'privat.example'];
/** What a company writes about itself; its own staff and numbers are no callers. */
const SETUP = [
  ...['companies', 'branches', 'holidays', 'staff', 'services', 'service_synonyms', 'branch_service', 'service_staff'],
  ...['calcom_host_mappings', 'calcom_event_type_hosts', 'phone_numbers', 'retell_agents', 'api_tokens', 'migrations'],
  ...['calcom_push_evidence', 'calcom_event_type_owners', 'calcom_hours', 'call_hours', 'call_days', 'unmapped_calls'],
  ...['users', 'user_sessions', 'user_links'],
  // Ids only: the words are read from the rows that they name.
  ...['notification_channels', 'notification_items', 'notification_messages'],
];

/** Columns that hold one of a few words, or have a form of their own, so that nothing else can stand in them. */
const FORMATTED =
  /\.(?:\w*status|state|kind|source|type|sync_origin|cancelled_by|modified_by|priority|severity|provider|platform|language|phone|event|outcome)$/;

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let source: DataSource;
let company: CompanyFixture;

beforeAll(async () => {
  database = await cloneDatabase();
  source = await createDataSource(database.url, 3).initialize();
});
beforeEach(async () => {
  company = await makeCompany(source);
});
afterEach(() => source.query('truncate companies cascade'));
afterAll(async () => {
  await source.destroy();
  await database.drop();
});

async function insert(table: string, fields: Record<string, unknown>): Promise<string> {
  const names = Object.keys(fields);
  const places = names.map((_, index) => `$${index + 1}`);
  const text = `insert into ${table} (${names.join(', ')}) values (${places.join(', ')}) returning *`;
  const [row] = await source.query(text, Object.values(fields));
  return row.id;
}

const makeCustomer = (fields: object = { name: NAME, phone: PHONE, email: EMAIL }): Promise<string> =>
  insert('customers', { company_id: company.companyId, ...fields });

const makeCall = (id: string, fields: object = {}): Promise<string> =>
  insert('calls', {
    ...{ company_id: company.companyId, branch_id: company.branchId, retell_call_id: id, started_at: new Date() },
    ...fields,
  });

const makeOperation = (appointment: string, key: string, fields: object = {}): Promise<string> =>
  insert('booking_operations', {
    ...{ company_id: company.companyId, kind: 'book', state: 'confirmed', settled_at: new Date() },
    ...{ request_key: key, business_key: key, gateway_key: key, appointment_id: appointment },
    ...{ calcom_event_type_id: 100, starts_at: '2026-12-20T09:00Z', ends_at: '2026-12-20T09:30Z', payload: '{}' },
    ...fields,
  });

async function erase(customer: string): Promise<{ appointments: number; calls: number; person: ErasedPerson | null }> {
  let person: ErasedPerson | null = null;
  const done = await new AdminOperationsStore(source).erase(company.companyId, customer, async (one) => {
    person = one;
  });
  return { ...done, person };
}

/** Rows of all tables in which one of the words stands. */
async function found(words: readonly string[] = TRACES): Promise<string[]> {
  const hits: string[] = [];
  for (const { table } of await tables()) {
    const rows = await source.query(`select t::text as row from ${table} t where t::text ~* $1`, [words.join('|')]);
    hits.push(...rows.map((one: { row: string }) => `${table}: ${one.row}`));
  }
  return hits;
}

const tables = (): Promise<{ table: string }[]> =>
  source.query(`select table_name as table from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`);

/** Another customer of the same company, with a row in every table that knows callers. */
async function strangersRows(): Promise<void> {
  const { companyId: company_id, branchId: branch_id } = company;
  const customer_id = await makeCustomer({ name: 'Erika Muster', phone: '+491701234567' });
  await makeCall('call-other', { customer_id, from_number: '+491701234567' });
  const startsAt = '2026-12-20T09:00:00Z';
  const times = { startsAt, endsAt: '2026-12-20T09:30:00Z' };
  const appointment_id = await makeAppointment(source, company, {
    ...times,
    customerId: customer_id,
    callId: 'call-other',
  });
  await makeOperation(appointment_id, 'key-other');
  await insert('appointment_booking_uids', { company_id, uid: 'uid-other', appointment_id });
  await insert('appointment_modifications', { company_id, appointment_id, type: 'cancel', modified_by: 'admin' });
  await insert('appointment_wishes', { company_id, branch_id, call_id: 'call-other', customer_id });
  const trace = { request_id: 'r', tool: 'check', status: 'x', success: true, started_at: new Date(), duration_ms: 1 };
  await insert('call_tool_invocations', { company_id, call_id: 'call-other', ...trace });
  const callback_id = await insert('callback_requests', { company_id, branch_id, call_id: 'call-other', reason: 'x' });
  await insert('callback_notes', { company_id, callback_id, actor: 'user:x', event: 'note', text: 'x' });
  await insert('manual_reviews', { company_id, kind: 'k', subject_type: 'appointment', subject_id: appointment_id });
  const job = { queue: 'q', name: 'n', max_attempts: 1, backoff_ms: 1, timeout_ms: 1 };
  await insert('sync_cursors', { company_id, name: 'n', position_at: new Date() });
  for (const owner of [company_id, null]) {
    const key = String(owner);
    await insert('jobs', { company_id: owner, ...job });
    await insert('alerts', { company_id: owner, kind: 'k', alert_key: key, severity: 'info', message: 'm' });
    await insert('audit_log', { company_id: owner, actor: 'a', action: 'x', subject_type: 's' });
    const event = { event_type: 'e', dedupe_key: key, payload: '{}' };
    await insert('webhook_events', { company_id: owner, provider: 'calcom', ...event });
  }
}

/** Into every row but the customer's own; false when the column's constraints refuse such a text. */
async function writePerson(table: string, column: string, type: string, customer: string): Promise<boolean> {
  // Texts differ from each other, as unique columns want it.
  const json = ['jsonb_build_object($1::text, jsonb_build_array($1::text))', 'jsonb_build_array($1::text)'];
  const others = table === 'customers' ? `where id <> '${customer}'` : '';
  for (const value of type === 'text' ? ['$1 || gen_random_uuid()'] : json) {
    const text = `update ${table} t set ${column} = ${value} ${others}`;
    try {
      const [, count] = (await source.query(text, [PERSON])) as [unknown[], number];
      return count > 0;
    } catch (error) {
      expect(error).toMatchObject({ code: expect.stringMatching(/^23(514|503)$/) });
    }
  }
  return false;
}

describe('erasing a customer', () => {
  it('reaches every text and JSON column there is, also in rows of other customers and of no company', async () => {
    const customer = await makeCustomer();
    await strangersRows();
    const columns: { table: string; column: string; type: string }[] = await source.query(
      `select table_name as table, column_name as column, data_type as type from information_schema.columns
       where table_schema = 'public' and data_type in ('text', 'json', 'jsonb', 'character varying')
         and table_name <> all($1) order by 1, 2`,
      [SETUP],
    );
    const reached = new Set<string>();
    const refused: string[] = [];
    for (const { table, column, type } of columns) {
      const name = `${table}.${column}`;
      const isWritten = await writePerson(table, column, type, customer);
      if (isWritten) reached.add(name);
      else refused.push(name);
    }
    const held = new Set([...reached].map((name) => name.split('.')[0]));
    expect([...held].sort()).toEqual(
      (await tables()).map(({ table }) => table).filter((name) => !SETUP.includes(name)),
    );
    expect(refused.filter((name) => !FORMATTED.test(name))).toEqual([]);
    expect(reached.size + refused.length).toBe(columns.length);
    await erase(customer);
    expect(await found()).toEqual([]);
  });

  it('covers calls by the same number in which nothing was booked, and a number in another spelling', async () => {
    const customer = await makeCustomer();
    const words = { transcript: 'User: eine Frage zu Rosmarin', analysis: '{"summary":"Rosmarin"}' };
    await makeCall('call-nothing', { from_number: PHONE, flags: `{"angry":{"detail":"${NAME}"}}`, ...words });
    await makeCall('call-spelt', { transcript: 'Agent: Also null? User: 0157 / 998 877-66.' });
    await makeCall('call-german', { transcript: 'User: +49 (0)157 99 88 77 66' });
    await makeCall('call-address', { transcript: `Agent:\n${EMAIL.toUpperCase()}` });
    await makeCall('call-other', { transcript: 'User: 10157998877661 und azq.quellenfeind@privat.example' });
    const trace = {
      request_id: 'r',
      tool: 'check',
      status: 'x',
      success: true,
      started_at: new Date(),
      duration_ms: 1,
    };
    await insert('call_tool_invocations', {
      ...{ company_id: company.companyId, call_id: 'call-nothing', ...trace, input: '{"a":"Rosmarin"}' },
      steps: JSON.stringify([{ operation: 'GET /slots', detail: `refuses ${NAME}` }]),
    });
    const event = { provider: 'retell', event_type: 'call_ended', status: 'processed' };
    const payload = { kind: 'call_ended', call: { callId: 'call-nothing', transcript: 'Rosmarin' } };
    await insert('webhook_events', { ...event, dedupe_key: 'a', payload: JSON.stringify(payload) });
    const unknown = { call: { callId: 'call-without-row', fromNumber: '004915799887766', transcript: 'Rosmarin' } };
    await insert('webhook_events', { ...event, dedupe_key: 'b', payload: JSON.stringify(unknown) });

    const lines = { call: { callId: 'call-lines', transcript: `User:\n${EMAIL}\n${PHONE}, Rosmarin` } };
    await insert('webhook_events', { ...event, dedupe_key: 'c', error: NAME, payload: JSON.stringify(lines) });
    await insert('webhook_events', {
      ...event,
      status: 'pending',
      dedupe_key: 'd',
      payload: JSON.stringify({ a: [PERSON] }),
    });

    const { calls, person } = await erase(customer);
    expect(calls).toBe(1);
    expect(person?.callIds).toEqual(['call-nothing']);
    expect(await found(['Rosmarin', NAME, '998 ?877-66', '157 99 88', '^Agent'])).toEqual([]);
    const left = await source.query(`select retell_call_id as id, transcript from calls where transcript is not null`);
    expect(left).toEqual([{ id: 'call-other', transcript: expect.stringContaining('10157998877661') }]);
    const steps = await source.query('select steps from call_tool_invocations');
    expect(steps).toEqual([{ steps: [{ operation: 'GET /slots', detail: '—' }] }]);
  });

  it('takes the words out of the notes of their callbacks, and leaves who did what and when', async () => {
    const customer = await makeCustomer();
    const { companyId: company_id, branchId: branch_id } = company;
    const place = { company_id, branch_id, reason: 'Rosmarin' };
    const own = { by_number: { phone: PHONE }, by_customer: { customer_id: customer } };
    for (const which of Object.values(own)) {
      const callback_id = await insert('callback_requests', { ...place, ...which });
      for (const event of ['note', 'not_reached'])
        await insert('callback_notes', { company_id, callback_id, actor: 'user:x', event, text: 'will Rosmarin' });
    }
    await erase(customer);
    expect(await found(['Rosmarin'])).toEqual([]);
    expect(await source.query(`select actor, event from callback_notes where event = 'note'`)).toEqual([
      { actor: 'user:x', event: 'note' },
      { actor: 'user:x', event: 'note' },
    ]);
  });

  it('takes the name out of rows about their appointments, and the masked rest out of the audit log', async () => {
    const customer = await makeCustomer();
    const times = { startsAt: '2026-12-20T09:00:00Z', endsAt: '2026-12-20T09:30:00Z' };
    const appointment = await makeAppointment(source, company, { ...times, customerId: customer });
    const { companyId: company_id } = company;
    await insert('manual_reviews', {
      ...{ company_id, kind: 'k', subject_type: 'appointment', subject_id: appointment },
      ...{ status: 'resolved', resolved_at: new Date(), resolution: 'Frau Quellenfeind angerufen' },
    });
    await insert('audit_log', {
      ...{ company_id, actor: 'desk', action: 'cancel', subject_type: 'appointment', subject_id: appointment },
      detail: '{"outcome":"done","before":{"attendee_name":"Z… Q…"}}',
    });
    await erase(customer);
    expect(await found([...TRACES, 'Z… Q…'])).toEqual([]);
    expect(await source.query('select actor, detail from audit_log')).toEqual([
      { actor: 'desk', detail: { outcome: 'done' } },
    ]);
  });

  it('leaves people of the same name, numbers of other customers and other companies alone', async () => {
    const customer = await makeCustomer();
    const namesake = await makeCustomer({ name: NAME, phone: '+491701234567', email: 'other@privat.example' });
    const times = { startsAt: '2026-12-20T09:00:00Z', endsAt: '2026-12-20T09:30:00Z' };
    const appointment = await makeAppointment(source, company, { ...times, customerId: customer });
    await source.query('update appointments set attendee_phone = $1 where id = $2', ['+491701234567', appointment]);
    await makeCall('call-namesake', { customer_id: namesake, from_number: '+491701234567', transcript: NAME });
    const ours = company;
    company = await makeCompany(source);
    await makeCall('call-foreign', { from_number: PHONE, transcript: PERSON });
    await makeCustomer();
    company = ours;
    const others = (): Promise<unknown> =>
      source.query(`select t::text from customers t where id <> $1 union all select t::text from calls t order by 1`, [
        customer,
      ]);
    const before = await others();
    await erase(customer);
    expect(await others()).toEqual(before);
  });

  it.each([
    [
      'a booking of theirs is under way',
      async (appointment: string) =>
        void (await makeOperation(appointment, 'open', {
          state: 'unknown',
          settle_after: new Date(),
          settled_at: null,
        })),
    ],
    [
      'a booking by another customer that names them is under way',
      async () => {
        const times = { startsAt: '2026-12-21T09:00:00Z', endsAt: '2026-12-21T09:30:00Z' };
        const open = { state: 'unknown', settle_after: new Date(), settled_at: null };
        const payload = JSON.stringify({ attendee: { name: 'A', phone: PHONE, email: null } });
        await makeOperation(await makeAppointment(source, company, times), 'open', { ...open, payload });
      },
    ],
    [
      'an event that names them is being processed',
      async () => {
        const lease = { status: 'processing', lease_owner: 'me', lease_until: new Date() };
        const event = { provider: 'calcom', event_type: 'e', dedupe_key: 'k', payload: JSON.stringify({ a: EMAIL }) };
        await insert('webhook_events', { ...event, ...lease });
      },
    ],
  ])('is refused, and changes nothing, while %s', async (_what, begin) => {
    const customer = await makeCustomer();
    const times = { startsAt: '2026-12-20T09:00:00Z', endsAt: '2026-12-20T09:30:00Z' };
    await begin(await makeAppointment(source, company, { ...times, customerId: customer }));
    const before = await found();
    await expect(erase(customer)).rejects.toThrow(Conflict);
    expect(await found()).toEqual(before);
  });

  it('is undone when what is kept elsewhere cannot be erased', async () => {
    const customer = await makeCustomer();
    const failing = new AdminOperationsStore(source).erase(company.companyId, customer, () =>
      Promise.reject(new Conflict('no')),
    );
    await expect(failing).rejects.toThrow(Conflict);
    expect(await found()).toHaveLength(1);
  });
});
