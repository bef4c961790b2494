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
  known: 'run',
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

export const LIST_ROWS: readonly Row[] = [
  lists('own bookings', '', some),
  lists('by attendee', `&${mine}`, some),
  lists('by an unknown attendee', '&attendeeEmail=askpro-diff-unknown%40example.com', {
    look: (_scene, [reply]) =>
      `${count(reply)}, page ${String(field(reply?.body, 'pagination.currentPage'))}, next ${String(field(reply?.body, 'pagination.hasNextPage'))}`,
    is: '0, page 0, next false',
  }),
  lists('upcoming', '&status=upcoming', some),
  lists('several states', '&status=upcoming,unconfirmed', some),
  lists('past', '&status=past', none),
  lists('cancelled', '&status=cancelled', some),
  lists('recurring', '&status=recurring', none),
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
  lists('from a start on, its second page', `&sortStart=asc&afterStart=${PAST}&take=2&skip=2`, {
    look: (_scene, [reply]) =>
      `${count(reply)} ${isSorted(1)(reply)}, page ${String(field(reply?.body, 'pagination.currentPage'))}`,
    is: '2 in order, page 2',
  }),
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
