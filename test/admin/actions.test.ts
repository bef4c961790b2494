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
      { what: 'cancel', companyId: ours.id, id, wish: { reason: 'krank', repeatKey: 'once' } },
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
  ])('%s is told as what it is', async (_what, outcome, status, code) => {
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

describe('personal data', () => {
  const MARKS = /Sabine Geheim|4915112345678|sabine@geheim|Lieblingsfarbe/;
  const TABLES = [
    'customers',
    'appointments',
    'calls',
    'call_tool_invocations',
    'callback_requests',
    'booking_operations',
    'webhook_events',
    'audit_log',
  ];

  async function person(tenant: Tenant): Promise<{ customer: string; appointment: string; operation: string }> {
    const place = { company_id: tenant.id, branch_id: tenant.branchId };
    const customer = await kit.insert('customers', {
      company_id: tenant.id,
      name: 'Sabine Geheim',
      phone: '+4915112345678',
      email: 'sabine@geheim.org',
    });
    const callId = `call_sabine_${tenant.slug}`;
    const uid = `uid_sabine_${tenant.slug}`;
    await kit.insert('calls', {
      ...place,
      customer_id: customer,
      retell_call_id: callId,
      from_number: '+4915112345678',
      started_at: '2026-11-20T10:00:00Z',
      transcript: 'Lieblingsfarbe blau',
      analysis: '{"summary":"Sabine Geheim"}',
    });
    const appointment = await kit.appointment(tenant, {
      ...{
        customer_id: customer,
        call_id: callId,
        attendee_name: 'Sabine Geheim',
        attendee_phone: '+4915112345678',
        attendee_email: 'sabine@geheim.org',
      },
      ...{
        notes: 'Lieblingsfarbe',
        calcom_booking_uid: uid,
        starts_at: '2026-12-20T09:00:00Z',
        ends_at: '2026-12-20T09:30:00Z',
      },
    });
    await kit.sql('insert into appointment_booking_uids (company_id, uid, appointment_id) values ($1, $2, $3)', [
      tenant.id,
      uid,
      appointment,
    ]);
    await kit.insert('call_tool_invocations', {
      company_id: tenant.id,
      call_id: callId,
      request_id: 'r',
      tool: 'create_booking',
      input: '{"customer_name":"Sabine Geheim"}',
      output: '{}',
      status: 'booked',
      success: true,
      started_at: '2026-11-20T10:00:10Z',
      duration_ms: 5,
    });
    await kit.insert('callback_requests', {
      ...place,
      call_id: callId,
      customer_name: 'Sabine Geheim',
      phone: '+4915112345678',
      reason: 'Lieblingsfarbe',
    });
    const operation = await kit.insert('booking_operations', {
      ...{
        company_id: tenant.id,
        kind: 'book',
        state: 'confirmed',
        request_key: callId,
        business_key: callId,
        gateway_key: callId,
        appointment_id: appointment,
      },
      ...{
        calcom_event_type_id: 1001,
        starts_at: '2026-12-20T09:00:00Z',
        ends_at: '2026-12-20T09:30:00Z',
        settled_at: '2026-11-20T10:00:00Z',
      },
      payload:
        '{"branchId":"b","attendee":{"name":"Sabine Geheim","phone":"+4915112345678","email":"sabine@geheim.org"},"responses":{"notes":"Lieblingsfarbe"},"notes":"Lieblingsfarbe"}',
    });
    await kit.insert('webhook_events', {
      company_id: tenant.id,
      provider: 'calcom',
      event_type: 'BOOKING_CREATED',
      dedupe_key: uid,
      payload: JSON.stringify({ body: { payload: { uid, attendees: [{ name: 'Sabine Geheim' }] } }, companyId: null }),
      status: 'processed',
    });
    return { customer, appointment, operation };
  }

  const traces = async (companyId: string): Promise<string> => {
    const all = await Promise.all(
      TABLES.map((table) =>
        kit.sql<{ all: string }>(`select t::text as all from ${table} t where company_id = $1`, [companyId]),
      ),
    );
    return all
      .flat()
      .map((row) => row.all)
      .join('\n');
  };

  test('leave every table when a customer is erased; times stay, and nobody else is touched', async () => {
    const { customer, appointment, operation } = await person(ours);
    await person(theirs);
    expect((await kit.ask('delete', `/customers/${customer}/personal-data`, { token: theirs.token })).status).toBe(404);
    expect(await traces(ours.id)).toMatch(MARKS);

    await kit.sql(
      "update booking_operations set state = 'unknown', settle_after = now(), settled_at = null where id = $1",
      [operation],
    );
    expect((await kit.ask('delete', `/customers/${customer}/personal-data`, asOurs())).status).toBe(409);
    expect(await traces(ours.id)).toMatch(MARKS);
    await kit.sql("update booking_operations set state = 'confirmed', settled_at = now() where id = $1", [operation]);

    const { status, body } = await kit.ask('delete', `/customers/${customer}/personal-data`, asOurs());
    expect([status, body.data]).toEqual([200, { id: customer, appointments: 1, calls: 1 }]);
    expect(await traces(ours.id)).not.toMatch(MARKS);
    expect(await traces(theirs.id)).toMatch(MARKS);
    const kept = (await kit.ask('get', `/appointments/${appointment}`, asOurs())).body.data;
    expect(kept).toMatchObject({
      starts_at: '2026-12-20T09:00:00.000Z',
      status: 'booked',
      customer_id: customer,
      attendee_phone: null,
    });
    expect((await kit.ask('get', `/customers/${customer}`, asOurs())).body.data).toMatchObject({
      name: null,
      phone: null,
      erased_at: expect.any(String),
    });
    // Two refusals, the erasure, and the look after it.
    expect(await kit.audit(customer)).toHaveLength(4);
  });
});

describe('the trace of a call', () => {
  test('shows tools with their questions to Cal.com, bookings and flags, by either id', async () => {
    const steps = JSON.stringify([
      {
        operation: 'GET /slots',
        startedAtMs: 1_780_000_000_000,
        durationMs: 210.5,
        status: 200,
        source: 'upstream',
        waitedMs: 3,
        attempts: 1,
      },
      {
        operation: 'POST /bookings',
        startedAtMs: 1_780_000_000_300,
        durationMs: 900,
        status: null,
        source: 'refused',
        waitedMs: 0,
        attempts: 0,
        detail: 'circuit_open',
      },
    ]);
    const id = await kit.insert('calls', {
      company_id: ours.id,
      branch_id: ours.branchId,
      retell_call_id: 'call_traced',
      started_at: '2026-11-21T10:00:00Z',
      flags: '{"spoken_confirmation_without_booking":"heute um drei"}',
    });
    const tool = (name: string, at: string, more: object = {}) =>
      kit.insert('call_tool_invocations', {
        company_id: ours.id,
        call_id: 'call_traced',
        request_id: name,
        tool: name,
        input: '{"desired_date":"heute"}',
        output: '{"status":"x"}',
        status: 'x',
        success: true,
        started_at: at,
        duration_ms: 12,
        ...more,
      });
    await tool('create_booking', '2026-11-21T10:00:20Z', { steps });
    await tool('check_availability', '2026-11-21T10:00:10Z');
    const appointment = await kit.appointment(ours, {
      call_id: 'call_traced',
      starts_at: '2026-12-21T09:00:00Z',
      ends_at: '2026-12-21T09:30:00Z',
    });
    // The same call id in another company's rows is none of this call's.
    await kit.insert('call_tool_invocations', {
      company_id: theirs.id,
      call_id: 'call_traced',
      request_id: 'foreign',
      tool: 'foreign',
      status: 'x',
      success: true,
      started_at: '2026-11-21T10:00:00Z',
      duration_ms: 1,
    });

    const ofOurs = await kit.ask('get', `/calls/${id}/trace`, asOurs());
    expect(ofOurs.status).toBe(200);
    const { call, tools, appointments } = ofOurs.body.data;
    expect(call.flags).toEqual({ spoken_confirmation_without_booking: 'heute um drei' });
    expect(tools.map((one: { tool: string }) => one.tool)).toEqual(['check_availability', 'create_booking']);
    expect(tools[1].input).toEqual({ desired_date: 'heute' });
    expect(tools[1].steps).toEqual([
      {
        operation: 'GET /slots',
        started_at: new Date(1_780_000_000_000).toISOString(),
        duration_ms: 210.5,
        status: 200,
        source: 'upstream',
        waited_ms: 3,
        attempts: 1,
        detail: null,
      },
      {
        operation: 'POST /bookings',
        started_at: new Date(1_780_000_000_300).toISOString(),
        duration_ms: 900,
        status: null,
        source: 'refused',
        waited_ms: 0,
        attempts: 0,
        detail: 'circuit_open',
      },
    ]);
    expect(appointments.map((one: { id: string }) => one.id)).toEqual([appointment]);
    expect((await kit.ask('get', '/calls/call_traced/trace', asOurs())).body).toEqual(ofOurs.body);
    expect((await kit.ask('get', '/calls/call_traced/trace')).body).toEqual(ofOurs.body);
    expect((await kit.ask('get', '/calls/call_traced/trace', { token: theirs.token })).status).toBe(404);
    expect((await kit.ask('get', `/calls/${id}/trace`, { token: theirs.token })).status).toBe(404);
  });
});
