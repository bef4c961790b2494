import { Client } from 'pg';
import request from 'supertest';
import { demoWorld } from '../../packages/calcom-sandbox/src/world/demo-world';
import { ADMIN_TOKEN, SANDBOX_KEY, startTestGateway, type TestGateway } from '../support/gateway';

/** The key belongs to Bernd, who is a plain member of the salon's team. */
const MEMBER = 502;

let t: TestGateway;
let sql: Client;
let companyId: string;
beforeAll(async () => {
  const world = demoWorld();
  t = await startTestGateway({
    env: { PUBLIC_URL: 'https://gateway.example.org' },
    sandbox: {
      world: {
        ...world,
        apiKeys: [{ key: SANDBOX_KEY, userId: MEMBER }],
        eventTypes: (world.eventTypes ?? []).map((one) => ({ ...one, rrHostSubsetEnabled: false })),
      },
    },
  });
  sql = new Client({ connectionString: t.databaseUrl });
  await sql.connect();
  const { rows } = await sql.query(`select id from companies`);
  companyId = (rows[0] as { id: string }).id;
});
afterAll(async () => {
  await sql.end();
  await t.stop();
});

const admin = (): ReturnType<typeof request.agent> =>
  request.agent(t.gateway.server).set('authorization', `Bearer ${ADMIN_TOKEN}`);

test('the check of the set-up says what a plain member’s key cannot see and do', async () => {
  const { status, body } = await admin().get('/api/admin/check-setup');
  expect(status).toBe(200);
  const found = body.data as { id: string; status: string; detail: string; what_to_do: string }[];
  expect(found.find(({ id }) => id === 'calcom_role:10')).toMatchObject({
    status: 'warning',
    detail: expect.stringMatching(/only this member’s bookings.*webhooks.*person/),
    what_to_do: expect.stringContaining('owner or administrator'),
  });
});

test('webhooks and the choice of hosts that the key may not set up are left to a person', async () => {
  const webhook = await admin().post('/api/admin/calcom/create-webhook').send({ company_id: companyId });
  expect(webhook.status).toBe(200);
  expect(webhook.body.data.event_types.length).toBeGreaterThan(0);
  expect(new Set(webhook.body.data.event_types.map(({ outcome }: { outcome: string }) => outcome))).toEqual(
    new Set(['by_hand']),
  );
  expect(webhook.body.data.what_to_do).toContain('administrator of the team');
  const choice = await admin().post('/api/admin/calcom/enable-host-choice').send({ company_id: companyId });
  expect(choice.status).toBe(200);
  expect(choice.body.data.event_types).toEqual(
    expect.arrayContaining([expect.objectContaining({ outcome: 'by_hand' })]),
  );
  const { rows } = await sql.query(
    `select kind from alerts where resolved_at is null and kind <> 'event_types_changed'`,
  );
  expect(rows).toEqual([]);
});
