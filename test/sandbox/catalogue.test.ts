import { type Answer, openSandbox, type SandboxClient, smallWorld, VERSION } from './sandbox-client';
import { type SandboxOptions } from '../../packages/calcom-sandbox/src/start-sandbox';

let client: SandboxClient;
let stop: () => Promise<void>;

async function open(options: SandboxOptions = {}): Promise<void> {
  const opened = await openSandbox(options);
  client = opened.client;
  stop = () => opened.sandbox.stop();
}

afterEach(() => stop());

const types = (path: string, key?: string | null): Promise<Answer> =>
  client.ask('GET', path, { version: VERSION.eventTypes, ...(key !== undefined && { key }) });

describe('the demo salon', () => {
  beforeEach(() => open());

  it('has the four services of team 10 with two hosts', async () => {
    const answer = await types('/teams/10/event-types');
    expect(
      answer.body.data.map((type: { id: number; title: string; lengthInMinutes: number }) => [
        type.id,
        type.title,
        type.lengthInMinutes,
      ]),
    ).toEqual([
      [1001, 'Herrenhaarschnitt', 30],
      [1002, 'Damenhaarschnitt', 60],
      [1003, 'Färben', 90],
      [1004, 'Bartpflege', 15],
    ]);
    expect(answer.body.data[0]).toMatchObject({
      teamId: 10,
      schedulingType: 'roundRobin',
      hosts: [
        { userId: 501, name: 'Anna Sommer' },
        { userId: 502, name: 'Ben Winter' },
      ],
      team: { id: 10, slug: 'salon-sonnenschein' },
    });
    const slugs = answer.body.data[0].bookingFields.map((field: { slug: string; required: boolean }) => [
      field.slug,
      field.required,
    ]);
    expect(slugs).toEqual([
      ['name', true],
      ['email', false],
      ['location', false],
      ['attendeePhoneNumber', false],
      ['title', true],
      ['notes', false],
      ['guests', false],
      ['rescheduleReason', false],
    ]);
    const one = await types('/teams/10/event-types?eventSlug=faerben&hostsLimit=1');
    expect(one.body.data).toHaveLength(1);
    expect(one.body.data[0].hosts).toHaveLength(1);
  });

  it('belongs to Anna, and answers with her profile, her team and her hours', async () => {
    const me = await client.ask('GET', '/me');
    expect(me.body.data).toMatchObject({
      id: 501,
      username: 'anna',
      timeZone: 'Europe/Berlin',
      defaultScheduleId: 701,
    });
    const teams = await client.ask('GET', '/teams');
    expect(teams.body.data).toMatchObject([{ id: 10, name: 'Salon Sonnenschein' }]);
    const members = await client.ask('GET', '/teams/10/memberships');
    expect(members.body.data.map((member: { userId: number; role: string }) => [member.userId, member.role])).toEqual([
      [501, 'OWNER'],
      [502, 'MEMBER'],
    ]);
    const hours = await client.ask('GET', '/schedules/default', { version: VERSION.schedules });
    expect(hours.body.data).toMatchObject({ id: 701, isDefault: true, timeZone: 'Europe/Berlin' });
    expect(hours.body.data.availability[1]).toEqual({ days: ['Saturday'], startTime: '09:00', endTime: '14:00' });
  });

  it("keeps what is not one's own from outsiders", async () => {
    await client.control('POST', '/accounts', {
      user: { id: 600, username: 'eve', name: 'Eve', email: 'eve@example.com' },
      apiKey: 'cal_eve',
    });
    expect((await types('/teams/10/event-types', 'cal_eve')).status).toBe(403);
    expect((await types('/teams/99/event-types')).status).toBe(404);
    expect((await types('/event-types/1001', 'cal_eve')).status).toBe(404);
    expect((await types('/event-types/1001')).body.data.id).toBe(1001);
    expect((await types('/teams/10/event-types/1001')).body.data.id).toBe(1001);
    expect((await types('/teams/abc/event-types')).status).toBe(400);
  });
});

it('shows hidden event types to their owner only', async () => {
  await open({ world: smallWorld({ hidden: true }) });
  expect((await types('/event-types', 'cal_kim')).body.data).toHaveLength(1);
  expect((await types('/event-types?username=kim', null)).body.data).toHaveLength(0);
  await client.control('PATCH', '/event-types/1', { hidden: false });
  const public_ = await types('/event-types?username=kim&eventSlug=talk', null);
  expect(public_.body.data[0]).toMatchObject({ ownerId: 7, bookingUrl: 'https://cal.com/kim/talk' });
  expect((await types('/event-types', null)).body.data).toEqual([]);
});

it('answers without a version header in the shape of the first generation', async () => {
  await open({ world: smallWorld() });
  const answer = await client.ask('GET', '/event-types', { key: 'cal_kim' });
  expect(answer.body.data.eventTypeGroups[0].eventTypes).toMatchObject([{ id: 1, length: 60 }]);
});
