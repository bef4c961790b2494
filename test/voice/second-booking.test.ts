import { openDay, startTestGateway, type TestGateway, toolBody } from '../support/gateway';

let t: TestGateway;
beforeAll(async () => {
  t = await startTestGateway();
});
afterAll(() => t.stop());

let calls = 0;
const caller = () => {
  calls += 1;
  return { call_id: `call_second_${calls}_cafecafe`, from_number: `+4930${8100000 + calls}` };
};
const wish = (day: number, time: string, name: string) => ({
  ...{ service_name: 'Damenhaarschnitt', desired_date: openDay(day), desired_time: time, customer_name: name },
});
/** Cal.com's list of what stands at that start. */
async function standingAt(day: number, time: string, call: ReturnType<typeof caller>): Promise<string[]> {
  const { body } = await t.tool('get_customer_appointments', {}, { ...call, call_id: `${call.call_id}_later` });
  return body.appointments
    .filter((one: { date: string; time: string }) => one.date === openDay(day) && one.time === time)
    .map((one: { id: string }) => one.id);
}

test('another person at the same start is asked about, and booked after a yes', async () => {
  const call = caller();
  const first = await t.tool('create_booking', wish(2, '10:00', 'Erika Beispiel'), call);
  expect(first.body.status).toBe('booked');

  const misheard = await t.tool('create_booking', wish(2, '10:00', 'Erika Beispiehl'), call);
  expect(misheard.body).toMatchObject({
    ...{ status: 'booked', idempotent_replay: true, appointment_id: first.body.appointment_id },
  });
  expect(misheard.body.message).toMatch(/Erika Beispiel/);

  const asked = await t.tool('create_booking', { ...wish(2, '10:00', 'Tina Tochter'), confirm: true }, call);
  expect(asked.body).toMatchObject({
    ...{ status: 'confirm_second_booking', booked: false, reason: 'other_person_same_time' },
    existing_appointment: {
      id: first.body.appointment_id,
      customer_name: 'Erika Beispiel',
      service: 'Damenhaarschnitt',
    },
  });
  const second = await t.tool('create_booking', { ...wish(2, '10:00', 'Tina Tochter'), confirm: true }, call);
  expect(second.body).toMatchObject({ status: 'booked', booked: true, idempotent_replay: false });
  expect(second.body.booking_uid).not.toBe(first.body.booking_uid);
  const again = await t.tool('create_booking', { ...wish(2, '10:00', 'Tina Tochter'), confirm: true }, call);
  expect(again.body).toMatchObject({ idempotent_replay: true, booking_uid: second.body.booking_uid });
  expect(again.body.message).toMatch(/Tina Tochter/);
  expect(await standingAt(2, '10:00', call)).toHaveLength(2);
});

test('another start for the same person in one call is asked about', async () => {
  const call = caller();
  const first = await t.tool('create_booking', wish(3, '12:00', 'Wanda Wechsel'), call);
  const asked = await t.tool('create_booking', wish(3, '13:00', 'Wanda Wechsel'), call);
  expect(asked.body).toMatchObject({
    ...{ status: 'confirm_second_booking', reason: 'already_booked_in_call', booked: false },
    existing_appointment: { id: first.body.appointment_id },
  });
  const elsewhere = await t.tool('create_booking', { ...wish(3, '14:00', 'Wanda Wechsel'), confirm: true }, call);
  expect(elsewhere.body.status).toBe('confirm_second_booking');
  const moved = await t.tool('reschedule_appointment', { new_date: openDay(3), new_time: '13:00' }, call);
  expect(moved.body.status).toBe('rescheduled');
  const later = await t.tool('create_booking', wish(3, '15:00', 'Wanda Wechsel'), {
    ...caller(),
    ...call,
    call_id: 'call_next_day',
  });
  expect(later.body.status).toBe('booked');
});

test('the first yes to a summary never skips the question', async () => {
  const call = caller();
  await t.tool('create_booking', wish(4, '10:00', 'Mona Mutter'), call);
  const collect = { ...wish(4, '10:00', 'Tom Sohn') };
  await t.tool('collect_appointment', { ...collect, bestaetigung: false }, call);
  const yes = await t.tool('collect_appointment', { ...collect, bestaetigung: true }, call);
  expect(yes.body).toMatchObject({ status: 'confirm_second_booking', booked: false });
  const second = await t.tool('collect_appointment', { ...collect, bestaetigung: 'ja' }, call);
  expect(second.body).toMatchObject({ status: 'booked', bestaetigung_status: 'confirmed' });
});

test('without an id the same words after a cancellation are a new question', async () => {
  const call = { ...caller(), tool_call_id: '' };
  const ask = async (tool: string, args: Record<string, unknown>) => {
    const body = toolBody(tool, args, call) as { call: { transcript_with_tool_calls: unknown[] } };
    body.call.transcript_with_tool_calls = [];
    return (await t.post(`/api/retell/${tool}`, body)).body;
  };
  const first = await ask('create_booking', wish(5, '10:00', 'Zoe Zweimal'));
  expect(await ask('create_booking', wish(5, '10:00', 'Zoe Zweimal'))).toMatchObject({ idempotent_replay: true });
  expect((await ask('cancel_appointment', {})).status).toBe('cancelled');
  const second = await ask('create_booking', wish(5, '10:00', 'Zoe Zweimal'));
  expect(second).toMatchObject({ status: 'booked', idempotent_replay: false });
  expect(second.booking_uid).not.toBe(first.booking_uid);
});
