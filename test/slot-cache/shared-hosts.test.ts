import { tenantId } from '../../src/domain';
import { CompanyHostIndex, type BookableEventType } from '../../src/services/availability/shared-hosts';

const service = (calcomEventTypeId: number, calcomTeamId: number | null, hostIds: number[]): BookableEventType => ({
  calcomEventTypeId,
  calcomTeamId,
  hostIds,
  durationMinutes: 30,
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 0,
  schedulingType: 'roundRobin',
  seats: 1,
});
const company = tenantId('c1');
const SERVICES = [
  service(1, 10, [501, 502]),
  service(2, 10, [501]),
  service(3, 10, [503]),
  service(4, 20, [502]),
  service(5, null, [601]),
];

function index(load: () => Promise<BookableEventType[]> = async () => SERVICES): {
  ids(type: number, host: number | null): Promise<number[]>;
  forget(): void;
} {
  const hosts = new CompanyHostIndex({ companies: { services: load }, nowMs: () => 0 });
  return {
    ids: async (type, host) => (await hosts.eventTypesSharingHosts(company, type, host)).map((one) => one.eventTypeId),
    forget: () => hosts.forget(company),
  };
}

test('a booking reaches the event types of the host who got it', async () => {
  expect(await index().ids(1, 501)).toEqual([1, 2]);
  expect(await index().ids(1, 502)).toEqual([1, 4]);
});

test('an unknown host may be anybody of the event type or its team', async () => {
  expect(await index().ids(1, null)).toEqual([1, 2, 3, 4]);
  expect(await index().ids(1, 999)).toEqual([1, 2, 3, 4]);
  expect(await index().ids(5, null)).toEqual([5]);
});

test('what is known goes on being used while the database is away', async () => {
  let away = false;
  const known = index(async () => {
    if (away) throw new Error('away');
    return SERVICES;
  });
  await known.ids(1, 501);
  away = true;
  expect(await known.ids(1, 501)).toEqual([1, 2]);
});

test.each<[string, Partial<BookableEventType>, boolean]>([
  ['one host', { hostIds: [501] }, false],
  ['two hosts', { hostIds: [501, 502] }, true],
  ['no imported host', { hostIds: [] }, true],
  ['two hosts who both take part', { hostIds: [501, 502], schedulingType: 'collective' }, false],
  ['one host with several seats', { hostIds: [501], seats: 4 }, true],
])('an event type with %s may have room at a booked time: %#', async (_, differing, mayHaveRoom) => {
  const hosts = new CompanyHostIndex({
    companies: { services: async () => [{ ...service(1, null, [501]), ...differing }] },
    nowMs: () => 0,
  });
  expect(await hosts.eventTypesSharingHosts(company, 1, null)).toMatchObject([{ mayHaveRoom }]);
});
