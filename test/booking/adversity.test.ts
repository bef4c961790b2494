import { Client } from 'pg';
import { openDay, SANDBOX_KEY, startTestGateway, type TestGateway } from '../support/gateway';

let t: TestGateway;
let db: Client;
beforeAll(async () => {
  t = await startTestGateway({
    env: {
      CALCOM_BOOKING_TIMEOUT_MS: '400',
      VOICE_WRITE_DEADLINE_MS: '6000',
    },
  });
  db = new Client({ connectionString: t.databaseUrl });
  await db.connect();
});
afterAll(async () => {
  await db.end();
  await t.stop();
});
afterEach(async () => {
  await fetch(`${t.sandbox.controlUrl}/faults`, { method: 'DELETE' });
  const { breaker, accounts } = t.gateway.parts.upstream;
  for (const { id } of await accounts.keys()) await breaker.reset(id);
});

interface SandboxBooking {
  uid: string;
  start: string;
  status: string;
  metadata: Record<string, string>;
}
interface Call {
  call_id: string;
  from_number: string;
}
interface Wish {
  desired_date: string;
  desired_time: string;
}

let people = 0;
const caller = (): Call => ({
  call_id: `call_ad${(++people).toString(16).padStart(8, '0')}feedbeef01234567`,
  from_number: `+4930${7000000 + people}`,
});
let slot = 0;
const start = (): Wish => {
  const index = slot++;
  return {
    desired_date: openDay(20 + Math.floor(index / 8)),
    desired_time: `${String(9 + (index % 8)).padStart(2, '0')}:00`,
  };
};
const fault = (method: string, path: string, kind: string, extra: object = {}, times = 1): Promise<unknown> =>
  t.control('/faults', { match: { method, path }, times, fault: { kind, ...extra } });
/** With one host only, so that the database itself guards the start. */
const book = (wish: Wish, call: object): ReturnType<TestGateway['tool']> =>
  t.tool(
    'create_booking',
    { service_name: 'Herrenhaarschnitt', staff_name: 'Anna', customer_name: 'Erika Beispiel', ...wish },
    call,
  );
const standing = async (call: Call): Promise<SandboxBooking[]> =>
  ((await t.control('/bookings')) as SandboxBooking[]).filter(
    (one) => one.metadata.call_id === call.call_id && one.status === 'accepted',
  );
const outside = (path: string, body: object): Promise<Response> =>
  fetch(`${t.sandbox.url}/bookings/${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'cal-api-version': '2024-08-13',
      authorization: `Bearer ${SANDBOX_KEY}`,
    },
    body: JSON.stringify(body),
  });
const rowOf = async (call: Call): Promise<{ status: string; uid: string | null; review: boolean }> =>
  (
    await db.query<{ status: string; uid: string | null; review: boolean }>(
      `select status, calcom_booking_uid as uid, requires_manual_review as review from appointments where call_id = $1
       order by created_at desc limit 1`,
      [call.call_id],
    )
  ).rows[0]!;
const stateOf = async (call: Call): Promise<string> =>
  (
    await db.query<{ state: string }>(
      `select state from booking_operations where call_id = $1 order by created_at desc limit 1`,
      [call.call_id],
    )
  ).rows[0]!.state;

/** Every open operation becomes due and is half a minute old; then it is settled. */
async function settle(passes = 3): Promise<void> {
  for (let pass = 0; pass < passes; pass++) {
    await db.query(
      `update booking_operations set sent_at = sent_at - interval '30 seconds', settle_after = now() - interval '1 second',
         lease_until = null, state = 'unknown' where state in ('sent', 'unknown')`,
    );
    await t.gateway.parts.voice.settlement.sweep();
  }
}

describe('the same wish again', () => {
  test('ten tries at once for the only host are one booking, told to all ten', async () => {
    const wish = start();
    const call = caller();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => book(wish, { ...call, tool_call_id: `tc_${index % 3}` })),
    );
    expect(answers.map((answer) => answer.body.status)).toEqual(Array(10).fill('booked'));
    expect(await standing(call)).toHaveLength(1);
  });

  test('a tool call that comes again with another start books nothing and claims nothing', async () => {
    const call = { ...caller(), tool_call_id: 'tc_changed' };
    await book(start(), call);
    const changed = await book(start(), call);
    expect(changed.body).toMatchObject({ success: false, booked: false });
    expect(await standing(call)).toHaveLength(1);
  });

  test('a start told as taken stays taken for that tool call, and is booked by a new one once it is free', async () => {
    const wish = start();
    const first = caller();
    const held = await book(wish, first);
    expect(held.body.status).toBe('booked');
    const second = { ...caller(), tool_call_id: 'told_no' };
    expect((await book(wish, second)).body.status).toBe('slot_taken');
    await t.tool('cancel_appointment', { appointment_id: held.body.appointment_id }, first);
    const repeats = await Promise.all([1, 2, 3].map(() => book(wish, second)));
    expect(repeats.map((one) => one.body.status)).toEqual(['slot_taken', 'slot_taken', 'slot_taken']);
    expect(await standing(second)).toHaveLength(0);
    expect((await book(wish, { ...second, tool_call_id: 'asked_anew' })).body.status).toBe('booked');
    expect((await book(wish, second)).body.status).toBe('slot_taken');
  });

  test('a no that two tool calls heard of one request is a no for both, whenever they come again', async () => {
    const wish = start();
    const call = caller();
    const ids = ['asked_first', 'asked_beside'];
    const ask = (tool_call_id: string): ReturnType<typeof book> => book(wish, { ...call, tool_call_id });
    await fault('POST', '/v2/bookings', 'status', { status: 409, shape: 'E4', message: 'booking_conflict_error' });
    // The refusal is looked up before it is believed: time for the second one to come, far below the timeout.
    await fault('GET', '/v2/bookings', 'delay', { delayMs: 150 });
    const heard = async (): Promise<unknown[]> => (await Promise.all(ids.map(ask))).map((one) => one.body.status);
    expect(await heard()).toEqual(['slot_taken', 'slot_taken']);
    expect(await heard()).toEqual(['slot_taken', 'slot_taken']);
    expect((await ask('asked_anew')).body.status).toBe('booked');
    expect(await heard()).toEqual(['slot_taken', 'slot_taken']);
  });

  test('a start that was kept for others stays taken for the tool call that was told so', async () => {
    const wish = start();
    const keepers = [caller(), caller()];
    for (const keeper of keepers) await t.tool('reserve_slot', { service_name: 'Herrenhaarschnitt', ...wish }, keeper);
    const second = { ...caller(), tool_call_id: 'told_no' };
    expect((await book(wish, second)).body.status).toBe('slot_taken');
    for (const keeper of keepers) await t.tool('release_slot_reservation', {}, keeper);
    expect((await book(wish, second)).body.status).toBe('slot_taken');
    expect((await book(wish, { ...second, tool_call_id: 'asked_anew' })).body.status).toBe('booked');
  });

  test('a late repeat of a booking that was moved since is not told as booked', async () => {
    const call = { ...caller(), tool_call_id: 'tc_first' };
    const wish = start();
    const { body } = await book(wish, call);
    const to = start();
    const moved = await t.tool(
      'reschedule_appointment',
      { appointment_id: body.appointment_id, new_date: to.desired_date, new_time: to.desired_time },
      { ...call, tool_call_id: 'tc_second' },
    );
    expect(moved.body.status).toBe('rescheduled');
    const late = await book(wish, call);
    expect(late.body.booked).toBe(false);
    expect(await standing(call)).toHaveLength(1);
  });

  test.each([['tc_cancel'], ['tc_other']])(
    'a cancellation that comes again (%s) is answered as done',
    async (again) => {
      const call = caller();
      const { body } = await book(start(), call);
      const args = { appointment_id: body.appointment_id };
      await t.tool('cancel_appointment', args, { ...call, tool_call_id: 'tc_cancel' });
      const second = await t.tool('cancel_appointment', args, { ...call, tool_call_id: again });
      expect(second.body).toMatchObject({ success: true, status: 'cancelled', idempotent_replay: true });
    },
  );

  test('a move that comes again, naming the start it had before, is answered as done', async () => {
    const call = caller();
    const from = start();
    const to = start();
    await book(from, call);
    const args = {
      old_date: from.desired_date,
      old_time: from.desired_time,
      new_date: to.desired_date,
      new_time: to.desired_time,
    };
    const first = await t.tool('reschedule_appointment', args, { ...call, tool_call_id: 'tc_move' });
    const second = await t.tool('reschedule_appointment', args, { ...call, tool_call_id: 'tc_move' });
    expect([first.body.status, second.body.status]).toEqual(['rescheduled', 'rescheduled']);
    expect(await standing(call)).toHaveLength(1);
  });
});

test('a move of unknown outcome that is asked for again is not told as taken by itself', async () => {
  const call = caller();
  const { body } = await book(start(), call);
  const to = start();
  const args = { appointment_id: body.appointment_id, new_date: to.desired_date, new_time: to.desired_time };
  await fault('POST', '/v2/bookings/*/reschedule', 'timeout-after-commit');
  await fault('GET', '/v2/bookings/*', 'status', { status: 400, shape: 'E1', message: 'no' }, 3);
  const first = await t.tool('reschedule_appointment', args, call);
  expect(first.body.status).toBe('pending_confirmation');
  // Cal.com no longer lists the start, because the appointment is there.
  await t.gateway.parts.upstream.slots.invalidation.externalChange(
    (await db.query<{ company_id: string }>(`select company_id from appointments limit 1`)).rows[0]!
      .company_id as never,
    [1001],
    'all',
  );
  const second = await t.tool('reschedule_appointment', args, call);
  expect(second.body.status).not.toBe('slot_taken');
  await settle();
  expect(await standing(call)).toHaveLength(1);
});

describe('changes made at Cal.com without a webhook', () => {
  test('an appointment that was moved there is only told as cancelled when it is off where it is now', async () => {
    const call = caller();
    const { body } = await book(start(), call);
    const to = start();
    const moved = await outside(`${body.booking_uid}/reschedule`, {
      start: new Date(`${to.desired_date}T${to.desired_time}:00Z`).toISOString(),
    });
    expect(moved.ok).toBe(true);
    const answer = await t.tool('cancel_appointment', { appointment_id: body.appointment_id }, call);
    expect(await standing(call)).toHaveLength(answer.body.status === 'cancelled' ? 0 : 1);
  });

  test('one that was cancelled there is answered as cancelled, and stored', async () => {
    const call = caller();
    const { body } = await book(start(), call);
    await outside(`${body.booking_uid}/cancel`, { cancellationReason: 'closed' });
    const answer = await t.tool('cancel_appointment', { appointment_id: body.appointment_id }, call);
    expect(answer.body.status).toBe('cancelled');
    expect(await rowOf(call)).toMatchObject({ status: 'cancelled' });
  });

  test('a booking of unknown outcome that was cancelled there is not made a second time', async () => {
    const call = caller();
    await fault('POST', '/v2/bookings', 'timeout-after-commit');
    await fault('GET', '/v2/bookings', 'status', { status: 400, shape: 'E1', message: 'no' }, 3);
    const { body } = await book(start(), call);
    expect(body.status).toBe('pending_confirmation');
    const [made] = await standing(call);
    await outside(`${made!.uid}/cancel`, { cancellationReason: 'closed' });
    await fetch(`${t.sandbox.controlUrl}/faults`, { method: 'DELETE' });
    await settle();
    expect(await standing(call)).toHaveLength(0);
    expect(await stateOf(call)).toBe('rejected');
    expect((await rowOf(call)).status).toBe('failed');
  });

  test('an old row in the way whose booking is gone makes room', async () => {
    const wish = start();
    const first = caller();
    const { body } = await book(wish, first);
    await outside(`${body.booking_uid}/cancel`, { cancellationReason: 'closed' });
    await db.query(`update appointments set updated_at = now() - interval '20 minutes' where call_id = $1`, [
      first.call_id,
    ]);
    const second = caller();
    expect((await book(wish, second)).body.status).toBe('booked');
    expect((await rowOf(first)).status).toBe('cancelled');
  });
});

describe('a booking that must not stand', () => {
  /** Our ledger believes Anna to be busy while Cal.com has her free, and Ben has no time: Cal.com gives it to her. */
  async function clash(): Promise<{ call: Call; answer: () => ReturnType<TestGateway['tool']> }> {
    const wish = start();
    const before = await book(wish, caller());
    await outside(`${before.body.booking_uid}/cancel`, { cancellationReason: 'closed' });
    await benIsThere(false);
    const call = caller();
    const { desired_date, desired_time } = wish;
    return {
      call,
      answer: () =>
        t.tool(
          'create_booking',
          { service_name: 'Herrenhaarschnitt', customer_name: 'Erika Beispiel', desired_date, desired_time },
          call,
        ),
    };
  }
  const benIsThere = (calendarReachable: boolean): Promise<Response> =>
    fetch(`${t.sandbox.controlUrl}/hosts/502`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ calendarReachable }),
    });
  afterEach(() => benIsThere(true));

  test('is cancelled there before the caller hears that it was taken', async () => {
    const { call, answer } = await clash();
    expect((await answer()).body).toMatchObject({ status: 'slot_taken', booked: false });
    expect(await standing(call)).toHaveLength(0);
    expect(await stateOf(call)).toBe('compensated');
  });

  test('is cancelled later when Cal.com fails just then, without a person', async () => {
    const { call, answer } = await clash();
    await fault('POST', '/v2/bookings/*/cancel', 'status', { status: 500, shape: 'E5', message: 'x' });
    expect((await answer()).body.status).toBe('pending_confirmation');
    expect(await standing(call)).toHaveLength(1);
    await settle(1);
    expect(await standing(call)).toHaveLength(0);
    expect(await stateOf(call)).toBe('compensated');
    expect(await rowOf(call)).toMatchObject({ status: 'failed', review: false });
  });

  test('counts as cancelled when the answer to that was lost', async () => {
    const { call, answer } = await clash();
    await fault('POST', '/v2/bookings/*/cancel', 'reset-after-commit');
    expect((await answer()).body.booked).toBe(false);
    await settle();
    expect(await standing(call)).toHaveLength(0);
    expect(['compensated', 'rejected']).toContain(await stateOf(call));
  });
});

test('a move and a cancellation of one appointment at once end in one of the two, and the answers say which', async () => {
  const call = caller();
  const { body } = await book(start(), call);
  const to = start();
  const [moved, cancelled] = await Promise.all([
    t.tool(
      'reschedule_appointment',
      { appointment_id: body.appointment_id, new_date: to.desired_date, new_time: to.desired_time },
      call,
    ),
    t.tool('cancel_appointment', { appointment_id: body.appointment_id }, call),
  ]);
  const left = await standing(call);
  if (cancelled.body.status === 'cancelled') expect(left).toHaveLength(0);
  else expect(left).toHaveLength(1);
  const row = await rowOf(call);
  expect(row.status).toBe(left.length === 1 ? 'booked' : 'cancelled');
  if (moved.body.status === 'rescheduled' && left[0]) expect(row.uid).toBe(left[0].uid);
});
