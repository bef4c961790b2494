import request, { type Response } from 'supertest';
import { ADMIN_TOKEN, openDay, startTestGateway, type TestGateway } from '../support/gateway';

/** Cal.com gives a round-robin booking to whichever host it likes, unless the event type lets bookers choose. */
let t: TestGateway;
beforeAll(async () => {
  t = await startTestGateway();
});
afterAll(() => t.stop());

let people = 0;
const caller = (): { call_id: string; from_number: string } => ({
  call_id: `call_wh${(++people).toString(16).padStart(8, '0')}feedbeef01234567`,
  from_number: `+4930${7200000 + people}`,
});
let slot = 0;
const start = (): { desired_date: string; desired_time: string } => {
  const index = slot++;
  return {
    desired_date: openDay(10 + Math.floor(index / 8)),
    desired_time: `${String(9 + (index % 8)).padStart(2, '0')}:00`,
  };
};
const wish = (more: object = {}): Record<string, unknown> => ({
  service_name: 'Herrenhaarschnitt',
  customer_name: 'Erika Beispiel',
  ...start(),
  ...more,
});
const appointmentOf = async (id: string): Promise<Record<string, unknown>> => {
  const path = `/api/admin/appointments/${id}`;
  const { body } = await request(t.gateway.server).get(path).set('authorization', `Bearer ${ADMIN_TOKEN}`);
  return body.data;
};
const setSwitch = async (rrHostSubsetEnabled: boolean): Promise<void> => {
  const changed = await fetch(`${t.sandbox.controlUrl}/event-types/1001`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ rrHostSubsetEnabled }),
  });
  expect(changed.status).toBe(200);
};
/** The gateway learns of the switch. */
const importAll = async (): Promise<void> => {
  const admin = request.agent(t.gateway.server).set('authorization', `Bearer ${ADMIN_TOKEN}`);
  const [company] = (await admin.get('/api/admin/companies')).body.data;
  const { status } = await admin.post('/api/admin/calcom/import-event-types').send({ company_id: company.id });
  expect(status).toBe(200);
};
const standing = async (callId: string): Promise<unknown[]> =>
  ((await t.control('/bookings')) as { status: string; metadata: Record<string, string> }[]).filter(
    (one) => one.metadata.call_id === callId && one.status === 'accepted',
  );

/** A start at which Cal.com, left to itself, takes the other one. */
async function bookedWithOther(more: object = {}): Promise<{
  body: Response['body'];
  wished: string;
  call: { call_id: string };
}> {
  // Taking turns, it has had the one asked for when it takes the other.
  for (let tries = 0; tries < 6; tries++) {
    const wished = 'Ben';
    const call = caller();
    const { body } = await t.tool('create_booking', wish({ staff: wished, ...more }), call);
    if (body.staff_honoured === false) return { body, wished, call };
    expect(body).toMatchObject({ status: 'booked', staff_honoured: true, host_name: expect.stringContaining(wished) });
    expect(body.message).toContain(`bei ${wished}`);
  }
  throw new Error('Cal.com always took the host asked for');
}

describe('an event type at which Cal.com ignores the wish for a person', () => {
  beforeAll(() => setSwitch(false));

  test('a booking that another host got stands, and says whose it is', async () => {
    const { body, wished } = await bookedWithOther();
    const other = 'Anna Sommer';
    expect(body).toMatchObject({ status: 'booked', booked: true, staff_honoured: false, host_name: other });
    expect(body.message).toContain(other);
    expect(body.message).toMatch(/allerdings.*absagen\?$/);
    expect(await appointmentOf(body.appointment_id)).toMatchObject({
      staff_honoured: false,
      calcom_host_name: other,
      wished_staff_name: expect.stringContaining(wished),
    });
  });

  test('a booking that another host got is undone where the person is required, and can be made without', async () => {
    const { body, call } = await bookedWithOther({ staff_required: true });
    expect(body).toMatchObject({ status: 'slot_taken', booked: false, staff_honoured: false, appointment_id: null });
    expect(body.message).toMatch(/nichts eingetragen/);
    expect(await standing(call.call_id)).toEqual([]);
    const [date, time] = (body.appointment_time as string).split(' ');
    const anyone = { ...wish(), desired_date: date, desired_time: time };
    const again = await t.tool('create_booking', anyone, call);
    expect(again.body).toMatchObject({ status: 'booked', staff_honoured: null, host_name: expect.any(String) });
  });

  test('a time that is free is not promised with the person', async () => {
    await importAll();
    const asked = { service_name: 'Herrenhaarschnitt', ...start(), staff: 'Ben' };
    const { body } = await t.tool('check_availability', asked, caller());
    expect(body).toMatchObject({ status: 'available', message: expect.stringMatching(/bei Ben .*nicht versprechen/) });
    const { desired_time: _, ...day } = asked;
    for (const [tool, args] of [
      ['check_availability', day],
      ['find_alternatives', day],
      ['find_next_available', { service_name: 'Herrenhaarschnitt', staff: 'Ben' }],
      ['reserve_slot', { ...asked, ...start() }],
    ] as const)
      expect((await t.tool(tool, args, caller())).body.message).toMatch(/bei Ben .*nicht versprechen/);
    const anyone = await t.tool('check_availability', { service_name: 'Herrenhaarschnitt', ...start() }, caller());
    expect(anyone.body.message).not.toContain('versprechen');
  });

  /** Books with anybody and moves until what came of it is as wanted. */
  async function moved(
    more: object,
    isWanted: (body: Response['body']) => boolean,
  ): Promise<{
    before: Response['body'];
    after: Response['body'];
    call: { call_id: string };
  }> {
    for (let tries = 0; tries < 8; tries++) {
      const call = caller();
      const { body: before } = await t.tool('create_booking', wish(), call);
      expect(before.status).toBe('booked');
      const { desired_date: new_date, desired_time: new_time } = start();
      const { body: after } = await t.tool('reschedule_appointment', { new_date, new_time, ...more }, call);
      if (isWanted({ ...after, before: before.host_name })) return { before, after, call };
    }
    throw new Error('Cal.com never gave the moved appointment to the other one');
  }

  test('a move that another host got says so, although no person was asked for', async () => {
    const { before, after } = await moved({}, (body) => body.host_name !== body.before);
    expect(after).toMatchObject({ status: 'rescheduled', rescheduled: true, staff_honoured: null });
    expect(after.message).toContain(`bei ${after.host_name} statt bei ${before.host_name}`);
  });

  test('a move that must stay with the person is undone where another host got it', async () => {
    const { before, after, call } = await moved({ staff_required: true }, (body) => body.status !== 'rescheduled');
    expect(after).toMatchObject({
      status: 'slot_taken',
      rescheduled: false,
      staff_honoured: false,
      reason: 'other_host',
    });
    expect(after.message).toMatch(/leider nichts frei, Ihr Termin bleibt\./);
    const [only, ...more] = (await standing(call.call_id)) as { uid: string; start: string }[];
    expect(more).toEqual([]);
    const row = await appointmentOf(before.appointment_id);
    expect(row).toMatchObject({ status: 'booked', calcom_booking_uid: only?.uid, requires_manual_review: false });
    expect(new Date(row.starts_at as string)).toEqual(new Date(before.datetime));
    expect(new Date(only?.start ?? '')).toEqual(new Date(before.datetime));
    // Asked for without that condition, the same move is made.
    const { desired_date: new_date, desired_time: new_time } = start();
    const again = await t.tool('reschedule_appointment', { new_date, new_time }, call);
    expect(again.body).toMatchObject({ status: 'rescheduled', appointment_id: before.appointment_id });
  });

  test('a repeat and a move say whose the appointment is', async () => {
    const { body, call } = await bookedWithOther();
    const again = await t.tool('confirm_booking', {}, call);
    expect(again.body).toMatchObject({ idempotent_replay: true, staff_honoured: false, host_name: body.host_name });
    const { desired_date: new_date, desired_time: new_time } = start();
    const moved = await t.tool('reschedule_appointment', { new_date, new_time }, call);
    expect(moved.body).toMatchObject({ status: 'rescheduled', host_name: expect.any(String) });
    expect(moved.body.staff_honoured).toEqual(expect.any(Boolean));
  });
});

test('where bookers may choose the host, the wish is kept at every start', async () => {
  await setSwitch(true);
  await importAll();
  const asked = { service_name: 'Herrenhaarschnitt', ...start(), staff: 'Ben' };
  const { body: free } = await t.tool('check_availability', asked, caller());
  expect(free).toMatchObject({ status: 'available', message: expect.not.stringContaining('versprechen') });
  for (const staff of ['Ben', 'Anna', 'Ben', 'Anna']) {
    const { body } = await t.tool('create_booking', wish({ staff }), caller());
    expect(body).toMatchObject({ status: 'booked', staff_honoured: true, host_name: expect.stringContaining(staff) });
  }
});
