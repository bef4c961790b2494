import { person, type TestBrowser } from '../people/people-kit';
import { AdminKit, type Tenant } from './kit';

let kit: AdminKit;
let ours: Tenant;
let theirs: Tenant;
let anna: Awaited<ReturnType<typeof person>>;
let bert: Awaited<ReturnType<typeof person>>;
beforeAll(async () => {
  kit = await AdminKit.start();
  [ours, theirs] = [await kit.tenant('Ours'), await kit.tenant('Theirs')];
  anna = await person(kit, { company_id: ours.id, role: 'front_desk' });
  bert = await person(kit, { company_id: ours.id, role: 'company_admin' });
});
afterAll(() => kit.stop());

const nameOf = async (id: string): Promise<string> => (await kit.ask('get', `/users/${id}`)).body.data.name;
const callback = (more: object = {}): Promise<string> =>
  kit.insert('callback_requests', {
    ...{ company_id: ours.id, branch_id: ours.branchId, reason: 'Frage', phone: '+4930123', ...more },
  });
const read = async (id: string, browser: TestBrowser = anna.browser) =>
  (await browser.ask('get', `/callbacks/${id}`)).body.data;
const change = (browser: TestBrowser, id: string, body: object) => browser.ask('patch', `/callbacks/${id}`, body);

describe('taking a callback', () => {
  test('gives it to the person who asks, by name, with the branch’s zone', async () => {
    const id = await callback();
    const { body } = await anna.browser.ask('post', `/callbacks/${id}/take`, {});
    expect(body.data).toMatchObject({
      ...{ status: 'assigned', assigned_to: `user:${anna.id}`, assigned_to_name: await nameOf(anna.id) },
      time_zone: 'Europe/Berlin',
      history: [{ actor: `user:${anna.id}`, actor_name: await nameOf(anna.id), event: 'assigned' }],
    });
    expect((await anna.browser.ask('post', `/callbacks/${id}/take`, {})).status).toBe(200);
    expect((await read(id)).history).toHaveLength(1);
  });

  test('by two at once goes to one, and the other learns who has it', async () => {
    const id = await callback();
    const answers = await Promise.all(
      [anna, bert].map(({ browser }) => browser.ask('post', `/callbacks/${id}/take`, {})),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const { assigned_to_name: holder, history } = await read(id);
    const refused = answers.find(({ status }) => status === 409)!.body.error;
    expect(refused.message).toContain(`${holder} has taken this callback`);
    expect(refused.changed.actor_name).toBe(holder);
    expect(history).toHaveLength(1);
  });

  test('with a token needs the person it is for, and a closed one is not taken', async () => {
    const id = await callback();
    const take = (body: object) => kit.ask('post', `/callbacks/${id}/take`, { token: ours.token, body });
    expect((await take({})).body.error.details).toMatchObject([
      { path: 'assigned_to', message: 'is required with a token' },
    ]);
    expect((await take({ assigned_to: 'Rita' })).body.data).toMatchObject({ assigned_to: 'Rita', status: 'assigned' });
    await change(anna.browser, id, { outcome: 'reached' });
    expect((await take({ assigned_to: 'Rita' })).status).toBe(409);
  });
});

describe('the outcome', () => {
  test.each([
    ['reached', 'completed'],
    ['booked', 'completed'],
    ['not_wanted', 'cancelled'],
  ])('%s closes it as %s', async (outcome, status) => {
    const id = await callback();
    const { body } = await change(anna.browser, id, { outcome, note: 'will bring a friend' });
    expect(body.data).toMatchObject({ status, outcome, closed_at: expect.any(String), attempts: 0 });
    expect(body.data.history).toMatchObject([{ event: outcome, text: 'will bring a friend' }]);
    const again = (await change(bert.browser, id, { status: 'pending' })).body.data;
    expect(again).toMatchObject({ outcome: null, closed_at: null, history: [{}, { event: 'reopened' }] });
  });

  test('not_reached counts the attempts, leaves it open and makes it due again', async () => {
    const id = await callback({ due_at: '2020-01-01T10:00:00Z' });
    await change(anna.browser, id, { outcome: 'not_reached' });
    const { body } = await change(bert.browser, id, { outcome: 'not_reached', note: 'mailbox' });
    expect(body.data).toMatchObject({ status: 'pending', outcome: 'not_reached', attempts: 2, closed_at: null });
    expect(body.data.due_at).toBe(new Date(kit.clock.nowMs() + 3_600_000).toISOString());
    const later = (await change(anna.browser, id, { outcome: 'not_reached', due_at: '2030-05-05T08:00:00Z' })).body;
    expect(later.data.due_at).toBe('2030-05-05T08:00:00.000Z');
  });

  test('does not go with a status of another kind', async () => {
    const { status, body } = await change(anna.browser, await callback(), { outcome: 'reached', status: 'pending' });
    expect([status, body.error.details[0].path]).toEqual([400, 'outcome']);
  });
});

describe('who works on it', () => {
  test('is a person of the company, or a name, and never a person of another company', async () => {
    const stranger = await person(kit, { company_id: theirs.id, role: 'company_admin' });
    const watcher = await person(kit, { company_id: ours.id, role: 'read_only' });
    const id = await callback();
    const assign = async (to: string | null): Promise<number> =>
      (await change(anna.browser, id, { assigned_to: to })).status;
    expect(await assign(`user:${bert.id}`)).toBe(200);
    expect(await assign('Rita')).toBe(200);
    expect(await assign(null)).toBe(200);
    expect((await read(id)).history.map((one: { event: string }) => one.event)).toEqual([
      ...['assigned', 'assigned', 'released'],
    ]);
    for (const to of [`user:${stranger.id}`, `user:${watcher.id}`, 'user:x', 'token:x']) {
      expect([to, await assign(to)]).toEqual([to, 400]);
    }
    const offered = (await anna.browser.ask('get', '/callback-assignees')).body.data;
    const ids = offered.map((one: { id: string }) => one.id);
    expect(ids).toEqual(expect.arrayContaining([`user:${anna.id}`, `user:${bert.id}`]));
    expect(ids).not.toContain(`user:${watcher.id}`);
    expect(ids).not.toContain(`user:${stranger.id}`);
  });

  test('no longer works here: open callbacks wait for someone else, closed ones keep the history', async () => {
    const gone = await person(kit, { company_id: ours.id, role: 'front_desk' });
    const [open, closed] = [await callback(), await callback()];
    for (const id of [open, closed]) await gone.browser.ask('post', `/callbacks/${id}/take`, {});
    await change(gone.browser, closed, { outcome: 'reached' });
    await kit.ask('delete', `/users/${gone.id}`);
    expect(await read(open)).toMatchObject({ status: 'pending', assigned_to: null });
    expect(await read(closed)).toMatchObject({ assigned_to: `user:${gone.id}`, assigned_to_name: null });
  });
});

test('an edit of what was changed meanwhile is refused and says who changed what', async () => {
  const id = await callback();
  const since = (await read(id)).updated_at;
  await change(bert.browser, id, { assigned_to: 'Rita' });
  const { status, body } = await change(anna.browser, id, { assigned_to: 'Tom', if_updated_at: since });
  expect(status).toBe(409);
  expect(body.error.message).toContain(`${await nameOf(bert.id)} changed this`);
  expect(body.error.details).toEqual([{ path: 'assigned_to', message: expect.any(String), value: '"Rita"' }]);
  expect(body.error.changed).toMatchObject({ actor: `user:${bert.id}`, actor_name: await nameOf(bert.id) });
  expect((await read(id)).assigned_to).toBe('Rita');
});

test('a note alone is kept with who wrote it; read_only reads it and writes none', async () => {
  const watcher = await person(kit, { company_id: ours.id, role: 'read_only' });
  const id = await callback();
  await change(anna.browser, id, { note: 'asks for colour' });
  expect((await read(id, watcher.browser)).history).toMatchObject([
    { event: 'note', text: 'asks for colour', actor_name: await nameOf(anna.id), created_at: expect.any(String) },
  ]);
  expect((await change(watcher.browser, id, { note: 'x' })).status).toBe(403);
});

test('the list is sorted by due time and narrowed to open ones, to one person, to none', async () => {
  await kit.sql('delete from callback_requests');
  const [late, soon, done] = [
    await callback({ due_at: '2021-01-01T10:00:00Z', customer_name: 'Ada Lovelace' }),
    await callback({ due_at: '2099-01-01T10:00:00Z', created_at: '2020-01-01T10:00:00Z' }),
    await callback({ due_at: '2020-01-01T10:00:00Z', status: 'completed', closed_at: '2020-01-01T11:00:00Z' }),
  ];
  await anna.browser.ask('post', `/callbacks/${soon}/take`, {});
  const ids = async (query: string): Promise<string[]> =>
    (await anna.browser.ask('get', `/callbacks?${query}`)).body.data.map((one: { id: string }) => one.id);
  expect(await ids('open=true&order=asc')).toEqual([late, soon]);
  expect(await ids('open=false')).toEqual([done]);
  expect(await ids('assigned=false&open=true')).toEqual([late]);
  expect(await ids(`assigned_to=user:${anna.id}`)).toEqual([soon]);
  expect(await ids('q=lovelace')).toEqual([late]);
});
