import { Client } from 'pg';
import request from 'supertest';
import { SecretBox } from '../../src/infra/secret-box';
import { SECRET_PLACES } from '../../src/services/admin/company-service';
import { createDataSource } from '../../src/models/data-source';
import { channelSecretPlace } from '../../src/services/notifications/message-sender';
import { fingerprint } from '../../src/services/calcom/calcom-accounts';
import { ADMIN_TOKEN, CALCOM_SECRET, openDay, startTestGateway, type TestGateway } from '../support/gateway';

const OLD_KEY = 'the-application-key-of-last-year-32!';
const NEW_KEY = 'the-application-key-of-today-with-32';
const URL = 'https://gateway.example.org';
const HOOK = `${URL}/api/calcom/webhook`;

let t: TestGateway;
let sql: Client;
const companies: Record<'given' | 'torn', string> = { given: '', torn: '' };

async function make(slug: string, key: string, userId: number): Promise<string> {
  await t.control('/api-keys', { key, userId });
  const made = await request(t.gateway.server)
    .post('/api/admin/companies')
    .set('authorization', `Bearer ${ADMIN_TOKEN}`)
    .send({ name: slug, slug, calcom_api_key: key });
  expect(made.status).toBe(201);
  return made.body.data.id as string;
}

beforeAll(async () => {
  t = await startTestGateway({ env: { APP_KEY: `${NEW_KEY},${OLD_KEY}` } });
  sql = new Client({ connectionString: t.databaseUrl });
  await sql.connect();
  companies.given = await make('given', 'cal_sandbox_of_given', 501);
  companies.torn = await make('torn', 'cal_sandbox_of_torn', 502);
});
afterAll(async () => {
  await sql.end();
  await t.stop();
});

const column = async (id: string, name: string): Promise<string> =>
  (await sql.query(`select ${name} as value from companies where id = $1`, [id])).rows[0].value as string;

test('every sealed column has its place', async () => {
  const source = createDataSource(t.databaseUrl, 1);
  await source.initialize();
  const sealed = source
    .getMetadata('companies')
    .columns.map((one) => one.propertyName)
    .filter((name) => name.endsWith('Ciphertext'));
  await source.destroy();
  expect(sealed.sort()).toEqual(Object.keys(SECRET_PLACES).sort());
});

test('keys are resealed with the first key; what none opens is named and left alone', async () => {
  const place = `${companies.given}:calcom_api_key`;
  const sealed = new SecretBox([OLD_KEY]).seal('cal_sandbox_of_given', place);
  await sql.query('update companies set calcom_api_key_ciphertext = $2 where id = $1', [companies.given, sealed]);
  await sql.query(`update companies set calcom_api_key_ciphertext = 'v1.torn' where id = $1`, [companies.torn]);
  const { rotation } = t.gateway.parts.admin;
  const unreadable = [{ company: 'torn', secret: 'calcomApiKeyCiphertext' }];
  expect(await rotation.reseal()).toEqual({ resealed: 1, unchanged: 0, unreadable });
  const resealed = await column(companies.given, 'calcom_api_key_ciphertext');
  expect(new SecretBox([NEW_KEY]).open(resealed, place)).toBe('cal_sandbox_of_given');
  expect(await rotation.reseal()).toEqual({ resealed: 0, unchanged: 1, unreadable });
});

test('secrets of notification channels are resealed too', async () => {
  const add = (address: string): Promise<request.Response> =>
    request(t.gateway.server)
      .post('/api/admin/notification-channels')
      .set('authorization', `Bearer ${ADMIN_TOKEN}`)
      .send({ company_id: companies.given, kind: 'webhook', address, events: ['alerts'] });
  const { id } = (await add('https://one.example.org/')).body.data;
  const torn = (await add('https://two.example.org/')).body.data.id as string;
  const place = channelSecretPlace(id as string);
  const set = 'update notification_channels set secret_ciphertext = $2 where id = $1';
  await sql.query(set, [id, new SecretBox([OLD_KEY]).seal('the signing secret', place)]);
  await sql.query(set, [torn, 'v1.torn']);
  const report = await t.gateway.parts.admin.rotation.reseal();
  expect(report.resealed).toBe(1);
  expect(report.unreadable).toContainEqual({ company: 'given', secret: 'notification_channel' });
  const { rows } = await sql.query('select secret_ciphertext as sealed from notification_channels where id = $1', [id]);
  expect(new SecretBox([NEW_KEY]).open(rows[0].sealed, place)).toBe('the signing secret');
  await sql.query('delete from notification_channels');
});

test('a Cal.com key that does not open is one company’s alone: an alert, a finding, and the others book', async () => {
  const check = async (id: string): Promise<unknown[]> => {
    const { body } = await request(t.gateway.server)
      .get(`/api/admin/check-setup?company_id=${id}`)
      .set('authorization', `Bearer ${ADMIN_TOKEN}`);
    return (body.data as { id: string }[]).filter((one) => one.id === 'calcom_key');
  };
  t.gateway.parts.upstream.accounts.forget(companies.torn as never);
  expect(await check(companies.torn)).toMatchObject([
    { status: 'error', detail: expect.stringContaining('cannot be opened with APP_KEY') },
  ]);
  expect(await check(companies.given)).toMatchObject([{ status: 'ok' }]);
  const { rows } = await sql.query(`select company_id from alerts where kind = 'secret_unreadable'`);
  expect(rows).toEqual([{ company_id: companies.torn }]);
  const wish = {
    service_name: 'Bartpflege',
    desired_date: openDay(6),
    desired_time: '10:00',
    customer_name: 'Ida Ihre',
  };
  expect((await t.tool('create_booking', wish)).body).toMatchObject({ status: 'booked' });
});

test('a secret that was given away is replaced in the company’s account, and named until the common one is new', async () => {
  const { rotation } = t.gateway.parts.admin;
  const ask = async (method: string, key: string, body?: object): Promise<{ id: string; secret: string }[]> => {
    const response = await fetch(`${t.sandbox.url}/webhooks`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    expect(response.ok).toBe(true);
    return [(await response.json()) as { data: never }].flatMap(({ data }) => data);
  };
  await sql.query(`update companies set given_webhook_secret_id = 'unknown' where id = $1`, [companies.given]);
  const old = { active: true, subscriberUrl: HOOK, triggers: ['BOOKING_CREATED'], secret: CALCOM_SECRET };
  await ask('POST', 'cal_sandbox_of_given', old);
  await rotation.nameGivenSecrets();
  expect(await column(companies.given, 'given_webhook_secret_id')).toBe(fingerprint(CALCOM_SECRET));
  expect(await rotation.companiesThatKnowCommonSecret()).toEqual(['given']);

  expect(await rotation.rotateWebhooks(URL)).toEqual([{ company_id: companies.given, error: null }]);
  const [hook, ...others] = await ask('GET', 'cal_sandbox_of_given');
  expect(others).toEqual([]);
  expect(hook!.secret).toMatch(/^[0-9a-f]{64}$/);
  const sealed = await column(companies.given, 'calcom_webhook_secret_ciphertext');
  const place = `${companies.given}:calcom_webhook_secret`;
  expect(t.gateway.parts.upstream.secrets.open(sealed, place)).toBe(hook!.secret);
  expect(await rotation.companiesThatKnowCommonSecret()).toEqual(['given']);

  // As after a restart with a new CALCOM_WEBHOOK_SECRET: the platform's own webhooks get it.
  await sql.query(`update companies set given_webhook_secret_id = $2 where id = $1`, [companies.given, 'of-last-year']);
  expect(await rotation.companiesThatKnowCommonSecret()).toEqual([]);
  const rotated = await rotation.rotateWebhooks(URL);
  expect(rotated).toEqual([{ company_id: expect.any(String), error: null }]);
  expect(rotated[0]!.company_id).not.toBe(companies.given);
});
