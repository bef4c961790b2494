import { RateLimited } from '../../src/errors';
import type { BookingOutcome } from '../../src/services/booking/booking-service';
import type { Appointment } from '../../src/domain';
import { AdminKit, type Tenant } from './kit';

let kit: AdminKit;
let ours: Tenant;
let theirs: Tenant;

beforeAll(async () => {
  kit = await AdminKit.start();
  ours = await kit.tenant('Ours');
  theirs = await kit.tenant('Theirs');
});
afterAll(() => kit.stop());
beforeEach(() => {
  kit.outcome = null;
  kit.bookings.length = 0;
});

const done: BookingOutcome = { kind: 'done', appointment: {} as Appointment, replay: false };
const asOurs = (body?: object, headers: Record<string, string> = {}) => ({
  token: ours.token,
  headers,
  ...(body ? { body } : {}),
});

describe('appointments', () => {
  test('are cancelled through the ledger, with the operator’s reason and repeat key', async () => {
    kit.outcome = done;
    const id = await kit.appointment(ours);
    const { status, body } = await kit.ask(
      'post',
      `/appointments/${id}/cancel`,
      asOurs({ reason: 'krank' }, { 'Idempotency-Key': 'once' }),
    );
    expect([status, body.data.id]).toEqual([200, id]);
    expect(kit.bookings).toEqual([
      {
        ...{ what: 'cancel', companyId: ours.id, id },
        wish: { kind: 'cancel', reason: 'krank', repeatKey: 'once', unchangedSince: null },
      },
    ]);
    expect((await kit.audit(id))[0]).toMatchObject({
      action: 'post /api/admin/appointments/:id/cancel',
      company_id: ours.id,
    });
  });

  test('are moved by a token of the platform in the company they belong to', async () => {
    kit.outcome = done;
    const id = await kit.appointment(theirs);
    const { status } = await kit.ask('post', `/appointments/${id}/reschedule`, {
      body: { starts_at: '2026-12-03T10:00:00+01:00' },
    });
    expect(status).toBe(200);
    expect(kit.bookings[0]).toMatchObject({
      what: 'reschedule',
      companyId: theirs.id,
      wish: { startAt: new Date('2026-12-03T09:00:00Z'), reason: null, repeatKey: null },
    });
  });

  test.each<[string, BookingOutcome, number, string | null]>([
    ['a start that is taken', { kind: 'taken', reason: 'host_busy' }, 409, 'slot_taken'],
    ['a refusal by Cal.com', { kind: 'refused', reason: 'already_cancelled' }, 409, 'conflict'],
    ['a spent budget', { kind: 'not_sent', error: new RateLimited(2500) }, 429, 'rate_limited'],
    ['an outcome that is still open', { kind: 'pending', operationId: 'op', appointmentId: 'id' }, 202, null],
  ])('%s has its own status and code', async (_what, outcome, status, code) => {
    kit.outcome = outcome;
    const id = await kit.appointment(ours, { starts_at: '2026-12-05T09:00:00Z', ends_at: '2026-12-05T09:30:00Z' });
    const answer = await kit.ask('post', `/appointments/${id}/cancel`, asOurs({}));
    expect([answer.status, answer.body.error?.code ?? null]).toEqual([status, code]);
    if (status === 429) expect(answer.headers['retry-after']).toBe('3');
  });

  test('a start without a zone is refused', async () => {
    const id = await kit.appointment(ours);
    const { status, body } = await kit.ask(
      'post',
      `/appointments/${id}/reschedule`,
      asOurs({ starts_at: '2026-12-03T10:00:00' }),
    );
    expect([status, body.error.details[0].path]).toEqual([400, 'starts_at']);
    expect(kit.bookings).toEqual([]);
  });
});

describe('webhook events', () => {
  const event = (status: string, key: string) =>
    kit.insert('webhook_events', {
      company_id: ours.id,
      provider: 'calcom',
      event_type: 'BOOKING_CREATED',
      dedupe_key: key,
      payload: '{}',
      status,
      attempts: 8,
    });

  test('that failed are put back in line and taken up at once', async () => {
    const id = await event('failed', 'failed-1');
    const { body } = await kit.ask('post', `/webhook-events/${id}/replay`, asOurs());
    expect(body.data).toMatchObject({ status: 'pending', attempts: 0, error: null });
    expect(kit.worked).toContain(id);
  });

  test('that wait already are a conflict', async () => {
    const id = await event('pending', 'pending-1');
    expect((await kit.ask('post', `/webhook-events/${id}/replay`, asOurs())).status).toBe(409);
    expect(kit.worked).not.toContain(id);
  });
});

describe('jobs', () => {
  const job = (status: string, key: string | null = null) =>
    kit.insert('jobs', {
      ...{
        company_id: ours.id,
        queue: 'calcom',
        name: 'warm',
        max_attempts: 3,
        backoff_ms: 1,
        timeout_ms: 1,
        status,
        unique_key: key,
        attempts: 3,
      },
      ...(status === 'dead' ? { finished_at: '2026-11-01T00:00:00Z', last_error: 'boom' } : {}),
    });

  test('that are dead get all their tries again', async () => {
    const { body } = await kit.ask('post', `/jobs/${await job('dead')}/retry`, asOurs());
    expect(body.data).toMatchObject({ status: 'queued', attempts: 0, finished_at: null });
  });

  test('that are queued, or whose like is queued, are a conflict', async () => {
    const dead = await job('dead', 'same');
    expect((await kit.ask('post', `/jobs/${await job('queued', 'same')}/retry`, asOurs())).status).toBe(409);
    expect((await kit.ask('post', `/jobs/${dead}/retry`, asOurs())).status).toBe(409);
    expect((await kit.ask('post', `/jobs/${dead}/retry`, { token: theirs.token })).status).toBe(404);
  });
});

describe('callbacks and reviews', () => {
  test('a callback is assigned, closed and opened again', async () => {
    const id = await kit.insert('callback_requests', {
      company_id: ours.id,
      branch_id: ours.branchId,
      reason: 'Frage',
      phone: '+4930123',
    });
    const change = async (body: object) => (await kit.ask('patch', `/callbacks/${id}`, asOurs(body))).body.data;
    expect(await change({ status: 'assigned', assigned_to: 'Anna' })).toMatchObject({
      status: 'assigned',
      assigned_to: 'Anna',
      closed_at: null,
    });
    expect(await change({ status: 'completed' })).toMatchObject({
      status: 'completed',
      assigned_to: 'Anna',
      closed_at: expect.any(String),
    });
    expect(await change({ status: 'pending', assigned_to: null })).toMatchObject({
      status: 'pending',
      assigned_to: null,
      closed_at: null,
    });
    expect((await kit.ask('patch', `/callbacks/${id}`, asOurs({}))).status).toBe(400);
  });

  test('the last resolved review of an appointment takes its mark away', async () => {
    const appointment = await kit.appointment(ours, { requires_manual_review: true, manual_review_reason: 'x' });
    const review = (kind: string) =>
      kit.insert('manual_reviews', { company_id: ours.id, kind, subject_type: 'appointment', subject_id: appointment });
    const marked = async (): Promise<boolean> =>
      (await kit.ask('get', `/appointments/${appointment}`, asOurs())).body.data.requires_manual_review;
    const [first, second] = [await review('a'), await review('b')];
    const { body } = await kit.ask('post', `/manual-reviews/${first}/resolve`, asOurs({ resolution: 'rang them' }));
    expect(body.data).toMatchObject({
      status: 'resolved',
      resolution: 'rang them',
      resolved_by: expect.stringMatching(/^token:/),
    });
    expect(await marked()).toBe(true);
    await kit.ask('post', `/manual-reviews/${second}/resolve`, asOurs({ resolution: 'also' }));
    expect(await marked()).toBe(false);
    expect((await kit.ask('post', `/manual-reviews/${second}/resolve`, asOurs({ resolution: 'again' }))).status).toBe(
      409,
    );
  });
});

test('an alert is closed by hand once, and only by who may see it', async () => {
  const alert = (companyId: string | null, key: string) =>
    kit.insert('alerts', {
      company_id: companyId,
      kind: 'dead_job',
      alert_key: key,
      severity: 'critical',
      message: 'x',
    });
  const [mine, foreign, platform] = [await alert(ours.id, 'a'), await alert(theirs.id, 'b'), await alert(null, 'c')];
  const open = async () => (await kit.ask('get', '/alerts?open=true', asOurs())).body.data.map((one: Tenant) => one.id);
  expect(await open()).toEqual([mine]);
  const { status, body } = await kit.ask('post', `/alerts/${mine}/resolve`, asOurs());
  expect([status, typeof body.data.resolved_at]).toEqual([200, 'string']);
  expect(await open()).toEqual([]);
  expect((await kit.ask('post', `/alerts/${mine}/resolve`, asOurs())).status).toBe(409);
  for (const id of [foreign, platform])
    expect((await kit.ask('post', `/alerts/${id}/resolve`, asOurs())).status).toBe(404);
  expect((await kit.audit(mine))[0]).toMatchObject({ action: 'post /api/admin/alerts/:id/resolve' });
});
