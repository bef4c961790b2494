import fc from 'fast-check';
import { CallHourStore } from '../../src/models/call-hour-store';
import { PostgresRetentionStore } from '../../src/models/retention-store';
import { AdminKit, BOOTSTRAP, type Tenant } from './kit';

const HOUR_MS = 3_600_000;
const NOW = Date.parse('2026-11-24T08:00:00Z');
let kit: AdminKit;
let hours: CallHourStore;
let made = 0;

beforeAll(async () => {
  kit = await AdminKit.start();
  hours = new CallHourStore(kit.database);
});
afterAll(() => kit.stop());
beforeEach(() => kit.sql('truncate call_hours, call_days, calls, call_tool_invocations, appointments cascade'));

interface MadeCall {
  branchId?: string;
  /** Statuses of its tools, in their order; `booked` with the price makes an appointment. */
  tools?: string[];
  price?: number | null;
  tookMs?: number;
  sources?: string[];
}

async function call(tenant: Tenant, startedAt: string | number, wish: MadeCall = {}): Promise<string> {
  const { tools = [], price, tookMs = 100, sources = [] } = wish;
  const id = `call-${++made}`;
  const at = new Date(startedAt);
  const branch_id = wish.branchId ?? tenant.branchId;
  await kit.insert('calls', { company_id: tenant.id, branch_id, retell_call_id: id, started_at: at });
  for (const [index, status] of tools.entries())
    await kit.insert('call_tool_invocations', {
      ...{ company_id: tenant.id, call_id: id, request_id: 'r', status, success: true, duration_ms: tookMs },
      tool: status === 'booked' ? 'create_booking' : 'check_availability',
      started_at: new Date(at.getTime() + index * 1000),
      steps: JSON.stringify(sources.map((source) => ({ operation: 'slots', source }))),
    });
  if (price !== undefined)
    await kit.appointment(tenant, {
      ...{ call_id: id, price, starts_at: '2027-01-04T09:00:00Z', ends_at: '2027-01-04T10:00:00Z' },
      ...{ calcom_booking_uid: `uid-${id}`, calcom_host_id: null },
    });
  return id;
}

async function read(query: string, token = BOOTSTRAP) {
  const { body, status } = await kit.ask('get', `/trends?${query}`, { token });
  expect([query, status]).toEqual([query, 200]);
  return body.data as {
    series: (Record<string, unknown> & { start: string; calls: number; p50_latency?: number; p95_latency?: number })[];
    parts: Record<string, unknown>[];
  } & Record<string, unknown>;
}

const counts = ({ series }: Awaited<ReturnType<typeof read>>): Record<string, number> =>
  Object.fromEntries(series.filter(({ calls }) => calls > 0).map(({ start, calls }) => [start, calls]));

test('a day says calls, bookings, value, reasons, hit rate and latency, beside the same day a week before', async () => {
  const ours = await kit.tenant('Ours');
  await call(ours, '2026-11-23T09:00:00Z', {
    ...{ tools: ['available', 'booked'], price: 45.5, tookMs: 200, sources: ['cache', 'upstream'] },
  });
  await call(ours, '2026-11-23T10:00:00Z', { tools: ['slot_taken'], tookMs: 200, sources: ['stale', 'coalesced'] });
  await call(ours, '2026-11-23T10:30:00Z');
  await call(ours, '2026-11-16T09:00:00Z', { tools: ['past_time'] });
  await call(await kit.tenant('Theirs'), '2026-11-23T09:00:00Z', { price: 99 });
  for (const filled of [false, true]) {
    if (filled) await hours.fill(kit.clock.now());
    const found = await read('days=2', ours.token);
    expect(found).toMatchObject({ bucket: 'day', days: 2, time_zone: 'Europe/Berlin', currency: 'EUR' });
    const [yesterday, today] = found.series;
    const { p50_latency, p95_latency, ...figures } = yesterday ?? { start: '', calls: 0 };
    expect(figures).toEqual({
      ...{ start: '2026-11-23', calls: 3, booked: 1, booked_share: 33.3, booked_value: 45.5 },
      ...{ reasons: { slot_taken: 1 }, lookups: 6, hit_rate: 50, answers: 3 },
      ...{ calls_week_before: 1, booked_week_before: 0, booked_share_week_before: 0, booked_value_week_before: 0 },
      ...{ hit_rate_week_before: null, p95_latency_week_before: expect.closeTo(100, -2) },
    });
    for (const latency of [p50_latency, p95_latency]) expect(Math.abs(Number(latency) - 200)).toBeLessThan(20);
    expect(today).toMatchObject({
      ...{ start: '2026-11-24', calls: 0, booked: 0, booked_share: null, booked_value: null },
      ...{ hit_rate: null, p50_latency: null, p95_latency: null },
    });
    expect(found.last_seven_days).toMatchObject({ calls: 3, booked: 1, booked_value: 45.5 });
    expect(found.seven_days_before).toMatchObject({ calls: 1, reasons: { past_time: 1 } });
  }
});

test('a day and a week that still run are compared with the same hours of the week before', async () => {
  const ours = await kit.tenant('Ours');
  // It is Tuesday, 9:00 in Berlin and 13:30 in Kolkata.
  const [kolkata] = await kit.sql<{ id: string }>(
    `insert into branches (company_id, name, time_zone) values ($1, 'Kolkata', 'Asia/Kolkata') returning id`,
    [ours.id],
  );
  await call(ours, '2026-11-16T20:00:00Z', { tools: ['booked'], price: 10 });
  for (const early of ['2026-11-17T06:59:00Z', '2026-11-17T08:20:00Z']) await call(ours, early);
  for (const later of ['2026-11-17T09:00:00Z', '2026-11-17T20:00:00Z', '2026-11-19T09:00:00Z']) await call(ours, later);
  await call(ours, '2026-11-17T07:45:00Z', { branchId: kolkata!.id });
  await call(ours, '2026-11-17T09:45:00Z', { branchId: kolkata!.id });
  const lastRow = async (query: string) => (await read(query, ours.token)).series.at(-1);
  for (const filled of [false, true]) {
    if (filled) await hours.fill(kit.clock.now());
    const today = { start: '2026-11-24', calls_week_before: 3, booked_week_before: 0 };
    expect(await lastRow('days=3')).toMatchObject(today);
    expect(await lastRow(`days=3&branch_id=${kolkata!.id}`)).toMatchObject({ calls_week_before: 1 });
    const week = { start: '2026-11-23', calls_week_before: 4, booked_week_before: 1, booked_value_week_before: 10 };
    expect(await lastRow('days=3&bucket=week')).toMatchObject(week);
    const whole = (await read('days=9', ours.token)).series.find(({ start }) => start === '2026-11-17');
    expect(whole).toMatchObject({ calls: 6 });
  }
});

test('bookings without a known price have no value', async () => {
  const ours = await kit.tenant('Ours');
  await call(ours, '2026-11-23T09:00:00Z', { tools: ['booked'], price: null });
  expect((await read('days=2', ours.token)).series[0]).toMatchObject({ booked: 1, booked_value: null });
});

test('days and weeks are those of each branch’s zone, also where clocks change', async () => {
  const ours = await kit.tenant('Ours');
  const [kolkata] = await kit.sql<{ id: string }>(
    `insert into branches (company_id, name, time_zone) values ($1, 'Kolkata', 'Asia/Kolkata') returning id`,
    [ours.id],
  );
  // Summer time ends in Berlin on 25 October 2026: that day has 25 hours.
  await call(ours, '2026-10-24T21:59:00Z');
  await call(ours, '2026-10-24T22:00:00Z');
  await call(ours, '2026-10-25T22:59:59Z');
  await call(ours, '2026-10-25T23:00:00Z');
  await call(ours, '2026-10-25T18:29:59Z', { branchId: kolkata!.id });
  await call(ours, '2026-10-25T18:30:00Z', { branchId: kolkata!.id });
  for (const filled of [false, true]) {
    if (filled) await hours.fill(kit.clock.now());
    expect(counts(await read(`days=60&branch_id=${ours.branchId}`, ours.token))).toEqual({
      ...{ '2026-10-24': 1, '2026-10-25': 2, '2026-10-26': 1 },
    });
    expect(counts(await read(`days=60&branch_id=${kolkata!.id}`, ours.token))).toEqual({
      ...{ '2026-10-25': 1, '2026-10-26': 1 },
    });
    const weeks = await read('days=60&bucket=week', ours.token);
    expect(counts(weeks)).toEqual({ '2026-10-19': 4, '2026-10-26': 2 });
    expect(weeks.parts).toMatchObject([
      { name: 'Mitte', branch_id: ours.branchId, calls: 4 },
      { name: 'Kolkata', branch_id: kolkata!.id, calls: 2 },
    ]);
  }
  const byHour = await read(`days=60&bucket=hour&branch_id=${ours.branchId}`, ours.token);
  expect(Object.keys(counts(byHour))).toContain('2026-10-24T21:00:00Z');
  const starts = byHour.series.map(({ start }) => Date.parse(start));
  expect(starts.every((at, index) => index === 0 || at - (starts[index - 1] ?? 0) === HOUR_MS)).toBe(true);
});

test('late calls, late bookings and repeated runs are counted once, whatever was filled before', async () => {
  const ours = await kit.tenant('Ours');
  const callsAt = fc.array(fc.record({ hoursAgo: fc.nat(40 * 24), booked: fc.boolean(), isLate: fc.boolean() }), {
    ...{ minLength: 3, maxLength: 12 },
  });
  await fc.assert(
    fc.asyncProperty(callsAt, fc.array(fc.nat(3)), async (calls, again) => {
      await kit.sql('truncate call_hours, call_days, calls, call_tool_invocations, appointments cascade');
      const make = (isLate: boolean): Promise<unknown> =>
        Promise.all(
          calls
            .filter((one) => one.isLate === isLate)
            .map(({ hoursAgo, booked }) =>
              call(ours, NOW - hoursAgo * HOUR_MS, booked ? { tools: ['booked'], price: 10 } : { tools: ['none'] }),
            ),
        );
      await make(false);
      await Promise.all([hours.fill(kit.clock.now()), hours.fill(kit.clock.now())]);
      await make(true);
      for (const _run of [0, ...again]) await hours.fill(kit.clock.now());
      const [kept] = await kit.sql(
        `select sum((figures ->> 'calls')::int)::int as calls, coalesce(sum((figures ->> 'booked')::int), 0)::int as booked from call_hours`,
      );
      const [days] = await kit.sql(
        `select sum((figures ->> 'calls')::int)::int as calls, coalesce(sum((figures ->> 'booked')::int), 0)::int as booked from call_days`,
      );
      expect(days).toEqual(kept);
      expect(kept).toEqual({ calls: calls.length, booked: calls.filter(({ booked }) => booked).length });
    }),
    { numRuns: 8 },
  );
});

test('a run that is cut off leaves whole hours behind, and the next one counts the rest', async () => {
  const ours = await kit.tenant('Ours');
  for (let day = 0; day < 20; day++) await call(ours, NOW - day * 24 * HOUR_MS, { tools: ['available'] });
  const kept = async (): Promise<unknown> =>
    (await kit.sql(`select sum((figures ->> 'calls')::int)::int as calls, count(*)::int from call_hours`))[0];
  const obstacle = kit.database.createQueryRunner();
  await obstacle.startTransaction();
  await obstacle.query(
    `insert into call_hours select company_id, branch_id, started_at, '{}' from calls where started_at = $1`,
    [new Date(NOW - 9 * 24 * HOUR_MS)],
  );
  const killed = expect(hours.fill(kit.clock.now())).rejects.toThrow('database');
  let ended = 0;
  while (ended === 0)
    ended = (
      await kit.sql(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock'`,
      )
    ).length;
  await killed;
  await obstacle.rollbackTransaction();
  await obstacle.release();
  expect(await kept()).toEqual({ calls: 10, count: 10 });
  await hours.fill(kit.clock.now());
  expect(await kept()).toEqual({ calls: 20, count: 20 });
});

test('figures outlive the traces they were counted from, for 13 months', async () => {
  const ours = await kit.tenant('Ours');
  const recent = Date.now() - 2 * 24 * HOUR_MS;
  await call(ours, recent, { tools: ['available'] });
  await call(ours, Date.now() - 390 * 24 * HOUR_MS, { tools: ['available'] });
  await hours.fill(new Date());
  await kit.sql(
    `insert into call_hours select company_id, branch_id, now() - interval '14 months', '{"calls": 1}' from calls limit 1`,
  );
  expect((await new PostgresRetentionStore(kit.database).eraseOlderThan(1)).hours).toBe(1);
  await hours.fill(new Date());
  const kept = await kit.sql(`select figures ->> 'answers' as answers from call_hours`);
  expect(kept).toEqual([{ answers: '1' }, { answers: '1' }]);
  expect(await kit.sql(`select figures ->> 'answers' as answers from call_days`)).toEqual(kept);
});

test('the platform sees companies side by side, and adds up no different currencies', async () => {
  const [ours, theirs] = [await kit.tenant('Ours'), await kit.tenant('Theirs')];
  await call(ours, '2026-11-23T09:00:00Z', { tools: ['booked'], price: 10 });
  await call(theirs, '2026-11-23T09:00:00Z', { tools: ['booked'], price: 20 });
  const sum = async (): Promise<unknown> => (await read('days=2')).series[0]?.booked_value;
  expect(await sum()).toBe(30);
  await kit.sql(`update companies set currency = 'CHF' where id = $1`, [theirs.id]);
  expect(await sum()).toBeNull();
  const { parts, currency } = await read('days=2');
  expect(currency).toBeNull();
  expect(parts.map(({ company_id, booked_value }) => [company_id, booked_value]).sort()).toEqual(
    [
      [ours.id, 10],
      [theirs.id, 20],
    ].sort(),
  );
});

test('the file has a line for each day', async () => {
  const ours = await kit.tenant('Ours');
  await call(ours, '2026-11-23T09:00:00Z');
  const { text, headers } = await kit.ask('get', '/trends?days=3&format=csv&headings=de', { token: ours.token });
  expect(headers['content-disposition']).toBe('attachment; filename="trends.csv"');
  const [head, ...lines] = text.trimEnd().split('\r\n');
  expect(head).toMatch(/^Beginn,Anrufe,Gebucht,Gebucht \(%\),/);
  expect(lines.map((line) => line.split(',').slice(0, 4).join())).toEqual([
    ...['2026-11-22,0,0,', '2026-11-23,1,0,0', '2026-11-24,0,0,'],
  ]);
});

test('what is out of range, or another company’s, is refused', async () => {
  const [ours, theirs] = [await kit.tenant('Ours'), await kit.tenant('Theirs')];
  const status = async (query: string): Promise<number> =>
    (await kit.ask('get', `/trends?${query}`, { token: ours.token })).status;
  for (const query of ['days=0', 'days=401', 'bucket=month', 'branch_id=x']) expect(await status(query)).toBe(400);
  expect(await status(`company_id=${theirs.id}`)).toBe(403);
  expect(await status(`branch_id=${theirs.branchId}`)).toBe(404);
  expect((await kit.ask('get', `/trends?branch_id=${ours.branchId}`)).status).toBe(400);
});
