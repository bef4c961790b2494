import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { Client } from 'pg';
import { tenantId } from '../../src/domain';
import { DRIFT, RECONCILE, RECONCILE_FULL, REIMPORT } from '../../src/jobs/scheduled-jobs';
import type { UpstreamBooking } from '../../src/services/calcom/calcom-ports';
import type { ExternalSync } from '../../src/services/sync/external-sync';
import { Reconciliation } from '../../src/services/sync/reconciliation';
import { startTestGateway, type TestGateway } from '../support/gateway';

const HOUR_MS = 3_600_000;
const AHEAD = 40;

/** An account with these bookings, and a ledger that has a row for each; Cal.com does not know the lost ones. */
function ahead(bookings: { hour: number; isLost: boolean }[]): { run(): Promise<number>; reviewed: Set<string> } {
  const now = new Date('2027-03-01T12:00:00Z');
  const company = tenantId('c');
  const rows = bookings.map(({ hour, isLost }, index) => ({
    ...{ uid: `uid-${index}`, appointmentId: `a-${index}`, isLost },
    startsAt: new Date(now.getTime() + hour * HOUR_MS),
  }));
  const listed = rows
    .filter(({ isLost }) => !isLost)
    .map(({ uid, startsAt }) => ({ uid, startAt: startsAt, metadata: {}, hosts: [], attendees: [] }))
    .sort((a, b) => a.startAt.getTime() - b.startAt.getTime()) as unknown as UpstreamBooking[];
  const reviewed = new Set<string>();
  let requests = 0;
  let aheadFrom: Date | null = null;
  const reconciliation = new Reconciliation({
    store: {
      companies: async () => [{ companyId: company, since: now, skip: 0, aheadFrom }],
      upcoming: async (_company, from) =>
        rows.filter((row) => row.startsAt >= from && !reviewed.has(row.appointmentId)),
      advance: async () => undefined,
      advanceAhead: async (_company, to) => void (aheadFrom = to),
      review: async (_company, appointmentId) => void reviewed.add(appointmentId),
    },
    sync: { take: async () => null } as unknown as ExternalSync,
    push: { changed: async () => undefined },
    accounts: {
      forTenant: async () => ({
        credentialId: 'key',
        listBookings: async ({ afterStartAt = now, take = 100 }) => {
          requests++;
          const found = listed.filter(({ startAt }) => startAt >= afterStartAt);
          return { bookings: found.slice(0, take), hasMore: found.length > take };
        },
        getBooking: async (uid) => (requests++, listed.find((one) => one.uid === uid) ?? null),
      }),
    },
    now: () => now,
    alerts: { raise: () => undefined },
    metrics: { count: () => undefined },
  });
  return {
    reviewed,
    run: async () => {
      requests = 0;
      const [report] = await reconciliation.run({ what: 'ahead' });
      expect(report?.error).toBeNull();
      return requests;
    },
  };
}

let t: TestGateway;
let sql: Client;
let uids: string[];
beforeAll(async () => {
  t = await startTestGateway();
  sql = new Client({ connectionString: t.databaseUrl });
  await sql.connect();
  const start = Math.ceil(Date.now() / HOUR_MS) * HOUR_MS + 24 * HOUR_MS;
  const seeded = (await t.control('/bookings', {
    ...{ eventTypeId: 1001, count: AHEAD, start: new Date(start).toISOString(), everyMinutes: 60 },
  })) as { uids: string[] };
  uids = seeded.uids;
  await t.gateway.parts.operations.reconciliation.run({ what: 'changes' });
  await sql.query(`update appointments set updated_at = now() - interval '5 minutes'`);
});
afterAll(async () => {
  await sql.end();
  await t.stop();
});

async function job(name: string): Promise<void> {
  const { jobs } = t.gateway.parts.operations;
  await jobs.enqueue(name, {});
  await jobs.drain();
}
/** What Cal.com was asked meanwhile: `GET /v2/bookings`, … */
async function asked(work: () => Promise<void>): Promise<string[]> {
  await fetch(`${t.sandbox.controlUrl}/counters`, { method: 'DELETE' });
  await work();
  const requests = (await t.control('/requests?limit=100')) as { method: string; path: string }[];
  return requests.map(({ method, path }) => `${method} ${path.split('?')[0] ?? ''}`);
}
/** The row at Cal.com under another uid, so that ours is unknown there. */
async function lose(index: number): Promise<void> {
  await sql.query(
    `update appointments set calcom_booking_uid = $2, updated_at = now() - interval '5 minutes'
    where calcom_booking_uid = $1`,
    [uids[index], `lost-${randomUUID()}`],
  );
}
async function inReview(): Promise<number> {
  const { rows } = await sql.query(`select count(*)::int as n from appointments where requires_manual_review`);
  return (rows[0] as { n: number }).n;
}

test('the comparison of what is ahead costs one request a run and goes on where it stopped', async () => {
  const world = ahead(Array.from({ length: 600 }, (_, hour) => ({ hour: hour + 1, isLost: hour === 590 })));
  const found: [requests: number, reviewed: number][] = [];
  for (let run = 0; run < 4; run++) found.push([await world.run(), world.reviewed.size]);
  expect(found).toEqual([
    [1, 0],
    [1, 0],
    [2, 1],
    [1, 1],
  ]);
});

test('the job asks for one page, and what a person asks for reads everything', async () => {
  expect(await asked(() => job(RECONCILE_FULL))).toEqual(['GET /v2/bookings']);
  await sql.query(`delete from sync_cursors`);
  const everything = await asked(async () => {
    await t.gateway.parts.operations.reconciliation.run({ what: 'everything' });
  });
  expect(everything).toEqual(['GET /v2/bookings', 'GET /v2/bookings']);
});

test('many lost bookings at one time keep no run from its end, and a run looks up only some', async () => {
  await sql.query(`delete from sync_cursors where name = 'calcom-ahead'`);
  for (let index = 10; index < 28; index++) await lose(index);
  const before = await inReview();
  const first = await asked(() => job(RECONCILE_FULL));
  expect(first.length).toBeLessThanOrEqual(11);
  await job(RECONCILE_FULL);
  expect((await inReview()) - before).toBe(18);
});

test('every lost booking is found whatever the starts, and no run asks more than it may', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ hour: fc.integer({ min: 1, max: 30 }), isLost: fc.boolean() }), { maxLength: 700 }),
      async (bookings) => {
        const world = ahead(bookings);
        for (let run = 0; run < 120; run++) expect(await world.run()).toBeLessThanOrEqual(11);
        expect(world.reviewed.size).toBe(bookings.filter(({ isLost }) => isLost).length);
      },
    ),
    { numRuns: 20 },
  ));

test('no job asks Cal.com for a suspended company, and the first comparison after it catches up', async () => {
  await sql.query(`update companies set is_active = false`);
  const requests = await asked(async () => {
    for (const name of [RECONCILE, RECONCILE_FULL, DRIFT, REIMPORT]) await job(name);
    await t.gateway.parts.operations.silentReconcile.look();
  });
  expect(requests).toEqual([]);
  const [uid] = (
    (await t.control('/bookings', {
      ...{
        eventTypeId: 1001,
        count: 1,
        start: new Date(Date.now() + 50 * 24 * HOUR_MS).toISOString(),
        everyMinutes: 30,
      },
    })) as { uids: string[] }
  ).uids;
  await job(RECONCILE);
  const known = async (): Promise<number> =>
    (await sql.query(`select 1 from appointments where calcom_booking_uid = $1`, [uid])).rowCount ?? 0;
  expect(await known()).toBe(0);
  await sql.query(`update companies set is_active = true`);
  await job(RECONCILE);
  expect(await known()).toBe(1);
});
