import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type Sandbox, type SandboxOptions } from '../../packages/calcom-sandbox/src/start-sandbox';
import { bookingBody, type ManualTime, openSandbox, type SandboxClient, smallWorld } from './sandbox-client';

interface Message {
  headers: IncomingHttpHeaders;
  raw: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  json: any;
}

let client: SandboxClient;
let sandbox: Sandbox;
let time: ManualTime;
let receiver: Server;
let received: Message[];
let answerStatus: number;
let receiverUrl: string;

beforeEach(async () => {
  received = [];
  answerStatus = 200;
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks).toString();
      received.push({ headers: request.headers, raw, json: raw.startsWith('{') ? JSON.parse(raw) : undefined });
      response.writeHead(answerStatus).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  receiverUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
});

async function open(options: SandboxOptions = {}): Promise<void> {
  ({ client, sandbox, time } = await openSandbox(options));
}

afterEach(async () => {
  await sandbox.stop();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
});

const ALL = [
  'BOOKING_CREATED',
  'BOOKING_REQUESTED',
  'BOOKING_RESCHEDULED',
  'BOOKING_CANCELLED',
  'BOOKING_REJECTED',
  'BOOKING_NO_SHOW_UPDATED',
  'MEETING_STARTED',
  'MEETING_ENDED',
];

/** The demo salon is a team: only webhooks of the event type, or of the team, hear of its bookings. */
const HAIRCUT = '/teams/10/event-types/1001/webhooks';

async function subscribe(overrides: Record<string, unknown> = {}, key?: string, path = HAIRCUT): Promise<string> {
  const body = { active: true, subscriberUrl: receiverUrl, triggers: ALL, secret: 'geheim', ...overrides };
  const answer = await client.ask('POST', path, { body, ...(key !== undefined && { key }) });
  expect(answer.status).toBe(201);
  return answer.body.data.id;
}

const triggers = (): string[] => received.map((message) => message.json.triggerEvent);

it('signs the exact bytes it sends', async () => {
  await open();
  await subscribe();
  const booked = await client.book(bookingBody({ metadata: { gateway_key: 'k1' } }));
  await sandbox.webhooks.idle();
  expect(received).toHaveLength(1);
  const [message] = received;
  expect(message!.headers['content-type']).toBe('application/json');
  expect(message!.headers['x-cal-webhook-version']).toBe('2021-10-20');
  expect(message!.headers['x-cal-signature-256']).toBe(
    createHmac('sha256', 'geheim').update(message!.raw).digest('hex'),
  );
  expect(message!.json).toMatchObject({
    triggerEvent: 'BOOKING_CREATED',
    createdAt: '2027-06-07T06:00:00.000Z',
    payload: {
      uid: booked.body.data.uid,
      bookingId: 1,
      eventTypeId: 1001,
      type: 'herrenhaarschnitt',
      startTime: '2027-06-08T08:00:00Z',
      endTime: '2027-06-08T08:30:00Z',
      length: 30,
      status: 'ACCEPTED',
      organizer: { id: 501, language: { locale: 'de' }, timeZone: 'Europe/Berlin', utcOffset: 120 },
      attendees: [{ email: 'erika@example.com', firstName: 'Erika', lastName: 'Muster', utcOffset: 120 }],
      responses: { email: { label: 'E-Mail', value: 'erika@example.com', isHidden: false } },
      metadata: { gateway_key: 'k1' },
      requiresConfirmation: false,
      currency: 'eur',
    },
  });
});

it('says that there is no secret, instead of a signature', async () => {
  await open();
  await subscribe({ secret: undefined });
  await client.book(bookingBody());
  await sandbox.webhooks.idle();
  expect(received[0]!.headers['x-cal-signature-256']).toBe('no-secret-provided');
});

it('tells of a move with both uids, and of a cancellation in offset notation without metadata', async () => {
  await open();
  await subscribe({ version: '2026-07-27' });
  const first = await client.book(bookingBody({ metadata: { gateway_key: 'k1' } }));
  const { uid } = first.body.data;
  const moved = await client.booking('POST', `/${uid}/reschedule`, { start: '2027-06-08T09:00:00Z' });
  await client.booking('POST', `/${moved.body.data.uid}/cancel`, { cancellationReason: 'krank' });
  await sandbox.webhooks.idle();
  expect(triggers()).toEqual(['BOOKING_CREATED', 'BOOKING_RESCHEDULED', 'BOOKING_CANCELLED']);
  expect(received[1]!.json.payload).toMatchObject({
    uid: moved.body.data.uid,
    bookingId: 2,
    rescheduleId: 1,
    rescheduleUid: uid,
    rescheduleStartTime: '2027-06-08T08:00:00Z',
    rescheduleEndTime: '2027-06-08T08:30:00Z',
    attendeeIcsContent: expect.stringContaining('BEGIN:VCALENDAR'),
  });
  const cancelled = received[2]!.json.payload;
  expect(cancelled).toMatchObject({
    uid: moved.body.data.uid,
    startTime: '2027-06-08T09:00:00+00:00',
    endTime: '2027-06-08T09:30:00+00:00',
    status: 'CANCELLED',
    cancellationReason: 'krank',
    requestReschedule: false,
  });
  expect(cancelled).not.toHaveProperty('metadata');
  expect(cancelled).not.toHaveProperty('cancelledBy');
});

it('follows a booking that needs confirmation from request to rejection', async () => {
  await open({ world: smallWorld({ confirmationPolicy: { type: 'always' } }) });
  await subscribe({}, 'cal_kim', '/webhooks');
  const first = await client.book(bookingBody({ eventTypeId: 1 }), { key: null });
  const moved = await client.booking(
    'POST',
    `/${first.body.data.uid}/reschedule`,
    { start: '2027-06-09T08:00:00Z' },
    { key: null },
  );
  await client.booking('POST', `/${moved.body.data.uid}/decline`, { reason: 'voll' }, { key: 'cal_kim' });
  const second = await client.book(bookingBody({ eventTypeId: 1 }), { key: null });
  await client.booking('POST', `/${second.body.data.uid}/confirm`, undefined, { key: 'cal_kim' });
  await sandbox.webhooks.idle();
  const byTrigger = received.map(({ json }) => [json.triggerEvent, json.payload.status]);
  expect(byTrigger).toEqual([
    ['BOOKING_REQUESTED', 'PENDING'],
    ['BOOKING_REQUESTED', 'PENDING'],
    ['BOOKING_REJECTED', 'REJECTED'],
    ['BOOKING_REQUESTED', 'PENDING'],
    ['BOOKING_CREATED', 'ACCEPTED'],
  ]);
  expect(received[0]!.json.payload).not.toHaveProperty('rescheduleUid');
  expect(received[1]!.json.payload.rescheduleUid).toBe(first.body.data.uid);
  expect(received[2]!.json.payload.rejectionReason).toBe('voll');
});

it('announces start and end of a meeting flat, and an absence without uid', async () => {
  await open({ world: smallWorld() });
  await subscribe({}, 'cal_kim', '/webhooks');
  const { uid } = (await client.book(bookingBody({ eventTypeId: 1 }), { key: null })).body.data;
  time.atMs = Date.parse('2027-06-08T08:00:00Z');
  await client.control('POST', '/clock', { advanceMs: 0 });
  await client.control('POST', '/clock', { advanceMs: 3_600_000 });
  const absent = { attendees: [{ email: 'erika@example.com', absent: true }] };
  await client.booking('POST', `/${uid}/mark-absent`, absent, { key: 'cal_kim' });
  await sandbox.webhooks.idle();
  expect(new Set(triggers())).toEqual(
    new Set(['BOOKING_CREATED', 'MEETING_STARTED', 'MEETING_ENDED', 'BOOKING_NO_SHOW_UPDATED']),
  );
  const started = received.find((message) => message.json.triggerEvent === 'MEETING_STARTED');
  expect(started!.json).toMatchObject({ uid, startTime: '2027-06-08T08:00:00Z' });
  expect(started!.json).not.toHaveProperty('payload');
  const noShow = received.find((message) => message.json.triggerEvent === 'BOOKING_NO_SHOW_UPDATED');
  expect(noShow!.json.payload).toEqual({
    message: expect.any(String),
    bookingUid: uid,
    bookingId: 1,
    attendees: [{ email: 'erika@example.com', noShow: true }],
  });
});

it('fires on both levels for a booking of a personal event type', async () => {
  await open({ world: smallWorld() });
  await subscribe({}, 'cal_kim', '/webhooks');
  await subscribe({}, 'cal_kim', '/event-types/1/webhooks');
  await subscribe({}, 'cal_lou', '/webhooks');
  await client.book(bookingBody({ eventTypeId: 1 }), { key: null });
  expect(received).toHaveLength(2);
});

it('keeps the webhooks of users silent for team event types, and fires those of the team', async () => {
  await open();
  await subscribe({}, undefined, '/webhooks');
  await client.book(bookingBody());
  expect(received).toHaveLength(0);
  await client.control('POST', '/behaviour', { userWebhooksForTeamTypes: true });
  await client.book(bookingBody({ start: '2027-06-08T12:00:00Z' }));
  expect(triggers()).toEqual(['BOOKING_CREATED']);
  received.length = 0;
  await client.control('POST', '/behaviour', { userWebhooksForTeamTypes: false });
  await client.control('POST', '/webhooks', { teamId: 10, subscriberUrl: receiverUrl, triggers: ALL, secret: 's' });
  const booked = await client.book(bookingBody({ start: '2027-06-08T10:00:00Z' }));
  await client.booking('POST', `/${booked.body.data.uid}/cancel`, { cancellationReason: 'x' });
  expect(triggers()).toEqual(['BOOKING_CREATED', 'BOOKING_CANCELLED']);
});

it('has no webhooks of team event types where the installation has none, and no teams where it has no teams', async () => {
  await open({ behaviour: { teamEventTypeWebhooks: false } });
  expect((await client.ask('GET', HAIRCUT)).status).toBe(404);
  expect((await client.ask('GET', '/teams')).status).toBe(200);
  await client.control('POST', '/behaviour', { teams: false });
  const teams = await client.ask('GET', '/teams');
  expect([teams.status, teams.body.error.message]).toEqual([404, 'Cannot GET /v2/teams']);
});

describe('a slow subscriber', () => {
  it('is waited for before a booking is answered, but only as long as the world says', async () => {
    let release = (): void => undefined;
    const arrived = new Promise<void>((resolve) => {
      receiver.removeAllListeners('request');
      receiver.on('request', (_request, response) => {
        release = () => response.end();
        resolve();
      });
    });
    await open({ behaviour: { subscriberWaitMs: 60_000 } });
    await subscribe();
    const answers: string[] = [];
    const booking = client.book(bookingBody()).then(() => answers.push('booked'));
    await arrived;
    expect((await client.control('GET', '/bookings')).body).toHaveLength(1);
    expect(answers).toEqual([]);
    release();
    await booking;
    await client.control('POST', '/behaviour', { subscriberWaitMs: 1 });
    expect((await client.book(bookingBody({ start: '2027-06-08T10:00:00Z' }))).status).toBe(201);
  });

  it('receives a cancellation before the booking is cancelled', async () => {
    await open({ world: smallWorld() });
    const { uid } = (await client.book(bookingBody({ eventTypeId: 1 }), { key: null })).body.data;
    let status = '';
    receiver.removeAllListeners('request');
    receiver.on('request', (_request, response) => {
      void client.booking('GET', `/${uid}`, undefined, { key: null }).then((read) => {
        status = read.body.data.status;
        response.end();
      });
    });
    await subscribe({}, 'cal_kim', '/webhooks');
    const cancelled = await client.booking('POST', `/${uid}/cancel`, {}, { key: null });
    expect([status, cancelled.body.data.status]).toEqual(['accepted', 'cancelled']);
  });
});

it('tries once, whatever the answer', async () => {
  await open();
  answerStatus = 500;
  await subscribe();
  await client.book(bookingBody());
  await sandbox.webhooks.idle();
  const deliveries = await client.control('GET', '/webhooks/deliveries');
  expect(deliveries.body).toMatchObject([{ trigger: 'BOOKING_CREATED', outcome: 'delivered', status: 500 }]);
  expect(received).toHaveLength(1);
});

it('drops, doubles and holds back on demand, and releases the newest first', async () => {
  await open();
  await subscribe();
  const bookAt = async (hour: number): Promise<void> => {
    await client.book(bookingBody({ start: `2027-06-08T${hour}:00:00Z` }));
    await sandbox.webhooks.idle();
  };
  await client.control('POST', '/webhooks/rules', { dropNext: 1 });
  await bookAt(10);
  expect(received).toHaveLength(0);
  await client.control('POST', '/webhooks/rules', { duplicateNext: 1 });
  await bookAt(11);
  expect(received).toHaveLength(2);
  expect(received[0]!.raw).toBe(received[1]!.raw);
  await client.control('POST', '/webhooks/rules', { holdNext: 2 });
  await bookAt(12);
  await bookAt(13);
  expect(received).toHaveLength(2);
  expect((await client.control('POST', '/webhooks/flush')).body).toEqual({ released: 2 });
  await sandbox.webhooks.idle();
  expect(received.slice(2).map((message) => message.json.payload.startTime)).toEqual([
    '2027-06-08T13:00:00Z',
    '2027-06-08T12:00:00Z',
  ]);
});

it('sends the test message and any other trigger by hand', async () => {
  await open();
  await subscribe();
  await client.control('POST', '/webhooks/emit', { trigger: 'PING' });
  await client.control('POST', '/webhooks/emit', { trigger: 'OOO_CREATED', payload: { who: 'Ben' } });
  await sandbox.webhooks.idle();
  expect(received[0]!.json).toMatchObject({
    triggerEvent: 'PING',
    payload: { type: 'Test', title: 'Test trigger event' },
  });
  expect(received[0]!.json.payload).not.toHaveProperty('uid');
  expect(received[1]!.json).toMatchObject({ triggerEvent: 'OOO_CREATED', payload: { who: 'Ben' } });
});

it('fills a template of the subscriber', async () => {
  await open();
  await subscribe({ payloadTemplate: '{"kind":"{{triggerEvent}}","who":"{{attendees.0.name}}","uid":"{{uid}}"}' });
  const booked = await client.book(bookingBody());
  await sandbox.webhooks.idle();
  expect(received[0]!.json).toEqual({ kind: 'BOOKING_CREATED', who: 'Erika Muster', uid: booked.body.data.uid });
});

describe('managing webhooks', () => {
  it('creates, reads, lists, changes and deletes', async () => {
    await open({ world: smallWorld() });
    const key = 'cal_kim';
    const id = await subscribe({}, key, '/webhooks');
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    const read = await client.ask('GET', `/webhooks/${id}`, { key });
    expect(read.body.data).toEqual({
      id,
      userId: 7,
      subscriberUrl: receiverUrl,
      active: true,
      triggers: ALL,
      payloadTemplate: null,
      secret: 'geheim',
      version: '2021-10-20',
    });
    await client.ask('PATCH', `/webhooks/${id}`, { key, body: { active: false } });
    await client.book(bookingBody({ eventTypeId: 1 }), { key: null });
    await sandbox.webhooks.idle();
    expect(received).toHaveLength(0);
    expect((await client.ask('GET', '/webhooks', { key })).body.data).toHaveLength(1);
    expect((await client.ask('DELETE', `/webhooks/${id}`, { key })).status).toBe(200);
    expect((await client.ask('GET', `/webhooks/${id}`, { key })).status).toBe(404);
  });

  it.each([
    [{ active: true, subscriberUrl: 'https://a.example/x' }, 400, 'Bad Request Exception'],
    [
      { active: true, subscriberUrl: 'https://a.example/x', triggers: ['BOOKING_CONFIRMED'] },
      400,
      'Bad Request Exception',
    ],
    [{ active: true, subscriberUrl: 'ftp://a.example/x', triggers: [] }, 400, 'Webhook URL is not allowed'],
    [{ active: true, subscriberUrl: 'http://a.example/x', triggers: [] }, 400, 'Webhook URL is not allowed'],
    [{ active: true, subscriberUrl: 'https://127.0.0.1/x', triggers: [] }, 400, 'Webhook URL is not allowed'],
  ])('refuses %j with %i as the hosted service does', async (body, status, fragment) => {
    await open({ behaviour: { privateWebhookUrls: false } });
    const answer = await client.ask('POST', '/webhooks', { body });
    expect([answer.status, answer.body.error.message]).toEqual([status, fragment]);
  });

  it('takes an address once per user', async () => {
    await open();
    await subscribe({}, undefined, '/webhooks');
    const twice = await client.ask('POST', '/webhooks', {
      body: { active: true, subscriberUrl: receiverUrl, triggers: [] },
    });
    expect(twice.status).toBe(409);
  });
});
