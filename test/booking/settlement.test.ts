import type { ClaimedOperation } from '../../src/services/booking/ledger';
import { Settlement, SURELY_ABSENT_MS } from '../../src/services/booking/settlement';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined, debug: () => undefined };
const MONTHS_MS = 120 * 24 * 3_600_000;

function settle(sentAgoMs: number, processAheadMs: number): Promise<{ done: string[] }> {
  const done: string[] = [];
  const operation = {
    id: 'op-1',
    kind: 'create',
    state: 'unknown',
    reposts: 0,
    sentAt: new Date(Date.now() - sentAgoMs),
    sentAgoMs,
    startAt: new Date(Date.now() + 2 * MONTHS_MS),
  } as unknown as ClaimedOperation;
  const due = [operation];
  const settlement = new Settlement({
    ledger: {
      claimDue: async () => due.splice(0, 1),
      markUnknown: async (_operation: unknown, reason: string) => done.push(`unknown: ${reason}`) > 0,
      reject: async (_operation: unknown, reason: string) => done.push(`rejected: ${reason}`) > 0,
    },
    runner: {
      lookUp: async () => ({ kind: 'absent' }),
      run: async () => {
        done.push('sent again');
        return { kind: 'confirmed' };
      },
    },
    log: silent,
    nowMs: () => Date.now() + processAheadMs,
    deadline: () => ({ finish: () => undefined }),
    pendingFailed: async () => undefined,
  } as unknown as ConstructorParameters<typeof Settlement>[0]);
  return settlement.sweep().then(() => ({ done }));
}

describe('an operation that Cal.com does not show', () => {
  it('is looked for again while it may still be in work there', async () => {
    expect((await settle(SURELY_ABSENT_MS - 5000, 0)).done).toEqual(['unknown: not_there_yet']);
  });

  it('is not sent again early by a process whose clock is ahead', async () => {
    expect((await settle(3000, MONTHS_MS / 4)).done).toEqual(['unknown: not_there_yet']);
  });

  it('is sent again once it is surely absent', async () => {
    expect((await settle(SURELY_ABSENT_MS + 1000, 0)).done).toEqual(['sent again']);
  });
});
