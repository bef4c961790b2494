import { Client } from 'pg';
import { openDay, startTestGateway, type TestGateway } from '../support/gateway';

let t: TestGateway;
let sql: Client;
beforeAll(async () => {
  t = await startTestGateway();
  sql = new Client({ connectionString: t.databaseUrl });
  await sql.connect();
});
afterAll(async () => {
  await sql.end();
  await t.stop();
});

let calls = 0;
const caller = (from_number = ''): { call_id: string; from_number: string } => {
  calls += 1;
  return {
    call_id: `call_${calls.toString(16).padStart(8, '0')}facefacef123456789`.slice(0, 36),
    from_number: from_number === '' ? `+4930${8200000 + calls}` : from_number,
  };
};
const start = (day: number, time: string) => ({ desired_date: openDay(day), desired_time: time });

describe('two services in one breath', () => {
  test('are booked one by one, the first at once and the second afterwards', async () => {
    const call = caller();
    const wish = { service_name: 'Herrenhaarschnitt und Bartpflege', ...start(2, '10:00'), customer_name: 'Max Weber' };
    const { body } = await t.tool('create_booking', wish, call);
    expect(body).toMatchObject({ status: 'booked', service: { name: 'Herrenhaarschnitt' } });
    expect(body.message).toMatch(/einzeln, zuerst Herrenhaarschnitt, danach Bartpflege; .*Nun zu Bartpflege/);
    const second = await t.tool('create_booking', { ...wish, service_name: 'Bartpflege', ...start(2, '11:00') }, call);
    expect(second.body.message).not.toMatch(/Nun zu/);
  });

  test('are asked when the first shall be where no time was said', async () => {
    const call = caller();
    const asked = await t.tool('check_availability', { service_name: 'Herrenhaarschnitt und Bartpflege' }, call);
    expect(asked.body).toMatchObject({ status: 'ambiguous_service', available: null });
    expect(asked.body.services.map((one: { name: string }) => one.name)).toEqual(['Herrenhaarschnitt', 'Bartpflege']);
    expect(asked.body.message).toMatch(/danach Bartpflege\. Wann passt Ihnen der erste Termin\?/);
  });

  test('of which the first is not certain are asked about it, and the time is not asked for again', async () => {
    const call = { ...caller(), language: 'en' as const };
    const wish = { service_name: 'haircut and colouring', ...start(8, '10:00') };
    expect((await t.tool('check_availability', wish, call)).body.status).toBe('ambiguous_service');
    const chosen = await t.tool('check_availability', { service_name: "men's haircut" }, call);
    expect(chosen.body).toMatchObject({ status: 'available', requested_time: `${openDay(8)} 10:00` });
  });

  test('of which the first is not certain are asked about it', async () => {
    const call = caller();
    const wish = { service_name: 'Haarschnitt und Färben', ...start(3, '10:00') };
    expect((await t.tool('check_availability', wish, call)).body.message).toMatch(
      /danach kommt Färben. Meinen Sie Herrenhaarschnitt oder Damenhaarschnitt\?/,
    );
    const again = await t.tool('check_availability', wish, call);
    expect(again.body.services.map((one: { name: string }) => one.name)).toEqual([
      'Herrenhaarschnitt',
      'Damenhaarschnitt',
    ]);
  });
});

test('two people are booked one by one, and the second is not forgotten', async () => {
  const call = caller();
  const wish = {
    service_name: 'Herrenhaarschnitt für zwei Personen',
    ...start(4, '10:00'),
    customer_name: 'Max Weber',
  };
  const checked = await t.tool('check_availability', wish, call);
  expect(checked.body.status).toBe('available');
  expect(checked.body.message).toMatch(/für jede Person einzeln/);
  const { body } = await t.tool('create_booking', wish, call);
  expect(body.message).toMatch(/Nun zu Herrenhaarschnitt für die nächste Person/);
});

describe('the same as last time', () => {
  test('is the service of the last appointment of a known customer', async () => {
    const from = '+4930901877';
    const call = caller(from);
    const booked = await t.tool(
      'create_booking',
      { service_name: 'Färben', ...start(5, '09:00'), customer_name: 'Erika Treu' },
      call,
    );
    expect(booked.body.status).toBe('booked');
    await sql.query(
      `update appointments set starts_at = now() - interval '20 days', ends_at = now() - interval '20 days' + interval '90 minutes' where id = $1`,
      [booked.body.appointment_id],
    );
    const { body } = await t.tool(
      'check_availability',
      { service_name: 'das Gleiche wie letztes Mal', ...start(6, '09:00') },
      caller(from),
    );
    expect(body).toMatchObject({ status: 'available', service: { name: 'Färben' } });
    const named = await t.tool(
      'check_availability',
      { service_name: 'Bartpflege wie letztes Mal', ...start(6, '09:00') },
      caller(from),
    );
    expect(named.body.service.name).toBe('Bartpflege');
    await sql.query(
      `update appointments set staff_id = (select id from staff where name like 'Ben%' and company_id = appointments.company_id limit 1)
       where id = $1`,
      [booked.body.appointment_id],
    );
    const wish = { service_name: 'Färben', staff: 'die Gleiche wie letztes Mal', customer_name: 'Erika Treu' };
    const again = await t.tool('create_booking', { ...wish, ...start(6, '09:00') }, caller(from));
    expect(again.body.status).toBe('booked');
    const { rows } = await sql.query(`select calcom_host_id from appointments where id = $1`, [
      again.body.appointment_id,
    ]);
    expect(rows).toEqual([{ calcom_host_id: 502 }]);
  });

  test('another length than the one of the service is not booked in silence', async () => {
    const call = caller();
    const wish = { service_name: 'Färben', duration: 30, ...start(7, '09:00') };
    const { body } = await t.tool('check_availability', wish, call);
    expect(body).toMatchObject({ status: 'available', service: { duration_minutes: 90 } });
    expect(body.message).toMatch(/Färben dauert bei uns immer 90 Minuten|eine Stunde und 30 Minuten/);
    const { body: booked } = await t.tool('create_booking', { ...wish, customer_name: 'Dora Dauer' }, call);
    expect(booked.status).toBe('booked');
    expect(booked.message).not.toMatch(/dauert/);
  });

  test('is asked for when there was none', async () => {
    const { body } = await t.tool('check_availability', { service_name: 'wie immer', ...start(6, '10:00') }, caller());
    expect(body).toMatchObject({ status: 'missing_fields', missing_fields: ['service_name'] });
  });
});
