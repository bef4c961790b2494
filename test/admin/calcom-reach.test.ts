import { AdminKit, type Tenant } from './kit';

let kit: AdminKit;
let shared: Tenant;
let own: Tenant;
beforeAll(async () => {
  kit = await AdminKit.start();
  shared = await kit.tenant('Shared', 'platform');
  own = await kit.tenant('Own');
});
afterAll(() => kit.stop());

const service = { name: 'Fremd', duration_minutes: 30, calcom_event_type_id: 4711 };

describe('on the Cal.com key of the platform', () => {
  test.each([
    ['post', '/calcom/create-webhook', {}],
    ['post', '/calcom/test-connection', {}],
    ['post', '/calcom/import-event-types', {}],
    ['post', '/cache/warm', {}],
    ['post', '/services', service],
  ] as const)('a company’s token is refused: %s %s', async (method, path, body) => {
    const answer = await kit.ask(method, path, { token: shared.token, body });
    expect(answer.status).toBe(403);
    expect(kit.account.hooks).toEqual([]);
    expect(kit.warmed).toEqual([]);
  });

  test('a company’s token chooses neither team nor event type nor hosts, and changes the rest', async () => {
    const mine = { token: shared.token };
    for (const [path, body] of [
      [`/companies/${shared.id}`, { calcom_team_id: 10 }],
      [`/services/${shared.serviceId}`, { calcom_event_type_id: 4711 }],
      [`/services/${shared.serviceId}`, { calcom_team_id: 10 }],
      [`/services/${shared.serviceId}`, { host_ids: [21] }],
    ] as const) {
      expect((await kit.ask('patch', path, { ...mine, body })).status).toBe(403);
    }
    const same = { name: 'Schnitt', calcom_event_type_id: 1001 };
    expect((await kit.ask('patch', `/services/${shared.serviceId}`, { ...mine, body: same })).status).toBe(200);
  });

  test('the platform sets all of it up', async () => {
    const body = { company_id: shared.id, public_url: 'https://other.example.org' };
    expect((await kit.ask('post', '/calcom/create-webhook', { body })).status).toBe(200);
    expect((await kit.ask('post', '/services', { body: { ...service, company_id: shared.id } })).status).toBe(201);
  });
});

describe('on a Cal.com key of its own', () => {
  test('a company chooses for itself, but not where webhooks are sent', async () => {
    const mine = { token: own.token };
    expect((await kit.ask('post', '/calcom/test-connection', { ...mine, body: {} })).status).toBe(200);
    expect(
      (await kit.ask('post', '/services', { ...mine, body: { ...service, calcom_event_type_id: 4712 } })).status,
    ).toBe(201);
    const elsewhere = { public_url: 'https://own.example.org' };
    expect((await kit.ask('post', '/calcom/create-webhook', { ...mine, body: elsewhere })).status).toBe(403);
  });

  test('a company does not move onto the platform’s key by giving its own up', async () => {
    const body = { calcom_api_key: null };
    expect((await kit.ask('patch', `/companies/${own.id}`, { token: own.token, body })).status).toBe(403);
    expect((await kit.ask('patch', `/companies/${own.id}`, { body })).status).toBe(200);
  });
});
