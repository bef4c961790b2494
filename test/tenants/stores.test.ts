import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../../src/models/data-source';
import { AdminFiguresStore } from '../../src/models/admin-figures-store';
import { AdminOperationsStore } from '../../src/models/admin-operations-store';
import { AdminRecordReader } from '../../src/models/admin-record-reader';
import { PostgresAppointmentStore } from '../../src/models/appointment-store';
import { BookingLedgerStore } from '../../src/models/booking-ledger-store';
import { CallHourStore } from '../../src/models/call-hour-store';
import { PostgresCallbackStore } from '../../src/models/callback-store';
import { PostgresCallStore, PostgresInvocationStore } from '../../src/models/call-store';
import type { HandOverNote } from '../../src/services/voice/ports';
import { CompanyStore } from '../../src/models/company-store';
import { PostgresCustomerStore } from '../../src/models/customer-store';
import { PostgresNotificationStore } from '../../src/models/notification-store';
import { PostgresPushStore } from '../../src/models/push-store';
import { PostgresSetupFaultStore } from '../../src/models/setup-fault-store';
import { PostgresSyncStore } from '../../src/models/sync-store';
import { TenantStore } from '../../src/models/tenant-store';
import { makeAppointment, makeCompany, type CompanyFixture } from '../models/company-fixture';
import { cloneDatabase } from '../support/servers';

const MODELS = path.join(__dirname, '../../src/models');
let database: Awaited<ReturnType<typeof cloneDatabase>>;
let source: DataSource;
let ours: CompanyFixture;
let theirs: CompanyFixture;
let ids: { appointment: string; customer: string; callback: string; review: string };

beforeAll(async () => {
  database = await cloneDatabase();
  source = await createDataSource(database.url, 3).initialize();
  ours = await makeCompany(source);
  theirs = await makeCompany(source);
  const one = async (text: string, params: unknown[]): Promise<string> => (await source.query(text, params))[0].id;
  const own = [theirs.companyId];
  const place = [theirs.companyId, theirs.branchId];
  const appointment = await makeAppointment(source, theirs, {
    ...{ startsAt: '2027-01-11T13:00:00Z', endsAt: '2027-01-11T13:30:00Z', uid: 'uid-theirs' },
  });
  await source.query(
    'insert into appointment_booking_uids (company_id, uid, appointment_id) values ($1, $2, $3) on conflict do nothing',
    [...[theirs.companyId, 'uid-theirs', appointment]],
  );
  await one(
    `insert into calls (company_id, branch_id, retell_call_id, started_at) values ($1, $2, 'call_theirs', now()) returning id`,
    place,
  );
  await source.query(
    `insert into booking_operations (company_id, appointment_id, kind, state, request_key, business_key, gateway_key, call_id,
       calcom_event_type_id, starts_at, ends_at, previous_uid, payload, sent_at, lease_until)
     values ($1, $2, 'move', 'sent', 'request-theirs', 'business-theirs', 'gateway-theirs', 'call_theirs',
       100, '2027-01-12T13:00:00Z', '2027-01-12T13:30:00Z', 'uid-theirs', $3, now(), now())`,
    [
      theirs.companyId,
      appointment,
      { branchId: theirs.branchId, attendee: { name: 'Zebra', phone: null, email: null } },
    ],
  );
  await source.query(
    `insert into alerts (company_id, kind, alert_key, severity, message, detail)
     values ($1, 'calcom_setup', 'calcom:theirs', 'critical', 'Zebra', '{"operations":{"bookings:100":"x"}}')`,
    own,
  );
  await source.query(
    'insert into calcom_push_evidence (company_id, calcom_event_type_id, heard_at) values ($1, 100, now())',
    own,
  );
  ids = {
    appointment,
    customer: await one(
      `insert into customers (company_id, name, phone) values ($1, 'Zebra', '+4930555001') returning id`,
      own,
    ),
    callback: await one(
      `insert into callback_requests (company_id, branch_id, phone, reason) values ($1, $2, '+4930555001', 'x') returning id`,
      place,
    ),
    review: await one(
      `insert into manual_reviews (company_id, kind, subject_type, subject_id) values ($1, 'x', 'appointment', 'y') returning id`,
      own,
    ),
  };
});
afterAll(async () => {
  await source.destroy();
  await database.drop();
});

/** Each method that takes a company, called for ours with what is theirs; what it answers then. */
const METHODS: Record<string, () => Promise<unknown>> = {
  'admin-figures-store read': async () =>
    (await new AdminFiguresStore(source).read(ours.companyId, 'Europe/Berlin')).alerts,
  'admin-figures-store jobs': () => new AdminFiguresStore(source).jobs(ours.companyId),
  'appointment-store recordedWithin': () =>
    new PostgresAppointmentStore(source).recordedWithin(
      ours.companyId,
      3_600_000,
      new Date('2027-01-01'),
      new Date('2027-02-01'),
    ),
  'booking-ledger-store overlapping': () =>
    new BookingLedgerStore(source).overlapping(
      ours.companyId,
      [1],
      100,
      new Date('2027-01-11T13:00:00Z'),
      new Date('2027-01-11T13:30:00Z'),
      ids.customer,
    ),
  'customer-store ensure': async () => {
    const made = await new PostgresCustomerStore(source).ensure(ours.companyId, {
      phone: '+4930555003',
      name: null,
      email: null,
    });
    return { ...made, companyId: null };
  },
  'callback-store change': () =>
    new PostgresCallbackStore(source)
      .change(ours.companyId, ids.callback, { status: 'completed' }, null, null)
      .catch(() => null),
  'callback-store take': () =>
    new PostgresCallbackStore(source).take(ours.companyId, ids.callback, 'Kim', {
      ...{ actor: 'bootstrap', event: 'assigned', assignedTo: 'Kim', text: null },
    }),
  'callback-store notes': () => new PostgresCallbackStore(source).notes(ours.companyId, ids.callback),
  'callback-store assignees': () => new PostgresCallbackStore(source).assignees(ours.companyId),
  'admin-operations-store resolveReview': () =>
    new AdminOperationsStore(source).resolveReview(ours.companyId, ids.review, 'x', 'x'),
  'admin-operations-store erase': () =>
    new AdminOperationsStore(source).erase(ours.companyId, ids.customer, async () => undefined),
  'appointment-store modifications': () =>
    new PostgresAppointmentStore(source).modifications(ours.companyId, ids.appointment),
  'admin-record-reader ofCall': () => new AdminRecordReader(source).ofCall(ours.companyId, 'call_theirs'),
  'appointment-store find': () => new PostgresAppointmentStore(source).find(ours.companyId, ids.appointment),
  'appointment-store list': () => new PostgresAppointmentStore(source).list(ours.companyId, {}),
  'booking-ledger-store find': () => new BookingLedgerStore(source).find(ours.companyId, ids.appointment),
  'booking-ledger-store markCancelledElsewhere': () =>
    new BookingLedgerStore(source).markCancelledElsewhere(ours.companyId, ids.appointment, 'x'),
  'booking-ledger-store isMovingTo': async () => {
    const asked = [ids.appointment, new Date('2027-01-12T13:00:00Z')] as const;
    const ledger = new BookingLedgerStore(source);
    expect(await ledger.isMovingTo(theirs.companyId, ...asked)).toBe(true);
    return (await ledger.isMovingTo(ours.companyId, ...asked)) && theirs.companyId;
  },
  'booking-ledger-store ofCall': async () => {
    const asked = ['call_theirs', 'move', 'request-theirs'] as const;
    const ledger = new BookingLedgerStore(source);
    expect(await ledger.ofCall(theirs.companyId, ...asked)).not.toBeNull();
    return ledger.ofCall(ours.companyId, ...asked);
  },
  'call-hour-store sums': async () => {
    const wish = {
      ...({ branchId: null, bucket: 'day', timeZone: 'UTC', now: new Date(), from: new Date(0) } as const),
      ...({
        partsFrom: '2000-01-01',
        lastDays: ['2000-01-01', '2100-01-01'],
        daysBefore: ['1999-01-01', '1999-01-02'],
        sameHoursFrom: '2000-01-01',
      } as const),
    };
    const store = new CallHourStore(source);
    expect(await store.sums(theirs.companyId, wish)).not.toEqual([]);
    return store.sums(ours.companyId, wish);
  },
  'call-hour-store places': () => new CallHourStore(source).places(ours.companyId),
  'call-store attachCustomer': () =>
    new PostgresCallStore(source).attachCustomer(ours.companyId, 'call_theirs', ids.customer),
  'call-store finish': () =>
    new PostgresCallStore(source).finish(ours.companyId, 'call_theirs', { status: 'ended', transcript: 'x' }),
  'call-store recordConsent': () =>
    new PostgresCallStore(source).recordConsent(ours.companyId, 'call_theirs', false, new Date()),
  'call-store forgetWords': () => new PostgresCallStore(source).forgetWords(ours.companyId, 'call_theirs'),
  'call-store recordHandOver': () =>
    new PostgresCallStore(source).recordHandOver(ours.companyId, 'call_theirs', {} as HandOverNote),
  'call-store hasFailed': async () =>
    (await new PostgresCallStore(source).hasFailed(ours.companyId, '+4930555001', new Date(0), null)) || null,
  'call-store ofCall': () => new PostgresInvocationStore(source).ofCall(ours.companyId, 'call_theirs'),
  'call-store flag': () => new PostgresCallStore(source).flag(ours.companyId, 'call_theirs', 'x', 'x'),
  'company-store services': async () =>
    (await new CompanyStore(source).services(ours.companyId)).filter((one) =>
      JSON.stringify(one).includes(theirs.serviceId),
    ),
  'company-store calcomKey': () => new CompanyStore(source).calcomKey(ours.companyId),
  'customer-store ofNumber': () => new PostgresCustomerStore(source).ofNumber(ours.companyId, '+4930555001'),
  'customer-store find': () => new PostgresCustomerStore(source).find(ours.companyId, ids.customer),
  'notification-store figures': async () => {
    const [from, now] = [new Date(0), new Date()];
    const store = new PostgresNotificationStore(source);
    expect(await store.figures(theirs.companyId, from, now, now)).toMatchObject({ alertCount: 1, openCallbacks: 1 });
    const ofOurs = await store.figures(ours.companyId, from, now, now);
    expect(ofOurs).toMatchObject({ calls: 0, bookings: 0, alertCount: 0, openCallbacks: 0, openReviews: 0 });
    return ofOurs;
  },
  'appointment-store popular': () => new PostgresAppointmentStore(source).popular(ours.companyId, 1),
  'appointment-store peakHours': () => new PostgresAppointmentStore(source).peakHours(ours.companyId),
  'push-store evidence': async () => {
    const store = new PostgresPushStore(source);
    expect(await store.evidence(theirs.companyId)).toHaveLength(1);
    expect(await store.evidence(ours.companyId)).toEqual([]);
  },
  'push-store recordEvidence': () =>
    new PostgresPushStore(source).recordEvidence(ours.companyId, { eventTypeId: 100, heardAt: new Date() }),
  'setup-fault-store open': async () => {
    const store = new PostgresSetupFaultStore(source);
    expect(await store.open(theirs.companyId)).toHaveLength(1);
    return store.open(ours.companyId);
  },
  'setup-fault-store worked': () => new PostgresSetupFaultStore(source).worked(ours.companyId, ['bookings:100']),
  'setup-fault-store refused': () =>
    new PostgresSetupFaultStore(source).refused(ours.companyId, 'other', {
      ...{ phone: '+4930555009', callId: 'call_ours', tool: 'create_booking', at: new Date('2027-01-11T13:00:00Z') },
    }),
  'sync-store advanceAhead': () => new PostgresSyncStore(source).advanceAhead(ours.companyId, new Date()),
  'sync-store review': () => new PostgresSyncStore(source).review(ours.companyId, ids.appointment, 'x', {}),
  'tenant-store allProfiles': () => new TenantStore(source).allProfiles(ours.companyId),
  'tenant-store onlyBranch': () => new TenantStore(source).onlyBranch(ours.companyId),
  'tenant-store profile': () => new TenantStore(source).profile(ours.companyId, theirs.branchId),
};
/** Writes of a company's own new rows; there is no row of another one to name. */
const OWN_ROWS_ONLY = new Set([
  'admin-import-store apply',
  'sync-store apply',
  'sync-store advance',
  'sync-store upcoming',
]);

async function rowsOfTheirs(): Promise<string> {
  const tables: { name: string }[] = await source.query(
    `select distinct table_name as name from information_schema.columns where column_name = 'company_id' and table_schema = 'public'`,
  );
  const all = await Promise.all(
    tables.map(({ name }) =>
      source.query(`select t::text from ${name} t where company_id = $1 order by 1`, [theirs.companyId]),
    ),
  );
  return JSON.stringify(all);
}

test('every method of a store that takes a company is called here', () => {
  const found = readdirSync(MODELS)
    .filter((file) => file.endsWith('-store.ts') || file === 'admin-record-reader.ts')
    .flatMap((file) =>
      [
        ...readFileSync(path.join(MODELS, file), 'utf8').matchAll(/^ {2}(?:async )?(\w+)\(\s*companyId: TenantId/gm),
      ].map(([, name]) => `${file.replace('.ts', '')} ${name}`),
    );
  expect(found.filter((name) => !OWN_ROWS_ONLY.has(name)).sort()).toEqual(Object.keys(METHODS).sort());
});

test.each(Object.keys(METHODS))('%s tells and changes nothing of another company', async (name) => {
  const before = await rowsOfTheirs();
  const answer = JSON.stringify((await METHODS[name]!()) ?? null);
  for (const secret of ['Zebra', '+4930555001', 'uid-theirs', theirs.companyId, theirs.branchId, theirs.serviceId])
    expect(answer).not.toContain(secret);
  expect(await rowsOfTheirs()).toBe(before);
});
