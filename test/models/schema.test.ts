import type { DataSource } from 'typeorm';
import { createDataSource } from '../../src/models/data-source';
import {
  isExclusionViolation,
  isForeignKeyViolation,
  isUniqueViolation,
  rows,
  StatementFailed,
} from '../../src/models/sql';
import { cloneDatabase } from '../support/servers';
import { makeAppointment, makeCompany, type CompanyFixture } from './company-fixture';

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let source: DataSource;
let company: CompanyFixture;
let other: CompanyFixture;

beforeAll(async () => {
  database = await cloneDatabase();
  source = await createDataSource(database.url, 4).initialize();
  company = await makeCompany(source);
  other = await makeCompany(source);
});
afterAll(async () => {
  await source.destroy();
  await database.drop();
});

/** The constraint that refused a statement. */
async function refusedBy(text: string, params: unknown[] = []): Promise<string | null> {
  try {
    await rows(source, text, params);
  } catch (error) {
    if (error instanceof StatementFailed) return error.constraint;
    throw error;
  }
  throw new Error('the statement was not refused');
}

describe('the entities', () => {
  it('read and write rows through a repository', async () => {
    const branches = source.getRepository(source.entityMetadatas.find((one) => one.tableName === 'branches')!.target);
    const saved = await branches.save({
      companyId: company.companyId,
      name: 'Nord',
      timeZone: 'Europe/Berlin',
      hours: { 1: [{ open: '09:00', close: '17:00' }] },
    });
    expect(await branches.findOneBy({ id: saved.id })).toMatchObject({
      name: 'Nord',
      isActive: true,
      phone: null,
      hours: { 1: [{ open: '09:00', close: '17:00' }] },
      createdAt: expect.any(Date),
    });
  });
});

describe('one host', () => {
  const at = (time: string): string => `2026-11-24T${time}:00Z`;

  it('has no two active appointments that overlap', async () => {
    await makeAppointment(source, company, { startsAt: at('09:00'), endsAt: at('09:30') });
    const again = makeAppointment(source, company, { startsAt: at('09:15'), endsAt: at('09:45') });
    await expect(again).rejects.toThrow('ex_appointments_host_time');
  });

  it('may begin one when another ends', async () => {
    await makeAppointment(source, company, { startsAt: at('10:00'), endsAt: at('10:30') });
    await makeAppointment(source, company, { startsAt: at('10:30'), endsAt: at('11:00') });
  });

  it.each([
    ['another host', { hostId: 2 }],
    ['no host yet', { hostId: null }],
    ['one that may overlap', { exclusive: false }],
    ['a cancelled one', { status: 'cancelled' }],
    ['a failed one', { status: 'failed' }],
  ])('permits %s', async (_what, given) => {
    const hour = { startsAt: at('12:00'), endsAt: at('12:30') };
    await source.query(`delete from appointments where starts_at = $1`, [hour.startsAt]);
    await makeAppointment(source, company, hour);
    await makeAppointment(source, company, { ...hour, ...given });
  });

  it('of one company permits the same user at another', async () => {
    await makeAppointment(source, company, { startsAt: at('13:00'), endsAt: at('13:30') });
    await makeAppointment(source, other, { startsAt: at('13:00'), endsAt: at('13:30') });
  });

  it('is not taken by a cancelled appointment that comes back', async () => {
    const id = await makeAppointment(source, company, {
      startsAt: at('14:00'),
      endsAt: at('14:30'),
      status: 'cancelled',
    });
    await makeAppointment(source, company, { startsAt: at('14:00'), endsAt: at('14:30') });
    const back = rows(source, `update appointments set status = 'booked' where id = $1`, [id]).catch(
      (error: unknown) => error,
    );
    expect(isExclusionViolation(await back)).toBe(true);
    expect(await back).toMatchObject({ constraint: 'ex_appointments_host_time' });
  });

  it('is given to exactly one of many writers at the same time', async () => {
    const tries = Array.from({ length: 12 }, () =>
      makeAppointment(source, company, { startsAt: at('16:00'), endsAt: at('16:30'), status: 'pending', uid: null }),
    );
    const results = await Promise.allSettled(tries);
    expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
  });
});

describe('the constraints', () => {
  it.each([
    [
      'an appointment that ends before it starts',
      'ck_appointments_times',
      `update appointments set ends_at = starts_at`,
    ],
    ['an unknown status', 'ck_appointments_status', `update appointments set status = 'maybe'`],
    [
      'a booked appointment without a uid',
      'ck_appointments_booked',
      `update appointments set status = 'booked', calcom_booking_uid = null, exclusive = false`,
    ],
    [
      'a cancelled appointment without a time',
      'ck_appointments_cancelled',
      `update appointments set status = 'cancelled', cancelled_at = null`,
    ],
    ['an unknown language', 'ck_companies_language', `update companies set language = 'fr'`],
    ['six alternatives', 'ck_companies_max_alternatives', `update companies set max_alternatives = 6`],
    ['a key without its id', 'ck_companies_calcom_key', `update companies set calcom_api_key_ciphertext = 'x'`],
    ['a service of no length', 'ck_services_duration', `update services set duration_minutes = 0`],
    ['an unknown scheduling type', 'ck_services_scheduling', `update services set scheduling_type = 'managed'`],
    ['a negative price', 'ck_services_price', `update services set price = -1`],
  ])('refuse %s', async (_what, constraint, statement) => {
    await makeAppointment(source, company, {
      startsAt: '2026-12-01T09:00Z',
      endsAt: '2026-12-01T09:30Z',
      exclusive: false,
    });
    expect(await refusedBy(statement)).toBe(constraint);
  });

  it.each([
    [
      'a number that is not E.164',
      'ck_phone_numbers_number',
      `insert into phone_numbers (company_id, branch_id, number_e164) values ($1, $2, '030 123')`,
    ],
    [
      'an empty e-mail address',
      'ck_customers_email',
      `insert into customers (company_id, email) select $1::uuid, '' where $2::uuid is not null`,
    ],
    [
      'a running job without a lease',
      'ck_jobs_lease',
      `insert into jobs (company_id, queue, name, status, max_attempts, backoff_ms, timeout_ms) select $1, 'q', 'n', 'running', 1, 0, 1 where $2::uuid is not null`,
    ],
    ['an operation under way without an owner', 'ck_booking_operations_lease', operation(`'intended', null`)],
    ['a sent operation without a time of sending', 'ck_booking_operations_sent', operation(`'sent', now()`)],
    ['an unknown outcome that is never looked up', 'ck_booking_operations_settling', operation(`'unknown', null`)],
    ['a finished operation without an end', 'ck_booking_operations_settled', operation(`'confirmed', null`)],
  ])('refuse %s', async (_what, constraint, statement) => {
    await makeAppointment(source, company, {
      startsAt: '2026-12-02T09:00Z',
      endsAt: '2026-12-02T09:30Z',
      exclusive: false,
    });
    expect(await refusedBy(statement, [company.companyId, company.branchId])).toBe(constraint);
  });

  function operation(stateAndLease: string): string {
    return `insert into booking_operations (company_id, kind, request_key, business_key, gateway_key, appointment_id, calcom_event_type_id, starts_at, ends_at, payload, state, lease_until)
      select $1, 'book', gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), id, 100, starts_at, ends_at, '{}', ${stateAndLease}
      from appointments where company_id = $1 and branch_id = $2 limit 1`;
  }

  it('keep identities unique', async () => {
    const twice = async (text: string, first: unknown[], second = first): Promise<string | null> => {
      await rows(source, text, first);
      return refusedBy(text, second);
    };
    const mine = [company.companyId, company.branchId];
    const theirs = [other.companyId, other.branchId];
    const number = `insert into phone_numbers (company_id, branch_id, number_e164) values ($1, $2, '+49301111111')`;
    expect(await twice(number, mine, theirs)).toBe('uq_phone_numbers_number');
    const agent = `insert into retell_agents (company_id, branch_id, agent_id) values ($1, $2, 'agent_1')`;
    expect(await twice(agent, mine, theirs)).toBe('uq_retell_agents_agent');
    const call = `insert into calls (company_id, branch_id, retell_call_id, started_at) values ($1, $2, 'call_1', now())`;
    expect(await twice(call, mine, theirs)).toBe('uq_calls_retell_call_id');
    const synonym = `insert into service_synonyms (company_id, service_id, synonym) values ($1, $2, $3)`;
    expect(
      await twice(
        synonym,
        [company.companyId, company.serviceId, 'Kneten'],
        [company.companyId, company.serviceId, 'KNETEN'],
      ),
    ).toBe('uq_service_synonyms');
    const webhook = `insert into webhook_events (provider, event_type, dedupe_key, payload) values ('calcom', 'PING', 'key', '{}')`;
    expect(await twice(webhook, [])).toBe('uq_webhook_events_dedupe');
    await rows(
      source,
      `insert into webhook_events (provider, event_type, dedupe_key, payload) values ('retell', 'x', 'key', '{}')`,
    );
    const eventType = `insert into services (company_id, branch_id, name, duration_minutes, calcom_event_type_id) values ($1, $2, 'Massage', 30, 200)`;
    expect(await twice(eventType, mine)).toBe('uq_services_event_type');
    expect(await twice(eventType, [company.companyId, null])).toBe('uq_services_event_type');
    await rows(source, eventType, theirs);
  });

  it('know a customer by number within a company only, and never by the lack of one', async () => {
    const insert = `insert into customers (company_id, phone) values ($1, $2)`;
    await rows(source, insert, [company.companyId, '+491701234567']);
    await rows(source, insert, [other.companyId, '+491701234567']);
    await rows(source, insert, [company.companyId, null]);
    await rows(source, insert, [company.companyId, null]);
    expect(await refusedBy(insert, [company.companyId, '+491701234567'])).toBe('uq_customers_phone');
  });

  it('let a uid stand for one appointment of a company', async () => {
    const hour = { startsAt: '2026-12-03T09:00Z', endsAt: '2026-12-03T09:30Z', exclusive: false, uid: 'same' };
    await makeAppointment(source, company, hour);
    await makeAppointment(source, other, hour);
    await expect(makeAppointment(source, company, hour)).rejects.toThrow('uq_appointments_booking_uid');
  });

  it('allow one waiting job per unique key, and one row per cron slot for ever', async () => {
    const insert = `insert into jobs (queue, name, unique_key, slot_key, max_attempts, backoff_ms, timeout_ms, status, finished_at)
      values ('q', 'n', $1, $2, 1, 0, 1, $3, case when $3 = 'done' then now() end)`;
    await rows(source, insert, ['u', null, 'done']);
    await rows(source, insert, ['u', null, 'queued']);
    expect(await refusedBy(insert, ['u', null, 'queued'])).toBe('uq_jobs_unique_key');
    await rows(source, insert, [null, 'slot', 'done']);
    expect(await refusedBy(insert, [null, 'slot', 'queued'])).toBe('uq_jobs_slot');
  });

  it('let no row point into another company', async () => {
    const into = async (text: string, params: unknown[]): Promise<boolean> =>
      isForeignKeyViolation(
        await rows(source, text, params).then(
          () => null,
          (error: unknown) => error,
        ),
      );
    expect(
      await into(`insert into staff (company_id, branch_id, name) values ($1, $2, 'Kim')`, [
        company.companyId,
        other.branchId,
      ]),
    ).toBe(true);
    expect(
      await into(`insert into calls (company_id, branch_id, retell_call_id, started_at) values ($1, $2, 'c', now())`, [
        company.companyId,
        other.branchId,
      ]),
    ).toBe(true);
    expect(
      await into(`insert into service_staff (company_id, service_id, staff_id) values ($1, $2, $3)`, [
        company.companyId,
        company.serviceId,
        other.staffId,
      ]),
    ).toBe(true);
    const [theirs] = await rows<{ id: string }>(source, `insert into customers (company_id) values ($1) returning id`, [
      other.companyId,
    ]);
    const appointment = makeAppointment(source, company, {
      startsAt: '2026-12-04T09:00Z',
      endsAt: '2026-12-04T09:30Z',
      customerId: theirs!.id,
    });
    await expect(appointment).rejects.toThrow('fk_appointments_customer');
    const foreign = makeAppointment(source, company, {
      startsAt: '2026-12-04T09:00Z',
      endsAt: '2026-12-04T09:30Z',
      serviceId: other.serviceId,
    });
    await expect(foreign).rejects.toThrow('fk_appointments_service');
  });

  it('differ by name', async () => {
    const error = await rows(
      source,
      `insert into companies (name, slug) select name, slug from companies limit 1`,
    ).catch((one: unknown) => one);
    expect(isUniqueViolation(error)).toBe(true);
    expect(error).toMatchObject({ constraint: 'uq_companies_slug' });
    expect(isExclusionViolation(error)).toBe(false);
  });
});
