import { AdminKit, BOOTSTRAP, type Tenant } from './kit';

let kit: AdminKit;
let ours: Tenant;
let theirs: Tenant;

beforeAll(async () => {
  kit = await AdminKit.start();
  ours = await kit.tenant('Ours');
  theirs = await kit.tenant('Theirs');
  for (const tenant of [ours, theirs]) {
    const place = { company_id: tenant.id, branch_id: tenant.branchId };
    const customer_id = await kit.insert('customers', {
      ...{ company_id: tenant.id, name: 'Zoë Müßig', phone: '+491711234567', email: `zoe@${tenant.id}.example` },
    });
    const retell_call_id = `call_of_${tenant.id}`;
    await kit.insert('calls', {
      ...{ ...place, customer_id, retell_call_id, from_number: '+491711234567', to_number: '+493011112222' },
      started_at: '2026-11-02T09:00:00Z',
    });
    await kit.appointment(tenant, {
      ...{ customer_id, call_id: retell_call_id, attendee_name: 'Zoë Müßig', attendee_phone: '+491711234567' },
      ...{ calcom_booking_uid: `uid-${tenant.id}`, starts_at: '2026-11-03T09:00:00Z', ends_at: '2026-11-03T10:00:00Z' },
    });
  }
});
afterAll(() => kit.stop());

async function counts(q: string, token = ours.token): Promise<number[]> {
  const { body, status } = await kit.ask('get', `/search?q=${encodeURIComponent(q)}`, { token });
  expect([q, status]).toEqual([q, 200]);
  const lists = ['calls', 'customers', 'appointments'].map((kind) => body.data[kind] as { company_id: string }[]);
  if (token === ours.token) for (const one of lists.flat()) expect(one.company_id).toBe(ours.id);
  return lists.map((list) => list.length);
}

test.each([
  ['a part of the name', 'müß', [1, 1, 1]],
  ['a number as callers dial it', '0171 1234567', [1, 1, 1]],
  ['a number with its country and a zero', '+49 (0)171 / 123-4567', [1, 1, 1]],
  ['the end of a number', '34567', [1, 1, 1]],
  ['the number that was called', '030 1111 2222', [1, 0, 0]],
  ['a part of a call’s id', 'call_of', [0, 0, 0]],
  ['patterns of the database', '%_%', [0, 0, 0]],
  ['a text that the database cannot hold', 'a\0b', [0, 0, 0]],
])('%s finds what belongs to it', async (_what, q, expected) => {
  expect(await counts(q)).toEqual(expected);
});

test('ids are found whole, and those of another company are not', async () => {
  expect(await counts(`call_of_${ours.id}`)).toEqual([1, 0, 1]);
  expect(await counts(`uid-${ours.id}`)).toEqual([0, 0, 1]);
  expect(await counts(`zoe@${ours.id}.example`)).toEqual([0, 1, 0]);
  for (const id of [`call_of_${theirs.id}`, `uid-${theirs.id}`]) expect(await counts(id)).toEqual([0, 0, 0]);
  expect(await counts(`call_of_${theirs.id}`, BOOTSTRAP)).toEqual([1, 0, 1]);
});

test('ten of each are answered, the newest first', async () => {
  for (let i = 0; i < 12; i++) await kit.insert('customers', { company_id: ours.id, name: `Anton ${i}` });
  const { body } = await kit.ask('get', '/search?q=anton', { token: ours.token });
  expect(body.data.customers.map((one: { name: string }) => one.name)).toEqual(
    Array.from({ length: 10 }, (_, i) => `Anton ${11 - i}`),
  );
});

test.each(['', '?q=', '?q=a', '?q=%20a%20', `?q=${'a'.repeat(201)}`, '?q=ab&limit=9'])(
  '%s is refused',
  async (query) => {
    expect((await kit.ask('get', `/search${query}`, { token: ours.token })).status).toBe(400);
  },
);

test('another company’s name in the query is refused', async () => {
  expect((await kit.ask('get', `/search?q=ab&company_id=${theirs.id}`, { token: ours.token })).status).toBe(403);
});
