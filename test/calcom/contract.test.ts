import Ajv, { type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { DEMO_API_KEY } from '../../packages/calcom-sandbox/src/world/demo-world';
import { startSandbox } from '../../packages/calcom-sandbox/src/start-sandbox';
import type { BookingRequest } from '../../src/services/calcom/calcom-ports';
import { FakeClock } from '../support/fake-clock';
import { type Captured, HAIRCUT, json, makeCall, makeClient, VERSIONS, wireBooking, WireServer } from './wire-server';

/** The official description lies beside the project on the machines that have it; it is not ours to copy. */
const OFFICIAL = resolve(__dirname, '../../../shared/contracts/calcom-openapi-v2.json');
const isPresent = existsSync(OFFICIAL);
/** Cal.com knows it in both places, but its description does not. */
const UNDESCRIBED = new Set(['rrHostSubsetIds']);

type Schema = Record<string, unknown> & {
  $ref?: string;
  allOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
};
interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema: Schema & { type?: string };
}
interface Operation {
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}
interface Description {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

const MONDAY = Date.parse('2027-06-07T06:00:00Z');
const FULL_BOOKING: BookingRequest = {
  ...HAIRCUT,
  attendee: { ...HAIRCUT.attendee, phone: '+4930901820' },
  responses: { notes: 'Bitte kurz' },
  metadata: { gateway_key: 'k1', call_id: 'call_1', note: 'x'.repeat(900) },
  hostIds: [501],
};
const FULL_FILTER = {
  status: ['upcoming' as const, 'unconfirmed' as const],
  attendeeEmail: 'erika+x@example.com',
  eventTypeIds: [1001],
  afterStartAt: new Date(MONDAY),
  beforeEndAt: new Date(MONDAY + 86_400_000),
  afterUpdatedAt: new Date(MONDAY),
  afterCreatedAt: new Date(MONDAY),
  take: 50,
  skip: 0,
};
const SLOTS = { eventTypeId: 1001, startDate: '2027-06-08', endDate: '2027-06-10', timeZone: 'Europe/Berlin' };
const HOOK = {
  subscriberUrl: 'https://gateway.example/api/calcom/webhook',
  triggers: ['BOOKING_CREATED', 'BOOKING_CANCELLED'],
  secret: 'shh',
};

/** Every request the client can send, each in its barest and its fullest form; `uid` is a booking's. */
async function sendEverything(
  client: ReturnType<typeof makeClient>,
  key: string,
  steps: { book: () => Promise<string> },
): Promise<number> {
  const call = makeCall.bind(null, key);
  const startAt = new Date('2027-06-10T08:00:00Z');
  await client.slots(SLOTS, call());
  await client.slots(
    { ...SLOTS, durationMinutes: 30, hostIds: [501], bookingUidToReschedule: await steps.book() },
    call(),
  );
  await client.createBooking({ ...HAIRCUT, startAt: new Date('2027-06-09T08:00:00Z'), metadata: {} }, call());
  await client.createBooking(FULL_BOOKING, call());
  await client.rescheduleBooking(await steps.book(), { startAt }, call());
  await client.rescheduleBooking(
    await steps.book(),
    { startAt: new Date(startAt.getTime() + 3_600_000), reason: 'ill' },
    call(),
  );
  await client.cancelBooking(await steps.book(), 'ill', call());
  await client.getBooking(await steps.book(), call());
  await client.listBookings({}, call());
  await client.listBookings(FULL_FILTER, call());
  const { uid } = await client.reserveSlot(1002, new Date('2027-06-11T08:00:00Z'), 5, call());
  await client.releaseReservation(uid, call());
  await client.me(call());
  await client.eventTypes(call());
  await client.teams(call());
  await client.teamEventTypes(10, call());
  await client.webhooks(null, call());
  const { id } = await client.createWebhook(null, HOOK, call());
  await client.updateWebhook(null, id, HOOK, call());
  const of = { teamId: 10, eventTypeId: 1001 };
  await client.createWebhook(of, HOOK, call());
  await client.webhooks(of, call());
  return client.requestCount();
}

test.each([
  VERSIONS,
  { ...VERSIONS, slots: '2024-08-13' },
  { ...VERSIONS, bookings: '2026-02-25' },
  { ...VERSIONS, bookings: '2026-05-01', eventTypes: '2026-06-12' },
])('the sandbox, which refuses what it does not know, takes every request under %j', async (versions) => {
  const sandbox = await startSandbox({ clock: { nowMs: () => MONDAY }, seed: 7, rateLimit: 'off' });
  const client = makeClient(sandbox.url, { versions }, new FakeClock(MONDAY));
  try {
    let minutes = 0;
    const book = async (): Promise<string> => {
      minutes += 30;
      const startAt = new Date(Date.parse('2027-06-08T10:00:00Z') + minutes * 60_000);
      return (
        await client.createBooking(
          { ...HAIRCUT, startAt, attendee: { ...HAIRCUT.attendee, email: `a${minutes}@example.com` } },
          makeCall(DEMO_API_KEY),
        )
      ).uid;
    };
    // A refusal would have thrown.
    expect(await sendEverything(client, DEMO_API_KEY, { book })).toBe(26);
  } finally {
    client.close();
    await sandbox.stop();
  }
});

(isPresent ? describe : describe.skip)('compared with the official description', () => {
  const server = new WireServer();
  let description: Description;
  let validatorOf: (schema: Schema) => ValidateFunction;

  beforeAll(async () => {
    description = JSON.parse(readFileSync(OFFICIAL, 'utf8')) as Description;
    const ajv = new Ajv({ strict: false, allErrors: true, coerceTypes: 'array' });
    addFormats(ajv);
    ajv.addSchema({ components: description.components }, 'calcom');
    const absolute = (schema: Schema): Schema =>
      JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"calcom#/components')) as Schema;
    validatorOf = (schema) => ajv.compile(absolute(schema));
    const url = await server.start();
    server.handler = (_request, response, { url: asked, method }) => {
      const data = asked.pathname.endsWith('/reservations')
        ? { reservationUid: 'r-1', reservationUntil: '2027-06-08T08:05:00.000Z' }
        : (method === 'POST' && asked.pathname.endsWith('/webhooks')) || method === 'PATCH'
          ? { id: 'w', active: true, ...HOOK }
          : /\/(event-types|teams|webhooks)$/.test(asked.pathname)
            ? []
            : asked.pathname.endsWith('/slots')
              ? {}
              : asked.pathname.endsWith('/me')
                ? { id: 1, email: 'a@b.example' }
                : method === 'GET' && asked.pathname.endsWith('/bookings')
                  ? []
                  : wireBooking();
      json(response, 200, { status: 'success', data });
    };
    const client = makeClient(url);
    await sendEverything(client, 'cal_key', { book: () => Promise.resolve('someUid') });
    client.close();
  });
  afterAll(() => server.stop());

  function operationOf({ method, url }: Captured): Operation | undefined {
    const fits = (template: string): boolean =>
      new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(url.pathname);
    // A fixed path wins over one with a parameter.
    const templates = Object.keys(description.paths).filter(
      (template) => fits(template) && description.paths[template]?.[method.toLowerCase()],
    );
    const template = templates.sort((a, b) => a.split('{').length - b.split('{').length)[0];
    return template === undefined ? undefined : description.paths[template]?.[method.toLowerCase()];
  }

  function resolved(schema: Schema): Schema {
    if (schema.$ref) return resolved(description.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {});
    return schema.allOf?.length === 1 ? resolved(schema.allOf[0]!) : schema;
  }

  /** Keys that no alternative of the schema names; objects that the description leaves open may hold anything. */
  function unknownKeys(value: unknown, schema: Schema): string[] {
    const { properties, oneOf } = resolved(schema);
    if (oneOf) return oneOf.map((one) => unknownKeys(value, one)).sort((a, b) => a.length - b.length)[0] ?? [];
    if (typeof value !== 'object' || value === null || !properties) return [];
    return Object.entries(value).flatMap(([key, inner]) => {
      const known = properties[key];
      return known ? unknownKeys(inner, known).map((below) => `${key}.${below}`) : [key];
    });
  }

  test('every request has a path, only described parameters, all required ones, and a body that fits', () => {
    expect(server.captured).toHaveLength(21);
    for (const captured of server.captured) {
      const what = `${captured.method} ${captured.url.pathname}`;
      const operation = operationOf(captured);
      expect([what, operation === undefined]).toEqual([what, false]);
      const parameters = operation?.parameters ?? [];
      for (const [name, value] of captured.url.searchParams) {
        if (UNDESCRIBED.has(name)) continue;
        const parameter = parameters.find((one) => one.in === 'query' && one.name === name);
        expect([what, name, parameter === undefined]).toEqual([what, name, false]);
        const validate = validatorOf({ type: 'object', properties: { value: parameter?.schema ?? {} } } as Schema);
        validate({ value: parameter?.schema.type === 'array' ? value.split(',') : value });
        expect([what, name, validate.errors ?? []]).toEqual([what, name, []]);
      }
      for (const { name, in: place } of parameters.filter(({ required }) => required)) {
        const isThere =
          place === 'header'
            ? name.toLowerCase() in captured.headers
            : place === 'query'
              ? captured.url.searchParams.has(name)
              : true;
        expect([what, name, isThere]).toEqual([what, name, true]);
      }
      const schema = operation?.requestBody?.content['application/json']?.schema;
      expect([what, captured.body !== undefined]).toEqual([what, schema !== undefined]);
      if (!schema) continue;
      // Alternatives of a body overlap in the description: one that fits is enough.
      const alternatives = schema.oneOf ?? [schema];
      const failures = alternatives.map((one) => {
        const validate = validatorOf(one);
        return validate(captured.body) ? [] : (validate.errors ?? []);
      });
      expect([what, failures.some((errors) => errors.length === 0) ? [] : failures]).toEqual([what, []]);
      const unknown = unknownKeys(captured.body, schema).filter((key) => !UNDESCRIBED.has(key));
      expect([what, unknown]).toEqual([what, []]);
    }
  });

  test('the version of each resource is the one that the description names', () => {
    for (const captured of server.captured) {
      const described = operationOf(captured)?.parameters?.find(({ name }) => name === 'cal-api-version')?.schema
        .default;
      if (described !== undefined)
        expect([captured.url.pathname, captured.headers['cal-api-version']]).toEqual([
          captured.url.pathname,
          described,
        ]);
    }
  });
});
