import fc from 'fast-check';
import { listStatement } from '../../src/models/admin-record-reader';
import type { RecordKind } from '../../src/services/admin/records';
import { tenantId } from '../../src/domain';
import { AdminKit, type Tenant } from './kit';

let kit: AdminKit;
let ours: Tenant;
let theirs: Tenant;

beforeAll(async () => {
  kit = await AdminKit.start();
  ours = await kit.tenant('Ours');
  theirs = await kit.tenant('Theirs');
  for (const tenant of [ours, theirs]) await seed(tenant);
});
afterAll(() => kit.stop());

/** Seven rows of everything, several with the same instant. */
async function seed(tenant: Tenant): Promise<void> {
  for (let i = 0; i < 7; i++) {
    const at = `2026-11-0${1 + Math.floor(i / 2)}T10:00:00.123456Z`;
    const customer = await kit.insert('customers', {
      company_id: tenant.id,
      name: `Kundin ${i}`,
      phone: `+49301000${tenant === ours ? 1 : 2}${i}`,
      created_at: at,
    });
    const callId = `call_${tenant.slug}_${i}`;
    const place = { company_id: tenant.id, branch_id: tenant.branchId };
    await kit.insert('calls', {
      ...place,
      customer_id: customer,
      retell_call_id: callId,
      platform: i === 5 ? 'vapi' : 'retell',
      language: i > 4 ? 'de' : 'en',
      ...(i < 2 ? { duration_ms: i === 0 ? 12_000 : 30_000 } : {}),
      from_number: `+4940555${i}`,
      started_at: at,
      ...(i === 3 ? { flags: '{"spoken_confirmation_without_booking":"x"}' } : {}),
    });
    await kit.appointment(tenant, {
      customer_id: customer,
      call_id: i < 2 ? callId : null,
      starts_at: at,
      ends_at: '2026-11-09T10:00:00Z',
      exclusive: false,
    });
    await kit.insert('callback_requests', {
      ...{ ...place, call_id: callId, reason: 'Rückruf', created_at: at },
      ...(i === 4 ? { due_at: at } : { due_at: '2999-01-01T10:00:00Z' }),
    });
    await kit.insert('webhook_events', {
      company_id: tenant.id,
      provider: i === 5 ? 'vapi' : 'calcom',
      event_type: 'BOOKING_CREATED',
      dedupe_key: callId,
      payload: '{}',
      status: i === 0 ? 'failed' : 'processed',
      received_at: at,
    });
    await kit.insert('jobs', {
      company_id: tenant.id,
      queue: 'calcom',
      name: 'warm',
      max_attempts: 3,
      backoff_ms: 1,
      timeout_ms: 1,
      created_at: at,
    });
    await kit.insert('manual_reviews', {
      company_id: tenant.id,
      kind: 'x',
      subject_type: 'appointment',
      subject_id: String(i),
      created_at: at,
    });
    await kit.insert('alerts', {
      company_id: tenant.id,
      kind: 'dead_job',
      alert_key: callId,
      severity: 'warning',
      message: 'x',
      last_seen_at: at,
    });
    await kit.insert('audit_log', {
      company_id: tenant.id,
      actor: 'someone',
      action: 'did',
      subject_type: 'thing',
      created_at: at,
    });
  }
}

const PATHS = [
  ...['appointments', 'customers', 'calls', 'callbacks', 'webhook-events', 'jobs', 'manual-reviews', 'alerts', 'audit'],
];
const idsOf = (body: { data: { id: string }[] }): string[] => body.data.map((row) => row.id);

async function walk(path: string, query: string, limit: number, token?: string): Promise<string[]> {
  const seen: string[] = [];
  let cursor = '';
  for (let pages = 0; pages < 100; pages++) {
    const { status, body } = await kit.ask('get', `/${path}?limit=${limit}${query}${cursor}`, token ? { token } : {});
    expect([status, body.error]).toEqual([200, undefined]);
    seen.push(...idsOf(body));
    if (body.pagination.next_cursor === null) return seen;
    cursor = `&cursor=${body.pagination.next_cursor}`;
  }
  throw new Error('the pages have no end');
}

describe.each(PATHS)('%s', (path) => {
  test('pages of any size hold every row once, in one order, forwards and backwards', async () => {
    const whole = await walk(path, '', 200, ours.token);
    expect(new Set(whole).size).toBe(whole.length);
    expect(whole.length).toBeGreaterThanOrEqual(7);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 8 }), async (limit) => {
        expect(await walk(path, '', limit, ours.token)).toEqual(whole);
        expect(await walk(path, '&order=asc', limit, ours.token)).toEqual([...whole].reverse());
      }),
      { numRuns: 5 },
    );
  });

  test('over all companies every page is in order and complete too', async () => {
    const all = await walk(path, '', 200);
    expect(await walk(path, '', 3)).toEqual(all);
    const apart = [
      ...(await walk(path, `&company_id=${ours.id}`, 200)),
      ...(await walk(path, `&company_id=${theirs.id}`, 200)),
    ];
    expect(all).toEqual(expect.arrayContaining(apart));
  });

  test('single rows are read by their id, only with a token that reaches them', async () => {
    const [first] = await walk(path, '', 1, ours.token);
    if (path === 'audit') return;
    expect((await kit.ask('get', `/${path}/${first}`, { token: ours.token })).status).toBe(200);
    expect((await kit.ask('get', `/${path}/${first}`, { token: theirs.token })).status).toBe(404);
    expect((await kit.ask('get', `/${path}/no-id`, { token: ours.token })).status).toBe(404);
  });
});

test.each([
  ['appointments', 'from=2026-11-03T00:00:00Z&to=2026-11-04T00:00:00Z', 2],
  ['appointments', 'status=cancelled', 0],
  ['appointments', 'q=muster', 7],
  ['customers', 'number=%2B493010001%33', 1],
  ['customers', 'number= 49 30 10001 3', 1],
  ['customers', 'q=kundin 4', 1],
  ['customers', 'q=%25', 0],
  ['calls', 'number=%2B49405552', 1],
  ['calls', 'flagged=true', 1],
  ['calls', 'platform=vapi', 1],
  ['calls', 'language=de', 2],
  ['calls', 'min_duration_ms=30000&max_duration_ms=180000', 1],
  ['calls', 'max_duration_ms=30000', 1],
  ['calls', 'search=0405552', 1],
  ['calls', 'outcome=booked', 2],
  ['calls', 'outcome=not_booked', 5],
  ['callbacks', 'status=pending&priority=normal', 7],
  ['callbacks', 'overdue=true', 1],
  ['callbacks', 'overdue=false', 6],
  ['webhook-events', 'status=failed&provider=calcom', 1],
  ['webhook-events', 'provider=vapi', 1],
  ['jobs', 'status=queued&name=warm', 7],
  ['audit', 'actor=someone', 7],
  ['services', 'calcom_event_type_id=1001', 1],
])('%s with %s', async (path, query, count) => {
  const { status, body } = await kit.ask('get', `/${path}?${query}`, { token: ours.token });
  expect([status, body.data?.length]).toEqual([200, count]);
});

test.each([
  'limit=0',
  'limit=201',
  'limit=x',
  'cursor=abc',
  'cursor=W10',
  'status=strange',
  'from=yesterday',
  'surprise=1',
  'company_id=1',
  'order=up',
])('a list with %s is refused', async (query) => {
  const { status, body } = await kit.ask('get', `/appointments?${query}`);
  expect([status, body.error.details[0].path]).toEqual([400, query.split('=')[0]]);
});

test('words of a call stay out of lists and stand in the call itself', async () => {
  const [row] = await kit.sql<{ id: string }>(
    "update calls set transcript = 'Guten Tag' where company_id = $1 and from_number = '+49405551' returning id",
    [ours.id],
  );
  expect((await kit.ask('get', '/calls', { token: ours.token })).text).not.toContain('Guten Tag');
  const id = row?.id ?? (await kit.sql<{ id: string }>('select id from calls where transcript is not null'))[0]!.id;
  expect((await kit.ask('get', `/calls/${id}`, { token: ours.token })).body.data.transcript).toBe('Guten Tag');
});

describe('with many rows', () => {
  beforeAll(async () => {
    const owner = '(select company_id from (values ($1::uuid), ($2::uuid)) c (company_id) offset i % 2 limit 1)';
    const branch = '(select b.id from branches b where b.company_id = x.company_id limit 1)';
    const many = (count: number): string =>
      `from (select i, ${owner} as company_id from generate_series(1, ${count}) i) x`;
    const at = "timestamptz '2026-01-01' + x.i * interval '1 minute'";
    const both = [ours.id, theirs.id];
    await kit.sql(
      `insert into appointments (company_id, branch_id, starts_at, ends_at, time_zone, status, attendee_name, sync_origin, calcom_event_type_id, exclusive, calcom_booking_uid)
       select x.company_id, ${branch}, ${at}, ${at} + interval '30 minutes', 'UTC', 'booked', 'Viele', 'calcom', 1, false, 'many' || x.i ${many(20_000)}`,
      both,
    );
    await kit.sql(
      `insert into calls (company_id, branch_id, retell_call_id, started_at, from_number, to_number)
       select x.company_id, ${branch}, 'many' || x.i, ${at}, '+4930' || 1000000 + x.i, '+493012345678' ${many(20_000)}`,
      both,
    );
    await kit.sql(
      `insert into customers (company_id, name, created_at) select x.company_id, 'Viele', ${at} ${many(20_000)}`,
      both,
    );
    for (const table of ['appointments', 'calls', 'customers']) await kit.sql(`vacuum analyze ${table}`);
  });

  const kinds: RecordKind[] = ['appointments', 'calls', 'customers'];
  test.each(kinds.flatMap((kind) => [[kind, true] as const, [kind, false] as const]))(
    'a page of %s is read by index (one company: %s)',
    async (kind, one) => {
      const after = { at: '2026-01-05T00:00:00.000000Z', id: ours.id };
      const { text, params } = listStatement(kit.database, kind, one ? tenantId(ours.id) : null, {
        limit: 50,
        after,
        order: 'desc',
        filters: {},
      });
      const plan = (await kit.sql<{ 'QUERY PLAN': string }>(`explain ${text}`, params))
        .map((row) => row['QUERY PLAN'])
        .join('\n');
      expect(plan).toMatch(/Index.* Scan/);
      expect(plan).not.toMatch(new RegExp(`Seq Scan on ${kind}`));
    },
  );

  test.each(kinds.flatMap((kind) => ['Sucher', '+49 171 55', 'a@b.example'].map((text) => [kind, text] as const)))(
    'the search in %s for %s is answered by indexes',
    async (kind, text) => {
      for (const company of [tenantId(ours.id), null]) {
        const wish = { limit: 10, after: null, order: 'desc', filters: { search: text } } as const;
        const question = listStatement(kit.database, kind, company, wish);
        const plan = (await kit.sql<{ 'QUERY PLAN': string }>(`explain ${question.text}`, question.params))
          .map((row) => row['QUERY PLAN'])
          .join('\n');
        expect(plan).toContain(
          kind === 'calls' && !text.startsWith('+') ? 'idx_customers_search' : `idx_${kind}_search`,
        );
        expect(plan).not.toMatch(new RegExp(`Seq Scan on ${kind}`));
      }
    },
  );
});

test('a call whose caller heard that the booking stands already counts as booked', async () => {
  const place = { company_id: ours.id, branch_id: ours.branchId };
  await kit.insert('calls', { ...place, retell_call_id: 'call_again', started_at: '2026-11-21T10:00:00Z' });
  const booked = async (): Promise<unknown> =>
    (await kit.ask('get', '/calls?call_id=call_again', { token: ours.token })).body.data[0].booked;
  expect(await booked()).toBe(false);
  await kit.insert('call_tool_invocations', {
    ...{ company_id: ours.id, call_id: 'call_again', request_id: 'r', tool: 'create_booking', status: 'booked' },
    ...{ success: true, started_at: '2026-11-21T10:00:10Z', duration_ms: 5 },
  });
  expect(await booked()).toBe(true);
});

describe('the trace of a call', () => {
  test('shows tools with their questions to Cal.com, bookings and flags, by either id', async () => {
    const steps = JSON.stringify([
      {
        operation: 'GET /slots',
        startedAtMs: 1_780_000_000_000,
        durationMs: 210.5,
        status: 200,
        source: 'upstream',
        waitedMs: 3,
        attempts: 1,
      },
      {
        operation: 'POST /bookings',
        startedAtMs: 1_780_000_000_300,
        durationMs: 900,
        status: null,
        source: 'refused',
        waitedMs: 0,
        attempts: 0,
        detail: 'circuit_open',
      },
    ]);
    const id = await kit.insert('calls', {
      company_id: ours.id,
      branch_id: ours.branchId,
      retell_call_id: 'call_traced',
      started_at: '2026-11-21T10:00:00Z',
      flags: '{"spoken_confirmation_without_booking":"heute um drei"}',
    });
    const tool = (name: string, at: string, more: object = {}) =>
      kit.insert('call_tool_invocations', {
        company_id: ours.id,
        call_id: 'call_traced',
        request_id: name,
        tool: name,
        input: '{"desired_date":"heute"}',
        output: '{"status":"x"}',
        status: 'x',
        success: true,
        started_at: at,
        duration_ms: 12,
        ...more,
      });
    await tool('create_booking', '2026-11-21T10:00:20Z', { steps });
    await tool('check_availability', '2026-11-21T10:00:10Z');
    const appointment = await kit.appointment(ours, {
      call_id: 'call_traced',
      starts_at: '2026-12-21T09:00:00Z',
      ends_at: '2026-12-21T09:30:00Z',
    });
    // The same call id in another company's rows is none of this call's.
    await kit.insert('call_tool_invocations', {
      company_id: theirs.id,
      call_id: 'call_traced',
      request_id: 'foreign',
      tool: 'foreign',
      status: 'x',
      success: true,
      started_at: '2026-11-21T10:00:00Z',
      duration_ms: 1,
    });

    const ofOurs = await kit.ask('get', `/calls/${id}/trace`, { token: ours.token });
    expect(ofOurs.status).toBe(200);
    const { call, tools, appointments } = ofOurs.body.data;
    expect(call.flags).toEqual({ spoken_confirmation_without_booking: 'heute um drei' });
    expect(tools.map((one: { tool: string }) => one.tool)).toEqual(['check_availability', 'create_booking']);
    expect(tools[1].input).toEqual({ desired_date: 'heute' });
    expect(tools[1].steps).toEqual([
      {
        operation: 'GET /slots',
        started_at: new Date(1_780_000_000_000).toISOString(),
        duration_ms: 210.5,
        status: 200,
        source: 'upstream',
        waited_ms: 3,
        attempts: 1,
        detail: null,
      },
      {
        operation: 'POST /bookings',
        started_at: new Date(1_780_000_000_300).toISOString(),
        duration_ms: 900,
        status: null,
        source: 'refused',
        waited_ms: 0,
        attempts: 0,
        detail: 'circuit_open',
      },
    ]);
    expect(appointments.map((one: { id: string }) => one.id)).toEqual([appointment]);
    expect((await kit.ask('get', '/calls/call_traced/trace', { token: ours.token })).body).toEqual(ofOurs.body);
    expect((await kit.ask('get', '/calls/call_traced/trace')).body).toEqual(ofOurs.body);
    expect((await kit.ask('get', '/calls/call_traced/trace', { token: theirs.token })).status).toBe(404);
    expect((await kit.ask('get', `/calls/${id}/trace`, { token: theirs.token })).status).toBe(404);
  });
});
