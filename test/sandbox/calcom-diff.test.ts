import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { isAllowed, optionsOf, UsageError } from '../../packages/bench/src/calcom-diff/options';
import { replay, ROWS } from '../../packages/bench/src/calcom-diff/replay';
import { Scene } from '../../packages/bench/src/calcom-diff/row';
import { buildStage, freeStarts, mirrorOf, standardStage } from '../../packages/bench/src/calcom-diff/stage';
import { NO_BOOKING, RefusedToSend, Target } from '../../packages/bench/src/calcom-diff/target';
import { type Sandbox, startSandbox } from '../../packages/calcom-sandbox/src/start-sandbox';
import { type BehaviourInput } from '../../packages/calcom-sandbox/src/world/behaviour';

const KEY = 'cal_diff';

interface Exchange {
  method: string;
  /** With its query, below `/v2`. */
  path: string;
  sent: string;
  status: number;
  // Bodies are what the changes look into freely.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
  headers: Record<string, string>;
}

type Change = (exchange: Exchange, sandbox: Sandbox) => void | Promise<void>;

const opened: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** A Cal.com in front of the sandbox that changes some of its answers. */
async function deviating(sandbox: Sandbox, change: Change): Promise<string> {
  const server: Server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(Buffer.from(chunk));
      const sent = Buffer.concat(chunks).toString();
      const { host: _host, connection: _connection, ...headers } = request.headers;
      const answer = await fetch(`http://127.0.0.1:${sandbox.port}${request.url}`, {
        method: request.method!,
        headers: headers as Record<string, string>,
        ...(sent !== '' && { body: sent }),
      });
      const exchange: Exchange = {
        method: request.method!,
        path: request.url!.replace(/^\/v2/, ''),
        sent,
        status: answer.status,
        body: await answer.json(),
        headers: Object.fromEntries(answer.headers),
      };
      await change(exchange, sandbox);
      const { 'content-length': _length, 'transfer-encoding': _encoding, ...rest } = exchange.headers;
      response.writeHead(exchange.status, rest).end(JSON.stringify(exchange.body));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v2`;
}

const control = (sandbox: Sandbox, path: string, body: unknown): Promise<Response> =>
  fetch(`${sandbox.controlUrl}${path}`, {
    method: path.startsWith('/event-types/') ? 'PATCH' : 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

const bounds = { maxRequests: 3_000, deadlineMs: Infinity };

async function stand(behaviour: BehaviourInput = {}): Promise<Sandbox> {
  const world = mirrorOf(standardStage(), KEY);
  const sandbox = await startSandbox({ world, behaviour: { raceWindowMs: 15, ...behaviour }, seed: 3 });
  opened.push(() => sandbox.stop());
  return sandbox;
}

/**
 * The names of the rows that find something, on a sandbox behind the change.
 * @param last the row after which nothing more is asked; rows see what the ones before them made
 */
async function found(sandbox: Sandbox, change?: Change, last?: string): Promise<string[]> {
  const baseUrl = change ? await deviating(sandbox, change) : sandbox.url;
  const target = new Target({ baseUrl, apiKey: KEY, ...bounds });
  const stage = standardStage();
  const scene = new Scene(target, { ...stage, starts: await freeStarts(target, stage.typeIds.plain!) });
  const count = ROWS.findIndex(({ name }) => name === last) + 1;
  const { differences } = await replay(scene, undefined, count > 0 ? ROWS.slice(0, count) : ROWS);
  return [...new Set(differences.map(({ row }) => row))];
}

const types = standardStage().typeIds;
const refusal = (message: string): unknown => ({ status: 'error', error: { code: 'BadRequestException', message } });
const reject = (exchange: Exchange, message = 'refused', status = 400): void => {
  Object.assign(exchange, { status, body: refusal(message) });
};
const reword =
  (from: string, to: string): Change =>
  (exchange) => {
    exchange.body = JSON.parse(JSON.stringify(exchange.body).replaceAll(from, to));
  };

test('the sandbox is as the table says, in at least 130 requests on every route', async () => {
  expect(ROWS.length).toBeGreaterThanOrEqual(130);
  expect(new Set(ROWS.map(({ name }) => name)).size).toBe(ROWS.length);
  expect(await found(await stand())).toEqual([]);
});

const CHANGES: readonly (readonly [string, string, { behaviour?: BehaviourInput; world?: unknown; change?: Change }])[] = [
  ['the loser of a race gets 409', 'book: a race for one start', { behaviour: { lostRace: 'conflict' } }],
  ['a busy collective is a 400', 'book: a collective that is busy', { behaviour: { collectiveConflict: 'bad_request' } }],
  ["the organizer's move leaves a request", "change: a request is accepted by its organizer's move", { behaviour: { organizerMoveConfirms: false } }],
  ['no webhooks of team event types', "webhooks: of a team's event type", { behaviour: { teamEventTypeWebhooks: false } }],
  ['no teams', 'account: teams', { behaviour: { teams: false } }],
  ['wishes for a host count at once', 'book: a wish for a host that the type ignores', { world: [types.round, { rrHostSubsetEnabled: true }] }],
  ['offsetStart only moves the first start', 'slots: offsetStart lengthens the step', { world: [types.offset, { offsetStart: 0 }] }],
  ['a blocking request blocks nothing', 'book: a start that a blocking request holds', { world: [types.blocking, { confirmationPolicy: { type: 'always' } }] }],
  ['totals count behind the time filters', 'list: afterUpdatedAt does not reach the totals', {
    change: ({ path, body }) => { if (path.startsWith('/bookings?') && body.data?.length === 0) Object.assign(body.pagination, { hasNextPage: false, totalItems: 0 }); },
  }],
  ['an empty list is page 1', 'list: by an unknown attendee', { change: ({ body }) => { if (body.pagination?.currentPage === 0) body.pagination.currentPage = 1; } }],
  ['phone numbers are validated', 'book: a phone number too short', { change: (one) => { if (one.sent.includes('"+4912"')) reject(one, 'attendee property is wrong'); } }],
  ['metadata must be an object', 'book: metadata that is null', { change: (one) => { if (one.sent.includes('"metadata":null')) reject(one); } }],
  ['only offered lengths are listed', 'slots: a length the type does not have', { change: (one) => { if (one.path.includes('duration=45')) reject(one, 'Invalid event length'); } }],
  ['a range that runs backwards is refused', 'slots: a range that runs backwards', { change: (one) => { if (one.path.startsWith('/slots?') && JSON.stringify(one.body.data) === '{}') reject(one, 'Invalid time range given'); } }],
  ['cancellations name the canceller', 'change: cancel', { change: ({ body }) => { if (body.data?.status === 'cancelled') body.data.cancelledByEmail = 'kim@example.com'; } }],
  ['anonymous lists are 401', 'list: without a key', { change: (one) => { if (one.path.startsWith('/bookings?') && one.status === 403) one.status = 401; } }],
  ['other words for a cancelled booking', 'change: cancel again', { change: reword('has been cancelled already', 'is already cancelled') }],
  ['other words for a deleted event type', 'slots: of an unknown event type', { change: reword('Event Type not found', 'No such type') }],
  ['a wrong address in another envelope', 'book: an address that is none', { change: reword('BAD_REQUEST', 'BadRequestException') }],
  ['a series answered as one booking', 'book: a recurring type answers all its bookings', { change: ({ method, path, body }) => { if (method === 'POST' && path === '/bookings' && Array.isArray(body.data)) [body.data] = body.data; } }],
  ['a cap answered as 400', 'book: over the cap', { change: (one) => { if (one.body.message === 'booking_limit_reached') one.status = 400; } }],
  ['a moved booking without its link', 'change: move', { change: ({ body }) => { delete body.data?.rescheduledToUid; } }],
  ['holds that hide nothing', 'hold: a start', { change: async ({ method, path, body }, sandbox) => { if (method === 'POST' && path === '/slots/reservations' && body.data) sandbox.world.reservations.clear(); } }],
  ['answers without a quota', 'limits: headers of an answer', { change: ({ headers }) => { for (const name of Object.keys(headers)) if (name.startsWith('x-ratelimit-reset')) delete headers[name]; } }],
  ['a refusal that says when to come back', 'limits: over the limit', { change: ({ status, headers }) => { if (status === 429) headers['retry-after'] = '60'; } }],
]; // prettier-ignore

test.each(CHANGES)('finds: %s', async (_what, row, { behaviour, world, change }) => {
  const sandbox = await stand(behaviour);
  if (Array.isArray(world)) expect((await control(sandbox, `/event-types/${world[0]}`, world[1])).status).toBe(200);
  expect(await found(sandbox, change, row)).toContain(row);
});

describe('on an account', () => {
  async function account(): Promise<{ sandbox: Sandbox; target: Target }> {
    const sandbox = await stand();
    await control(sandbox, '/bookings', { eventTypeId: types.multi, start: '2099-01-01T10:00:00Z' });
    return {
      sandbox,
      target: new Target({ baseUrl: sandbox.url, apiKey: KEY, email: 'chef@salon.example', ...bounds }),
    };
  }

  test('compares with a mirror of it, and takes away everything it made', async () => {
    const { sandbox, target } = await account();
    const stage = await buildStage(target, 5);
    const mirror = await startSandbox({ world: mirrorOf(stage, KEY), behaviour: { raceWindowMs: 15 } });
    opened.push(() => mirror.stop());
    const mirrored = new Target({ baseUrl: mirror.url, apiKey: KEY, ...bounds });
    const { differences, rows } = await replay(new Scene(mirrored, stage), new Scene(target, stage));
    expect(differences.filter(({ explained }) => explained === undefined)).toEqual([]);
    expect(rows.filter(({ skipped }) => !skipped).length).toBeGreaterThanOrEqual(130);
    expect(await target.cleanUp()).toEqual([]);
    const left = [...sandbox.world.bookings.all()].filter(
      ({ status }) => status === 'accepted' || status === 'pending',
    );
    expect(left.map(({ eventTypeId }) => eventTypeId)).toEqual([types.multi]);
    expect(sandbox.world.eventTypes.size).toBe(Object.keys(types).length);
    expect([sandbox.world.webhooks.size, sandbox.world.reservations.size]).toEqual([0, 0]);
    const addresses = [...sandbox.world.bookings.all()].map(({ attendee }) => attendee.email.replace(/^.*@/, ''));
    expect(new Set(addresses)).toEqual(new Set(['example.com', 'salon.example']));
  });

  test('refuses to change a booking that it did not make, and to go on for ever', async () => {
    const { sandbox, target } = await account();
    const [foreign] = sandbox.world.bookings.all();
    const cancel = (uid: string): Promise<unknown> =>
      target.send({ method: 'POST', path: `/bookings/${uid}/cancel`, version: '2024-08-13', body: {} });
    await expect(cancel(foreign!.uid)).rejects.toThrow(RefusedToSend);
    expect(await cancel(NO_BOOKING)).toMatchObject({ status: 404 });
    const short = new Target({ baseUrl: sandbox.url, apiKey: KEY, maxRequests: 1, deadlineMs: Infinity });
    await short.send({ method: 'GET', path: '/me' });
    await expect(short.send({ method: 'GET', path: '/me' })).rejects.toThrow(RefusedToSend);
    const late = new Target({ baseUrl: sandbox.url, apiKey: KEY, maxRequests: 9, deadlineMs: Date.now() - 1 });
    await expect(late.send({ method: 'GET', path: '/me' })).rejects.toThrow(RefusedToSend);
  });

  test('writes to another machine only after a yes', async () => {
    expect(await isAllowed('http://127.0.0.1:4010/v2', false, false)).toBe(true);
    expect(await isAllowed('https://api.cal.example/v2', false, false)).toBe(false);
    expect(await isAllowed('https://api.cal.example/v2', true, false)).toBe(true);
    expect(() => optionsOf(['--base=https://api.cal.example/v2'])).toThrow(UsageError);
    expect(optionsOf(['--base=https://api.cal.example/v2/', '--key=cal_x', '--json'])).toMatchObject({
      base: 'https://api.cal.example/v2',
      json: true,
      yes: false,
    });
  });
});
