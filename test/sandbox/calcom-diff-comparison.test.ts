import { againstEachOther, type Observation } from '../../packages/bench/src/calcom-diff/replay';
import { type Row } from '../../packages/bench/src/calcom-diff/row';
import { freeStarts, mirrorOf, standardStage } from '../../packages/bench/src/calcom-diff/stage';
import { Target } from '../../packages/bench/src/calcom-diff/target';
import { startSandbox } from '../../packages/calcom-sandbox/src/start-sandbox';

const ROW: Row = {
  name: 'account: who am I',
  ask: () => ({ method: 'GET', path: '/me' }),
  status: 200,
  shape: 'data:object',
  known: 'run',
};

const answer = (body: unknown, more: Partial<Observation> = {}): Observation => ({
  status: 200,
  others: [],
  shape: 'data:object',
  text: '',
  effect: undefined,
  body,
  ...more,
});
const refusal = (text: string): Observation => answer({ error: {} }, { status: 400, shape: 'E1', text });

const told = (row: Row, ours: Observation, theirs: Observation, keyPrefix = 'cal'): string[] =>
  againstEachOther(row, ours, theirs, keyPrefix).map(
    ({ aspect, expected, seen, explained }) => `${aspect}: ${expected} / ${seen} / ${explained ?? 'unexplained'}`,
  );

describe('two answers', () => {
  it('differ by every key that only one of them has', () => {
    expect(told(ROW, answer({ data: { id: 1, name: 'x' } }), answer({ data: { id: 1, bio: 'y' } }))).toEqual([
      'keys: .data.name / absent / unexplained',
      'keys: absent / .data.bio / unexplained',
    ]);
  });

  it('differ by what a refusal states, but not by its uids, its time, or the advice behind it', () => {
    const ours = refusal("Can't move uid=abc at 2030-01-01T10:00:00.000Z because it is over. Ask again.");
    const theirs = refusal("Can't move uid=xyz at 2031-01-01T10:00:00.000Z because it is over. You may want another.");
    expect(told(ROW, ours, theirs)).toEqual([]);
    expect(told(ROW, ours, refusal('No.'))).toHaveLength(1);
  });

  it("are excused by a fork's own name, in keys alone", () => {
    const ours = answer({ data: { calVideo: 1 } });
    const theirs = answer({ data: { acmeVideo: 1 } });
    expect(told(ROW, ours, theirs, 'acme')).toEqual([expect.stringMatching(/calVideo.*acmeVideo \/ fork: /)]);
    expect(told(ROW, ours, theirs)).toHaveLength(2);
    expect(told(ROW, refusal('cal'), refusal('acme'), 'acme')).toEqual(['text: cal / acme / unexplained']);
  });

  it('are excused by an installation without the newest versions, on rows that ask for those', () => {
    const first = answer({ data: { startTime: 'x' } });
    const newest = answer({ data: { start: 'x' } });
    expect(told({ ...ROW, newVersion: true }, newest, first)).toEqual([
      expect.stringMatching(/^keys: \.data\.start absent \/ absent \.data\.startTime \/ version: /),
    ]);
    expect(told(ROW, newest, first)).toHaveLength(2);
    expect(told({ ...ROW, newVersion: true }, newest, answer({ data: { id: 1 } }))).toEqual([
      'keys: .data.start / absent / unexplained',
      'keys: absent / .data.id / unexplained',
    ]);
  });
});

describe('an installation', () => {
  const key = 'cal_diff';

  it('is asked with unknown keys of its own kind, and not twice for a listing that it has just cached', async () => {
    const stage = standardStage();
    const sandbox = await startSandbox({
      world: mirrorOf(stage, key),
      behaviour: { slotCache: true },
      seed: 5,
    });
    try {
      const bounds = { baseUrl: sandbox.url, apiKey: key, maxRequests: 99, deadlineMs: Infinity };
      const target = new Target({ ...bounds, listingCacheMs: 2_100 });
      const [start] = await freeStarts(target, stage.typeIds.plain!);
      const day = start!.slice(0, 10);
      const list = async (): Promise<boolean> => {
        const path = `/slots?eventTypeId=${stage.typeIds.plain!}&start=${day}&end=${day}`;
        const { body } = await target.send({ method: 'GET', path, version: '2024-09-04' });
        return JSON.stringify(body).includes(start!);
      };
      expect(await list()).toBe(true);
      const hold = { eventTypeId: stage.typeIds.plain!, slotStart: start! };
      await target.send({ method: 'POST', path: '/slots/reservations', version: '2024-09-04', body: hold });
      expect(await list()).toBe(false);

      const me = async (which: 'unknown' | 'foreign'): Promise<unknown> => {
        const { body } = await target.send({ method: 'GET', path: '/me', key: which });
        return (body as { error: { message: string } }).error.message;
      };
      expect(await me('unknown')).toBe('CustomThrottlerGuard - Invalid API Key');
      expect(await me('foreign')).toBe('Invalid Access Token.');
    } finally {
      await sandbox.stop();
    }
  });
});
