import { AdminKit, type Tenant } from './kit';

let kit: AdminKit;
let ours: Tenant;

beforeAll(async () => {
  kit = await AdminKit.start();
  ours = await kit.tenant('Ours');
});
afterAll(() => kit.stop());

type Answer = Awaited<ReturnType<AdminKit['ask']>>;
const as = (body: object) => ({ token: ours.token, body });
const number = (body: object): Promise<Answer> => kit.ask('post', '/phone-numbers', as(body));

describe('telephone numbers', () => {
  test.each([
    ['030 98765432', '+493098765432'],
    ['(030) 9876-5433', '+493098765433'],
    ['0049 30 98765434', '+493098765434'],
    ['+49 30 98765435', '+493098765435'],
  ])('%s of a German company is %s', async (written, read) => {
    const { status, body } = await number({ number: written, branch_id: ours.branchId });
    expect([status, body.data?.number]).toEqual([201, read]);
  });

  test('a national number is of the company’s country, also in a branch', async () => {
    await kit.ask('patch', `/companies/${ours.id}`, as({ time_zone: 'Europe/Vienna' }));
    const { body } = await kit.ask('patch', `/branches/${ours.branchId}`, as({ phone: '01 58858' }));
    expect(body.data.phone).toBe('+43158858');
    await kit.ask('patch', `/companies/${ours.id}`, as({ time_zone: 'Europe/Berlin' }));
  });

  test.each(['12', 'anna', '030 1'])('%s is refused at its field', async (written) => {
    const { status, body } = await number({ number: written, branch_id: ours.branchId });
    expect([status, body.error.details]).toEqual([
      400,
      [{ path: 'number', message: 'must be a telephone number such as 030 98765432 or +49 30 98765432' }],
    ]);
  });

  test('a number and its new branch are made together, or neither is', async () => {
    const branches = async (): Promise<string[]> =>
      (await kit.ask('get', '/branches', { token: ours.token })).body.data.map((row: { name: string }) => row.name);
    const refused = await number({ number: '030 98765432', new_branch: 'Nord' });
    expect([refused.status, await branches()]).toEqual([409, expect.not.arrayContaining(['Nord'])]);
    expect((await number({ number: '030 98765439', new_branch: 'Nord' })).status).toBe(201);
    expect(await branches()).toContain('Nord');
    expect((await number({ number: '030 98765440' })).status).toBe(400);
    expect((await number({ number: '030 98765440', new_branch: 'Süd', branch_id: ours.branchId })).status).toBe(400);
  });
});

describe('an edit of a row that was changed after it was read', () => {
  test('is refused with who changed which of its fields, and of nothing else', async () => {
    const place = `/branches/${ours.branchId}`;
    const read = (await kit.ask('get', place, { token: ours.token })).body.data;
    await kit.ask('patch', place, as({ name: 'Altstadt' }));
    const { status, body } = await kit.ask('patch', place, as({ name: 'Mitte 2', if_updated_at: read.updated_at }));
    expect([status, body.error.code]).toEqual([409, 'conflict']);
    expect(body.error.message).toMatch(/^token:\S+ changed this at \S+Z\. Read it again, then repeat the change\.$/);
    expect(body.error.details).toEqual([
      { path: 'name', message: expect.stringMatching(/^is "Altstadt" since \S+Z \(was ".+"\)$/) },
    ]);
    const other = await kit.ask('patch', place, as({ time_zone: 'Europe/Paris', if_updated_at: read.updated_at }));
    expect([other.status, other.body.error.details]).toEqual([409, undefined]);
  });

  test('of a company is refused the same way', async () => {
    const place = `/companies/${ours.id}`;
    const read = (await kit.ask('get', place, { token: ours.token })).body.data;
    await kit.ask('patch', place, { body: { currency: 'CHF' } });
    const { status, body } = await kit.ask('patch', place, as({ currency: 'USD', if_updated_at: read.updated_at }));
    expect([status, body.error.message]).toEqual([409, expect.stringContaining('bootstrap changed this at ')]);
    expect(body.error.details).toEqual([{ path: 'currency', message: expect.stringContaining('is "CHF"') }]);
  });
});
