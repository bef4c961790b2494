import { Compensation, type CompensationDeps } from '../../src/services/booking/compensation';
import type { BookingUpstream } from '../../src/services/booking/booking-ports';
import type { Operation } from '../../src/services/booking/ledger';
import type { UpstreamBooking } from '../../src/services/calcom/calcom-ports';
import { UpstreamRejected } from '../../src/errors';
import { silentLogger } from '../../src/infra/logger';

const operation = { id: 'o1', kind: 'book', epoch: 3, createdAt: new Date(0) } as Operation;
const booking = { uid: 'uid1', status: 'accepted' } as UpstreamBooking;

function undo(
  isStillOurs: boolean,
  ageMs = 1000,
  refusal: Error | null = null,
): { cancelled: string[]; closed: string[]; run: () => Promise<unknown> } {
  const cancelled: string[] = [];
  const closed: string[] = [];
  const close = (how: string) => (): Promise<boolean> => {
    closed.push(how);
    return Promise.resolve(true);
  };
  const compensation = new Compensation({
    ledger: {
      renew: () => Promise.resolve(isStillOurs),
      review: close('review'),
      markUnknown: close('unknown'),
      markCompensated: close('compensated'),
    },
    announcer: { taken: () => Promise.resolve() } as unknown as CompensationDeps['announcer'],
    verdictOn: () => ({ kind: 'ours' }),
    log: silentLogger,
    nowMs: () => ageMs,
  });
  const upstream = {
    cancelBooking: (uid: string) => {
      cancelled.push(uid);
      return refusal ? Promise.reject(refusal) : Promise.resolve(booking);
    },
  } as unknown as BookingUpstream;
  return { cancelled, closed, run: () => compensation.run(operation, booking, upstream, 'other_start') };
}

test('what must not stand is cancelled at Cal.com by the process that holds the operation', async () => {
  const { cancelled, closed, run } = undo(true);
  expect(await run()).toMatchObject({ kind: 'taken' });
  expect([cancelled, closed]).toEqual([['uid1'], ['compensated']]);
});

test('a process that has lost the operation cancels nothing: the next one may have confirmed that booking', async () => {
  const { cancelled, closed, run } = undo(false);
  expect(await run()).toEqual({ kind: 'unknown' });
  expect([cancelled, closed]).toEqual([[], []]);
});

test('a refusal to undo is tried again for a while before a person has to look at it', async () => {
  const refusal = new UpstreamRejected(409, 'booking_conflict', 'no');
  const [soon, late] = [undo(true, 1000, refusal), undo(true, 60_000, refusal)];
  await Promise.all([soon.run(), late.run()]);
  expect([soon.closed, late.closed]).toEqual([['unknown'], ['review']]);
});
