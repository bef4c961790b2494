import fc from 'fast-check';
import { tenantId } from '../../src/domain';
import type { BookingFilter, UpstreamBooking } from '../../src/services/calcom/calcom-ports';
import type { ExternalSync } from '../../src/services/sync/external-sync';
import { Reconciliation } from '../../src/services/sync/reconciliation';

const COMPANY = tenantId('00000000-0000-4000-8000-000000000001');
const NOW = new Date('2027-03-01T12:00:00Z');
const DAY_MS = 24 * 3_600_000;

/** Cal.com's list as it really is: filtered and sorted by change, with totals that are not to be believed. */
class Account {
  requests = 0;
  constructor(private readonly updatedAtMs: number[]) {}

  async listBookings(filter: BookingFilter): Promise<{ bookings: UpstreamBooking[]; hasMore: boolean }> {
    this.requests++;
    const { take = 100, skip = 0, afterUpdatedAt = new Date(0) } = filter;
    const bookings = this.updatedAtMs
      .map(
        (atMs, index) =>
          ({
            uid: `uid-${index}`,
            updatedAt: new Date(atMs),
            metadata: {},
            hosts: [],
            attendees: [],
          }) as unknown as UpstreamBooking,
      )
      .filter(({ updatedAt }) => updatedAt! >= afterUpdatedAt)
      .sort((a, b) => a.updatedAt!.getTime() - b.updatedAt!.getTime())
      .slice(skip, skip + take);
    return { bookings, hasMore: bookings.length >= take };
  }
}

interface Bench {
  account: Account;
  taken: string[];
  position: () => Date | null;
  changed: { eventTypeId: number; at: Date }[];
  run: (failAfter?: number) => Promise<string | null>;
}

function reconcile(updatedAtMs: number[], since: Date): Bench {
  const account = new Account(updatedAtMs);
  const taken: string[] = [];
  let [position, read]: [Date | null, number] = [since, 0];
  const changed: { eventTypeId: number; at: Date }[] = [];
  let allowed = Number.POSITIVE_INFINITY;
  const reconciliation = new Reconciliation({
    store: {
      companies: async () => [{ companyId: COMPANY, since: position, skip: read, aheadFrom: null }],
      upcoming: async () => [],
      advance: async (_company, to, skip) => void ([position, read] = [to, skip]),
      advanceAhead: async () => undefined,
      review: async () => undefined,
    },
    sync: {
      take: async ({ uid }: { uid: string }) => {
        taken.push(uid);
        return { companyId: COMPANY, result: { kind: 'unchanged' } };
      },
    } as unknown as ExternalSync,
    push: { changed: async (_company, eventTypeId, at) => void changed.push({ eventTypeId, at }) },
    accounts: {
      forTenant: async () => ({
        credentialId: 'key',
        listBookings: async (filter) => {
          if (allowed-- <= 0) throw new Error('the budget is spent');
          return account.listBookings(filter);
        },
        getBooking: async () => null,
      }),
    },
    now: () => NOW,
    alerts: { raise: () => undefined },
    metrics: { count: () => undefined },
  });
  return {
    account,
    taken,
    position: () => position,
    changed,
    run: async (failAfter = Number.POSITIVE_INFINITY) => {
      allowed = failAfter;
      return (await reconciliation.run({ what: 'changes' }))[0]?.error ?? null;
    },
  };
}

test('an account with a long history costs one request when little changed', async () => {
  const old = Array.from({ length: 50_000 }, (_, index) => NOW.getTime() - 400 * DAY_MS + index);
  const bench = reconcile([...old, NOW.getTime() - 60_000, NOW.getTime() - 30_000], new Date(NOW.getTime() - 180_000));
  expect(await bench.run()).toBeNull();
  expect(bench.account.requests).toBe(1);
  expect(bench.taken).toHaveLength(2);
});

test('every change is read with one request per page, however many share an instant', () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 0, maxLength: 1500 }), async (minutes) => {
      const changed = minutes.map((minute) => NOW.getTime() - DAY_MS + minute * 60_000);
      const bench = reconcile(changed, new Date(NOW.getTime() - DAY_MS));
      expect(await bench.run()).toBeNull();
      expect(new Set(bench.taken).size).toBe(changed.length);
    }),
    { numRuns: 40 },
  ));

test('changes at different instants cost one request and one more per 250', async () => {
  const changed = Array.from({ length: 5000 }, (_, index) => NOW.getTime() - DAY_MS + 60_000 + index * 1000);
  const bench = reconcile(changed, new Date(NOW.getTime() - DAY_MS));
  expect(await bench.run()).toBeNull();
  expect(bench.account.requests).toBeLessThanOrEqual(1 + 5000 / 250);
  expect(new Set(bench.taken).size).toBe(5000);
});

test('a run that is cut off by the budget goes on where it stopped', async () => {
  const changed = Array.from({ length: 2000 }, (_, index) => NOW.getTime() - DAY_MS + 3_600_000 + index * 10_000);
  const bench = reconcile(changed, new Date(NOW.getTime() - DAY_MS));
  expect(await bench.run(3)).toBe('the budget is spent');
  expect(bench.position()!.getTime()).toBeGreaterThan(NOW.getTime() - DAY_MS);
  const before = bench.account.requests;
  expect(await bench.run()).toBeNull();
  expect(bench.account.requests - before).toBeLessThanOrEqual(7);
  expect(new Set(bench.taken).size).toBe(2000);
});

test('more changes of one instant than a run reads are read in several, each once', async () => {
  const instant = NOW.getTime() - 3_600_000;
  const bench = reconcile(
    Array.from({ length: 25_000 }, () => instant),
    new Date(NOW.getTime() - DAY_MS),
  );
  for (let runs = 0; runs < 3; runs++) expect(await bench.run()).toBeNull();
  expect(new Set(bench.taken).size).toBe(25_000);
  expect(bench.account.requests).toBeLessThanOrEqual(3 + 25_000 / 250);
  expect(bench.position()).toEqual(NOW);
});
