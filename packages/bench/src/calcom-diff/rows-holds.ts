import { type Row, type Scene } from './row';
import { SLOTS } from './rows-slots';
import { type Ask } from './target';

const hold =
  (body: (scene: Scene) => Record<string, unknown>, more: Partial<Ask> = {}) =>
  (scene: Scene): Ask => ({ method: 'POST', path: '/slots/reservations', version: SLOTS, body: body(scene), ...more });

export const HOLD_ROWS: readonly Row[] = [
  {
    name: 'hold: a start',
    ask: hold((scene) => ({ eventTypeId: scene.type('plain'), slotStart: scene.start(1), reservationDuration: 5 })),
    status: 201,
    shape: 'data:object',
    known: 'run',
    makes: 'held',
    effect: {
      look: async (scene) => ((await scene.offers('plain', scene.start(1))) ? 'offered' : 'hidden'),
      is: 'hidden',
    },
  },
  {
    name: 'hold: the same start again',
    ask: hold((scene) => ({ eventTypeId: scene.type('plain'), slotStart: scene.start(1) })),
    status: 422,
    shape: 'E1',
    text: 'already reserved by another user',
    known: 'run',
  },
  {
    name: 'hold: read',
    ask: (scene) => ({ method: 'GET', path: `/slots/reservations/${scene.uid('held')}`, version: SLOTS }),
    status: 200,
    shape: 'data:object',
    known: 'run',
  },
  {
    name: 'hold: the own one again at its time',
    ask: (scene) => ({
      method: 'PATCH',
      path: `/slots/reservations/${scene.uid('held')}`,
      version: SLOTS,
      body: { eventTypeId: scene.type('plain'), slotStart: scene.start(1) },
    }),
    status: 422,
    shape: 'E1',
    text: 'already reserved by another user',
    known: 'run',
  },
  {
    name: 'hold: moved to another time',
    ask: (scene) => ({
      method: 'PATCH',
      path: `/slots/reservations/${scene.uid('held')}`,
      version: SLOTS,
      body: { eventTypeId: scene.type('plain'), slotStart: scene.start(2) },
    }),
    status: 200,
    shape: 'data:object',
    known: 'run',
    effect: {
      look: async (scene) => ((await scene.offers('plain', scene.start(1))) ? 'offered' : 'hidden'),
      is: 'offered',
    },
  },
  {
    name: 'hold: released',
    ask: (scene) => ({ method: 'DELETE', path: `/slots/reservations/${scene.uid('held')}`, version: SLOTS }),
    status: 200,
    shape: 'success',
    known: 'run',
    effect: {
      look: async (scene) => ((await scene.offers('plain', scene.start(1))) ? 'offered' : 'hidden'),
      is: 'offered',
    },
  },
  {
    name: 'hold: an unknown one is read',
    ask: () => ({ method: 'GET', path: '/slots/reservations/00000000-0000-4000-8000-000000000000', version: SLOTS }),
    status: 200,
    shape: 'data:null',
    known: 'run',
  },
  {
    name: 'hold: an unknown one is released',
    ask: () => ({ method: 'DELETE', path: '/slots/reservations/00000000-0000-4000-8000-000000000000', version: SLOTS }),
    status: 200,
    shape: 'success',
    known: 'run',
  },
  {
    name: 'hold: at night',
    ask: hold((scene) => ({ eventTypeId: scene.type('plain'), slotStart: `${scene.start(2).slice(0, 10)}T01:00:00Z` })),
    status: 201,
    shape: 'data:object',
    known: 'run',
  },
  {
    name: 'hold: how long without a key',
    ask: hold((scene) => ({ eventTypeId: scene.type('plain'), slotStart: scene.start(2), reservationDuration: 5 }), {
      key: 'none',
    }),
    status: 401,
    shape: 'E1',
    text: 'reservationDuration can only be used',
    known: 'run',
  },
  {
    name: 'hold: a length of a type with one',
    ask: hold((scene) => ({ eventTypeId: scene.type('plain'), slotStart: scene.start(2), slotDuration: 60 })),
    status: 400,
    shape: 'E1',
    text: "'slotDuration'",
    known: 'run',
  },
  {
    name: 'hold: an unknown event type',
    ask: hold((scene) => ({ eventTypeId: 999_999_999, slotStart: scene.start(2) })),
    status: 404,
    shape: 'E1',
    text: 'not found',
    known: 'run',
  },
  {
    name: 'hold: a start that is no date',
    ask: hold((scene) => ({ eventTypeId: scene.type('plain'), slotStart: 'soon' })),
    status: 400,
    shape: 'E3',
    text: 'slotStart',
    known: 'run',
  },
  {
    name: 'hold: without an event type',
    ask: hold((scene) => ({ slotStart: scene.start(2) })),
    status: 400,
    shape: 'E3',
    text: 'eventTypeId',
    known: 'run',
  },
  {
    name: 'hold: of a round robin, first',
    ask: hold((scene) => ({ eventTypeId: scene.type('round'), slotStart: scene.start(3) })),
    needs: ['round'],
    status: 201,
    shape: 'data:object',
    known: 'run',
  },
  {
    name: 'hold: of a round robin, as many as hosts',
    ask: hold((scene) => ({ eventTypeId: scene.type('round'), slotStart: scene.start(3) })),
    needs: ['round'],
    status: 201,
    shape: 'data:object',
    known: 'run',
  },
  {
    name: 'hold: of a round robin, one more',
    ask: hold((scene) => ({ eventTypeId: scene.type('round'), slotStart: scene.start(3) })),
    needs: ['round'],
    status: 422,
    shape: 'E1',
    text: 'no available hosts left',
    known: 'run',
  },
];
