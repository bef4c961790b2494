import 'reflect-metadata';
import { Client } from 'pg';
import request from 'supertest';
import { PLATFORMS, type Platform } from '../../src/domain';
import { callerOn } from '../../src/platforms/callers';
import { type ArgumentKind } from '../../src/services/voice/tools/arguments';
import { TOOLS } from '../../src/services/voice/tools';
import { ADMIN_TOKEN, openDay, startTestGateway, type TestGateway } from '../support/gateway';
import { rowsOf } from './walk-kit';

const MARK = 'Zebrawald';
const GUEST = '+49301112223';
const COMPANIES = ['victim', 'thief', 'suspended', 'broken'] as const;
type Name = (typeof COMPANIES)[number];

interface Company {
  id: string;
  line: string;
  agentId: string;
  secrets: Record<Platform, string>;
}

let t: TestGateway;
let sql: Client;
let url: string;
const companies = {} as Record<Name, Company>;
const foreign = { booking: '', appointment: '', customer: '', service: '', calls: {} as Record<Platform, string> };
let before: string;

const query = async <Row>(text: string, values: unknown[] = []): Promise<Row[]> => (await sql.query(text, values)).rows;

async function admin(method: 'post' | 'patch' | 'delete', to: string, body?: object, token = ADMIN_TOKEN) {
  const asked: request.Test = request(t.gateway.server)[method](`/api/admin${to}`);
  return asked.set('authorization', `Bearer ${token}`).send(body);
}
async function made(to: string, body: object): Promise<Record<string, string>> {
  const answer = await admin('post', to, body);
  if (answer.status >= 300) throw new Error(`${to}: ${answer.text}`);
  return answer.body.data;
}

async function company(name: Name, index: number): Promise<Company> {
  // The thief is the demo salon, where every tool has something to work with.
  const line = name === 'thief' ? '+493012345678' : `+4930777${200 + index}`;
  const agentId = name === 'thief' ? 'agent_demo' : `agent_of_${name}`;
  const secrets = {
    retell: `retell-key-of-${name}`,
    vapi: `vapi-secret-of-${name}`,
    elevenlabs: `elevenlabs-of-${name}`,
  };
  const sealed = { retell_api_key: secrets.retell, vapi_secret: secrets.vapi, elevenlabs_secret: secrets.elevenlabs };
  const [demo] = await query<{ id: string }>(`select id from companies where slug = 'salon-sonnenschein'`);
  let id = demo!.id;
  if (name === 'thief') await admin('patch', `/companies/${id}`, sealed);
  else {
    const called = name === 'victim' ? `Salon ${MARK}` : `Salon ${name}`;
    id = (await made('/companies', { name: called, slug: `salon-${name}`, ...sealed })).id!;
    const branch = (await made('/branches', { company_id: id, name: 'Mitte', time_zone: 'Europe/Berlin' })).id!;
    await made('/phone-numbers', { company_id: id, branch_id: branch, number: line });
    await made('/agents', { company_id: id, branch_id: branch, agent_id: agentId });
  }
  const { token = '' } = await made('/tokens', { company_id: id, name: 'calls', role: 'voice' });
  return { id, line, agentId, secrets: { ...secrets, mcp: token } };
}

/** What one request was answered. */
interface Heard {
  status: number;
  text: string;
}

/** One tool call on this platform; another address for every tool, because an address that guesses often has to wait. */
async function say(
  platform: Platform,
  tool: string,
  call: { secret: string | null; line: string | null; agentId: string; from?: string; callId?: string },
  args: Record<string, unknown> = {},
): Promise<Heard> {
  const heard: Heard = { status: 0, text: '' };
  const address = `10.${PLATFORMS.indexOf(platform) + 1}.0.${TOOLS.findIndex(({ name }) => name === tool) + 1}`;
  const caller = callerOn(platform, {
    ...{ baseUrl: url, secret: call.secret, fromNumber: call.line === null ? null : (call.from ?? GUEST) },
    ...{ toNumber: call.line, agentId: call.agentId, language: 'de' },
    ask: async (to, init) => {
      const answer = await fetch(to, { ...init, headers: { ...init.headers, 'x-forwarded-for': address } });
      Object.assign(heard, { status: answer.status, text: await answer.text() });
      return new Response(heard.text || null, { status: answer.status });
    },
  });
  if (call.callId !== undefined) Object.assign(caller, { callId: call.callId });
  await caller.tool(tool, args);
  return heard;
}

/** What a call has left to write is written before. */
async function victimsRows(): Promise<string> {
  await t.gateway.parts.voice.trace.flush();
  return rowsOf({ sql: query }, companies.victim.id);
}

const VALUES: Record<ArgumentKind, () => unknown> = {
  service: () => `${MARK} Schnitt`,
  serviceId: () => foreign.service,
  date: () => openDay(3),
  time: () => '10:00',
  datetime: () => `${openDay(3)}T10:00:00`,
  minutes: () => 30,
  preference: () => 'vormittags',
  personName: () => 'Erika Beispiel',
  phone: () => GUEST,
  email: () => 'erika@example.org',
  notes: () => 'keine',
  reason: () => 'keine Zeit',
  yesNo: () => true,
  consent: () => true,
  id: () => foreign.booking,
};

/** Every argument that the tool has, those that name something naming what is another company's. */
function foreignArguments(tool: (typeof TOOLS)[number], id: string): Record<string, unknown> {
  const own = tool.arguments.map(({ name, details }) => [name, details.kind === 'id' ? id : VALUES[details.kind]()]);
  return {
    ...Object.fromEntries(own),
    ...{ company_id: companies.victim.id, customer_id: foreign.customer, service_id: foreign.service },
    ...{ appointment_id: id, booking_uid: id, from_number: GUEST, to_number: companies.victim.line },
  };
}

beforeAll(async () => {
  t = await startTestGateway({ env: { TRUST_PROXY: 'loopback' }, agedBudget: true });
  sql = new Client({ connectionString: t.databaseUrl });
  await sql.connect();
  const at = t.gateway.server.address();
  url = `http://127.0.0.1:${typeof at === 'object' ? at?.port : ''}`;
  for (const [index, name] of COMPANIES.entries()) companies[name] = await company(name, index);
  const { victim, suspended, broken } = companies;
  const insert = async (table: string, row: Record<string, unknown>): Promise<string> => {
    const places = Object.keys(row).map((_, index) => `$${index + 1}`);
    const text = `insert into ${table} (${Object.keys(row).join()}) values (${places.join()}) returning id`;
    return (await query<{ id: string }>(text, Object.values(row)))[0]!.id;
  };
  const service = {
    company_id: victim.id,
    name: `${MARK} Schnitt`,
    duration_minutes: 30,
    calcom_event_type_id: 987_001,
  };
  const [{ id: branch } = { id: '' }] = await query<{ id: string }>('select id from branches where company_id = $1', [
    victim.id,
  ]);
  foreign.service = (await made('/services', service)).id!;
  foreign.customer = await insert('customers', { company_id: victim.id, name: `${MARK} Gast`, phone: GUEST });
  foreign.booking = 'booking-uid-of-the-victim';
  foreign.appointment = await insert('appointments', {
    ...{ company_id: victim.id, customer_id: foreign.customer, service_id: foreign.service, status: 'booked' },
    ...{ branch_id: branch, starts_at: `${openDay(3)}T09:00:00Z`, ends_at: `${openDay(3)}T09:30:00Z` },
    ...{ time_zone: 'Europe/Berlin', attendee_name: `${MARK} Gast`, sync_origin: 'retell' },
    ...{ calcom_event_type_id: 987_001, calcom_booking_uid: foreign.booking },
  });
  await admin('patch', `/companies/${suspended.id}`, { is_active: false });
  await query(
    `update companies set retell_api_key_ciphertext = 'v1.torn', vapi_secret_ciphertext = 'v1.torn',
       elevenlabs_secret_ciphertext = 'v1.torn' where id = $1`,
    [broken.id],
  );
  await t.gateway.parts.tenantChanged(broken.id as never);
  for (const platform of PLATFORMS) {
    const { line, agentId, secrets } = victim;
    const callId = `call_of_victim_${platform}`;
    foreign.calls[platform] = callId;
    const own = await say(platform, 'check_customer', { secret: secrets[platform], line, agentId, callId });
    // Who may read it reads it, so that its absence below means something.
    expect([platform, own.status, own.text.includes(MARK)]).toEqual([platform, 200, true]);
  }
  before = await victimsRows();
});
afterAll(async () => {
  await sql.end();
  await t.stop();
});

const cells = PLATFORMS.flatMap((platform) => TOOLS.map((tool) => [tool.name, platform, tool] as const));

describe.each(cells)('%s through %s', (name, platform, tool) => {
  test('answers 401 on another company’s line, with any proof', async () => {
    const { victim, thief, suspended, broken } = companies;
    const known = foreign.calls[platform];
    const strangers = [thief, suspended, broken].map(({ secrets }) => [secrets[platform], known] as const);
    const attempts = [...strangers, [thief.secrets[platform], 'call_never_heard_of'], [null, known]] as const;
    for (const [secret, callId] of [...attempts, ['a-secret-of-no-company', known] as const]) {
      const call = { secret, line: victim.line, agentId: victim.agentId, callId };
      const heard = await say(platform, name, call, foreignArguments(tool, foreign.booking));
      expect([secret, heard.status, heard.text.includes(MARK)]).toEqual([secret, 401, false]);
    }
    expect(await victimsRows()).toBe(before);
  });

  test('answers 401 to a suspended company and to one whose seal is broken', async () => {
    const { suspended, broken } = companies;
    // A token is not sealed: its company is who asks.
    for (const { secrets, line, agentId } of platform === 'mcp' ? [suspended] : [suspended, broken]) {
      const heard = await say(platform, name, { secret: secrets[platform], line, agentId });
      expect(heard.status).toBe(401);
    }
  });

  test('reads and changes nothing of another company by its ids', async () => {
    const { thief, victim } = companies;
    const secret = thief.secrets[platform];
    for (const [line, agentId, id] of [
      [thief.line, thief.agentId, foreign.booking],
      [thief.line, victim.agentId, foreign.appointment],
      [null, thief.agentId, foreign.appointment],
      [null, victim.agentId, foreign.booking],
    ] as const) {
      const call = { secret, line, agentId, callId: foreign.calls[platform] };
      const heard = await say(platform, name, call, foreignArguments(tool, id));
      expect([200, 401]).toContain(heard.status);
      // The service's name is in the question and may be said again.
      expect(heard.text).not.toMatch(new RegExp(`${MARK} Gast|Salon ${MARK}`));
    }
    expect(await victimsRows()).toBe(before);
  });
});

test('a refusal leaves an audit entry that names the company whose secret it was', async () => {
  const text = `select distinct action from audit_log where company_id = $1 and subject_type = 'signature'`;
  const actions = (await query<{ action: string }>(text, [companies.thief.id])).map(({ action }) => action);
  for (const door of ['/api/retell/', '/api/vapi', '/api/elevenlabs/', '/mcp'])
    expect(actions).toContainEqual(expect.stringContaining(door));
});

describe('caches and jobs', () => {
  const ofVictim = (): object => ({ company_id: companies.victim.id });
  const none = (): undefined => undefined;
  let token: string;
  beforeAll(async () => {
    token = (await made('/tokens', { company_id: companies.thief.id, name: 'office', role: 'company_admin' })).token!;
  });

  test.each([
    ['warm another company', 'post', '/cache/warm', 403, ofVictim],
    ['forget another company’s cache', 'delete', '/cache?company_id=', 403, none],
    ['forget another company’s event type', 'delete', '/cache?event_type_id=987001', 404, none],
    [
      'import for another company',
      'post',
      '/calcom/import-event-types',
      403,
      () => ({ company_id: companies.victim.id }),
    ],
  ] as const)('%s is refused and queues nothing', async (_what, method, to, status, body) => {
    const jobs = await query('select id from jobs order by id');
    const answer = await admin(method, to.endsWith('=') ? to + companies.victim.id : to, body(), token);
    expect([answer.status, answer.text.includes(MARK)]).toEqual([status, false]);
    expect(await query('select id from jobs order by id')).toEqual(jobs);
    expect(await victimsRows()).toBe(before);
  });
});
