import { StoreUnavailable } from '../../src/errors';
import { LastKnown } from '../../src/services/tenants/last-known';

const LIFE_MS = 30_000;
const never = (): Promise<string> => new Promise(() => undefined);
const away = (): Promise<string> => Promise.reject(new StoreUnavailable('silent'));
const gives = (value: string) => (): Promise<string> => Promise.resolve(value);
/** Lets everything that was begun and waits for nothing come to its end. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

let nowMs: number;
let rows: LastKnown<string | null>;
beforeEach(() => {
  nowMs = 0;
  rows = new LastKnown({ nowMs: () => nowMs, lifeMs: LIFE_MS });
});

describe('rows in memory', () => {
  it('are read once for all who ask at once, and again only after their life', async () => {
    const load = jest.fn(gives('a'));
    await Promise.all([rows.get('k', load), rows.get('k', load)]);
    nowMs = LIFE_MS - 1;
    await rows.get('k', load);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('that are due answer at once, without waiting for a database that is silent', async () => {
    await rows.get('k', gives('a'));
    nowMs = LIFE_MS + 1;
    await expect(rows.get('k', never)).resolves.toBe('a');
  });

  it('are read again after the answer, and the next one has it', async () => {
    await rows.get('k', gives('a'));
    nowMs = LIFE_MS + 1;
    await rows.get('k', gives('b'));
    await settle();
    await expect(rows.get('k', never)).resolves.toBe('b');
  });

  it('that were not asked for in long are read before the answer', async () => {
    await rows.get('k', gives('a'));
    nowMs = 3 * LIFE_MS;
    await expect(rows.get('k', gives('b'))).resolves.toBe('b');
  });

  it('go on being told while they cannot be read, whatever their age', async () => {
    await rows.get('k', gives('a'));
    nowMs = 3 * LIFE_MS;
    await expect(rows.get('k', away)).resolves.toBe('a');
    nowMs += LIFE_MS;
    await expect(rows.get('k', never)).resolves.toBe('a');
  });

  it('that are not there are asked for again soon, and waited for', async () => {
    await rows.get('k', () => Promise.resolve(null));
    nowMs = 2001;
    await expect(rows.get('k', gives('set up'))).resolves.toBe('set up');
  });

  it('that were forgotten while they were being read are not put back', async () => {
    await rows.get('k', gives('a'));
    nowMs = LIFE_MS + 1;
    let answer: (value: string) => void = () => undefined;
    await rows.get('k', () => new Promise((resolve) => (answer = resolve)));
    rows.delete('k');
    answer('older than the change');
    await settle();
    await expect(rows.get('k', gives('changed'))).resolves.toBe('changed');
  });

  it('fail only where none is known, and are then asked for again', async () => {
    await expect(rows.get('k', away)).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(rows.get('k', gives('a'))).resolves.toBe('a');
  });
});
