import { Client } from 'pg';
import request from 'supertest';
import { shapeDifferences } from '../../src/calcom/answer-shape';
import { bookingAnswer, bookingListAnswer } from '../../src/calcom/booking-wire';
import { eventTypesAnswer } from '../../src/calcom/event-type-wire';
import { DRIFT } from '../../src/jobs/scheduled-jobs';
import { DriftWatch } from '../../src/services/calcom/drift-watch';
import { ADMIN_TOKEN, openDay, startTestGateway, type TestGateway } from '../support/gateway';
import { HAIRCUT, json, makeCall, makeClient, wireBooking, WireServer } from './wire-server';
import { until } from '../support/until';

describe('the shape of an answer', () => {
  const without = (field: string): object =>
    Object.fromEntries(Object.entries(wireBooking()).filter(([name]) => name !== field));

  test.each<[string, object, object[]]>([
    ['is as expected', { data: wireBooking() }, []],
    [
      'has an unknown status',
      { data: wireBooking({ status: 'on_hold' }) },
      [{ path: 'data.status', what: 'unknown value', value: 'on_hold' }],
    ],
    [
      'lacks what would be defaulted',
      { data: without('hosts') },
      [{ path: 'data.hosts', what: 'missing', value: null }],
    ],
    ['lacks what is needed', { data: without('start') }, [{ path: 'data.start', what: 'missing', value: null }]],
    [
      'has an instant without its zone',
      { data: wireBooking({ start: '2027-06-08T10:00:00' }) },
      [{ path: 'data.start', what: 'unreadable', value: null }],
    ],
  ])('%s', (_case, answer, differences) => {
    expect(shapeDifferences(bookingAnswer, answer)).toEqual(differences);
  });

  test('is reported once per kind, however many items differ', () => {
    const answer = { data: [wireBooking({ status: 'a' }), wireBooking({ status: 'a' }), wireBooking({ status: 'b' })] };
    expect(shapeDifferences(bookingListAnswer, answer).map(({ path, value }) => [path, value])).toEqual([
      ['data[].status', 'a'],
      ['data[].status', 'b'],
      ['pagination', null],
    ]);
  });

  test('of event types names settings that are gone and kinds that are new', () => {
    const eventType = { id: 1, title: 'Cut', slug: 'cut', lengthInMinutes: 30, schedulingType: 'lottery' };
    const found = shapeDifferences(eventTypesAnswer, { data: [eventType] }).map(({ path, what }) => `${path} ${what}`);
    expect(found).toContain('data[].bookingFields missing');
    expect(found).toContain('data[].schedulingType unknown value');
  });
});

describe('the client', () => {
  const server = new WireServer();
  const raised: { key: string; message: string; detail: string }[] = [];
  const refusals: { key: string; message: string }[] = [];
  const watch = new DriftWatch({
    alerts: {
      raise: ({ message }, key, _company, detail) =>
        void raised.push({ key, message: message.en, detail: JSON.stringify(detail) }),
      settle: () => undefined,
    },
    companies: { alert: async ({ key, message }) => refusals.push({ key, message }) },
    background: { run: () => undefined },
  });
  let client: ReturnType<typeof makeClient>;
  beforeAll(async () => {
    client = makeClient(await server.start(), { observer: watch });
  });
  afterAll(async () => {
    client.close();
    await server.stop();
  });
  beforeEach(() => [raised, refusals].forEach((list) => (list.length = 0)));
  const says = (status: number, body: object): void => {
    server.handler = (_request, response) => json(response, status, body);
  };

  test('judges writes on the answers that work brings, takes an unknown status for a pending one and shows no personal data', async () => {
    says(201, { data: wireBooking({ status: 'on_hold' }) });
    expect(await client.createBooking(HAIRCUT, makeCall())).toMatchObject({ status: 'pending' });
    // Compared while the booking is being written down.
    await new Promise((resolve) => setImmediate(resolve));
    expect(raised).toHaveLength(1);
    expect(raised[0]!.message).toContain('POST /bookings data.status: unknown value “on_hold”');
    expect(raised[0]!.detail).not.toMatch(/Erika|erika|Anna|\+49|k1/);
  });

  test('leaves answers to reads alone but while the daily look asks', async () => {
    says(200, { data: wireBooking({ status: 'on_hold' }) });
    await client.getBooking('abc', makeCall());
    expect(raised).toEqual([]);
    await watch.look(makeCall().credential.id, async () => void (await client.getBooking('abc', makeCall())));
    expect(raised).toHaveLength(1);
    expect(raised[0]!.message).toContain('GET /bookings/:id');
  });

  test('counts refusals by their sentence, whatever numbers and ids they name', async () => {
    for (const uid of ['a1b2', 'c3d4']) {
      says(400, { statusCode: 400, message: `The moon stands wrong for booking ${uid}` });
      await client.cancelBooking('abc', 'x', makeCall()).catch(() => undefined);
    }
    says(400, { statusCode: 400, message: 'This booking has been cancelled already' });
    await client.cancelBooking('abc', 'x', makeCall()).catch(() => undefined);
    says(404, { error: { message: 'Booking with uid=abc was not found in the database' } });
    await client.getBooking('abc', makeCall());
    expect(refusals.map(({ message }) => message)).toEqual(Array(2).fill('The moon stands wrong for booking #'));
    expect(new Set(refusals.map(({ key }) => key)).size).toBe(1);
  });

  test.each([
    [401, 'Your subscription moon is in the wrong house'],
    [403, 'Team trial 77 ended yesterday'],
  ])('counts a %d in words that say nothing of the key', async (status, message) => {
    says(status, { status: 'error', error: { code: 'X', message } });
    await client.eventTypes(makeCall()).catch(() => undefined);
    expect(refusals).toEqual([
      { key: expect.stringContaining(`refusal:${status}:`), message: message.replace('77', '#') },
    ]);
  });

  test.each([
    [401, 'Invalid API Key'],
    [401, 'ApiAuthStrategy - api key - Your api key is expired'],
    [401, 'Unauthorized'],
    [401, ''],
    [403, 'RolesGuard - User with id=5 is not an admin of the team with id=10'],
    [403, 'User with id=5 is not part of the team with id=10'],
    [403, 'Forbidden resource'],
    [403, 'PermissionsGuard - insufficient permissions.'],
  ])('knows a %d that says “%s”', async (status, message) => {
    says(status, { status: 'error', error: { code: 'X', message } });
    await client.eventTypes(makeCall()).catch(() => undefined);
    expect(refusals).toEqual([]);
  });

  test('keeps the key out of Cal.com’s words', async () => {
    says(401, { error: { message: 'The moon dislikes cal_live_0123456789abcdef' } });
    await client.eventTypes(makeCall()).catch(() => undefined);
    expect(JSON.stringify(refusals)).not.toContain('0123456789');
    expect(refusals).toHaveLength(1);
  });
});

describe('a gateway', () => {
  let t: TestGateway;
  let sql: Client;
  beforeAll(async () => {
    t = await startTestGateway();
    sql = new Client({ connectionString: t.databaseUrl });
    await sql.connect();
  });
  afterAll(async () => {
    await sql.end();
    await t.stop();
  });

  test('asks one GET of each kind a day and finds nothing strange in the sandbox', async () => {
    const day = openDay(12);
    await t.tool('create_booking', {
      ...{ service_name: 'Herrenhaarschnitt', desired_date: day, desired_time: '10:00', customer_name: 'Erika Muster' },
    });
    await fetch(`${t.sandbox.controlUrl}/counters`, { method: 'DELETE' });
    const { jobs } = t.gateway.parts.operations;
    await jobs.enqueue(DRIFT, {});
    await jobs.drain();
    const asked = ((await t.control('/requests?limit=50')) as { method: string; path: string }[])
      .filter(({ method }) => method === 'GET')
      .map(({ path }) => path.replace(/\?.*/, '').replace(/(bookings|teams)\/[^/]+/, '$1/:id'));
    expect([...new Set(asked)].sort()).toEqual(
      expect.arrayContaining(
        [
          '/bookings',
          '/bookings/:id',
          '/event-types',
          '/me',
          '/slots',
          '/teams',
          '/teams/:id/event-types',
          '/webhooks',
        ].map((path) => `/v2${path}`),
      ),
    );
    const { rows } = await sql.query(`select message from alerts where kind in ('calcom_drift', 'unknown_refusal')`);
    expect(rows).toEqual([]);
  });

  test('shows a refusal of the key in unknown words on the page of the set-up', async () => {
    await t.control('/faults', {
      match: { method: 'GET', path: '/v2/event-types' },
      times: 5,
      fault: { kind: 'status', status: 403, message: 'Team trial ended yesterday' },
    });
    const admin = request.agent(t.gateway.server).set('authorization', `Bearer ${ADMIN_TOKEN}`);
    await admin
      .post('/api/admin/calcom/import-event-types')
      .send({ company_id: (await sql.query(`select id from companies`)).rows[0].id });
    await fetch(`${t.sandbox.controlUrl}/faults`, { method: 'DELETE' });
    const counted = async (): Promise<number> =>
      (await sql.query(`select 1 from alerts where kind = 'unknown_refusal'`)).rowCount ?? 0;
    await until(async () => (await counted()) > 0);
    const { body } = await admin.get('/api/admin/check-setup');
    expect(body.data.find(({ id }: { id: string }) => id === 'calcom_refusals')).toMatchObject({
      status: 'warning',
      detail: expect.stringContaining('Team trial ended yesterday'),
    });
  });
});
