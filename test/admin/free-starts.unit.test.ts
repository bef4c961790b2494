import { type Service, type Staff, tenantId, type TenantProfile } from '../../src/domain';
import { FreeStarts, serviceFor, staffFor } from '../../src/services/admin/free-starts';
import type { CalcomService } from '../../src/services/calcom-service';
import { ReservationView } from '../../src/services/availability/holds';

const NOW = new Date('2027-06-07T08:00:00Z');
const service = {
  ...{ id: 'cut', calcomEventTypeId: 1001, calcomTeamId: null, branchId: null, isActive: true, durationMinutes: 30 },
  ...{ minimumNoticeMinutes: 60, hostIds: [501, 502], schedulingType: 'roundRobin', calcomSettings: null, seats: 1 },
} as unknown as Service;
const person = (id: string, calcomUserId: number | null): Staff => ({
  ...{ id, name: id, companyId: tenantId('c'), branchId: null, calcomUserId, isActive: true },
});
const profile = {
  company: { id: tenantId('c') },
  branch: { id: 'b', timeZone: 'Europe/Berlin', hours: {}, holidays: [] },
  services: [service, { ...service, id: 'elsewhere', branchId: 'other' }],
  staff: [person('anna', 501), person('other', 999), person('unmapped', null)],
} as unknown as TenantProfile;

function bench(starts: string[]) {
  const asked: unknown[][] = [];
  const calcom = {
    getAvailableSlots: async (...question: unknown[]) => {
      asked.push(question);
      return { days: new Map([['2027-06-07', starts.map((at) => Date.parse(at))]]), stale: false };
    },
  } as unknown as CalcomService;
  const free = new FreeStarts({
    ...{ calcom: async () => calcom, now: () => NOW },
    holds: { reservations: async () => new ReservationView([], 'operator') },
  });
  return { free, asked };
}

const wanted = { profile, service, staff: null, moving: null };

test('starts are asked for after callers, without those that are too soon', async () => {
  const { free, asked } = bench(['2027-06-07T08:30:00Z', '2027-06-07T09:00:00Z']);
  const { starts } = await free.list({ ...wanted, staff: person('anna', 501) }, '2027-06-01', 14);
  expect(starts).toEqual([new Date('2027-06-07T09:00:00Z')]);
  expect(asked).toEqual([
    [1001, '2027-06-07', '2027-06-14', null, expect.objectContaining({ priority: 'operator', hostIds: [501] })],
  ]);
});

test('for days that are over nothing is asked', async () => {
  const { free, asked } = bench([]);
  expect((await free.list(wanted, '2027-06-01', 6)).starts).toEqual([]);
  expect(asked).toEqual([]);
});

test('the nearest starts are three, in order, without the wanted one', async () => {
  const at = (hour: number): string => `2027-06-07T${String(hour).padStart(2, '0')}:00:00.000Z`;
  const { free } = bench([10, 11, 12, 13, 14].map(at));
  const nearest = await free.nearest(wanted, new Date(at(12)));
  expect(nearest.map((start) => start.toISOString())).toEqual([at(10), at(11), at(13)]);
});

test.each([
  ['unknown', 'staff_id'],
  ['unmapped', 'staff_id'],
  ['other', 'staff_id'],
])('the person "%s" is refused', (id, path) => {
  expect(() => staffFor(profile, service, id)).toThrow(
    expect.objectContaining({ problems: [expect.objectContaining({ path })] }),
  );
});

test('only what the branch offers can be booked', () => {
  expect(serviceFor(profile, 'cut')).toBe(service);
  expect(() => serviceFor(profile, 'elsewhere')).toThrow();
});
