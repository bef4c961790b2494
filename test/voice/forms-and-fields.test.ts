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
