import { openDay, startTestGateway, type TestGateway } from '../support/gateway';

const LINE = '+493012345678';

let t: TestGateway;
beforeAll(async () => {
  t = await startTestGateway();
});
afterAll(() => t.stop());

const callTo = (number: string, id: string) => ({
  ...{ call_id: `call_outbound_${id}`, direction: 'outbound' as const },
  ...{ from_number: LINE, to_number: number },
});

test('an outbound call is about the number that was called', async () => {
  const wish = { service_name: 'Herrenhaarschnitt', desired_date: openDay(3), desired_time: '10:00' };
  const first = callTo('+4930901831', '1');
  const { body: booked } = await t.tool('create_booking', { ...wish, customer_name: 'Anna Anruf' }, first);
  expect(booked).toMatchObject({ status: 'booked', idempotent_replay: false });

  const { body: again } = await t.tool('check_customer', {}, callTo('+4930901831', '4'));
  // She did not ring.
  expect([again.status, again.message]).toEqual(['found', expect.not.stringContaining('anrufen')]);

  const second = callTo('+4930901832', '2');
  expect((await t.tool('check_customer', {}, second)).body).toMatchObject({
    status: 'new_customer',
    customer: { name: null, phone: '+4930901832' },
  });
  const { body: other } = await t.tool('create_booking', { ...wish, customer_name: 'Anna Anruf' }, second);
  expect(other).toMatchObject({ status: 'booked', idempotent_replay: false });
  expect(other.appointment_id).not.toBe(booked.appointment_id);

  const inbound = { call_id: 'call_inbound_back', from_number: '+4930901831' };
  const { body: known } = await t.tool('get_customer_appointments', {}, inbound);
  expect(known.appointments.map((one: { id: string }) => one.id)).toEqual([booked.appointment_id]);
  const { body: inboundFacts } = await t.post('/api/retell/webhook', {
    event: 'call_inbound',
    call_inbound: { agent_id: 'agent_demo', from_number: LINE, to_number: LINE },
  });
  expect(inboundFacts.call_inbound.dynamic_variables.known_customer_name).toBe('');
});

test('a call recorded as outbound keeps its customer for questions without a call object', async () => {
  const call = callTo('+4930901833', '3');
  await t.tool('current_context', {}, call);
  const { body } = await t.post('/api/retell/check_customer', { call_id: call.call_id });
  expect(body).toMatchObject({ customer: { phone: '+4930901833' } });
});
