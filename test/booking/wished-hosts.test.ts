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
  for (const staff of ['Ben', 'Anna', 'Ben', 'Anna']) {
    const { body } = await t.tool('create_booking', wish({ staff }), caller());
    expect(body).toMatchObject({ status: 'booked', staff_honoured: true, host_name: expect.stringContaining(staff) });
  }
});
