import { field, type Row, type Scene } from './row';
import { type TypeName } from './stage';
import { type Ask } from './target';

export const BOOKINGS = '2024-08-13';

export interface Wish {
  type?: TypeName;
  start?: number;
  /** Instead of `start`. */
  at?: (scene: Scene) => string;
  attendee?: Record<string, unknown>;
  more?: Record<string, unknown>;
  version?: string | undefined;
  key?: Ask['key'];
}

export const ATTENDEE = {
  name: 'Erika Muster',
  email: 'askpro-diff@example.com',
  timeZone: 'Europe/Berlin',
  language: 'de',
};

/** A booking of an event type at one of the stage's starts. Undefined in `more` takes a key away. */
export const book =
  ({ type = 'plain', start = 0, at, attendee = {}, more = {}, version = BOOKINGS, key }: Wish) =>
  (scene: Scene): Ask => ({
    method: 'POST',
    path: '/bookings',
    version,
    ...(key !== undefined && { key }),
    body: {
      start: at?.(scene) ?? scene.start(start),
      eventTypeId: scene.type(type),
      attendee: { ...ATTENDEE, ...attendee },
      ...more,
    },
  });

export const refusedBooking = (
  name: string,
  wish: Wish,
  shape: Row['shape'],
  text: string,
  known: Row['known'] = 'run',
  status = 400,
): Row => ({
  name: `book: ${name}`,
  ask: book({ start: 6, ...wish }),
  status,
  shape,
  text,
  known,
  ...(wish.type !== undefined && { needs: [wish.type] }),
});

const accepted = (name: string, wish: Wish, known: Row['known'] = 'run', more: Partial<Row> = {}): Row => ({
  name: `book: ${name}`,
  ask: book(wish),
  status: 201,
  shape: 'data:object',
  known,
  ...(wish.type !== undefined && { needs: [wish.type] }),
  ...more,
});

const hostOf = (index: number): Row['effect'] => ({
  look: (scene, [reply]) => {
    const id = field(reply?.body, 'data.hosts.0.id');
    return id === scene.stage.me.id
      ? 'the owner'
      : id === scene.stage.colleagues[0]?.id
        ? 'the colleague'
        : 'another person';
  },
  is: index === 0 ? 'the owner' : 'the colleague',
});

const dataField = (path: string, is: string): Row['effect'] => ({
  look: (_scene, [reply]) => JSON.stringify(field(reply?.body, `data.${path}`) ?? null),
  is,
});

export const BOOKING_ROWS: readonly Row[] = [
  accepted('a free start', { start: 10 }, 'run', {
    makes: 'first',
    effect: {
      look: async (scene) => ((await scene.offers('plain', scene.start(10))) ? 'offered' : 'gone'),
      is: 'gone',
    },
  }),
  accepted('empty fields of a new booking', { start: 11, more: { metadata: { gateway_key: 'diff' } } }, 'run', {
    makes: 'keyed',
    effect: {
      look: (_scene, [reply]) =>
        JSON.stringify(
          ['cancellationReason', 'cancelledByEmail', 'rescheduledByEmail', 'status'].map((key) =>
            field(reply?.body, `data.${key}`),
          ),
        ),
      is: '["","",null,"accepted"]',
    },
  }),
  accepted('keeps its metadata', { start: 12, more: { metadata: { gateway_key: 'diff', n: '1' } } }, 'run', {
    effect: dataField('metadata.gateway_key', '"diff"'),
  }),
  accepted('metadata that is null', { start: 13, more: { metadata: null } }),
  accepted('a phone number too short', { start: 14, attendee: { phoneNumber: '+4912' } }),
  accepted('a phone number without its country', { start: 15, attendee: { phoneNumber: '015112345678' } }),
  accepted('without a key', { start: 16, key: 'none' }),
  accepted('off the grid', { at: (scene) => scene.start(17, 7) }),
  accepted('a length of several', { type: 'multi', start: 18, more: { lengthInMinutes: 90 } }, 'run', {
    effect: dataField('duration', '90'),
  }),
  accepted('guests are attendees too', { start: 19, more: { guests: ['askpro-diff-guest@example.com'] } }, 'run', {
    effect: {
      look: (_scene, [reply]) => String((field(reply?.body, 'data.attendees') as unknown[] | undefined)?.length),
      is: '2',
    },
  }),
  accepted('a recurrence count of an ordinary type', { start: 20, more: { recurrenceCount: 3 } }),
  accepted('the place the type has', { start: 21, more: { location: { type: 'address' } } }),
  accepted('what has to be confirmed', { type: 'request', start: 22 }, 'run', {
    makes: 'asked',
    effect: dataField('status', '"pending"'),
  }),
  accepted('the same request again', { type: 'request', start: 22, attendee: { name: 'Else Anders' } }, 'run', {
    effect: {
      look: (scene, [reply]) =>
        field(reply?.body, 'data.uid') === scene.uid('asked') ? 'the standing one' : 'another',
      is: 'the standing one',
    },
  }),
  accepted('a start that a request waits for', { start: 22, attendee: { email: 'askpro-diff-2@example.com' } }),
  accepted('a request that blocks', { type: 'blocking', start: 23 }, 'run', { makes: 'blocking' }),
  refusedBooking(
    'a start that a blocking request holds',
    { type: 'blocking', start: 23, attendee: { email: 'askpro-diff-2@example.com' } },
    'E1',
    'User either already has booking',
  ),
  accepted('another type at that start', { start: 23, attendee: { email: 'askpro-diff-3@example.com' } }),
  {
    name: 'book: a recurring type answers all its bookings',
    ask: book({ type: 'series', start: -1 }),
    needs: ['series'],
    status: 201,
    shape: 'data:array',
    known: 'run',
    makes: 'series',
    effect: {
      look: (_scene, [reply]) => String((field(reply?.body, 'data') as unknown[] | undefined)?.length),
      is: '3',
    },
  },
  refusedBooking(
    'more often than the type recurs',
    { type: 'series', start: -3, more: { recurrenceCount: 9 } },
    'E1',
    'recurrence count is higher',
  ),
  refusedBooking(
    'a start that is taken',
    { start: 10, attendee: { email: 'askpro-diff-2@example.com' } },
    'E1',
    'User either already has booking at this time or is not available',
  ),
  refusedBooking('the own start again', { start: 10 }, 'E1', 'User either already has booking'),
  refusedBooking(
    'at night',
    { at: (scene) => `${scene.start(6).slice(0, 10)}T01:00:00Z` },
    'E1',
    'User either already has booking',
  ),
  refusedBooking('in the past', { more: { start: '2020-01-06T10:00:00Z' } }, 'E1', 'book a meeting in the past'),
  refusedBooking('inside the notice', { type: 'noticed' }, 'E1', `can't be booked at the "start" time provided`),
  accepted('a week with a cap', { type: 'capped', start: 26 }),
  refusedBooking(
    'over the cap',
    { type: 'capped', at: (scene) => scene.start(26, 60) },
    'E4',
    'booking_limit_reached',
    'run',
    401,
  ),
  refusedBooking(
    'an unknown event type',
    { more: { eventTypeId: 999_999_999 } },
    'E1',
    'Event type with id 999999999 not found.',
    'run',
    404,
  ),
  refusedBooking(
    'an unknown slug',
    { more: { eventTypeId: undefined, eventTypeSlug: 'none', username: 'askpro-diff-unknown' } },
    'E1',
    'not found',
    'run',
    404,
  ),
  refusedBooking('with an unknown key', { key: 'unknown' }, 'E1', 'Invalid API Key', 'run', 401),
  refusedBooking('with what is no key', { key: 'foreign' }, 'E1', 'Invalid Access Token.', 'run', 401),
  refusedBooking(
    'a length of a type with one',
    { more: { lengthInMinutes: 60 } },
    'E1',
    "Can't specify 'lengthInMinutes'",
  ),
  refusedBooking(
    'a length that is not offered',
    { type: 'multi', more: { lengthInMinutes: 75 } },
    'E1',
    "'lengthInMinutes' is not one of the possible lengths",
  ),
  refusedBooking(
    'a place the type does not have',
    { more: { location: { type: 'phone' } } },
    'E1',
    'Booking location with type phone not valid',
  ),
  refusedBooking('an empty name', { attendee: { name: '' } }, 'E7', 'responses - {name}error_required_field, '),
  refusedBooking(
    'an address that is none',
    { attendee: { email: 'nope' } },
    'E7',
    'responses - {email}email_validation_error, ',
  ),
  refusedBooking(
    'notes that are too long',
    { more: { bookingFieldsResponses: { notes: 'n'.repeat(1_001) } } },
    'E7',
    'responses - {notes}max_characters_allowed, ',
  ),
  refusedBooking(
    'a phone where an e-mail is required',
    { attendee: { email: undefined, phoneNumber: '+4930901820' } },
    'E7',
    'error_required_field',
  ),
  refusedBooking('neither e-mail nor phone', { attendee: { email: undefined } }, 'E2', 'at least one contact method'),
  refusedBooking(
    'without an answer to a required question',
    { type: 'question' },
    'E1',
    'Missing required booking field response: hair',
  ),
  refusedBooking(
    'an answer of the wrong kind',
    { type: 'question', more: { bookingFieldsResponses: { hair: 5 } } },
    'E1',
    "Invalid type for booking field 'hair'",
  ),
  accepted('with the answer', { type: 'question', start: 27, more: { bookingFieldsResponses: { hair: 'long' } } }),
  {
    name: 'book: a race for one start',
    ask: book({ start: 28 }),
    times: 3,
    status: 201,
    others: [400, 400],
    shape: 'data:object',
    known: 'run',
    effect: {
      look: (_scene, replies) =>
        String(
          replies
            .slice(1)
            .every(
              ({ body }) =>
                field(body, 'message') === 'An error occurred while querying the database.' ||
                String(field(body, 'error.message')).includes('already has booking'),
            ),
        ),
      is: 'true',
    },
  },
  {
    name: 'book: the loser of a race gets what the database says',
    ask: book({ start: 29, attendee: { email: 'askpro-diff-2@example.com' } }),
    times: 2,
    status: 201,
    others: [400],
    shape: 'data:object',
    known: 'run',
    onlySandbox: true,
    effect: {
      look: (_scene, replies) => String(field(replies[1]?.body, 'message')),
      is: 'An error occurred while querying the database.',
    },
  },
  accepted('a round robin', { type: 'round', start: 30 }, 'run', { makes: 'round', effect: hostOf(0) }),
  accepted('a round robin by the same person', { type: 'round', start: 30, attendee: { name: 'Else Anders' } }, 'run', {
    effect: {
      look: (scene, [reply]) =>
        field(reply?.body, 'data.uid') === scene.uid('round') ? 'the standing one' : 'another',
      is: 'the standing one',
    },
  }),
  accepted(
    'a wish for a host that the type ignores',
    { type: 'round', start: 31, more: { rrHostSubsetIds: [-1] } },
    'run',
    {
      ask: (scene) => book({ type: 'round', start: 31, more: { rrHostSubsetIds: [scene.stage.me.id] } })(scene),
      effect: hostOf(1),
    },
  ),
  accepted('a wish for a host', { type: 'subset', start: 32 }, 'run', {
    ask: (scene) =>
      book({ type: 'subset', start: 32, more: { rrHostSubsetIds: [scene.stage.colleagues[0]?.id ?? 0] } })(scene),
    effect: hostOf(1),
  }),
  accepted('a wish for an unknown host', { type: 'subset', start: 33, more: { rrHostSubsetIds: [999_999_999] } }),
  accepted('a collective', { type: 'together', start: 34 }, 'run', {
    effect: {
      look: (_scene, [reply]) => String((field(reply?.body, 'data.hosts') as unknown[] | undefined)?.length),
      is: '1',
    },
  }),
  refusedBooking(
    'a collective that is busy',
    { type: 'together', start: 34, attendee: { email: 'askpro-diff-2@example.com' } },
    'E5',
    'Internal server error',
    'run',
    500,
  ),
];
