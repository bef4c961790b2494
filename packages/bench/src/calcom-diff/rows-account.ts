import { BOOKINGS } from './rows-bookings';
import { field, type Row, type Scene } from './row';
import { type Ask, type Reply } from './target';

/** Off and without a reachable address: nothing of the account is sent anywhere. */
const HOOK = { active: false, triggers: ['BOOKING_CREATED', 'BOOKING_CANCELLED'], secret: 'askpro-diff' };
const hook =
  (path: (scene: Scene) => string, body: unknown) =>
  (scene: Scene): Ask => ({ method: 'POST', path: path(scene), version: BOOKINGS, body });
const subscriber = (name: string): string => `https://askpro-diff.invalid/${name}`;

export const ACCOUNT_ROWS: readonly Row[] = [
  {
    name: 'account: who am I',
    ask: () => ({ method: 'GET', path: '/me', version: BOOKINGS }),
    status: 200,
    shape: 'data:object',
    known: 'run',
  },
  {
    name: 'account: without a key',
    ask: () => ({ method: 'GET', path: '/me', version: BOOKINGS, key: 'none' }),
    status: 401,
    shape: 'E1',
    text: 'No authentication method provided',
    known: 'run',
  },
  {
    name: 'account: with an unknown key',
    ask: () => ({ method: 'GET', path: '/me', version: BOOKINGS, key: 'unknown' }),
    status: 401,
    shape: 'E1',
    text: 'Invalid API Key',
    known: 'run',
  },
  {
    name: 'account: with what is no key',
    ask: () => ({ method: 'GET', path: '/me', version: BOOKINGS, key: 'foreign' }),
    status: 401,
    shape: 'E1',
    text: 'Invalid Access Token.',
    known: 'run',
  },
  {
    name: 'account: own event types',
    ask: () => ({ method: 'GET', path: '/event-types', version: '2024-06-14' }),
    status: 200,
    shape: 'data:array',
    known: 'run',
    effect: {
      look: (scene, [reply]) =>
        String(JSON.stringify(field(reply?.body, 'data')).includes(String(scene.type('plain')))),
      is: 'true',
    },
  },
  {
    name: 'account: recurrence of an event type',
    ask: (scene) => ({ method: 'GET', path: `/event-types/${scene.type('series')}`, version: '2024-06-14' }),
    needs: ['series'],
    status: 200,
    shape: 'data:object',
    known: 'run',
    effect: {
      look: (_scene, [reply]) =>
        JSON.stringify(
          ['interval', 'occurrences', 'frequency'].map((key) => field(reply?.body, `data.recurrence.${key}`)),
        ),
      is: '[1,3,"weekly"]',
    },
  },
  {
    name: 'account: what may not be changed',
    ask: (scene) => ({ method: 'GET', path: `/event-types/${scene.type('fixed')}`, version: '2024-06-14' }),
    needs: ['fixed'],
    status: 200,
    shape: 'data:object',
    known: 'run',
    effect: {
      look: (_scene, [reply]) =>
        `${String(field(reply?.body, 'data.disableCancelling.disabled'))}/${String(field(reply?.body, 'data.disableRescheduling.disabled'))}`,
      is: 'true/true',
    },
  },
  {
    name: 'account: an unknown event type',
    ask: () => ({ method: 'GET', path: '/event-types/999999999', version: '2024-06-14' }),
    status: 404,
    shape: 'E1',
    text: 'not found',
    known: 'run',
  },
  {
    name: 'account: event types under a version without them',
    ask: () => ({ method: 'GET', path: '/event-types', version: BOOKINGS }),
    status: 404,
    shape: 'E1',
    text: 'Cannot GET /v2/event-types',
    known: 'run',
  },
  {
    name: 'account: change an event type',
    ask: (scene) => ({
      method: 'PATCH',
      path: `/event-types/${scene.type('plain')}`,
      version: '2024-06-14',
      body: { slotInterval: 30 },
    }),
    status: 200,
    shape: 'data:object',
    known: 'run',
    effect: { look: (_scene, [reply]) => String(field(reply?.body, 'data.slotInterval')), is: '30' },
  },
  {
    name: 'account: schedules',
    ask: () => ({ method: 'GET', path: '/schedules', version: '2024-06-11' }),
    status: 200,
    shape: 'data:array',
    known: 'run',
  },
  {
    name: 'account: teams',
    ask: () => ({ method: 'GET', path: '/teams', version: BOOKINGS }),
    status: 200,
    shape: 'data:array',
    known: 'run',
  },
  {
    name: 'account: event types of a team',
    ask: (scene) => ({ method: 'GET', path: `/teams/${scene.stage.teamId ?? 0}/event-types`, version: '2024-06-14' }),
    needs: ['round'],
    status: 200,
    shape: 'data:array',
    known: 'run',
    effect: {
      look: (scene, [reply]) => {
        const types = field(reply?.body, 'data');
        const round = Array.isArray(types) ? types.find((one) => field(one, 'id') === scene.type('round')) : undefined;
        return String(field(round, 'rrHostSubsetEnabled'));
      },
      is: 'false',
    },
  },
  {
    name: 'account: an unknown team',
    ask: () => ({ method: 'GET', path: '/teams/999999999/event-types', version: '2024-06-14' }),
    needs: ['round'],
    status: 404,
    shape: 'E1',
    known: 'read',
    onlySandbox: true,
  },
  {
    name: 'account: allow wishes for a host',
    ask: (scene) => ({
      method: 'PATCH',
      path: `/teams/${scene.stage.teamId ?? 0}/event-types/${scene.type('round')}`,
      version: BOOKINGS,
      body: { rrHostSubsetEnabled: true },
    }),
    needs: ['round'],
    status: 200,
    shape: 'data:object',
    known: 'run',
    effect: { look: (_scene, [reply]) => String(field(reply?.body, 'data.rrHostSubsetEnabled')), is: 'true' },
  },
  {
    name: 'account: memberships',
    ask: (scene) => ({ method: 'GET', path: `/teams/${scene.stage.teamId ?? 0}/memberships`, version: BOOKINGS }),
    needs: ['round'],
    status: 200,
    shape: 'data:array',
    known: 'read',
  },
  {
    name: 'webhooks: list',
    ask: () => ({ method: 'GET', path: '/webhooks', version: BOOKINGS }),
    status: 200,
    shape: 'data:array',
    known: 'run',
  },
  {
    name: 'account: the default hours',
    ask: () => ({ method: 'GET', path: '/schedules/default', version: '2024-06-11' }),
    status: 200,
    shape: 'data:object',
    known: 'run',
  },
  {
    name: 'account: event types of an unknown user',
    ask: () => ({ method: 'GET', path: '/event-types?username=askpro-diff-unknown', version: '2024-06-14' }),
    status: 200,
    shape: 'data:array',
    known: 'run',
  },
  {
    name: 'account: an event type is changed to nonsense',
    ask: (scene) => ({
      method: 'PATCH',
      path: `/event-types/${scene.type('plain')}`,
      version: '2024-06-14',
      body: { lengthInMinutes: 'long' },
    }),
    status: 400,
    shape: 'E3',
    text: 'lengthInMinutes',
    known: 'run',
  },
  {
    name: 'webhooks: of the account',
    ask: hook(() => '/webhooks', { ...HOOK, subscriberUrl: subscriber('account') }),
    status: 201,
    shape: 'data:object',
    known: 'run',
  },
  {
    name: "webhooks: the account's same address again",
    ask: hook(() => '/webhooks', { ...HOOK, subscriberUrl: subscriber('account') }),
    status: 409,
    shape: 'E1',
    known: 'run',
  },
  {
    name: 'webhooks: an unknown one',
    ask: () => ({ method: 'GET', path: '/webhooks/00000000-0000-4000-8000-000000000000', version: BOOKINGS }),
    status: 404,
    shape: 'E1',
    known: 'run',
  },
  {
    name: 'webhooks: of the event type',
    ask: hook((scene) => `/event-types/${scene.type('plain')}/webhooks`, { ...HOOK, subscriberUrl: subscriber('one') }),
    status: 201,
    shape: 'data:object',
    known: 'run',
  },
  {
    name: 'webhooks: the same address again',
    ask: hook((scene) => `/event-types/${scene.type('plain')}/webhooks`, { ...HOOK, subscriberUrl: subscriber('one') }),
    status: 409,
    shape: 'E1',
    known: 'run',
  },
  {
    name: 'webhooks: an unknown trigger',
    ask: hook((scene) => `/event-types/${scene.type('plain')}/webhooks`, {
      ...HOOK,
      triggers: ['BOOKING_CONFIRMED'],
      subscriberUrl: subscriber('two'),
    }),
    status: 400,
    shape: 'E3',
    text: 'triggers',
    known: 'run',
  },
  {
    name: 'webhooks: without an address',
    ask: hook((scene) => `/event-types/${scene.type('plain')}/webhooks`, HOOK),
    status: 400,
    shape: 'E3',
    text: 'subscriberUrl',
    known: 'run',
  },
  {
    name: "webhooks: of a team's event type",
    ask: hook((scene) => `/teams/${scene.stage.teamId ?? 0}/event-types/${scene.type('round')}/webhooks`, {
      ...HOOK,
      subscriberUrl: subscriber('team'),
    }),
    needs: ['round'],
    status: 201,
    shape: 'data:object',
    known: 'documented',
  },
];

const quota = (reply: Reply | undefined): string => {
  const names = Object.keys(reply?.headers ?? {}).filter((name) => name.startsWith('x-ratelimit-'));
  return ['limit', 'remaining', 'reset'].every((what) => names.some((name) => name.startsWith(`x-ratelimit-${what}-`)))
    ? 'limit, remaining, reset'
    : 'none';
};

export const LIMIT_ROWS: readonly Row[] = [
  {
    name: 'limits: headers of an answer',
    ask: () => ({ method: 'GET', path: '/me', version: BOOKINGS }),
    status: 200,
    shape: 'data:object',
    known: 'run',
    effect: { look: (_scene, [reply]) => quota(reply), is: 'limit, remaining, reset' },
  },
  {
    name: 'limits: request id',
    ask: () => ({ method: 'GET', path: '/me', version: BOOKINGS }),
    status: 200,
    shape: 'data:object',
    known: 'run',
    effect: { look: (_scene, [reply]) => (reply?.headers['x-request-id'] ? 'there' : 'none'), is: 'there' },
  },
  {
    name: 'limits: over the limit',
    ask: () => ({ method: 'GET', path: '/me', version: BOOKINGS }),
    times: 600,
    status: 200,
    shape: 'data:object',
    known: 'run',
    onlySandbox: true,
    effect: {
      look: (_scene, replies) => {
        const over = replies.find(({ status }) => status === 429);
        return over
          ? `${String(field(over.body, 'error.code'))}, retry-after ${over.headers['retry-after'] ?? 'none'}, remaining ${over.headers['x-ratelimit-remaining-default'] ?? ''}`
          : 'never refused';
      },
      is: 'ThrottlerException, retry-after none, remaining 0',
    },
  },
];
