import type { CalcomHttpClient } from '../../src/calcom/calcom-http-client';
import { tenantId } from '../../src/domain';
import { CalcomAccount } from '../../src/services/calcom/calcom-account';
import { HAIRCUT, json, makeCall, makeClient, wireBooking, WireServer } from './wire-server';

const server = new WireServer();
let client: CalcomHttpClient;
let account: CalcomAccount;
beforeAll(async () => {
  client = makeClient(await server.start());
  account = new CalcomAccount({
    tenantId: tenantId('00000000-0000-4000-8000-000000000001'),
    credential: makeCall().credential,
    api: client,
    egress: { run: (_request, send) => send(makeCall()), countFault: async () => undefined },
    timeouts: { slotsMs: 5000, bookingMs: 5000, bookingCeilingMs: 5000, testMs: 5000 },
    faults: null,
  });
});

afterAll(async () => {
  client.close();
  await server.stop();
});

test('a Cal.com that refuses a choice of hosts is asked without one, and never with one again', async () => {
  server.handler = (_request, response, { url, body }) => {
    if (url.search.includes('rrHostSubsetIds') || JSON.stringify(body ?? {}).includes('rrHostSubsetIds'))
      json(response, 400, {
        error: { code: 'BadRequestException', message: 'property rrHostSubsetIds should not exist' },
      });
    else if (body === undefined)
      json(response, 200, { data: { '2027-06-08': [{ start: '2027-06-08T08:00:00.000Z' }] } });
    else json(response, 201, { data: wireBooking() });
  };
  const wish = { ...HAIRCUT, hostIds: [501] };
  expect((await account.createBooking(wish)).hosts).toMatchObject([{ id: 501 }]);
  expect(server.captured.map(({ body }) => Object.hasOwn(body as object, 'rrHostSubsetIds'))).toEqual([true, false]);
  const start = { eventTypeId: 1001, startAt: new Date('2027-06-08T08:00:00Z'), hostIds: [501], movedUid: null };
  expect(await account.isStartFree(start)).toBe(true);
  expect(server.captured).toHaveLength(3);
});
