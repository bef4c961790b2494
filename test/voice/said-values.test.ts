import { openDay, startTestGateway, type TestGateway } from '../support/gateway';

let t: TestGateway;
beforeAll(async () => {
  t = await startTestGateway();
});
afterAll(() => t.stop());

let calls = 0;
const caller = (from_number = ''): { call_id: string; from_number: string } => {
  calls += 1;
  return {
    call_id: `call_${calls.toString(16).padStart(8, '0')}beefbeef0123456789`,
    from_number: from_number === '' ? `+4930${8100000 + calls}` : from_number,
  };
};
let starts = 0;
/** A free start of its own for each booking. */
const booking = (more: Record<string, unknown>): Record<string, unknown> => {
  starts += 1;
  return {
    service_name: 'Bartpflege',
    desired_date: openDay(2 + Math.floor(starts / 10)),
    desired_time: `${10 + Math.floor((starts % 10) / 2)}:${starts % 2 === 0 ? '00' : '30'}`,
    customer_name: 'Anna Müller',
    ...more,
  };
};
const attendees = async (): Promise<unknown[]> => {
  const bookings = (await t.control('/bookings')) as { attendees: never[] }[];
  return bookings.flatMap((one) => one.attendees);
};

describe('a phone number said in a booking', () => {
  test('is booked and read back in groups, once', async () => {
    const call = caller();
    const said = { customer_phone: 'null eins fünf eins eins zwei drei vier fünf sechs sieben acht' };
    const summary = await t.tool('collect_appointment', booking(said), call);
    expect(summary.body).toMatchObject({ status: 'available' });
    expect(summary.body.message).toMatch(/null eins fünf eins, eins zwei drei/);
    const { body } = await t.tool('collect_appointment', { bestaetigung: true, ...said }, call);
    expect(body).toMatchObject({ status: 'booked' });
    expect(body.message).not.toMatch(/null eins fünf eins/);
  });

  test('is asked for once when it is not understood, then the caller’s own is used and said', async () => {
    const call = caller('+4930901820');
    const args = booking({ customer_phone: 'null eins fünf eins sex sieben' });
    const first = await t.tool('create_booking', args, call);
    expect(first.body).toMatchObject({ success: false, status: 'invalid_phone', booked: false });
    expect(first.body.message).toMatch(/null eins fünf eins/);
    const second = await t.tool('create_booking', { ...args, customer_phone: 'null eins fünf eins sechs' }, call);
    expect(second.body).toMatchObject({ status: 'booked' });
    expect(second.body.message).toMatch(/von der Sie anrufen: null drei null/);
  });

  test('is asked for again each time when the caller’s own is withheld', async () => {
    const call = caller('anonymous');
    const args = booking({ customer_phone: '0176 123' });
    for (let attempt = 0; attempt < 3; attempt++) {
      expect((await t.tool('create_booking', args, call)).body.status).toBe('invalid_phone');
    }
  });

  test('that could be another country’s is taken when it is said again', async () => {
    const call = caller();
    const args = booking({ customer_phone: 'null sechs sechs vier eins zwei drei vier fünf sechs sieben' });
    expect((await t.tool('create_booking', args, call)).body.status).toBe('invalid_phone');
    const { body } = await t.tool('create_booking', args, call);
    expect(body.status).toBe('booked');
    expect(body.message).toMatch(/null sechs sechs/);
  });

  test('is left out when the one called from is meant', async () => {
    const { body } = await t.tool(
      'create_booking',
      booking({ customer_phone: 'die Nummer von der ich anrufe' }),
      caller(),
    );
    expect(body.status).toBe('booked');
  });
});

describe('an e-mail address said in a booking', () => {
  test('is booked and read back', async () => {
    const args = booking({ customer_email: 'also anna punkt m at gmx punkt de' });
    const { body } = await t.tool('create_booking', args, caller());
    expect(body.status).toBe('booked');
    expect(body.message).toMatch(/anna Punkt m at gmx Punkt de/);
  });

  test('is asked for once when it is not surely an address, then left out with a word', async () => {
    const call = caller();
    const args = booking({ customer_email: 'max müller at gmx punkt de' });
    const first = await t.tool('create_booking', args, call);
    expect(first.body).toMatchObject({ status: 'invalid_email', booked: false });
    expect(first.body.message).toContain('max müller at gmx punkt de');
    const second = await t.tool('create_booking', args, call);
    expect(second.body.status).toBe('booked');
    expect(second.body.message).toMatch(/es geht auch ohne/);
  });

  test('that was made up is not sent to Cal.com', async () => {
    const { body } = await t.tool('create_booking', booking({ customer_email: 'no@email.com' }), caller());
    expect(body.status).toBe('booked');
    const sent = JSON.stringify(await attendees());
    expect(sent).toContain('anna.m@gmx.de');
    expect(sent).not.toContain('no@email.com');
  });
});

describe('a name said in a booking', () => {
  test.each([
    ['Hofmann mit Doppel-F', /Hoffmann/],
    ['M wie Martha E I E R', /Meier/],
    ['ja also Becker hier', /Becker/],
  ])('%s', async (customer_name, expected) => {
    const { body } = await t.tool('create_booking', booking({ customer_name }), caller());
    expect(body.status).toBe('booked');
    expect(body.message).toMatch(expected);
    expect(body.message).not.toMatch(/Martha|Doppel|also/);
  });

  test.each(['ja', 'Termin', 'weiß ich nicht', 'A'.repeat(61)])('%j is asked for again', async (customer_name) => {
    const { body } = await t.tool('create_booking', booking({ customer_name }), caller());
    expect(body).toMatchObject({ success: false, status: 'invalid_name', booked: false });
    expect(body.message).toContain(customer_name.slice(0, 50));
  });

  test('is asked for in English too', async () => {
    const call = { ...caller(), language: 'en' as const };
    const { body } = await t.tool('create_booking', booking({ customer_name: 'yes' }), call);
    expect(body.message).toBe(
      'I heard yes, which does not seem to be the name. What name shall I put the appointment under?',
    );
  });
});

test('a callback goes to the number said', async () => {
  const args = { reason: 'Frage', phone_number: 'null eins fünf eins eins zwei drei vier fünf sechs sieben acht' };
  const { body } = await t.tool('request_callback', args, caller());
  expect(body).toMatchObject({ status: 'recorded', recorded: true });
  expect(body.message).toMatch(/null eins fünf eins/);
});

describe('a whole sentence where a day or a time was asked for', () => {
  const asked = { service_name: 'Herrenhaarschnitt', desired_date: openDay(5), desired_time: '11:00' };

  test('is read, however long a person talks', async () => {
    const desired_time = 'ach, ich würde sagen so gegen vierzehn Uhr dreißig, also wenn das bei Ihnen so möglich wäre';
    const { body } = await t.tool('check_availability', { ...asked, desired_time });
    expect(body).toMatchObject({ requested_time: `${openDay(5)} 14:30` });
  });

  test.each([
    ['desired_time', 'invalid_time'],
    ['desired_date', 'invalid_date'],
  ])('is asked about when it is endless (%s)', async (name, status) => {
    const { body } = await t.tool('check_availability', { ...asked, [name]: 'und dann noch '.repeat(60) });
    expect(body.status).toBe(status);
  });
});
