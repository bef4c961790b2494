import { startSandbox, type Sandbox } from '../../../calcom-sandbox/src/start-sandbox';
import { type WorldInput } from '../../../calcom-sandbox/src/world/world-spec';
import { dataOf, type Reply, type Target } from './target';

const EVENT_TYPES = '2024-06-14';
const BOOKABLE_FROM_DAYS = 10;
const BOOKABLE_DAYS = 42;
const DAY_MS = 86_400_000;
const TWO_HOURS_MS = 7_200_000;
/** From a start on, starts must be listed at these distances: then a booking of 90 minutes fits, a little later too. */
const LISTED_AFTER_MINUTES = [30, 60, 90];
/** More than the rows need, and less than the row that goes over it sends. */
const MIRROR_LIMIT = 550;

/** The event types that the rows ask for, as Cal.com's API makes them. */
const DEFINITIONS = {
  plain: { lengthInMinutes: 30 },
  multi: { lengthInMinutes: 60, lengthInMinutesOptions: [60, 90] },
  request: { lengthInMinutes: 30, confirmationPolicy: { type: 'always', blockUnconfirmedBookingsInBooker: false } },
  blocking: { lengthInMinutes: 30, confirmationPolicy: { type: 'always', blockUnconfirmedBookingsInBooker: true } },
  series: { lengthInMinutes: 30, recurrence: { interval: 1, occurrences: 3, frequency: 'weekly' } },
  fixed: { lengthInMinutes: 30, disableCancelling: { disabled: true }, disableRescheduling: { disabled: true } },
  capped: { lengthInMinutes: 30, bookingLimitsCount: { week: 1 } },
  offset: { lengthInMinutes: 30, offsetStart: 10 },
  noticed: { lengthInMinutes: 30, minimumBookingNotice: 60 * 24 * 90 },
  question: {
    lengthInMinutes: 30,
    bookingFields: [{ type: 'text', slug: 'hair', label: 'Hair', placeholder: '', required: true }],
  },
} as const;

const TEAM_DEFINITIONS = {
  round: { lengthInMinutes: 30, schedulingType: 'roundRobin', rrHostSubsetEnabled: false },
  subset: { lengthInMinutes: 30, schedulingType: 'roundRobin', rrHostSubsetEnabled: true },
  together: { lengthInMinutes: 30, schedulingType: 'collective' },
} as const;

export type TypeName = keyof typeof DEFINITIONS | keyof typeof TEAM_DEFINITIONS;
const isTeamName = (name: TypeName): name is keyof typeof TEAM_DEFINITIONS => name in TEAM_DEFINITIONS;

interface Person {
  id: number;
  username: string;
  name: string;
  email: string;
  timeZone: string;
}

/** What the rows play on: whose account it is, what can be booked there, and when. */
export interface Stage {
  me: Person;
  /** Absent: this account cannot make that one. */
  typeIds: Partial<Record<TypeName, number>>;
  teamId: number | undefined;
  /** Team members other than the key's owner. */
  colleagues: Person[];
  /** Free starts, ISO UTC, at least two hours apart. */
  starts: string[];
  workingHours: { days: string[]; startTime: string; endTime: string }[];
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
const records = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.map(record) : []);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function personOf(source: Record<string, unknown>): Person {
  return {
    id: Number(source['id'] ?? source['userId']),
    username: text(source['username']) || `user${String(source['id'] ?? source['userId'])}`,
    name: text(source['name']) || 'Host',
    email: text(source['email']) || `user${String(source['id'] ?? source['userId'])}@example.com`,
    timeZone: text(source['timeZone']) || 'Europe/Berlin',
  };
}

function apiBody(name: TypeName, hosts: readonly number[]): Record<string, unknown> {
  const definition = isTeamName(name) ? TEAM_DEFINITIONS[name] : DEFINITIONS[name];
  return {
    title: `AskPro comparison ${name}`,
    slug: `askpro-diff-${name}-${Date.now().toString(36)}`,
    hidden: true,
    locations: [{ type: 'address', address: 'Sonnenallee 1', public: true }],
    ...definition,
    ...(isTeamName(name) && { hosts: hosts.map((userId) => ({ userId })) }),
  };
}

async function expectOk(what: string, reply: Promise<Reply>): Promise<unknown> {
  const answer = await reply;
  if (answer.status > 299)
    throw new Error(`${what}: HTTP ${answer.status} ${JSON.stringify(answer.body).slice(0, 300)}`);
  return dataOf(answer);
}

/** Builds the stage on a real account: hidden event types of its own, which `Target.cleanUp` takes away again. */
export async function buildStage(target: Target, wantedTeam: number | undefined): Promise<Stage> {
  const get = (path: string, version: string): Promise<unknown> =>
    expectOk(`GET ${path}`, target.send({ method: 'GET', path, version }));
  const me = personOf(record(await get('/me', '2024-08-13')));
  const schedule = record(await get('/schedules/default', '2024-06-11'));
  const workingHours = records(schedule['availability']).map((rule) => ({
    days: Array.isArray(rule['days']) ? rule['days'].map(String) : [],
    startTime: text(rule['startTime']),
    endTime: text(rule['endTime']),
  }));
  const colleagues: Person[] = [];
  if (wantedTeam !== undefined) {
    const members = records(await get(`/teams/${wantedTeam}/memberships`, '2024-08-13'));
    const people = members.map((member) => personOf({ ...record(member['user']), id: member['userId'] }));
    colleagues.push(...people.filter((person) => person.id !== me.id).slice(0, 1));
  }
  const hosts = [me.id, ...colleagues.map((person) => person.id)];
  const typeIds: Stage['typeIds'] = {};
  const names = [...Object.keys(DEFINITIONS), ...(wantedTeam === undefined ? [] : Object.keys(TEAM_DEFINITIONS))];
  for (const name of names as TypeName[]) {
    const path = isTeamName(name) ? `/teams/${wantedTeam ?? 0}/event-types` : '/event-types';
    const reply = await target.send({ method: 'POST', path, version: EVENT_TYPES, body: apiBody(name, hosts) });
    const id = Number(record(dataOf(reply))['id']);
    if (reply.status > 299 || !Number.isInteger(id)) continue;
    typeIds[name] = id;
    target.ownsEventType(`${path}/${id}`, name === 'fixed');
  }
  if (typeIds.plain === undefined) throw new Error('the account refuses to make an event type');
  const starts = await freeStarts(target, typeIds.plain);
  return {
    me: { ...me, timeZone: text(schedule['timeZone']) || me.timeZone },
    typeIds,
    teamId: wantedTeam,
    colleagues,
    starts,
    workingHours,
  };
}

export async function freeStarts(target: Target, eventTypeId: number): Promise<string[]> {
  const day = (offset: number): string => new Date(Date.now() + offset * DAY_MS).toISOString().slice(0, 10);
  const query = `eventTypeId=${eventTypeId}&start=${day(BOOKABLE_FROM_DAYS)}&end=${day(BOOKABLE_FROM_DAYS + BOOKABLE_DAYS)}`;
  const listed = record(
    await expectOk('GET /slots', target.send({ method: 'GET', path: `/slots?${query}`, version: '2024-09-04' })),
  );
  const starts: string[] = [];
  let lastMs = 0;
  const listedMs = Object.values(listed)
    .flatMap(records)
    .map((slot) => Date.parse(text(slot['start'])));
  for (const atMs of listedMs) {
    const hasRoom = LISTED_AFTER_MINUTES.every((minutes) => listedMs.includes(atMs + minutes * 60_000));
    if (atMs < lastMs + TWO_HOURS_MS || !hasRoom) continue;
    starts.push(new Date(atMs).toISOString());
    lastMs = atMs;
  }
  return starts;
}

const EVERY_DAY = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** The stage when there is no account to look at: two people in one team, open from nine to five. */
export function standardStage(): Stage {
  const person = (id: number, name: string): Person => ({
    id,
    name,
    username: name.toLowerCase(),
    email: `${name.toLowerCase()}@example.com`,
    timeZone: 'Europe/Berlin',
  });
  const names = [...Object.keys(DEFINITIONS), ...Object.keys(TEAM_DEFINITIONS)] as TypeName[];
  return {
    me: person(7, 'Kim'),
    typeIds: Object.fromEntries(names.map((name, index) => [name, 9_001 + index])),
    teamId: 5,
    colleagues: [person(8, 'Lou')],
    starts: [],
    workingHours: [{ days: EVERY_DAY, startTime: '09:00', endTime: '17:00' }],
  };
}

type EventTypeInput = NonNullable<WorldInput['eventTypes']>[number];

function sandboxType(name: TypeName, id: number, stage: Stage): EventTypeInput {
  const hosts = [stage.me, ...stage.colleagues].map(({ id: userId }) => ({ userId }));
  const common = {
    id,
    title: `AskPro comparison ${name}`,
    slug: `askpro-diff-${name}`,
    hidden: true,
    locations: [{ type: 'address' as const, address: 'Sonnenallee 1' }],
  };
  if (isTeamName(name)) return { ...common, ...TEAM_DEFINITIONS[name], teamId: stage.teamId, hosts };
  const { disableCancelling, disableRescheduling, bookingFields, lengthInMinutesOptions, ...rest } = {
    disableCancelling: undefined,
    disableRescheduling: undefined,
    bookingFields: undefined,
    lengthInMinutesOptions: undefined,
    ...DEFINITIONS[name],
  };
  return {
    ...common,
    ...rest,
    ownerId: stage.me.id,
    disableCancelling: disableCancelling !== undefined,
    disableRescheduling: disableRescheduling !== undefined,
    ...(bookingFields && { bookingFields: bookingFields.map((field) => ({ ...field })) }),
    ...(lengthInMinutesOptions && { lengthInMinutesOptions: [...lengthInMinutesOptions] }),
  };
}

/** A sandbox with the same people, hours and event types under the same ids. */
export function mirrorOf(stage: Stage, apiKey: string): WorldInput {
  const people = [stage.me, ...stage.colleagues];
  return {
    users: people.map(({ id, ...person }) => ({ id, ...person, defaultScheduleId: id })),
    schedules: people.map(({ id, timeZone }) => ({
      id,
      ownerId: id,
      timeZone,
      availability: stage.workingHours as WorldInput['schedules'][number]['availability'],
    })),
    teams:
      stage.teamId === undefined
        ? []
        : [
            {
              id: stage.teamId,
              name: 'AskPro comparison',
              slug: 'askpro-diff',
              members: people.map(({ id }, index) => ({
                id: index + 1,
                userId: id,
                role: index === 0 ? 'OWNER' : 'MEMBER',
              })),
            },
          ],
    eventTypes: Object.entries(stage.typeIds).map(([name, id]) => sandboxType(name as TypeName, id, stage)),
    apiKeys: [{ key: apiKey, userId: stage.me.id, limits: [{ name: 'default', limit: MIRROR_LIMIT }] }],
  };
}

/** Where the sandbox has no teams, because the account has none. */
export function startMirror(stage: Stage, apiKey: string): Promise<Sandbox> {
  const behaviour = { teams: stage.teamId !== undefined, raceWindowMs: 60 };
  return startSandbox({ world: mirrorOf(stage, apiKey), behaviour, seed: 11 });
}
