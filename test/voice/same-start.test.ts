import { openDay, startTestGateway, type TestCall, type TestGateway } from '../support/gateway';

let t: TestGateway;
beforeAll(async () => {
  t = await startTestGateway();
});
afterAll(() => t.stop());

let calls = 0;
const mother = (language: 'de' | 'en' = 'de') => {
  calls += 1;
  return { call_id: `call_same_start_${calls}_cafecafe`, from_number: `+4930${8200000 + calls}`, language };
};
const book = (call: Partial<TestCall>, day: number, customer_name: string) => {
  const start = { desired_date: openDay(day), desired_time: '12:00' };
  return t.tool(
    'create_booking',
    { service_name: 'Damenhaarschnitt', ...start, customer_name, confirm: true },
    { ...call },
  );
};
async function bookBoth(call: Partial<TestCall>, day: number): Promise<{ erika: string; tina: string }> {
  const first = await book(call, day, 'Erika Beispiel');
  await book(call, day, 'Tina Tochter');
  const second = await book(call, day, 'Tina Tochter');
  expect(second.body).toMatchObject({ status: 'booked', idempotent_replay: false });
  return { erika: first.body.appointment_id, tina: second.body.appointment_id };
}

describe('two appointments of one number at the same start', () => {
  test.each([
    ['de', /Damenhaarschnitt auf den Namen Erika Beispiel .*Damenhaarschnitt auf den Namen Tina Tochter/],
    ['en', /Damenhaarschnitt in the name of Erika Beispiel .*Damenhaarschnitt in the name of Tina Tochter/],
  ] as const)('are told apart by whose they are (%s)', async (language, wanted) => {
    const call = mother(language);
    const day = language === 'de' ? 2 : 3;
    const { tina } = await bookBoth(call, day);
    for (const [tool, args] of [
      ['get_customer_appointments', {}],
      ['cancel_appointment', { appointment_date: openDay(day), appointment_time: '12:00' }],
      ['reschedule_appointment', { old_date: openDay(day), new_time: '14:00' }],
    ] as const) {
      const { body } = await t.tool(tool, args, call);
      expect(body.message).toMatch(wanted);
      expect(body.appointments).toMatchObject([{ customer_name: 'Erika Beispiel' }, { customer_name: 'Tina Tochter' }]);
    }
    const cancelled = await t.tool('cancel_appointment', { customer_name: 'Tina' }, call);
    expect(cancelled.body).toMatchObject({ status: 'cancelled', appointment_id: tina });
  });

  test('a cancellation said twice leaves the other person’s alone', async () => {
    const call = mother();
    const { erika, tina } = await bookBoth(call, 4);
    const wanted = { appointment_date: openDay(4), appointment_time: '12:00', customer_name: 'Tina Tochter' };
    for (const isRepeat of [false, true]) {
      const { body } = await t.tool('cancel_appointment', wanted, call);
      expect(body).toMatchObject({ status: 'cancelled', appointment_id: tina, idempotent_replay: isRepeat });
    }
    const left = await t.tool('get_customer_appointments', {}, call);
    expect(left.body.appointments.map((one: { id: string }) => one.id)).toEqual([erika]);
    // Agents send the caller's own name with whatever is asked.
    const other = await t.tool('cancel_appointment', { ...wanted, customer_name: 'Wer Anders' }, call);
    expect(other.body).toMatchObject({ status: 'cancelled', appointment_id: erika });
  });
});
