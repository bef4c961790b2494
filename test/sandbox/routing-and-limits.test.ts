import { RateLimiter } from '../../packages/calcom-sandbox/src/http/rate-limiter';
import { bookingBody, ManualTime, openSandbox, type SandboxClient, VERSION } from './sandbox-client';

let client: SandboxClient;
let time: ManualTime;
let stop: () => Promise<void>;

async function open(options: Parameters<typeof openSandbox>[0] = {}): Promise<void> {
  const opened = await openSandbox(options);
  client = opened.client;
  time = opened.time;
  stop = () => opened.sandbox.stop();
}

afterEach(() => stop());

describe('version routing', () => {
  beforeEach(() => open({ rateLimit: { limit: 120 } }));

  const slotsPath = '/slots?eventTypeId=1001&start=2027-06-08&end=2027-06-08';
  const legacyPath = '/slots/available?eventTypeId=1001&startTime=2027-06-08T00:00:00Z&endTime=2027-06-08T22:00:00Z';

  it.each([
    ['GET', slotsPath, '2024-09-04', 200],
    ['GET', slotsPath, '2024-08-13', 404],
    ['GET', slotsPath, undefined, 404],
    ['GET', slotsPath, 'yesterday', 404],
    ['GET', legacyPath, '2024-08-13', 200],
    ['GET', legacyPath, undefined, 200],
    ['GET', legacyPath, '2024-09-04', 404],
    ['GET', '/bookings', '2024-08-13', 200],
    ['GET', '/bookings', '2026-02-25', 200],
    ['GET', '/bookings', '2026-05-01', 200],
    ['GET', '/bookings', '2024-09-04', 404],
    ['GET', '/bookings', '2024-06-14', 200],
    ['GET', '/event-types', '2024-06-14', 200],
    ['GET', '/event-types', '2026-06-12', 200],
    ['GET', '/event-types', '2024-08-13', 404],
    ['GET', '/schedules', '2024-06-11', 200],
    ['GET', '/schedules', '2024-08-13', 404],
    ['GET', '/me', '2024-09-04', 200],
    ['GET', '/me', undefined, 200],
    ['GET', '/webhooks', 'anything', 200],
    ['GET', '/teams', '2024-06-14', 200],
  ])('%s %s under %s answers %i', async (method, path, version, status) => {
    const answer = await client.ask(method, path, version === undefined ? {} : { version });
    expect(answer.status).toBe(status);
  });

  it('names method and full path when no handler has the version, and spends no quota on it', async () => {
    const before = await client.ask('GET', '/me');
    const missed = await client.ask('GET', slotsPath);
    const after = await client.ask('GET', '/me');
    expect(missed.body).toEqual({
      status: 'error',
      timestamp: '2027-06-07T06:00:00.000Z',
      path: `/v2${slotsPath}`,
      error: {
        code: 'NotFoundException',
        message: `Cannot GET /v2${slotsPath}`,
        details: { message: `Cannot GET /v2${slotsPath}`, error: 'Not Found', statusCode: 404 },
      },
    });
    const remaining = (answer: typeof before): number => Number(answer.headers.get('x-ratelimit-remaining-default'));
    expect(remaining(after)).toBe(remaining(before) - 1);
  });

  it('sends a booking without version header to the first generation, which asks for other fields', async () => {
    const answer = await client.ask('POST', '/bookings', { body: { attendee: {} } });
    expect(answer.status).toBe(400);
    expect(answer.body.error.message).toBe('Bad Request Exception');
    const properties = answer.body.error.details.errors.map((error: { property: string }) => error.property);
    expect(properties).toEqual(['start', 'eventTypeId', 'timeZone', 'language', 'metadata']);
    expect((await client.ask('POST', '/bookings/abc/reschedule', { body: {} })).status).toBe(404);
  });
});

describe('the limiter', () => {
  it('lets 120 through, refuses the 121st and keeps refusing for 60 s counted from that one', async () => {
    await open({ rateLimit: {} });
    for (let sent = 1; sent <= 120; sent += 1) {
      const answer = await client.ask('GET', '/me');
      expect(answer.status).toBe(200);
      expect(answer.headers.get('x-ratelimit-remaining-default')).toBe(String(120 - sent));
    }
    time.advance(50_000);
    const refused = await client.ask('GET', '/me');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBeNull();
    expect(refused.headers.get('x-ratelimit-limit-default')).toBe('120');
    expect(refused.headers.get('x-ratelimit-remaining-default')).toBe('0');
    expect(refused.headers.get('x-ratelimit-reset-default')).toBe('60');
    expect(refused.body.error).toEqual({
      code: 'ThrottlerException',
      message: expect.stringContaining('Too many requests'),
      details: refused.body.error.message,
    });

    time.advance(59_500);
    const still = await client.ask('GET', '/me');
    expect(still.status).toBe(429);
    expect(still.headers.get('x-ratelimit-reset-default')).toBe('1');

    time.advance(500);
    const again = await client.ask('GET', '/me');
    expect(again.status).toBe(200);
    expect(again.headers.get('x-ratelimit-remaining-default')).toBe('118');
    expect(again.headers.get('x-ratelimit-reset-default')).toBe('60');
  });

  it('counts a hit during a block into the next window', async () => {
    await open({ rateLimit: {} });
    for (let sent = 1; sent <= 121; sent += 1) await client.ask('GET', '/me');
    time.advance(58_000);
    expect((await client.ask('GET', '/me')).status).toBe(429);
    time.advance(2_000);
    const free = await client.ask('GET', '/me');
    const quota = ['remaining', 'reset'].map((what) => free.headers.get(`x-ratelimit-${what}-default`));
    expect([free.status, ...quota]).toEqual([200, '119', '60']);
  });

  it('counts several sets of one key side by side, and refuses only while all of them block', async () => {
    await open({ rateLimit: {} });
    const limits = [
      { name: 'short', limit: 2, windowMs: 10_000, blockMs: 10_000 },
      { name: 'long', limit: 4 },
    ];
    await client.control('POST', '/api-keys', { key: 'cal_two', userId: 501, limits });
    const ask = async (): Promise<(string | number | null)[]> => {
      const answer = await client.ask('GET', '/me', { key: 'cal_two' });
      const { headers } = answer;
      return [answer.status, headers.get('x-ratelimit-remaining-short'), headers.get('x-ratelimit-remaining-long')];
    };
    expect([await ask(), await ask(), await ask(), await ask(), await ask()]).toEqual([
      [200, '1', '3'],
      [200, '0', '2'],
      [200, '0', '1'],
      [200, '0', '0'],
      [429, '0', '0'],
    ]);
    expect((await client.ask('GET', '/me', { key: 'cal_two' })).headers.has('x-ratelimit-limit-default')).toBe(false);
  });

  it('counts sets with the same limit and window by themselves, and blocks again while a window is used up', () => {
    const clock = new ManualTime(0);
    const limiter = new RateLimiter(clock, { limit: 99, windowMs: 60_000, blockMs: 60_000 });
    const set = { limit: 2, windowMs: 20_000, blockMs: 3_000 };
    const hit = (): unknown => {
      const { allowed, sets } = limiter.hit('a', [
        { name: 'one', ...set },
        { name: 'two', ...set },
      ]);
      return [allowed, ...sets.map(({ remaining }) => remaining)];
    };
    expect([hit(), hit(), hit()]).toEqual([
      [true, 1, 1],
      [true, 0, 0],
      [false, 0, 0],
    ]);
    clock.advance(3_100);
    expect(hit()).toEqual([false, 0, 0]);
    clock.advance(17_000);
    expect(hit()).toEqual([true, 1, 1]);
  });

  it('counts each key and anonymous callers apart, but all routes of a key together', async () => {
    await open({ rateLimit: { limit: 2 }, apiKeys: ['cal_other'] });
    await client.ask('GET', '/me');
    await client.ask('GET', '/teams');
    expect((await client.ask('GET', '/webhooks')).status).toBe(429);
    expect((await client.ask('GET', '/me', { key: 'cal_other' })).status).toBe(200);
    const anonymous = await client.ask('GET', '/slots?eventTypeId=1001&start=2027-06-08&end=2027-06-08', {
      version: VERSION.slots,
      key: null,
    });
    expect(anonymous.status).toBe(200);
  });

  it('opens its window with the first request, not with the minute', () => {
    const clock = new ManualTime(59_999);
    const limiter = new RateLimiter(clock, { limit: 1, windowMs: 60_000, blockMs: 60_000 });
    expect(limiter.hit('a').allowed).toBe(true);
    clock.advance(59_999);
    expect(limiter.hit('a').allowed).toBe(false);
    clock.advance(60_000);
    const state = { name: 'default', blocked: false, limit: 1, remaining: 0, resetSeconds: 60 };
    expect(limiter.hit('a')).toEqual({ allowed: true, sets: [state] });
  });
});

describe('credentials', () => {
  beforeEach(() => open());

  it.each([
    ['cal_unknown', '/slots?eventTypeId=1001&start=2027-06-08&end=2027-06-08', VERSION.slots, 'Invalid API Key'],
    ['cal_unknown', '/me', VERSION.bookings, 'Invalid API Key'],
    [null, '/me', VERSION.bookings, 'No authentication method provided'],
    ['not-a-key', '/bookings/abc', VERSION.bookings, 'Invalid Access Token.'],
  ])('%s on %s is refused with 401', async (key, path, version, fragment) => {
    const answer = await client.ask('GET', path, { key, version });
    expect(answer.status).toBe(401);
    expect(answer.body.error).toMatchObject({
      code: 'UnauthorizedException',
      message: expect.stringContaining(fragment),
    });
  });

  it('refuses an expired key on guarded and optional routes, but not on public ones', async () => {
    await client.control('POST', '/api-keys', { key: 'cal_old', userId: 501, expiresAt: '2027-06-07T05:00:00Z' });
    const guarded = await client.ask('GET', '/me', { key: 'cal_old' });
    const optional = await client.book(bookingBody(), { key: 'cal_old' });
    const open = await client.ask('GET', '/slots?eventTypeId=1001&start=2027-06-08&end=2027-06-08', {
      key: 'cal_old',
      version: VERSION.slots,
    });
    expect([guarded.status, optional.status, open.status]).toEqual([401, 401, 200]);
    expect(guarded.body.error.message).toContain('api key is expired');
  });

  it('lets anybody book and read by uid', async () => {
    const booked = await client.book(bookingBody(), { key: null });
    expect(booked.status).toBe(201);
    const read = await client.booking('GET', `/${booked.body.data.uid}`, undefined, { key: null });
    expect(read.body.data.uid).toBe(booked.body.data.uid);
  });

  it('puts a request id and the quota on every answer', async () => {
    const answers = [
      await client.ask('GET', '/me'),
      await client.ask('GET', '/nowhere'),
      await client.ask('GET', '/me', { key: null }),
      await client.book('{"start":'),
    ];
    expect(answers.map((answer) => answer.status)).toEqual([200, 404, 401, 400]);
    const ids = answers.map((answer) => answer.headers.get('x-request-id'));
    expect(new Set(ids).size).toBe(4);
    for (const answer of answers) {
      expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      expect(answer.headers.get('x-ratelimit-limit-default')).toBe('120');
      expect(answer.headers.get('x-ratelimit-reset-default')).toMatch(/^\d+$/);
    }
  });
});
