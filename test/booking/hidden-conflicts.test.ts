import { openDay, SANDBOX_KEY, startTestGateway, type TestGateway } from '../support/gateway';

/** Cal.com answers some conflicts with words or a status that say nothing of a conflict. */
let t: TestGateway;
beforeAll(async () => {
  t = await startTestGateway({ env: { VOICE_WRITE_DEADLINE_MS: '6000' } });
});
afterAll(() => t.stop());
afterEach(async () => {
  await fetch(`${t.sandbox.controlUrl}/faults`, { method: 'DELETE' });
});

let people = 0;
const caller = (): { call_id: string; from_number: string } => ({
  call_id: `call_hc${(++people).toString(16).padStart(8, '0')}feedbeef01234567`,
  from_number: `+4930${7100000 + people}`,
});
let slot = 0;
const start = (): { desired_date: string; desired_time: string } => {
  const index = slot++;
  return {
    desired_date: openDay(20 + Math.floor(index / 8)),
    desired_time: `${String(9 + (index % 8)).padStart(2, '0')}:00`,
  };
};
const book = (wanted: object): ReturnType<TestGateway['tool']> =>
  t.tool(
    'create_booking',
    { service_name: 'Herrenhaarschnitt', staff_name: 'Anna', customer_name: 'Erika Beispiel', ...wanted },
    caller(),
  );
const refuseBookings = (status: number, message: string, shape: string, times = 1): Promise<unknown> =>
  t.control('/faults', {
    match: { method: 'POST', path: '/v2/bookings' },
    times,
    fault: { kind: 'status', status, message, shape },
  });
/** Another client of Cal.com takes Anna's and everybody else's time. */
async function takeOutside({ desired_date, desired_time }: ReturnType<typeof start>): Promise<void> {
  const startAt = (
    await t.tool('check_availability', {
      service_name: 'Herrenhaarschnitt',
      desired_date,
      desired_time,
    })
  ).body.datetime as string;
  for (const name of ['eins', 'zwei']) {
    const answer = await fetch(`${t.sandbox.url}/bookings`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'cal-api-version': '2024-08-13',
        authorization: `Bearer ${SANDBOX_KEY}`,
      },
      body: JSON.stringify({
        eventTypeId: 1001,
        start: new Date(startAt).toISOString(),
        attendee: { name, email: `${name}${slot}@example.org`, timeZone: 'Europe/Berlin' },
      }),
    });
    expect(answer.status).toBe(201);
  }
}
const circuitOf = async (): Promise<{ state: string; failure_count: number } | undefined> => {
  const { breaker, accounts } = t.gateway.parts.upstream;
  return (await breaker.getStatus((await accounts.keys())[0]!.id)).find(({ service }) => service.endsWith('writes'));
};

test('a race lost behind words about the database is a taken start with alternatives', async () => {
  const wanted = start();
  await refuseBookings(400, 'An error occurred while querying the database.', 'E3');
  const { body } = await book(wanted);
  expect(body).toMatchObject({ status: 'slot_taken', booked: false });
  expect(body.alternatives.length).toBeGreaterThan(0);
});

test('HTTP 500 for a start that is gone is a taken start and no fault of Cal.com', async () => {
  for (let conflicts = 0; conflicts < 6; conflicts++) {
    const wanted = start();
    await takeOutside(wanted);
    await refuseBookings(500, 'Internal server error', 'E1');
    const { body } = await book(wanted);
    expect(body).toMatchObject({ status: 'slot_taken', booked: false });
  }
  expect(await circuitOf()).toMatchObject({ state: 'closed', failure_count: 0 });
});

test('HTTP 500 for a start that is still free counts as a fault and is settled', async () => {
  await refuseBookings(500, 'Internal server error', 'E1');
  const { body } = await book(start());
  expect(body).toMatchObject({ status: 'pending_confirmation', booked: false });
  expect(await circuitOf()).toMatchObject({ failure_count: 1 });
});

test('HTTP 500 after the booking was made is a booking', async () => {
  await t.control('/faults', {
    match: { method: 'POST', path: '/v2/bookings' },
    times: 1,
    fault: { kind: 'error-after-commit' },
  });
  const { body } = await book(start());
  expect(body).toMatchObject({ status: 'booked', booked: true });
});

describe('an event type that has become a recurring one', () => {
  const uidsOf = async (gatewayCall: string): Promise<string[]> =>
    ((await t.control('/bookings')) as { uid: string; status: string; metadata: Record<string, string> }[])
      .filter((one) => one.metadata.call_id === gatewayCall && one.status === 'accepted')
      .map(({ uid }) => uid);

  const setRecurrence = async (recurrence: object | null): Promise<void> => {
    const changed = await fetch(`${t.sandbox.controlUrl}/event-types/1001`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ recurrence }),
    });
    expect(changed.status).toBe(200);
  };
  afterEach(() => setRecurrence(null));

  test('is answered as not possible, and every booking it made is cancelled', async () => {
    await setRecurrence({ interval: 1, occurrences: 3, frequency: 'weekly' });
    const call = caller();
    const { body } = await t.tool(
      'create_booking',
      { service_name: 'Herrenhaarschnitt', staff_name: 'Anna', customer_name: 'Erika Beispiel', ...start() },
      call,
    );
    expect(body).toMatchObject({ booked: false, reason: 'recurring_event_type' });
    expect(await uidsOf(call.call_id)).toEqual([]);
  });
});
