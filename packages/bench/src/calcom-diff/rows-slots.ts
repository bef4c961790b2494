import { field, type Row, type Scene } from './row';
import { type Ask } from './target';

export const SLOTS = '2024-09-04';

const listing =
  (query: (scene: Scene) => string, more: Partial<Ask> = {}) =>
  (scene: Scene): Ask => ({ method: 'GET', path: `/slots?${query(scene)}`, version: SLOTS, ...more });

const plainDay = (scene: Scene): string => {
  const day = scene.start(0).slice(0, 10);
  return `eventTypeId=${scene.type('plain')}&start=${day}&end=${day}`;
};

const refused = (name: string, more: string, text: string, known: Row['known'] = 'run'): Row => ({
  name: `slots: ${name}`,
  ask: listing((scene) => `${plainDay(scene)}${more}`),
  status: 400,
  shape: 'E2',
  text,
  known,
});

const minutesBetween = (a: unknown, b: unknown): number => (Date.parse(String(b)) - Date.parse(String(a))) / 60_000;

/** The first two starts of a day, in minutes between them. */
const stepOf = (body: unknown): string => {
  const days: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'data') : {};
  const [first] = Object.values(typeof days === 'object' && days !== null ? days : {});
  const starts = Array.isArray(first) ? first.map((slot: unknown): unknown => field(slot, 'start')) : [];
  return starts.length < 2 ? 'no step' : `${minutesBetween(starts[0], starts[1])} min`;
};

export const SLOT_ROWS: readonly Row[] = [
  {
    name: 'slots: of a day',
    ask: listing(plainDay),
    status: 200,
    shape: 'data:object',
    known: 'run',
    effect: { look: (_scene, [reply]) => stepOf(reply?.body), is: '30 min' },
  },
  {
    name: 'slots: without a key',
    ask: listing(plainDay, { key: 'none' }),
    status: 200,
    shape: 'data:object',
    known: 'run',
  },
  {
    name: 'slots: with an unknown key',
    ask: listing(plainDay, { key: 'unknown' }),
    status: 401,
    shape: 'E1',
    text: 'Invalid API Key',
    known: 'run',
  },
  {
    name: 'slots: with what is no key',
    ask: listing(plainDay, { key: 'foreign' }),
    status: 200,
    shape: 'data:object',
    known: 'run',
  },
  {
    name: 'slots: in a zone',
    ask: listing((scene) => `${plainDay(scene)}&timeZone=America/New_York`),
    status: 200,
    shape: 'data:object',
    known: 'run',
  },
  {
    name: 'slots: as ranges',
    ask: listing((scene) => `${plainDay(scene)}&format=range`),
    status: 200,
    shape: 'data:object',
    known: 'run',
  },
  {
    name: 'slots: format in capitals',
    ask: listing((scene) => `${plainDay(scene)}&format=RANGE`),
    status: 200,
    shape: 'data:object',
    known: 'run',
  },
  {
    name: 'slots: a length the type does not have',
    ask: listing(
      (scene) => `${plainDay(scene).replace(String(scene.type('plain')), String(scene.type('multi')))}&duration=45`,
    ),
    needs: ['multi'],
    status: 200,
    shape: 'data:object',
    known: 'run',
    effect: { look: (_scene, [reply]) => stepOf(reply?.body), is: '45 min' },
  },
  {
    name: 'slots: a length with more behind the number',
    ask: listing((scene) => `${plainDay(scene)}&duration=30min`),
    status: 200,
    shape: 'data:object',
    known: 'run',
    effect: { look: (_scene, [reply]) => stepOf(reply?.body), is: '30 min' },
  },
  {
    name: 'slots: a length of nothing is the own one',
    ask: listing((scene) => `${plainDay(scene)}&duration=0`),
    status: 200,
    shape: 'data:object',
    known: 'run',
    effect: { look: (_scene, [reply]) => stepOf(reply?.body), is: '30 min' },
  },
  {
    name: 'slots: an event type that is no number',
    ask: listing((scene) => plainDay(scene).replace(/eventTypeId=\d+/, 'eventTypeId=x')),
    status: 400,
    shape: 'E2',
    text: 'eventTypeId must be a number',
    known: 'run',
  },
  {
    name: 'slots: offsetStart lengthens the step',
    ask: listing((scene) => plainDay(scene).replace(String(scene.type('plain')), String(scene.type('offset')))),
    needs: ['offset'],
    status: 200,
    shape: 'data:object',
    known: 'run',
    effect: { look: (_scene, [reply]) => stepOf(reply?.body), is: '40 min' },
  },
  {
    name: 'slots: a range that runs backwards',
    ask: listing(
      (scene) =>
        `eventTypeId=${scene.type('plain')}&start=${scene.start(5).slice(0, 10)}&end=${scene.start(0).slice(0, 10)}`,
    ),
    status: 200,
    shape: 'data:object',
    known: 'run',
    effect: { look: (_scene, [reply]) => JSON.stringify(Reflect.get(Object(reply?.body), 'data')), is: '{}' },
  },
  {
    name: 'slots: inside the minimum notice',
    ask: listing((scene) => plainDay(scene).replace(String(scene.type('plain')), String(scene.type('noticed')))),
    needs: ['noticed'],
    status: 200,
    shape: 'data:object',
    known: 'run',
    effect: { look: (_scene, [reply]) => JSON.stringify(Reflect.get(Object(reply?.body), 'data')), is: '{}' },
  },
  {
    name: 'slots: of an unknown event type',
    ask: listing((scene) => plainDay(scene).replace(String(scene.type('plain')), '999999999')),
    status: 404,
    shape: 'E1',
    text: 'Event Type not found',
    known: 'run',
  },
  {
    name: 'slots: of an unknown user',
    ask: listing(
      (scene) => `${plainDay(scene).replace(/eventTypeId=\d+/, 'eventTypeSlug=x&username=askpro-diff-unknown')}`,
    ),
    status: 404,
    shape: 'E1',
    text: 'not found',
    known: 'run',
  },
  {
    name: 'slots: of an unknown team',
    ask: listing(
      (scene) => `${plainDay(scene).replace(/eventTypeId=\d+/, 'eventTypeSlug=x&teamSlug=askpro-diff-none')}`,
    ),
    status: 404,
    shape: 'E1',
    text: 'not found',
    known: 'run',
  },
  refused('a zone that is none', '&timeZone=Berlin', 'timeZone'),
  refused('a length that is no number', '&duration=long', 'duration must be a number'),
  refused('an unknown format', '&format=list', 'format'),
  refused('an unknown key', '&teamId=1', 'teamId'),
  refused('keys of two selections', '&username=anna', 'username'),
  {
    name: 'slots: without an end',
    ask: listing((scene) => `eventTypeId=${scene.type('plain')}&start=2030-01-01`),
    status: 400,
    shape: 'E2',
    text: 'end',
    known: 'run',
  },
  {
    name: 'slots: a start that is no date',
    ask: listing((scene) => `eventTypeId=${scene.type('plain')}&start=01.02.2030&end=2030-01-02`),
    status: 400,
    shape: 'E2',
    text: 'start',
    known: 'run',
  },
  {
    name: 'slots: without a selection',
    ask: listing(() => 'start=2030-01-01&end=2030-01-02'),
    status: 400,
    shape: 'E2',
    text: 'usernames',
    known: 'run',
  },
  {
    name: 'slots: under a version without them',
    ask: listing(plainDay, { version: '2024-08-13' }),
    status: 404,
    shape: 'E1',
    text: 'Cannot GET /v2/slots',
    known: 'run',
  },
  {
    name: 'slots: without a version',
    ask: listing(plainDay, { version: undefined }),
    status: 404,
    shape: 'E1',
    text: 'Cannot GET /v2/slots',
    known: 'run',
  },
  ...(['2024-08-13', undefined] as const).map((version): Row => ({
    name: `slots: first generation under ${version ?? 'no version'}`,
    ask: (scene) => ({
      method: 'GET',
      path: `/slots/available?eventTypeId=${scene.type('plain')}&startTime=${scene.start(0, -60)}&endTime=${scene.start(0, 120)}`,
      ...(version !== undefined && { version }),
    }),
    status: 200,
    shape: 'data:object',
    known: 'run',
  })),
  {
    name: 'slots: first generation under the new version',
    ask: (scene) => ({
      method: 'GET',
      path: `/slots/available?eventTypeId=${scene.type('plain')}&startTime=2030-01-01T00:00:00Z&endTime=2030-01-02T00:00:00Z`,
      version: SLOTS,
    }),
    status: 404,
    shape: 'E1',
    text: 'Cannot GET /v2/slots/available',
    known: 'run',
  },
];
