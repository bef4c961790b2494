import { book, BOOKINGS } from './rows-bookings';
import { field, type Row, type Scene } from './row';
import { type Ask, NO_BOOKING } from './target';

export const change =
  (name: string, action: string, body: (scene: Scene) => unknown, more: Partial<Ask> = {}) =>
  (scene: Scene): Ask => ({
    method: 'POST',
    path: `/bookings/${name === NO_BOOKING ? name : scene.uid(name)}/${action}`,
    version: BOOKINGS,
    body: body(scene),
    ...more,
  });

const made = (name: string, wish: Parameters<typeof book>[0], makes: string): Row => ({
  name: `change: ${name}`,
  ask: book(wish),
  status: 201,
  shape: wish.type === 'series' ? 'data:array' : 'data:object',
  known: 'run',
  makes,
  ...(wish.type !== undefined && { needs: [wish.type] }),
});

const moveTo = (start: number) => (scene: Scene) => ({ start: scene.start(start), reschedulingReason: 'comparison' });
const reason = (): unknown => ({ cancellationReason: 'comparison' });

export const refused = (
  name: string,
  ask: Row['ask'],
  shape: Row['shape'],
  text: string,
  known: Row['known'] = 'run',
  status = 400,
): Row => ({
  name: `change: ${name}`,
  ask,
  status,
  shape,
  text,
  known,
});

export const CHANGE_ROWS: readonly Row[] = [
  made('a booking to move', { start: 40 }, 'mover'),
  {
    name: 'change: read by uid',
    ask: (scene) => ({ method: 'GET', path: `/bookings/${scene.uid('mover')}`, version: BOOKINGS }),
    status: 200,
    shape: 'data:object',
    known: 'run',
  },
  {
    name: 'change: read without a key',
    ask: (scene) => ({ method: 'GET', path: `/bookings/${scene.uid('mover')}`, version: BOOKINGS, key: 'none' }),
    status: 200,
    shape: 'data:object',
    known: 'run',
  },
  {
    name: 'change: read under the newest version',
    ask: (scene) => ({ method: 'GET', path: `/bookings/${scene.uid('mover')}`, version: '2026-02-25' }),
    newVersion: true,
    status: 200,
    shape: 'data:object',
    known: 'documented',
  },
  {
    name: 'change: read an unknown uid',
    ask: () => ({ method: 'GET', path: `/bookings/${NO_BOOKING}`, version: BOOKINGS }),
    status: 404,
    shape: 'E1',
    text: 'was not found in the database',
    known: 'run',
  },
  {
    name: 'change: move',
    ask: change('mover', 'reschedule', moveTo(41)),
    status: 201,
    shape: 'data:object',
    known: 'run',
    makes: 'moved',
    effect: {
      look: async (scene, [reply]) => {
        const old = await scene.read(`/bookings/${scene.uid('mover')}`);
        const linked = field(old, 'rescheduledToUid') === field(reply?.body, 'data.uid');
        const free = await scene.offers('plain', scene.start(40));
        return `${String(field(old, 'status'))}, ${linked ? 'linked' : 'not linked'}, ${free ? 'old start free' : 'old start gone'}`;
      },
      is: 'cancelled, linked, old start free',
    },
  },
  refused(
    'move what was moved',
    change('mover', 'reschedule', moveTo(42)),
    'E1',
    'has been cancelled and rescheduled already to booking with uid=',
  ),
  refused('cancel what was moved', change('mover', 'cancel', reason), 'E1', 'has been cancelled already'),
  refused(
    'move to a taken start',
    change('moved', 'reschedule', moveTo(10)),
    'E1',
    'either already has booking at this time or is not available',
  ),
  refused(
    'move into the past',
    change('moved', 'reschedule', () => ({ start: '2020-01-06T10:00:00Z' })),
    'E1',
    'book a meeting in the past',
  ),
  refused(
    'move without a start',
    change('moved', 'reschedule', () => ({})),
    'E2',
    'start',
  ),
  refused(
    'move with an unknown key',
    change('moved', 'reschedule', (scene) => ({ ...moveTo(42)(scene), length: 5 })),
    'E2',
    'length',
  ),
  refused(
    'move an unknown uid',
    change(NO_BOOKING, 'reschedule', moveTo(42)),
    'E1',
    'was not found in the database',
    'run',
    404,
  ),
  {
    name: 'change: move into the own time',
    ask: change('moved', 'reschedule', (scene) => ({ start: scene.start(41, 15) })),
    status: 201,
    shape: 'data:object',
    known: 'run',
    makes: 'shifted',
  },
  {
    name: 'change: move without a key',
    ask: change('shifted', 'reschedule', moveTo(43), { key: 'none' }),
    status: 201,
    shape: 'data:object',
    known: 'run',
    makes: 'anonymous',
  },
  refused(
    'cancel without a reason',
    change('anonymous', 'cancel', () => ({})),
    'E4',
    'Cancellation reason is required',
  ),
  refused(
    'cancel with an unknown key',
    change('anonymous', 'cancel', () => ({ cancellationReason: 'x', why: 'y' })),
    'E2',
    'why',
  ),
  refused(
    'cancel a list',
    change('anonymous', 'cancel', () => []),
    'E2',
    'property is wrong',
  ),
  refused(
    'cancel an unknown uid',
    change(NO_BOOKING, 'cancel', reason),
    'E1',
    `Booking with uid=${NO_BOOKING} not found`,
    'run',
    404,
  ),
  {
    name: 'change: cancel',
    ask: change('anonymous', 'cancel', reason),
    status: 200,
    shape: 'data:object',
    known: 'run',
    effect: {
      look: async (scene, [reply]) => {
        const free = await scene.offers('plain', scene.start(43));
        const said = ['status', 'cancellationReason', 'cancelledByEmail'].map((key) =>
          String(field(reply?.body, `data.${key}`)),
        );
        return `${said.join('/')}, ${free ? 'free' : 'gone'}`;
      },
      is: 'cancelled/comparison/, free',
    },
  },
  refused('cancel again', change('anonymous', 'cancel', reason), 'E1', 'has been cancelled already'),
  refused(
    'move what is cancelled',
    change('anonymous', 'reschedule', moveTo(44)),
    'E1',
    'because it has been cancelled',
  ),
  made('a booking to cancel without a key', { start: 45 }, 'guest'),
  {
    name: 'change: cancel without a key needs no reason',
    ask: change('guest', 'cancel', () => ({}), { key: 'none' }),
    status: 200,
    shape: 'data:object',
    known: 'run',
  },
  made('a request to confirm', { type: 'request', start: 46 }, 'waiting'),
  {
    name: 'change: confirm without a key',
    ask: change('waiting', 'confirm', () => ({}), { key: 'none' }),
    status: 403,
    shape: 'E1',
    known: 'run',
    needs: ['request'],
  },
  {
    name: 'change: confirm',
    ask: change('waiting', 'confirm', () => ({})),
    status: 200,
    shape: 'data:object',
    known: 'run',
    needs: ['request'],
    effect: { look: (scene) => scene.status('waiting'), is: 'accepted' },
  },
  {
    name: 'change: confirm again',
    ask: change('waiting', 'confirm', () => ({})),
    status: 400,
    shape: 'E6',
    text: 'Booking already confirmed',
    known: 'run',
    needs: ['request'],
  },
  made('a request to decline', { type: 'request', start: 47 }, 'unwanted'),
  {
    name: 'change: decline',
    ask: change('unwanted', 'decline', () => ({ reason: 'comparison' })),
    status: 200,
    shape: 'data:object',
    known: 'run',
    needs: ['request'],
    effect: { look: (scene) => scene.status('unwanted'), is: 'rejected' },
  },
  made('a request to move', { type: 'request', start: 48 }, 'pending'),
  {
    name: "change: a request is accepted by its organizer's move",
    ask: change('pending', 'reschedule', moveTo(49)),
    status: 201,
    shape: 'data:object',
    known: 'run',
    needs: ['request'],
    makes: 'confirmed',
    effect: { look: (scene) => scene.status('confirmed'), is: 'accepted' },
  },
  made('a request that a guest moves', { type: 'request', start: 50 }, 'guestly'),
  {
    name: 'change: a request stays one when a guest moves it',
    ask: change('guestly', 'reschedule', moveTo(51), { key: 'none' }),
    status: 201,
    shape: 'data:object',
    known: 'run',
    needs: ['request'],
    makes: 'still',
    effect: { look: (scene) => scene.status('still'), is: 'pending' },
  },
  made('a request that its attendee moves', { type: 'request', start: 54 }, 'theirs'),
  {
    name: "change: a request is accepted by its organizer's key, even where its attendee is named as who moves it",
    ask: change('theirs', 'reschedule', (scene) => ({
      ...moveTo(55)(scene),
      rescheduledBy: 'askpro-diff@example.com',
    })),
    status: 201,
    shape: 'data:object',
    known: 'run',
    needs: ['request'],
    makes: 'theirs',
    effect: {
      look: async (scene) => {
        const booking = await scene.read(`/bookings/${scene.uid('theirs')}`);
        const isAttendee = field(booking, 'rescheduledByEmail') === field(booking, 'attendees.0.email');
        return `${String(field(booking, 'status'))}, by ${isAttendee ? 'the attendee' : 'another person'}`;
      },
      is: 'accepted, by the attendee',
    },
  },
  {
    name: 'change: its own time is offered to a booking that is moved',
    ask: (scene) => ({ method: 'GET', path: `/bookings/${scene.uid('theirs')}`, version: BOOKINGS }),
    status: 200,
    shape: 'data:object',
    known: 'run',
    needs: ['request'],
    effect: {
      look: async (scene) => {
        const uid = `&bookingUidToReschedule=${scene.uid('keyed')}`;
        const [alone, moving] = [
          await scene.offers('plain', scene.start(11)),
          await scene.offers('plain', scene.start(11), uid),
        ];
        return `${alone ? 'offered' : 'gone'}, ${moving ? 'offered' : 'gone'}`;
      },
      is: 'gone, offered',
    },
  },
  made('a booking that may not be changed', { type: 'fixed', start: 52 }, 'fixed'),
  {
    name: 'change: move where moving is switched off',
    ask: change('fixed', 'reschedule', moveTo(53)),
    status: 201,
    shape: 'data:object',
    known: 'run',
    needs: ['fixed'],
    makes: 'fixed',
  },
  {
    ...refused(
      'cancel where cancelling is switched off',
      change('fixed', 'cancel', reason),
      'E4',
      'does not allow cancellations',
    ),
    needs: ['fixed'],
  },
  made('a series to change', { type: 'series', start: -2 }, 'chain'),
  {
    name: 'change: read a series',
    ask: (scene) => ({ method: 'GET', path: `/bookings/${scene.uid('chain.series')}`, version: BOOKINGS }),
    status: 200,
    shape: 'data:array',
    known: 'run',
    needs: ['series'],
  },
  {
    name: 'change: move one of a series',
    ask: change('chain', 'reschedule', moveTo(-3)),
    status: 201,
    shape: 'data:object',
    known: 'run',
    needs: ['series'],
    makes: 'link',
    effect: {
      look: async (scene) => {
        const series = await scene.read(`/bookings/${scene.uid('chain.series')}`);
        return Array.isArray(series)
          ? series
              .map((one) => String(field(one, 'status')))
              .sort()
              .join(',')
          : 'no series';
      },
      is: 'accepted,accepted,accepted,cancelled',
    },
  },
  {
    name: 'change: cancel the rest of a series',
    ask: change('link', 'cancel', () => ({ cancellationReason: 'comparison', cancelSubsequentBookings: true })),
    status: 200,
    shape: 'data:array',
    known: 'run',
    needs: ['series'],
  },
  made('a round robin to move', { type: 'round', start: 56 }, 'turn'),
  {
    name: 'change: move a round robin',
    ask: change('turn', 'reschedule', moveTo(57)),
    status: 201,
    shape: 'data:object',
    known: 'run',
    needs: ['round'],
    makes: 'turned',
  },
];
