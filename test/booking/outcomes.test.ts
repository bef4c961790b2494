import { openDay, startTestGateway, type TestGateway } from '../support/gateway';

let t: TestGateway;
beforeAll(async () => {
  t = await startTestGateway({
    env: {
      CALCOM_BOOKING_TIMEOUT_MS: '400',
      VOICE_WRITE_DEADLINE_MS: '2500',
      CALCOM_RATE_LIMIT_PER_MINUTE: '2000',
      CALCOM_BURST_PER_SECOND: '100',
    },
  });
});
afterAll(() => t.stop());
afterEach(async () => {
  await fetch(`${t.sandbox.controlUrl}/faults`, { method: 'DELETE' });
  const { breaker, accounts } = t.gateway.parts.upstream;
  for (const { id } of await accounts.keys()) await breaker.reset(id);
});

let number = 0;
const from = (): string => `+4930${8000000 + number++}`;
let calls = 0;
const callId = (): string => `call_b${(++calls).toString(16).padStart(8, '0')}feedbeef0123456789`;
let slot = 0;
/** A start of its own for every test. */
const start = (): { desired_date: string; desired_time: string } => {
  const index = slot++;
  return {
    desired_date: openDay(2 + Math.floor(index / 8)),
    desired_time: `${String(9 + (index % 8)).padStart(2, '0')}:00`,
  };
};
const fault = (kind: string, extra: object = {}, path = '/v2/bookings'): Promise<unknown> =>
  t.control('/faults', { match: { method: 'POST', path }, times: 1, fault: { kind, ...extra } });
interface SandboxBooking {
  uid: string;
  start: string;
  status: string;
  metadata: Record<string, string>;
}
async function bookingsAt(datetime: string): Promise<SandboxBooking[]> {
  const answer = (await t.control('/bookings')) as SandboxBooking[] | { bookings: SandboxBooking[] };
  const list = Array.isArray(answer) ? answer : answer.bookings;
  return list.filter(
    (one) => Date.parse(one.start) === Date.parse(datetime) && one.status !== 'cancelled' && one.status !== 'CANCELLED',
  );
}
const book = (wish: object, call: object = {}): ReturnType<TestGateway['tool']> =>
  t.tool(
    'create_booking',
    { service_name: 'Herrenhaarschnitt', customer_name: 'Erika Beispiel', ...wish },
    { from_number: from(), ...call },
  );

describe('repeats', () => {
  test('the same tool call ten times at once is one booking and one answer', async () => {
    const wish = start();
    const call = { call_id: callId(), from_number: from(), tool_call_id: 'tc_same' };
    const answers = await Promise.all(Array.from({ length: 10 }, () => book(wish, call)));
    expect(new Set(answers.map((answer) => answer.body.appointment_id)).size).toBe(1);
    expect(answers.map((answer) => answer.body.status)).toEqual(answers.map(() => 'booked'));
    expect(answers.filter((answer) => answer.body.idempotent_replay === false)).toHaveLength(1);
    expect(await bookingsAt(answers[0]!.body.datetime)).toHaveLength(1);
  });

  test('a second try by the model, with a new tool call id, is the same booking', async () => {
    const wish = start();
    const call = { call_id: callId(), from_number: from() };
    const [a, b] = [await book(wish, call), await book(wish, call)];
    expect(b.body).toMatchObject({ status: 'booked', appointment_id: a.body.appointment_id, idempotent_replay: true });
    expect(await bookingsAt(a.body.datetime)).toHaveLength(1);
  });

  test('two callers of the same start get two hosts, the third hears alternatives', async () => {
    const wish = start();
    const answers = await Promise.all([book(wish), book(wish), book(wish)]);
    expect(answers.map((answer) => answer.body.status).sort()).toEqual(['booked', 'booked', 'slot_taken']);
    expect(await bookingsAt(answers[0]!.body.datetime)).toHaveLength(2);
  });
});

describe('answers that get lost', () => {
  test.each([['timeout-after-commit'], ['reset-after-commit'], ['error-after-commit']])(
    '%s: the booking is found and told as booked',
    async (kind) => {
      await fault(kind);
      const { body } = await book(start());
      expect(body).toMatchObject({ success: true, status: 'booked', booked: true });
      expect(await bookingsAt(body.datetime)).toHaveLength(1);
    },
  );

  test.each([['reset-before-commit'], ['hang'], ['malformed-body'], ['html-502']])(
    '%s: nothing is claimed, and it is settled without doubling',
    async (kind) => {
      await fault(kind);
      const wish = start();
      const call = { call_id: callId(), from_number: from() };
      const { body } = await book(wish, call);
      expect(body).toMatchObject({ status: 'pending_confirmation', booked: false });
      expect(body.message).not.toMatch(/gebucht/);
      // As if half a minute had passed: surely absent, so it is sent once more.
      await settleAfter(30_000);
      expect(await bookingsAt(body.datetime)).toHaveLength(1);
      const next = await t.tool('get_available_services', {}, call);
      expect(next.body.message).toMatch(/inzwischen bestätigt/);
      const again = await book(wish, call);
      expect(again.body).toMatchObject({ status: 'booked', idempotent_replay: true });
    },
  );

  test('a booking that did not come true is reported, also without a check of the start before', async () => {
    const wish = start();
    const call = { call_id: callId(), from_number: from() };
    await fault('hang');
    const { body } = await book(wish, call);
    expect(body.status).toBe('pending_confirmation');
    await fault('status', { status: 400, shape: 'E1', message: 'User either already has booking at this time' });
    await settleAfter(30_000);
    expect(await bookingsAt(body.datetime)).toHaveLength(0);
    const next = await t.tool('get_available_services', {}, call);
    expect(next.body.message).toMatch(/hat leider doch nicht geklappt/);
    const after = await t.tool('get_available_services', {}, call);
    expect(after.body.message).not.toMatch(/geklappt/);
  });

  test('a cancellation that came true after the answer is reported', async () => {
    const call = { call_id: callId(), from_number: from() };
    const booked = await book(start(), call);
    await fault('hang', {}, `/v2/bookings/${booked.body.booking_uid}/cancel`);
    const { body } = await t.tool('cancel_appointment', { appointment_id: booked.body.appointment_id }, call);
    expect(body.status).toBe('pending_confirmation');
    await settleAfter(30_000);
    expect(await bookingsAt(booked.body.datetime)).toHaveLength(0);
    const next = await t.tool('get_available_services', {}, call);
    expect(next.body.message).toMatch(/ist inzwischen abgesagt/);
  });

  test('a 500 without a booking is settled too', async () => {
    await fault('status', { status: 500, shape: 'E5', message: 'Internal server error' });
    const { body } = await book(start());
    expect(body.status).toBe('pending_confirmation');
    await settleAfter(30_000);
    expect(await bookingsAt(body.datetime)).toHaveLength(1);
  });
});

test('a 429 is nothing that happened: the caller hears that it is busy and may try again', async () => {
  await fault('rate-limited', { withHeaders: true });
  const wish = start();
  const call = { call_id: callId(), from_number: from() };
  const { body } = await book(wish, call);
  expect(body).toMatchObject({ success: false, booked: false });
  expect(['busy', 'upstream_unavailable']).toContain(body.status);
  await t.gateway.parts.upstream.limiter.reset((await t.gateway.parts.upstream.accounts.keys())[0]!.id);
  const again = await book(wish, call);
  expect(again.body).toMatchObject({ status: 'booked', idempotent_replay: false });
});

/** Makes every open operation look that much older, then lets the sweep settle it. */
async function settleAfter(ms: number): Promise<void> {
  const { Client } = await import('pg');
  const client = new Client({ connectionString: t.databaseUrl });
  await client.connect();
  try {
    for (let pass = 0; pass < 4; pass++) {
      await client.query(
        `update booking_operations set sent_at = sent_at - $1 * interval '1 millisecond', settle_after = now() - interval '1 second', lease_until = null, state = 'unknown'
         where state in ('sent', 'unknown')`,
        [ms],
      );
      await t.gateway.parts.voice.settlement.sweep();
      const { rows } = await client.query(
        `select 1 from booking_operations where state in ('intended', 'sent', 'unknown')`,
      );
      if (rows.length === 0) return;
    }
  } finally {
    await client.end();
  }
}
