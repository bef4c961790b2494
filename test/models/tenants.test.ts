import type { DataSource } from 'typeorm';
import { createDataSource } from '../../src/models/data-source';
import { demoSeed } from '../../src/models/demo-seed';
import { PostgresAppointmentStore } from '../../src/models/appointment-store';
import { TenantStore } from '../../src/models/tenant-store';
import { cloneDatabase } from '../support/servers';
import { makeAppointment, makeCompany, type CompanyFixture } from './company-fixture';

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let source: DataSource;
let tenants: TenantStore;

beforeEach(async () => {
  database = await cloneDatabase();
  source = await createDataSource(database.url, 5).initialize();
  tenants = new TenantStore(source);
});
afterEach(async () => {
  await source.destroy();
  await database.drop();
});

describe('the demo company', () => {
  it('is what the documentation promises', async () => {
    expect(await tenants.demo()).toBeNull();
    expect(await demoSeed()(source)).toBe(true);
    const ref = await tenants.byPhoneNumber('+493012345678');
    const place = { companyId: expect.any(String), branchId: expect.any(String), language: null };
    expect(ref).toEqual({ ...place, agentId: 'agent_demo', agentPlatform: 'retell' });
    const { agentId: _agent, agentPlatform: _platform, ...demo } = ref!;
    expect(await tenants.byAgentId('agent_demo')).toEqual(demo);
    expect(await tenants.demo()).toEqual(demo);

    const profile = await tenants.profile(ref!.companyId, ref!.branchId);
    expect(profile?.company).toEqual({
      id: ref!.companyId,
      name: 'Salon Sonnenschein',
      slug: 'salon-sonnenschein',
      timeZone: 'Europe/Berlin',
      language: 'de',
      currency: 'EUR',
      calcomTeamId: 10,
      settings: {
        maxAlternatives: 2,
        timeWindowHours: 2,
        cancelHoursBefore: 0,
        rescheduleHoursBefore: 0,
        calcomReservations: false,
        aiDisclosure: { enabled: true, de: null, en: null },
        recordingNotice: 'off',
      },
      isActive: true,
    });
    expect(profile?.branch).toMatchObject({
      id: ref!.branchId,
      companyId: ref!.companyId,
      timeZone: 'Europe/Berlin',
      isActive: true,
    });
    expect(profile?.branch.hours).toEqual({
      ...Object.fromEntries([1, 2, 3, 4, 5].map((day) => [day, [{ open: '09:00', close: '18:00' }]])),
      6: [{ open: '09:00', close: '14:00' }],
    });
    expect(
      profile?.services.map((one) => [
        one.name,
        one.durationMinutes,
        one.calcomEventTypeId,
        one.calcomTeamId,
        one.hostIds,
      ]),
    ).toEqual([
      ['Herrenhaarschnitt', 30, 1001, 10, [501, 502]],
      ['Damenhaarschnitt', 60, 1002, 10, [501, 502]],
      ['Färben', 90, 1003, 10, [501, 502]],
      ['Bartpflege', 15, 1004, 10, [501, 502]],
    ]);
    for (const service of profile!.services) {
      expect(service).toMatchObject({
        companyId: ref!.companyId,
        branchId: null,
        schedulingType: 'roundRobin',
        seats: 1,
        phoneOnly: true,
        isActive: true,
      });
      expect(service.price).toBeGreaterThan(0);
      expect(service.synonyms.length).toBeGreaterThan(5);
    }
    expect(profile?.services[0]?.synonyms).toEqual(
      expect.arrayContaining(['Männerhaarschnitt', "men's haircut", 'haircut for men']),
    );
    expect(profile?.staff.map((one) => [one.name, one.calcomUserId])).toEqual([
      ['Anna Sommer', 501],
      ['Ben Winter', 502],
    ]);
  });

  it('is made once by any number of processes, and left alone afterwards', async () => {
    const others = await Promise.all([1, 2, 3].map(() => createDataSource(database.url, 2).initialize()));
    try {
      const made = await Promise.all([source, ...others].map((one) => demoSeed()(one)));
      expect(made.filter(Boolean)).toHaveLength(1);
    } finally {
      await Promise.all(others.map((one) => one.destroy()));
    }
    await source.query(`update services set price = 99, is_active = false where name = 'Bartpflege'`);
    expect(await demoSeed()(source)).toBe(false);
    const [profile] = await tenants.allProfiles();
    expect(profile?.services.find((one) => one.name === 'Bartpflege')).toMatchObject({ price: 99, isActive: false });
    expect(await source.query(`select count(*)::integer as count from services`)).toEqual([{ count: 4 }]);
  });
});

describe('a tenant', () => {
  let mine: CompanyFixture;
  beforeEach(async () => {
    mine = await makeCompany(source);
    await source.query(
      `insert into phone_numbers (company_id, branch_id, number_e164, agent_id) values ($1, $2, '+49301111', null), ($1, $2, '+49302222', 'agent_en')`,
      [mine.companyId, mine.branchId],
    );
    await source.query(
      `insert into retell_agents (company_id, branch_id, agent_id, language) values ($1, $2, 'agent_en', 'en')`,
      [mine.companyId, mine.branchId],
    );
  });

  it("is found by its number and its agent, with the agent's language", async () => {
    const ref = { companyId: mine.companyId, branchId: mine.branchId };
    expect(await tenants.byPhoneNumber('+49301111')).toEqual({
      ...ref,
      language: null,
      agentId: null,
      agentPlatform: null,
    });
    expect(await tenants.byPhoneNumber('+49302222')).toEqual({
      ...ref,
      language: 'en',
      agentId: 'agent_en',
      agentPlatform: 'retell',
    });
    expect(await tenants.byAgentId('agent_en')).toEqual({ ...ref, language: 'en' });
    expect(await tenants.byPhoneNumber('+49309999')).toBeNull();
    expect(await tenants.byAgentId('agent_unknown')).toBeNull();
  });

  it('is not found by what is switched off, nor once it is deleted', async () => {
    await source.query(`update phone_numbers set is_active = false where number_e164 = '+49301111'`);
    expect(await tenants.byPhoneNumber('+49301111')).toBeNull();
    await source.query(`update companies set deleted_at = now() where id = $1`, [mine.companyId]);
    expect(await tenants.byPhoneNumber('+49302222')).toBeNull();
    expect(await tenants.byAgentId('agent_en')).toBeNull();
    expect(await tenants.profile(mine.companyId, mine.branchId)).toBeNull();
    expect(await tenants.allProfiles()).toEqual([]);
  });

  it("never shows another company's branch", async () => {
    const theirs = await makeCompany(source);
    expect(await tenants.profile(mine.companyId, theirs.branchId)).toBeNull();
    expect(await tenants.profile(mine.companyId, 'no id at all')).toBeNull();
    const profile = await tenants.profile(mine.companyId, mine.branchId);
    expect(profile?.services.map((one) => one.id)).toEqual([mine.serviceId]);
    expect(profile?.staff.map((one) => one.id)).toEqual([mine.staffId]);
  });

  it('offers in each branch what is offered there', async () => {
    const [north] = await source.query(
      `insert into branches (company_id, name, time_zone) values ($1, 'Nord', 'Europe/London') returning id`,
      [mine.companyId],
    );
    const add = async (name: string, eventType: number, branchId: string | null): Promise<string> =>
      (
        await source.query(
          `insert into services (company_id, branch_id, name, duration_minutes, calcom_event_type_id) values ($1, $2, $3, 30, $4) returning id`,
          [mine.companyId, branchId, name, eventType],
        )
      )[0].id;
    await add('Nur Nord', 101, north.id);
    const narrowed = await add('Ausgesucht', 102, null);
    await source.query(
      `insert into branch_service (company_id, branch_id, service_id, is_active) values ($1, $2, $4, true), ($1, $3, $4, false)`,
      [mine.companyId, mine.branchId, north.id, narrowed],
    );
    await source.query(`insert into staff (company_id, branch_id, name) values ($1, $2, 'Nora')`, [
      mine.companyId,
      north.id,
    ]);
    const offered = async (branchId: string): Promise<string[]> =>
      (await tenants.profile(mine.companyId, branchId))!.services.map((one) => one.name);
    expect(await offered(mine.branchId)).toEqual(['Ausgesucht', 'Massage']);
    expect(await offered(north.id)).toEqual(['Massage', 'Nur Nord']);
    const profiles = await tenants.allProfiles();
    expect(
      profiles.map((one) => [one.branch.name, one.branch.timeZone, one.staff.map((person) => person.name)]),
    ).toEqual([
      ['Mitte', 'Europe/Berlin', ['Kim']],
      ['Nord', 'Europe/London', ['Kim', 'Nora']],
    ]);
  });
});

describe('popular services', () => {
  it('are those booked often lately, most booked first, without what came to nothing', async () => {
    const mine = await makeCompany(source);
    const theirs = await makeCompany(source);
    const [other] = await source.query(
      `insert into services (company_id, name, duration_minutes, calcom_event_type_id) values ($1, 'Yoga', 60, 101) returning id`,
      [mine.companyId],
    );
    const [north] = await source.query(
      `insert into branches (company_id, name, time_zone) values ($1, 'Nord', 'Europe/London') returning id`,
      [mine.companyId],
    );
    let day = 0;
    const book = async (
      company: CompanyFixture,
      times: number,
      given: Partial<Parameters<typeof makeAppointment>[2]> = {},
    ): Promise<void> => {
      for (let n = 0; n < times; n++) {
        const startsAt = new Date(Date.UTC(2027, 0, ++day, 8)).toISOString();
        await makeAppointment(source, company, { startsAt, endsAt: startsAt.replace('T08:00', 'T08:30'), ...given });
      }
    };
    const weeksAgo = (weeks: number): string => new Date(Date.now() - weeks * 7 * 86_400_000).toISOString();
    await book(mine, 2);
    await book(mine, 3, { branchId: north.id });
    await book(theirs, 7, { createdAt: weeksAgo(4) });
    await book(theirs, 3, { createdAt: weeksAgo(5) });
    await book(mine, 3, { serviceId: other.id });
    await book(mine, 4, { serviceId: other.id, status: 'cancelled' });
    await book(mine, 4, { serviceId: other.id, status: 'failed', uid: null });

    const popular = new PostgresAppointmentStore(source);
    expect(await popular.popular(null, 5)).toEqual([
      {
        companyId: theirs.companyId,
        branchId: theirs.branchId,
        serviceId: theirs.serviceId,
        serviceName: 'Massage',
        bookings: 7,
      },
      {
        companyId: mine.companyId,
        branchId: north.id,
        serviceId: mine.serviceId,
        serviceName: 'Massage',
        bookings: 5,
      },
    ]);
    expect((await popular.popular(mine.companyId, 1)).map((one) => [one.serviceName, one.bookings])).toEqual([
      ['Massage', 5],
      ['Yoga', 3],
    ]);
    await source.query(`update services set is_active = false where id = $1`, [theirs.serviceId]);
    expect(await popular.popular(null, 6)).toEqual([]);
  });

  it('have their peak hours on the clock of the branch, in summer and in winter', async () => {
    const berlin = await makeCompany(source);
    const elsewhere = await makeCompany(source, { timeZone: 'America/New_York' });
    const at = (company: CompanyFixture, startsAt: string): Promise<string> =>
      makeAppointment(source, company, { startsAt, endsAt: new Date(Date.parse(startsAt) + 600_000).toISOString() });
    for (const start of [
      '2027-01-11T13:00:00Z',
      '2027-01-12T13:10:00Z',
      '2027-07-12T12:00:00Z',
      '2027-07-13T07:00:00Z',
      '2027-07-14T07:00:00Z',
      '2027-07-15T15:00:00Z',
    ])
      await at(berlin, start);
    await at(elsewhere, '2027-01-11T13:00:00Z');
    const popular = new PostgresAppointmentStore(source);
    expect(await popular.peakHours(berlin.companyId)).toEqual([14, 9, 17]);
    expect(await popular.peakHours(berlin.companyId, 1)).toEqual([14]);
    expect(await popular.peakHours(elsewhere.companyId)).toEqual([8]);
    expect(await popular.peakHours((await makeCompany(source)).companyId)).toEqual([]);
  });
});
