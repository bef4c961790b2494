import { BOOKINGS } from './rows-bookings';
import { field, type Row, type Scene } from './row';
import { type Ask, type Reply } from './target';

const list =
  (query: (scene: Scene) => string, more: Partial<Ask> = {}) =>
  (scene: Scene): Ask => ({ method: 'GET', path: `/bookings?${query(scene)}`, version: BOOKINGS, ...more });

/** Lists are only asked for what the suite made: bookings of its own event types. */
const own = (scene: Scene): string => `eventTypeIds=${scene.type('plain')}`;
const mine = 'attendeeEmail=askpro-diff%40example.com';

const count = (reply: Reply | undefined): number => {
  const data = field(reply?.body, 'data');
  return Array.isArray(data) ? data.length : -1;
};

const counts = (label: (reply: Reply | undefined) => string, is: string): Row['effect'] => ({
  look: (_scene, [reply]) => label(reply),
  is,
});

const some = counts((reply) => (count(reply) > 0 ? 'some' : 'none'), 'some');
const none = counts((reply) => (count(reply) > 0 ? 'some' : 'none'), 'none');

const lists = (name: string, query: string, effect?: Row['effect'], known: Row['known'] = 'run'): Row => ({
  name: `list: ${name}`,
  ask: list((scene) => `${own(scene)}${query}`),
  status: 200,
  shape: 'data:array',
  known,
  ...(effect && { effect }),
});

const refused = (name: string, query: string, text: string): Row => ({
  name: `list: ${name}`,
  ask: list((scene) => `${own(scene)}${query}`),
  status: 400,
  shape: 'E3',
  text,
  known: 'read',
});

const FUTURE = '2099-01-01T00:00:00Z';
const PAST = '2000-01-01T00:00:00Z';

const countedBefore = (filter: string, at: string): Row =>
  lists(`${filter} does not reach the totals`, `&take=2&${filter}=${at}`, {
    look: (_scene, [reply]) =>
      `${count(reply)} of ${Number(field(reply?.body, 'pagination.totalItems')) > 2 ? 'many' : 'few'}, next page ${String(field(reply?.body, 'pagination.hasNextPage'))}`,
    is: '0 of many, next page true',
  });

const startsOf = (reply: Reply | undefined): string[] => {
  const data = field(reply?.body, 'data');
  return Array.isArray(data) ? data.map((one) => String(field(one, 'start'))) : [];
};
const isSorted =
  (direction: 1 | -1) =>
  (reply: Reply | undefined): string => {
    const starts = startsOf(reply);
    const sorted = [...starts].sort((a, b) => direction * a.localeCompare(b));
    return JSON.stringify(starts) === JSON.stringify(sorted) ? 'in order' : 'mixed';
  };

/** Off and without a reachable address: nothing of the account is sent anywhere. */
const HOOK = { active: false, triggers: ['BOOKING_CREATED', 'BOOKING_CANCELLED'], secret: 'askpro-diff' };
const hook =
  (path: (scene: Scene) => string, body: unknown) =>
  (scene: Scene): Ask => ({ method: 'POST', path: path(scene), version: BOOKINGS, body });
const subscriber = (name: string): string => `https://askpro-diff.invalid/${name}`;

export const LIST_ROWS: readonly Row[] = [
  lists('own bookings', '', some),
  lists('by attendee', `&${mine}`, some),
  lists('by an unknown attendee', '&attendeeEmail=askpro-diff-nobody%40example.com', {
    look: (_scene, [reply]) =>
      `${count(reply)}, page ${String(field(reply?.body, 'pagination.currentPage'))}, next ${String(field(reply?.body, 'pagination.hasNextPage'))}`,
    is: '0, page 0, next false',
  }),
  lists('upcoming', '&status=upcoming', some),
  lists('several states', '&status=upcoming,unconfirmed', some),
  lists('past', '&status=past', none),
  lists('cancelled', '&status=cancelled', some),
  lists('recurring', '&status=recurring', none, 'read'),
  lists('after a start', `&afterStart=${FUTURE}`, none),
  lists('before an end', `&beforeEnd=${PAST}`, none),
  lists('changed lately', `&afterUpdatedAt=${PAST}`, some),
  countedBefore('afterUpdatedAt', FUTURE),
  countedBefore('beforeUpdatedAt', PAST),
  countedBefore('afterCreatedAt', FUTURE),
  countedBefore('beforeCreatedAt', PAST),
  lists('sorted by start, ascending', '&sortStart=asc', counts(isSorted(1), 'in order')),
  lists('sorted by start, descending', '&sortStart=desc', counts(isSorted(-1), 'in order')),
  lists('sorted by change', '&sortUpdatedAt=asc', some),
  lists('first page of two', '&take=2', {
    look: (_scene, [reply]) =>
      `${count(reply)} of ${String(field(reply?.body, 'pagination.itemsPerPage'))}, page ${String(field(reply?.body, 'pagination.currentPage'))}`,
    is: '2 of 2, page 1',
  }),
  lists('second page of two', '&take=2&skip=2', {
    look: (_scene, [reply]) =>
      `${count(reply)}, page ${String(field(reply?.body, 'pagination.currentPage'))}, before ${String(field(reply?.body, 'pagination.hasPreviousPage'))}`,
    is: '2, page 2, before true',
  }),
  lists('behind the end', '&take=2&skip=10000', none),
  lists('an unknown key', '&whatever=1', some),
  refused('a page that is too large', '&take=251', 'take'),
  refused('a page of nothing', '&take=0', 'take'),
  refused('an unknown state', '&status=open', 'status'),
  refused('a time that is none', '&afterUpdatedAt=monday', 'afterUpdatedAt'),
  refused('an unknown direction', '&sortStart=up', 'sortStart'),
  { name: 'list: without a key', ask: list(own, { key: 'none' }), status: 403, shape: 'E1', known: 'run' },
  {
    name: 'list: with an unknown key',
    ask: list(own, { key: 'unknown' }),
    status: 401,
    shape: 'E1',
    text: 'Invalid API Key',
    known: 'run',
  },
  {
    name: 'list: with what is no key',
    ask: list(own, { key: 'foreign' }),
    status: 403,
    shape: 'E1',
    text: 'no oAuth client found for access token',
    known: 'run',
  },
  {
    name: 'list: under the newest version',
    ask: list((scene) => `${own(scene)}&take=2`, { version: '2026-02-25' }),
    newVersion: true,
    status: 200,
    shape: 'data:array',
    known: 'documented',
  },
  {
    name: 'list: by cursor',
    ask: list((scene) => `${own(scene)}&limit=2`, { version: '2026-05-01' }),
    newVersion: true,
    status: 200,
    shape: 'data:array',
    known: 'documented',
    effect: {
      look: (_scene, [reply]) => `${count(reply)}, ${typeof field(reply?.body, 'pagination.nextCursor')}`,
      is: '2, string',
    },
  },
];

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
    known: 'read',
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
    known: 'documented',
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
    known: 'documented',
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
    known: 'read',
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
    known: 'documented',
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
    needs: ['round'],
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
    name: 'webhooks: of the event type',
    ask: hook((scene) => `/event-types/${scene.type('plain')}/webhooks`, { ...HOOK, subscriberUrl: subscriber('one') }),
    status: 201,
    shape: 'data:object',
    known: 'documented',
  },
  {
    name: 'webhooks: the same address again',
    ask: hook((scene) => `/event-types/${scene.type('plain')}/webhooks`, { ...HOOK, subscriberUrl: subscriber('one') }),
    status: 409,
    shape: 'E1',
    known: 'read',
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
    known: 'documented',
  },
  {
    name: 'webhooks: without an address',
    ask: hook((scene) => `/event-types/${scene.type('plain')}/webhooks`, HOOK),
    status: 400,
    shape: 'E3',
    text: 'subscriberUrl',
    known: 'documented',
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
    effect: counts(quota, 'limit, remaining, reset'),
  },
  {
    name: 'limits: request id',
    ask: () => ({ method: 'GET', path: '/me', version: BOOKINGS }),
    status: 200,
    shape: 'data:object',
    known: 'run',
    effect: counts((reply) => (reply?.headers['x-request-id'] ? 'there' : 'none'), 'there'),
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
