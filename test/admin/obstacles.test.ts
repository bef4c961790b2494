import request from 'supertest';
import { demoWorld } from '../../packages/calcom-sandbox/src/world/demo-world';
import { phoneObstaclesOf } from '../../src/services/admin/event-type-limits';
import type { UpstreamEventType } from '../../src/services/calcom/calcom-ports';
import { ADMIN_TOKEN, startTestGateway, type TestGateway } from '../support/gateway';
import { until } from '../support/until';

describe('an event type on the phone', () => {
  const plain = { price: null, emailVerification: false, locations: ['address'] };
  test.each<[string, Partial<UpstreamEventType>, string[]]>([
    ['at the company’s address', {}, []],
    ['without any place', { locations: [] }, []],
    ['with a payment', { price: 45 }, ['payment_required']],
    ['with a code by e-mail', { emailVerification: true }, ['email_code_required']],
    ['at the customer’s address', { locations: ['attendeeAddress'] }, ['place_unknown']],
    ['at the customer’s choice of both', { locations: ['attendeeAddress', 'attendeeDefined'] }, ['place_unknown']],
    ['at the customer’s address or the company’s', { locations: ['attendeeAddress', 'address'] }, []],
    ['by a call to the customer', { locations: ['attendeePhone'] }, []],
  ])('%s', (_case, settings, obstacles) => {
    expect(phoneObstaclesOf({ ...plain, ...settings } as UpstreamEventType)).toEqual(obstacles);
  });
});

describe('a gateway', () => {
  let t: TestGateway;
  let company: string;
  const admin = (): ReturnType<typeof request.agent> =>
    request.agent(t.gateway.server).set('authorization', `Bearer ${ADMIN_TOKEN}`);
  const listOf = async (path: string): Promise<Record<string, unknown>[]> =>
    (await admin().get(`/api/admin${path}`)).body.data;
  const openAlerts = async (): Promise<Record<string, unknown>[]> =>
    (await listOf('/alerts')).filter(({ kind, resolved_at }) => kind === 'event_type_obstacle' && resolved_at === null);
  beforeAll(async () => {
    const world = demoWorld();
    const changed: Record<number, object> = {
      1001: { price: 4500 },
      1002: { locations: [{ type: 'attendeeAddress' }] },
      1003: { hidden: true, bookingLimitsCount: { day: 4 } },
    };
    t = await startTestGateway({
      sandbox: {
        world: { ...world, eventTypes: (world.eventTypes ?? []).map((one) => ({ ...one, ...changed[one.id] })) },
      },
    });
    company = String((await listOf('/companies'))[0]?.id);
  });
  afterAll(() => t.stop());

  test('names at import what is in the way on the phone, and keeps it with the service', async () => {
    const { body } = await admin().post('/api/admin/calcom/import-event-types').send({ company_id: company });
    const items = body.data.items as { event_type_id: number; obstacles: string[]; detail: string | null }[];
    expect(items.filter(({ obstacles }) => obstacles.length > 0)).toEqual([
      expect.objectContaining({ event_type_id: 1001, detail: expect.stringContaining('a payment') }),
      expect.objectContaining({ event_type_id: 1002, obstacles: ['place_unknown'] }),
    ]);
    const services = await listOf('/services');
    expect(services.find((one) => one.calcom_event_type_id === 1001)).toMatchObject({
      calcom_settings: { obstacles: ['payment_required'], price: 45 },
    });
  });

  test('alerts its operator once for each, in both languages, with what to do', async () => {
    await admin().post('/api/admin/calcom/import-event-types').send({ company_id: company });
    const found = await until(openAlerts, (open) => open.length >= 2);
    expect(found).toHaveLength(2);
    expect(found.find(({ message }) => String(message).includes('1001'))).toMatchObject({
      message: expect.stringContaining('asks for a payment'),
      message_de: expect.stringContaining('„Herrenhaarschnitt“ (1001): Cal.com verlangt eine Zahlung'),
      what_to_do_de: expect.stringContaining('Zahlungs-App'),
    });
  });

  test('says it in the check of the set-up, with hidden ones and limits', async () => {
    const checks = await listOf('/check-setup');
    const of = (name: string): object | undefined => checks.find(({ title }) => title === `Service ${name}`);
    expect(of('Herrenhaarschnitt')).toMatchObject({
      ...{ status: 'error', detail: expect.stringContaining('a payment') },
      detail_de: expect.stringMatching(/^Cal\.com verlangt eine Zahlung/),
      what_to_do_de: expect.stringContaining('Zahlungs-App'),
    });
    expect(of('Damenhaarschnitt')).toMatchObject({ status: 'warning', what_to_do: expect.stringContaining('address') });
    expect(of('Färben')).toMatchObject({
      status: 'ok',
      detail: expect.stringMatching(/Hidden.*At most 4 bookings a day/),
      detail_de: expect.stringMatching(
        /^Termintyp \d+\. Auf den Seiten von Cal\.com nicht zu sehen\. Höchstens 4 Buchungen am Tag/,
      ),
    });
  });

  test('closes the alert of a service that is switched off', async () => {
    const services = await listOf('/services');
    const service = services.find((one) => one.calcom_event_type_id === 1002);
    await admin()
      .patch(`/api/admin/services/${String(service?.id)}`)
      .send({ is_active: false });
    await admin().post('/api/admin/calcom/import-event-types').send({ company_id: company });
    const left = await until(openAlerts, (open) => open.length === 1);
    expect(JSON.stringify(left)).toContain('1001');
  });
});
