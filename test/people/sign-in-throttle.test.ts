import { GuessedTooOften, Overloaded } from '../../src/errors';
import { OwnTryCounts, SignInThrottle, TRIES_WINDOW_MS } from '../../src/services/people/sign-in-throttle';
import { AdminKit } from '../admin/kit';
import { silentLogger } from '../../src/infra/logger';
import { connectRedis } from '../../src/infra/redis';
import { RedisGuard } from '../../src/infra/redis-guard';
import { RedisTryCounts } from '../../src/infra/redis-try-counts';
import { FakeClock } from '../support/fake-clock';
import { redisUrl, testRedis } from '../support/servers';
import { person, TestBrowser } from './people-kit';

const SETTINGS = { commandTimeoutMs: 2000, logger: silentLogger };
const wrong = async (): Promise<null> => null;
const right = async (): Promise<'in'> => 'in';

describe('the throttle of signing in', () => {
  let clock: FakeClock;
  let throttle: SignInThrottle;
  beforeEach(() => {
    clock = new FakeClock();
    throttle = new SignInThrottle(clock, new OwnTryCounts(clock));
  });

  /** Lets pauses pass until it is answered. */
  async function answered<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    void work.catch(() => undefined).finally(() => (isOver = true));
    while (!isOver) await clock.advance(500);
    return work;
  }
  const guess = (account: string, address: string): Promise<unknown> =>
    answered(throttle.tried(account, address, wrong)).then(
      () => 'wrong',
      (error: unknown) => (error instanceof GuessedTooOften ? 'slow down' : error),
    );

  test('counts wrong tries only, and answers the right password all the same', async () => {
    for (let i = 0; i < 100; i++) expect(await throttle.tried('kim', '10.0.0.1', right)).toBe('in');
    for (let i = 0; i < 10; i++) expect(await guess('kim', '10.0.0.1')).toBe('wrong');
    expect(await guess('Kim', '10.0.0.1')).toBe('slow down');
    expect(await answered(throttle.tried('kim', '10.0.0.1', right))).toBe('in');
    expect(await guess('kim', '10.0.0.2')).toBe('wrong');
    await clock.advance(16 * 60_000);
    expect(await guess('kim', '10.0.0.1')).toBe('wrong');
  });

  test('counts one account over all addresses, and one address over all accounts', async () => {
    for (let i = 0; i < 50; i++) expect(await guess('kim', `10.0.0.${i}`)).toBe('wrong');
    expect(await guess('kim', '10.0.1.1')).toBe('slow down');
    for (let i = 0; i < 50; i++) await guess(`someone ${i}`, '10.9.9.9');
    expect(await guess('someone else', '10.9.9.9')).toBe('slow down');
    expect(await answered(throttle.tried('kim', '10.9.9.9', right))).toBe('in');
  });

  test('works further tries off one after the other, and refuses a queue', async () => {
    for (let i = 0; i < 10; i++) await guess('kim', '10.0.0.1');
    let running = 0;
    let most = 0;
    const check = async (): Promise<null> => {
      most = Math.max(most, ++running);
      await clock.sleep(100);
      running -= 1;
      return null;
    };
    const tries = Array.from({ length: 8 }, () =>
      throttle.tried('kim', '10.0.0.1', check).catch((error: unknown) => error),
    );
    const results = await answered(Promise.all(tries));
    expect(results.every((one) => one instanceof GuessedTooOften)).toBe(true);
    expect(most).toBe(1);
  });

  test('checks no more passwords at once than the machine has room for', async () => {
    const slow = Array.from({ length: 16 }, (_, i) =>
      throttle.tried(`one ${i}`, '10.0.0.1', () => clock.sleep(100).then(right)),
    );
    await expect(throttle.tried('kim', '10.0.0.1', right)).rejects.toBeInstanceOf(Overloaded);
    await clock.advance(100);
    expect(await Promise.all(slow)).toEqual(Array.from({ length: 16 }, () => 'in'));
  });
});

describe('the throttle of several processes', () => {
  const clock = new FakeClock();
  const connections: Awaited<ReturnType<typeof testRedis>>[] = [];
  afterAll(() => connections.forEach((one) => one.close()));

  /** Another process on the same Redis. */
  async function process(isEmptied = false) {
    const redis = await (isEmptied ? testRedis() : connectRedis({ url: redisUrl() }, SETTINGS));
    connections.push(redis);
    const counts = new RedisTryCounts(redis, new RedisGuard(redis, clock), new OwnTryCounts(clock), TRIES_WINDOW_MS);
    const throttle = new SignInThrottle(clock, counts);
    const guess = async (check: () => Promise<unknown> = wrong): Promise<unknown> => {
      // Turns end by Redis's own clock.
      if (redis.available) for (const key of await redis.commands.keys('*:turn:*')) await redis.commands.del(key);
      let answer: unknown;
      void throttle.tried('kim@example.org', '10.0.0.1', check).then(
        (found) => (answer = found ?? 'wrong'),
        (error: unknown) => (answer = error instanceof GuessedTooOften ? 'slow down' : error),
      );
      while (answer === undefined)
        await clock.advance(500).then(() => new Promise((resolve) => setTimeout(resolve, 5)));
      return answer;
    };
    return { counts, guess, redis };
  }

  test('counts the tries of all together, and each its own while Redis is away', async () => {
    const [first, second] = [await process(true), await process()];
    for (let i = 0; i < 5; i++) for (const one of [first, second]) expect(await one.guess()).toBe('wrong');
    for (const one of [first, second]) expect(await one.guess()).toBe('slow down');
    const kept = await first.redis.commands.keys('*');
    expect(kept.length).toBeGreaterThan(2);
    expect(kept.join()).not.toMatch(/kim|10\.0\.0\.1/);
    for (const key of kept) expect(await first.redis.commands.pttl(key)).toBeGreaterThan(0);
    second.redis.close();
    for (let i = 0; i < 4; i++) expect(await second.guess()).toBe('wrong');
    expect(await second.guess()).toBe('slow down');
    expect(await second.guess(right)).toBe('in');
    expect(await second.guess()).toBe('wrong');
    expect(await first.guess(right)).toBe('in');
    expect(await first.guess()).toBe('wrong');
  });

  test('has one turn at a time for further tries, whichever process takes it', async () => {
    const [{ counts: first }, { counts: second }] = [await process(true), await process()];
    expect(await first.takeTurn('kim', 60_000)).toBe(true);
    expect(await second.takeTurn('kim', 60_000)).toBe(false);
    expect(await second.takeTurn('alex', 60_000)).toBe(true);
  });
});

describe('wrong sign-ins over HTTP', () => {
  let kit: AdminKit;
  beforeAll(async () => {
    kit = await AdminKit.start();
  });
  afterAll(() => kit.stop());

  test('are answered alike for a wrong password, an unknown address and a person without a password', async () => {
    const { email } = await person(kit, { role: 'platform' });
    await kit.ask('post', '/users', {
      body: { email: 'noch.nicht@example.org', name: 'Noch Nicht', role: 'platform' },
    });
    const bodies = [];
    for (const address of [email, 'unknown@example.org', 'noch.nicht@example.org']) {
      const answer = await new TestBrowser(kit).signIn(address, 'not the right one');
      bodies.push([answer.status, answer.body, answer.headers['set-cookie'] ?? null]);
    }
    expect(new Set(bodies.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(bodies[0]![0]).toBe(401);
  });

  test('become 429 in the end, while the right password is still answered', async () => {
    const { email } = await person(kit, { role: 'platform' });
    const browser = new TestBrowser(kit);
    const patient = async (password?: string): Promise<number> => {
      let status = 0;
      void browser.signIn(email, password).then((answer) => (status = answer.status));
      while (status === 0) await kit.clock.advance(500).then(() => new Promise((resolve) => setTimeout(resolve, 5)));
      return status;
    };
    const statuses = [];
    for (let i = 0; i < 12; i++) statuses.push(await patient('not the right one'));
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429]);
    expect(await patient()).toBe(200);
  });
});
