import { listStatement } from '../../src/models/admin-record-reader';
import { tenantId, type Appointment } from '../../src/domain';
import type { BookingOutcome } from '../../src/services/booking/booking-service';
import { AdminKit, type Tenant } from './kit';

let kit: AdminKit;
let ours: Tenant;
let theirs: Tenant;

beforeAll(async () => {
  kit = await AdminKit.start();
  ours = await kit.tenant('Ours');
  theirs = await kit.tenant('Theirs');
  const hours = JSON.stringify({ '7': [{ open: '02:00', close: '10:00' }] });
  await kit.sql('update branches set hours = $2 where company_id = $1', [ours.id, hours]);
});
afterAll(() => kit.stop());

const HOUR_MS = 3_600_000;
const read = async (query: string, token = ours.token) => (await kit.ask('get', `/calendar?${query}`, { token })).body;
const names = async (query: string): Promise<string[]> =>
  (await read(query)).data.appointments.map((one: { attendee_name: string }) => one.attendee_name);

test.each([
  ['in spring', '2027-03-28', 23, '2027-03-28T01:00:00.000Z'],
  ['in autumn', '2027-10-31', 25, '2027-10-31T00:00:00.000Z'],
  ['on a usual day', '2027-04-04', 24, '2027-04-04T00:00:00.000Z'],
])('a day %s is as long as the branch’s clock makes it', async (_when, date, length, opens) => {
  const { branches, from } = (await read(`from=${date}`)).data;
  const [day] = branches[0].days;
  expect([from, day.date, branches[0].time_zone]).toEqual([date, date, 'Europe/Berlin']);
  expect(Date.parse(day.ends_at) - Date.parse(day.starts_at)).toBe(length * HOUR_MS);
  expect(day.open).toEqual([{ from: '02:00', to: '10:00', starts_at: opens, ends_at: expect.any(String) }]);
});

test('shows what stands, also what reaches into the day over midnight, and nothing of another company', async () => {
  const at = (start: string, end: string, name: string, more = {}) => ({
    ...{ starts_at: start, ends_at: end, attendee_name: name, exclusive: false },
    ...more,
  });
  // The day is 2027-05-05T22:00Z to 2027-05-06T22:00Z.
  const own = [
    at('2027-05-05T21:30:00Z', '2027-05-05T22:30:00Z', 'Nina Nacht'),
    at('2027-05-05T21:00:00Z', '2027-05-05T22:00:00Z', 'Vera Vorabend'),
    at('2027-05-06T21:45:00Z', '2027-05-06T22:15:00Z', 'Lars Letzter'),
    at('2027-05-06T22:00:00Z', '2027-05-06T22:30:00Z', 'Max Morgen'),
    at('2027-05-06T08:00:00Z', '2027-05-06T08:30:00Z', 'Ada Absage', { status: 'cancelled', cancelled_at: new Date() }),
    at('2027-05-06T09:00:00Z', '2027-05-06T09:30:00Z', 'Willi Weg', { status: 'no_show' }),
  ];
  for (const one of own) await kit.appointment(ours, one);
  await kit.appointment(theirs, at('2027-05-06T08:00:00Z', '2027-05-06T08:30:00Z', 'Fremd'));
  expect(await names('from=2027-05-06')).toEqual(['Nina Nacht', 'Willi Weg', 'Lars Letzter']);
  expect(await names('from=2027-05-06&days=2')).toEqual(['Nina Nacht', 'Willi Weg', 'Lars Letzter', 'Max Morgen']);
  expect((await kit.ask('get', `/calendar?branch_id=${theirs.branchId}`, { token: ours.token })).status).toBe(404);
});

test('a token of the platform has to say which company is meant', async () => {
  const { status, body } = await kit.ask('get', '/calendar?from=2027-05-06');
  expect([status, body.error.details[0].path]).toEqual([400, 'company_id']);
});

test('a week of many appointments is read by the index of company and start', async () => {
  for (const { id, branchId } of [ours, theirs])
    await kit.sql(
      `insert into appointments (company_id, branch_id, starts_at, ends_at, time_zone, status, attendee_name, sync_origin,
       calcom_event_type_id, calcom_booking_uid)
     select $1::uuid, $2::uuid, at, at + interval '30 minutes', 'Europe/Berlin', 'booked', 'Kunde', 'calcom', 1001, 'many-' || $1::text || n
     from (select n, timestamptz '2028-06-01' + n * interval '15 minutes' as at from generate_series(1, 6000) n) many`,
      [id, branchId],
    );
  await kit.sql('analyze appointments');
  const filters = { from: new Date('2028-06-04T22:00:00Z'), to: new Date('2028-06-12T22:00:00Z') };
  const query = { limit: 2000, after: null, order: 'asc', filters } as const;
  const { text, params } = listStatement(kit.database, 'appointments', tenantId(ours.id), query);
  const lines = await kit.sql<{ 'QUERY PLAN': string }>(`explain (analyze, timing off) ${text}`, params);
  const plan = lines.map((row) => row['QUERY PLAN']).join('\n');
  expect(plan).not.toMatch(/Seq Scan on appointments/);
  expect(plan).toMatch(/Index Cond: \(\(company_id = .*starts_at >= .*starts_at < /);
  expect(await names('from=2028-06-05&days=7')).toHaveLength(7 * 96 + 1);
});

describe('an appointment', () => {
  const done: BookingOutcome = { kind: 'done', appointment: {} as Appointment, replay: false };
  const asOurs = (body?: object) => ({ token: ours.token, ...(body ? { body } : {}) });
  beforeEach(() => {
    kit.outcome = null;
    kit.bookings.length = 0;
  });

  test('a taken start is answered with free ones nearby, a refusal with its reason in both languages', async () => {
    const id = await kit.appointment(ours, { starts_at: '2026-12-06T09:00:00Z', ends_at: '2026-12-06T09:30:00Z' });
    const refused = async (to: string, body: object): Promise<unknown[]> =>
      (await kit.ask('post', `/appointments/${id}${to}`, asOurs(body))).body.error.details;
    expect(await refused('/reschedule', { starts_at: '2026-12-06T10:00:00Z' })).toEqual([
      {
        ...{ path: 'starts_at', code: 'host_busy', alternatives: ['2026-12-04T09:00:00.000Z'] },
        ...{ message: expect.any(String), message_de: expect.stringContaining('frei') },
      },
    ]);
    kit.outcome = { kind: 'refused', reason: 'not_started' };
    expect(await refused('/no-show', {})).toEqual([
      {
        ...{ path: '', code: 'not_started', message: 'the appointment has not begun' },
        message_de: 'der Termin hat noch nicht begonnen',
      },
    ]);
    kit.outcome = { kind: 'refused', reason: 'invalid_phone' };
    const place = { branch_id: ours.branchId, service_id: ours.serviceId, starts_at: '2026-12-06T10:00:00Z' };
    const booked = await kit.ask(
      'post',
      '/appointments',
      asOurs({ ...place, customer: { name: 'Erika', phone: '0301' } }),
    );
    expect([booked.status, booked.body.error.details[0].path]).toEqual([409, 'customer.phone']);
  });

  test('a booking that Cal.com has not confirmed is answered 202 with the appointment as it stands', async () => {
    const id = await kit.appointment(ours, {
      ...{ starts_at: '2026-12-09T10:00:00Z', ends_at: '2026-12-09T10:30:00Z', status: 'pending' },
      calcom_booking_uid: null,
    });
    kit.outcome = { kind: 'pending', operationId: 'op', appointmentId: id };
    const place = { branch_id: ours.branchId, service_id: ours.serviceId, starts_at: '2026-12-09T10:00:00Z' };
    const answer = await kit.ask('post', '/appointments', asOurs({ ...place, customer: { name: 'Erika' } }));
    expect([answer.status, answer.body.data]).toMatchObject([202, { id, status: 'pending' }]);
    expect((await kit.audit(id))[0]).toMatchObject({ action: 'post /api/admin/appointments', company_id: ours.id });
  });

  test('a change of what was changed meanwhile says who did what, and is not carried out', async () => {
    kit.outcome = done;
    const id = await kit.appointment(ours, {
      ...{ starts_at: '2026-12-07T10:00:00Z', ends_at: '2026-12-07T10:30:00Z', updated_at: '2026-12-01T08:00:00Z' },
    });
    const move = (seen: string) =>
      kit.ask(
        'post',
        `/appointments/${id}/reschedule`,
        asOurs({ starts_at: '2026-12-07T12:00:00Z', if_updated_at: seen }),
      );
    expect((await move('2026-12-01T08:00:00Z')).status).toBe(200);
    kit.bookings.length = 0;
    await kit.insert('appointment_modifications', {
      ...{ company_id: ours.id, appointment_id: id, type: 'reschedule', modified_by: 'retell' },
      ...{ metadata: '{"previous":{"startAt":"2026-12-07T09:00:00Z"}}', created_at: '2026-12-01T08:00:00Z' },
    });
    const { status, body } = await move('2026-12-01T07:59:00Z');
    expect([status, body.error.details]).toEqual([
      409,
      [
        {
          ...{ path: 'starts_at', code: 'changed_meanwhile' },
          message: 'A caller moved this appointment (01.12.2026 09:00): from 07.12.2026 10:00 to 07.12.2026 11:00.',
          message_de:
            'Ein Anrufer hat diesen Termin verschoben (01.12.2026 09:00): von 07.12.2026 10:00 auf 07.12.2026 11:00.',
        },
      ],
    ]);
    expect(kit.bookings).toEqual([]);
  });

  test('a history names the operator of each change, and Cal.com’s cancellation', async () => {
    kit.outcome = done;
    const id = await kit.appointment(ours, { starts_at: '2026-12-08T10:00:00Z', ends_at: '2026-12-08T10:30:00Z' });
    await kit.ask('post', `/appointments/${id}/no-show`, asOurs({}));
    await kit.insert('appointment_modifications', {
      ...{
        company_id: ours.id,
        appointment_id: id,
        type: 'no_show',
        modified_by: 'admin',
      },
    });
    await kit.sql(
      `update appointments set status = 'cancelled', cancelled_at = now(), cancelled_by = 'calcom', cancellation_reason = 'x' where id = $1`,
      [id],
    );
    const { body } = await kit.ask('get', `/appointments/${id}/history`, asOurs());
    expect(body.data.events).toMatchObject([
      { what: 'booked', by: 'retell', by_name: null },
      { what: 'no_show', by: 'admin', by_name: 'token of Ours' },
      { what: 'cancelled', by: 'calcom', reason: 'x' },
    ]);
  });
});
