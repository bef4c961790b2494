import Redis from 'ioredis';
import { credentialOf } from '../../../../src/services/calcom/calcom-accounts';

/** Where the conversations are played: one gateway and the sandbox behind it. */
export interface Stage {
  gatewayUrl: string;
  controlUrl: string;
  sandboxUrl: string;
  redisUrl: string;
  retellKey: string;
  adminToken: string;
}

/** A company with a Cal.com key, a team and a line of its own, and two hosts who offer everything. */
export interface Salon {
  key: string;
  line: string;
  /** By service name. */
  eventTypes: ReadonlyMap<string, { id: number; minutes: number }>;
}

export const HOSTS = 2;
const SERVICES = [
  { name: 'Herrenhaarschnitt', minutes: 30 },
  { name: 'Damenhaarschnitt', minutes: 60 },
  { name: 'Färben', minutes: 90 },
];
const ZONE = 'Europe/Berlin';
const OPEN = { open: '09:00', close: '18:00' };
const FIRST_ID = 20_000;
const IDS_PER_SALON = 10;

export async function openSalons(stage: Stage, count: number): Promise<Salon[]> {
  const redis = new Redis(stage.redisUrl);
  try {
    const salons: Salon[] = [];
    for (let index = 0; index < count; index++) salons.push(await openSalon(stage, redis, index));
    return salons;
  } finally {
    redis.disconnect();
  }
}

async function openSalon(stage: Stage, redis: Redis, index: number): Promise<Salon> {
  const first = FIRST_ID + index * IDS_PER_SALON;
  const key = `cal_conversations_${index}`;
  const line = `+493090${2000 + index}`;
  const hostIds = Array.from({ length: HOSTS }, (_, at) => first + at);
  for (const hostId of hostIds) {
    await ask(`${stage.controlUrl}/accounts`, {
      user: { id: hostId, username: `host-${hostId}`, email: `host-${hostId}@example.com`, name: `Host ${hostId}` },
      schedule: {
        ...{ id: hostId, ownerId: hostId, timeZone: ZONE },
        availability: [
          {
            days: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'],
            ...{ startTime: OPEN.open, endTime: OPEN.close },
          },
        ],
      },
      ...(hostId === first ? { apiKey: key, team: teamOf(first, index, hostIds) } : {}),
    });
  }
  const eventTypes = new Map<string, { id: number; minutes: number }>();
  for (const [at, { name, minutes }] of SERVICES.entries()) {
    const id = first + at;
    eventTypes.set(name, { id, minutes });
    await ask(`${stage.controlUrl}/event-types`, {
      ...{ id, title: name, slug: `service-${id}`, lengthInMinutes: minutes, slotInterval: 30, teamId: first },
      ...{ schedulingType: 'roundRobin', hosts: hostIds.map((userId) => ({ userId })) },
      bookingFields: [
        { slug: 'name', type: 'name', label: 'Name', required: true },
        { slug: 'email', type: 'email', label: 'E-Mail', required: false },
        { slug: 'attendeePhoneNumber', type: 'phone', label: 'Telefon', required: false },
      ],
    });
  }
  // Nothing was sent with this key yet; an empty log would count as spent for a minute.
  await redis.zadd(`calcom:budget:{${credentialOf(key).id}}:log`, -Date.now(), '#');
  await openCompany(stage, { index, key, line, teamId: first });
  return { key, line, eventTypes };
}

function teamOf(id: number, index: number, hostIds: number[]): object {
  const members = hostIds.map((userId, at) => ({ id: userId, userId, role: at === 0 ? 'OWNER' : 'MEMBER' }));
  return { id, name: `Salon ${index}`, slug: `salon-${index}`, members };
}

async function openCompany(
  { gatewayUrl, adminToken }: Stage,
  { index, key, line, teamId }: { index: number; key: string; line: string; teamId: number },
): Promise<void> {
  const post = (path: string, body: object): Promise<{ data: { id: string } }> =>
    ask(`${gatewayUrl}/api/admin${path}`, body, { authorization: `Bearer ${adminToken}` });
  const company = await post('/companies', {
    ...{ name: `Salon ${index}`, slug: `conversations-${index}`, time_zone: ZONE, language: 'de' },
    ...{ calcom_api_key: key, calcom_team_id: teamId, cancel_hours_before: 0, reschedule_hours_before: 0 },
  });
  const company_id = company.data.id;
  const hours = Object.fromEntries(['1', '2', '3', '4', '5'].map((weekday) => [weekday, [OPEN]]));
  const branch = await post('/branches', { company_id, name: 'Mitte', time_zone: ZONE, hours });
  await post('/phone-numbers', { company_id, branch_id: branch.data.id, number: line });
  await post('/calcom/import-event-types', { company_id, personal: false });
}

async function ask<Answer>(url: string, body: object, headers: Record<string, string> = {}): Promise<Answer> {
  const answer = await fetch(url, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json', ...headers } },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${new URL(url).pathname}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Answer;
}
