import {
  UpstreamMalformed,
  UpstreamRejected,
  type UpstreamReason,
  UpstreamThrottled,
  UpstreamUnauthorised,
  UpstreamUnavailable,
  isUpstreamFault,
} from '../../src/errors';
import { answerHeaders } from '../../src/calcom/answer-headers';
import { type RefusedAnswer, refusalOf } from '../../src/calcom/refusal';

const NOW_MS = Date.parse('2026-11-24T08:00:00Z');

function refused(
  status: number,
  body: unknown,
  method: RefusedAnswer['method'] = 'POST',
  headers: Record<string, string> = {},
): unknown {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return refusalOf({ method, status, text, headers: answerHeaders(headers) }, NOW_MS);
}

const nest = (status: number, message: string, code = 'BadRequestException'): unknown => ({
  status: 'error',
  timestamp: '2026-11-24T08:00:00.000Z',
  path: '/v2/bookings',
  error: { code, message, details: { message, error: 'Bad Request', statusCode: status } },
});
const engine = (statusCode: number, message: string): unknown => ({ statusCode, message });
const trpc = (message: string): unknown => ({
  status: 'error',
  timestamp: 'x',
  path: '/v2',
  error: { code: 'TRPCError', message },
});
const html = '<!DOCTYPE html><html><head><title>Attention required</title></head></html>';

const MEANINGS: [UpstreamReason, number, unknown][] = [
  ['slot_not_available', 400, nest(400, 'User either already has booking at this time or is not available')],
  [
    'slot_not_available',
    400,
    nest(400, 'One of the hosts either already has booking at this time or is not available'),
  ],
  ['slot_not_available', 409, engine(409, 'fixed_hosts_unavailable_for_booking')],
  [
    'start_out_of_bounds',
    400,
    nest(
      400,
      `The event type can't be booked at the "start" time provided. This could be because of minimum booking notice`,
    ),
  ],
  ['start_in_past', 400, nest(400, 'Attempting to book a meeting in the past.')],
  ['attendee_limit', 400, nest(400, 'Attendee with this email has reached the maximum number of active bookings.')],
  ['booking_limit', 401, engine(401, 'booking_limit_reached')],
  ['booking_limit', 401, engine(401, 'duration_limit_reached')],
  ['event_type_forbidden', 401, engine(401, 'User not a host')],
  ['booking_conflict', 409, engine(409, 'booking_conflict_error')],
  ['booking_conflict', 409, { status: 'error', error: { code: 'P2002', message: 'Unique constraint failed' } }],
  ['booking_conflict', 409, engine(409, 'something new')],
  ['host_choice_unknown', 400, nest(400, 'property rrHostSubsetIds should not exist')],
  [
    'seated_event_type',
    400,
    nest(400, 'Booking with uid=abc is a seated booking which means you have to provide seatUid in the request body'),
  ],
  ['seats_full', 409, nest(409, 'No more seats left at this seated booking.', 'ConflictException')],
  ['seats_full', 422, nest(422, 'Booking has no more seats left')],
  ['already_cancelled', 400, nest(400, "Can't cancel booking with uid=abc because it is already cancelled")],
  [
    'already_cancelled',
    400,
    nest(
      400,
      "Can't reschedule booking with uid=abc because it has been cancelled. Please provide uid of an upcoming booking",
    ),
  ],
  [
    'already_rescheduled',
    400,
    nest(400, "Can't reschedule booking with uid=abc because it was already rescheduled to uid=def"),
  ],
  ['already_ended', 400, engine(400, 'Cannot cancel a booking that has already ended')],
  ['not_started', 400, engine(400, 'Bookings can only be marked as absent after their scheduled start time.')],
  ['cancelling_disabled', 400, engine(400, 'This event type does not allow cancellations')],
  ['cancelling_disabled', 400, engine(400, 'Cancelling is disabled for this event type')],
  [
    'reschedule_notice',
    403,
    engine(403, 'Rescheduling is not allowed within the minimum notice period before the event'),
  ],
  ['blocked_attendee', 403, nest(403, 'This email address is blocked', 'ForbiddenException')],
  ['event_type_forbidden', 403, nest(403, 'You are not allowed to book event type with id 3', 'ForbiddenException')],
  ['reservation_conflict', 422, nest(422, 'This slot is already reserved by another user.')],
  ['reservation_conflict', 422, nest(422, "Can't reserve a slot if the event is already booked.")],
  [
    'invalid_phone',
    400,
    { status: 'error', error: { code: 'BAD_REQUEST', message: 'responses - {attendeePhoneNumber}invalid_number, ' } },
  ],
  [
    'invalid_phone',
    400,
    nest(400, 'attendee property is wrong, phoneNumber property is wrong,phoneNumber must be valid '),
  ],
  ['invalid_email', 400, nest(400, 'Attendee email domain x.invalid cannot receive emails')],
  ['missing_field', 400, nest(400, 'Missing required booking field response: title')],
  [
    'missing_attendee_field',
    400,
    { status: 'error', error: { code: 'BAD_REQUEST', message: 'email - error_required_field, ' } },
  ],
  ['missing_attendee_field', 400, nest(400, 'Missing attendee phone number')],
  ['missing_attendee_field', 400, nest(400, 'Both Phone and Email are missing')],
  ['validation', 400, nest(400, 'start property is wrong,start must be a valid ISO 8601 date string ')],
  ['validation', 400, nest(400, 'property extra should not exist')],
  ['validation', 400, engine(400, 'Invalid event length')],
  ['validation', 400, nest(400, 'Invalid time range given - check the start and end')],
  ['other', 400, trpc('Booking already confirmed')],
  ['event_type_gone', 404, nest(404, 'Event type with id 4 not found.', 'NotFoundException')],
  ['not_found', 404, nest(404, 'Booking with uid=abc was not found in the database', 'NotFoundException')],
  ['event_type_gone', 404, nest(404, 'Event Type not found', 'NotFoundException')],
  ['not_found', 404, nest(404, 'Booking with uid=abc not found', 'NotFoundException')],
  ['already_cancelled', 400, nest(400, 'Booking with uid=abc has been cancelled already')],
  [
    'already_rescheduled',
    400,
    nest(400, 'Booking with uid=abc has been cancelled and rescheduled already to booking with uid=def'),
  ],
  ['booking_conflict', 400, engine(400, 'An error occurred while querying the database.')],
  ['location_not_valid', 400, nest(400, 'Booking location with type phone not valid')],
  ['invalid_email', 400, trpc('responses - {email}email_validation_error, ')],
  ['missing_attendee_field', 400, trpc('responses - {name}error_required_field, ')],
  ['missing_field', 400, trpc('responses - {allergies}error_required_field, ')],
  ['text_too_long', 400, trpc('responses - {notes}max_characters_allowed, ')],
  ['rescheduling_disabled', 400, engine(400, 'Rescheduling is disabled for this event type')],
  ['unknown_version', 404, nest(404, 'Cannot GET /v2/slots?eventTypeId=1', 'NotFoundException')],
];

test.each(MEANINGS)('means %s: %s %j', (reason, status, body) => {
  const error = refused(status, body);
  expect(error).toBeInstanceOf(UpstreamRejected);
  expect(error).toMatchObject({ reason, upstreamStatus: status });
});

test.each([
  [401, nest(401, 'Invalid API Key', 'UnauthorizedException')],
  [401, nest(401, 'Your api key is expired')],
  [401, nest(401, 'No authentication method provided')],
  [401, ''],
])('%s %j is about the key', (status, body) => {
  expect(refused(status, body)).toBeInstanceOf(UpstreamUnauthorised);
});

test('a forbidden read is about the key; a forbidden write is about what was asked', () => {
  const body = nest(403, 'insufficient scope', 'ForbiddenException');
  expect(refused(403, body, 'GET')).toBeInstanceOf(UpstreamUnauthorised);
  expect(refused(403, body, 'POST')).toBeInstanceOf(UpstreamRejected);
});

test.each([
  [500, engine(500, 'Internal server error')],
  [500, trpc('INTERNAL_SERVER_ERROR')],
  [502, html],
  [503, ''],
  [522, html],
  [403, html],
  [404, html],
  [400, 'error code: 1010'],
  [408, engine(408, 'Request Timeout')],
])('%s %j is trouble on the other side', (status, body) => {
  const error = refused(status, body);
  expect(error).toBeInstanceOf(UpstreamUnavailable);
  expect(error).toMatchObject({ upstreamStatus: status, neverSent: false });
});

test('a redirect is nothing that Cal.com would answer', () => {
  expect(refused(301, '')).toBeInstanceOf(UpstreamMalformed);
});

test.each([
  [{ 'x-ratelimit-reset-default': '17' }, 17_000],
  [{ 'X-RateLimit-Reset-Default': '40', 'X-RateLimit-Reset-Burst': '9' }, 9000],
  [{ 'retry-after': '3', 'x-ratelimit-reset-default': '17' }, 3000],
  [{ 'retry-after': 'Tue, 24 Nov 2026 08:00:05 GMT' }, 5000],
  [{ 'retry-after': 'soon' }, 60_000],
  [{}, 60_000],
])('a 429 with %j means waiting %s ms', (headers, waitMs) => {
  const error = refused(429, html, 'GET', headers as Record<string, string>);
  expect(error).toBeInstanceOf(UpstreamThrottled);
  expect(error).toMatchObject({ retryAfterMs: waitMs });
});

test('what the validation pipe hides in its list comes to light', () => {
  const errors = [
    { property: 'take', constraints: { max: 'take must not be greater than 250' }, children: [] },
    {
      property: 'outer',
      children: [{ property: 'inner', constraints: { isInt: 'inner must be an integer' }, children: [] }],
    },
  ];
  const error = refused(400, {
    status: 'error',
    error: { code: 'BadRequestException', message: 'Bad Request Exception', details: { errors } },
  });
  expect(error).toMatchObject({ reason: 'validation' });
  expect((error as UpstreamRejected).upstreamMessage).toContain('take must not be greater than 250');
  expect((error as UpstreamRejected).upstreamMessage).toContain('inner: inner must be an integer');
});

test("Cal.com's words are kept short and hold no address or number", () => {
  const words = `Booking for erika@example.com +49 151 23456789 failed. Cannot GET /v2/bookings?attendeeEmail=erika%40example.com ${'x'.repeat(900)}`;
  const error = refused(400, nest(400, words)) as UpstreamRejected;
  expect(error.upstreamMessage.length).toBeLessThanOrEqual(300);
  expect(error.upstreamMessage).not.toMatch(/erika|23456789/);
  expect(error.publicMessage).not.toContain('Booking');
});

test.each([400, 401, 403, 404, 408, 418, 429])('a proxy’s page with %s is no breakdown of Cal.com’s', (status) => {
  expect(isUpstreamFault(refused(status, html))).toBe(false);
});

test.each([500, 502, 503, 520])('a proxy’s page with %s is one', (status) => {
  expect(isUpstreamFault(refused(status, html))).toBe(true);
});
