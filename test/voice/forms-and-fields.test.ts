import type { Response } from 'supertest';
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
