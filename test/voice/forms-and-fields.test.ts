import request, { type Response } from 'supertest';
import { signBody } from '../../src/retell/signature';
import { openDay, RETELL_KEY, startTestGateway, toolBody, type TestGateway } from '../support/gateway';

let t: TestGateway;
beforeAll(async () => {
  t = await startTestGateway();
});
afterAll(() => t.stop());

test('a form body is read as the arguments of the tool in the path', async () => {
  const body = new URLSearchParams({
    to_number: '+493012345678',
    service_name: 'Herrenhaarschnitt',
    desired_date: openDay(20),
    desired_time: '10:00',
  }).toString();
  const response = await t.post('/api/retell/check_availability', body, {
    'content-type': 'application/x-www-form-urlencoded',
    'x-retell-signature': signBody(Buffer.from(body), RETELL_KEY, Date.now()),
  });
  expect(response.body).toMatchObject({ status: 'available', available: true });
});

test('the dispatcher answers the flat fields below data and beside it', async () => {
  const args = { service_name: 'Herrenhaarschnitt', desired_date: openDay(20), desired_time: '10:00' };
  const { body } = await t.post('/api/retell/function', toolBody('check_availability', args));
  expect(body.data).toMatchObject({ status: 'available', available: true, service: { name: 'Herrenhaarschnitt' } });
  const { error, data, ...beside } = body;
  expect(error).toBeNull();
  expect(beside).toEqual(data);
});

describe('the load script that came with the performance analysis', () => {
  let unsigned: TestGateway;
  beforeAll(async () => {
    unsigned = await startTestGateway({ env: { RETELL_API_KEY: '', HOST: '127.0.0.1' } });
  });
  afterAll(() => unsigned.stop());

  // k6 sends an object as a form, unsigned, with the names of its own and a day that is long over.
  const ask = (vu: number, iteration: number, date: string): Promise<Response> =>
    unsigned.post(
      '/api/retell/check_availability',
      new URLSearchParams({
        call_id: `call_${vu}_${iteration}`,
        service_name: 'Herrenhaarschnitt',
        desired_date: date,
        desired_time: '14:00',
      }).toString(),
      { 'content-type': 'application/x-www-form-urlencoded', 'x-retell-signature': '' },
    );

  test('is answered in every request, by a caller and by many at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 25 }, (_, vu) => [ask(vu + 1, 0, '2025-11-15'), ask(vu + 1, 1, openDay(21))]).flat(),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const statuses = answers.map(({ body }) => body.status);
    expect(
      statuses.filter((status) => status !== 'available').every((status) => /past_time|confirm_date/.test(status)),
    ).toBe(true);
    expect(statuses.filter((status) => status === 'available')).toHaveLength(25);
  });
});

describe('the edge', () => {
  const day = openDay(11);

  const raw = JSON.stringify(toolBody('current_context', {}));
  const send = (body: string, headers: Record<string, string>): request.Test =>
    request(t.gateway.server)
      .post('/api/retell/current_context')
      .set({ 'content-type': 'application/json', ...headers })
      .send(body);

  test('a missing, wrong, old or future signature is 401', async () => {
    const at = (ms: number): string => signBody(Buffer.from(raw), RETELL_KEY, Date.now() + ms);
    expect((await send(raw, {})).status).toBe(401);
    expect((await send(raw, { 'x-retell-signature': signBody(Buffer.from(raw), 'another', Date.now()) })).status).toBe(
      401,
    );
    expect((await send(`${raw} `, { 'x-retell-signature': at(0) })).status).toBe(401);
    expect((await send(raw, { 'x-retell-signature': at(-301_000) })).status).toBe(401);
    expect((await send(raw, { 'x-retell-signature': at(301_000) })).status).toBe(401);
    expect((await send(raw, { 'x-retell-signature': at(-299_000) })).status).toBe(200);
  });

  test('a body that is not JSON is 400, one over 5 MB 413, an unknown path 404', async () => {
    expect((await t.post('/api/retell/check_availability', '{"name":')).status).toBe(400);
    expect(
      (await t.post('/api/retell/check_availability', JSON.stringify({ pad: 'x'.repeat(5_300_000) }))).status,
    ).toBe(413);
    expect((await t.post('/api/retell/order_pizza', {})).status).toBe(404);
    expect((await request(t.gateway.server).get('/nowhere')).status).toBe(404);
  });

  test('underscore, hyphen, version and dispatcher are one tool', async () => {
    const flat = await t.tool('get-available-services', {});
    expect(flat.body.status).toBe('found');
    const old = await t.post(
      '/api/retell/v17/check-availability',
      toolBody('check_availability_v17', { dienstleistung: 'Herrenhaarschnitt', datum: day, uhrzeit: '10:00' }),
    );
    expect(old.body.status).toBe('available');
    const dispatched = await t.post(
      '/api/webhooks/retell/function',
      toolBody('check_availability_v17', { dienstleistung: 'Herrenhaarschnitt', datum: day, uhrzeit: '10:00' }),
    );
    expect(dispatched.body).toMatchObject({
      success: true,
      status: 'available',
      data: { available: true },
      error: null,
    });
    const unknown = await t.post('/api/retell/function', toolBody('order_pizza', {}));
    expect(unknown.status).toBe(200);
    expect(unknown.body).toMatchObject({ success: false });
  });

  test('arguments alone reach the demo company', async () => {
    const { body } = await t.post('/api/retell/check_availability', {
      call_id: 'call_1',
      service_name: 'Herrenhaarschnitt',
      desired_date: day,
      desired_time: '10:00',
    });
    expect(body).toMatchObject({ success: true, status: 'available' });
  });

  test('call_inbound is answered with strings only', async () => {
    const { body, status } = await t.post('/api/retell/webhook', {
      event: 'call_inbound',
      call_inbound: { from_number: '+49309000000', to_number: '+493012345678', agent_id: 'agent_demo' },
    });
    expect(status).toBe(200);
    expect(body.call_inbound.dynamic_variables.business_name).toBe('Salon Sonnenschein');
    for (const value of Object.values(body.call_inbound.dynamic_variables)) expect(typeof value).toBe('string');
  });

  test('health says that the process and its servers are there', async () => {
    expect((await request(t.gateway.server).get('/healthz')).body.status).toBe('ok');
    expect((await request(t.gateway.server).get('/readyz')).body).toEqual({
      status: 'ready',
      checks: { postgres: 'ok', redis: 'ok' },
    });
  });
});
