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

type Answer = Awaited<ReturnType<AdminKit['ask']>>;
const as = (body: object) => ({ token: ours.token, body });
const number = (body: object): Promise<Answer> => kit.ask('post', '/phone-numbers', as(body));

describe('telephone numbers', () => {
  test.each([
    ['030 98765432', '+493098765432'],
    ['(030) 9876-5433', '+493098765433'],
    ['0049 30 98765434', '+493098765434'],
    ['+49 30 98765435', '+493098765435'],
  ])('%s of a German company is %s', async (written, read) => {
    const { status, body } = await number({ number: written, branch_id: ours.branchId });
    expect([status, body.data?.number]).toEqual([201, read]);
  });

  test('a national number is of the company’s country, also in a branch', async () => {
    await kit.ask('patch', `/companies/${ours.id}`, as({ time_zone: 'Europe/Vienna' }));
    const { body } = await kit.ask('patch', `/branches/${ours.branchId}`, as({ phone: '01 58858' }));
    expect(body.data.phone).toBe('+43158858');
    await kit.ask('patch', `/companies/${ours.id}`, as({ time_zone: 'Europe/Berlin' }));
  });

  test.each(['12', 'anna', '030 1'])('%s is refused at its field', async (written) => {
    const { status, body } = await number({ number: written, branch_id: ours.branchId });
    expect([status, body.error.details]).toMatchObject([
      400,
      [{ path: 'number', message: 'must be a telephone number such as 030 98765432 or +49 30 98765432' }],
    ]);
  });

  test('a number and its new branch are made together, or neither is', async () => {
    const branches = async (): Promise<string[]> =>
      (await kit.ask('get', '/branches', { token: ours.token })).body.data.map((row: { name: string }) => row.name);
    const refused = await number({ number: '030 98765432', new_branch: 'Nord' });
    expect([refused.status, await branches()]).toEqual([409, expect.not.arrayContaining(['Nord'])]);
    expect((await number({ number: '030 98765439', new_branch: 'Nord' })).status).toBe(201);
    expect(await branches()).toContain('Nord');
    expect((await number({ number: '030 98765440' })).status).toBe(400);
    expect((await number({ number: '030 98765440', new_branch: 'Süd', branch_id: ours.branchId })).status).toBe(400);
  });
});

describe('an edit of a row that was changed after it was read', () => {
  test('is refused with who changed which of its fields, and of nothing else', async () => {
    const place = `/branches/${ours.branchId}`;
    const read = (await kit.ask('get', place, { token: ours.token })).body.data;
    await kit.ask('patch', place, as({ name: 'Altstadt' }));
    const { status, body } = await kit.ask('patch', place, as({ name: 'Mitte 2', if_updated_at: read.updated_at }));
    expect([status, body.error.code]).toEqual([409, 'conflict']);
    expect(body.error.message).toMatch(/^.+ changed this at \S+Z\. Read it again, then repeat the change\.$/);
    expect(body.error.details).toEqual([
      { path: 'name', value: '"Altstadt"', message: expect.stringMatching(/^is "Altstadt" since \S+Z \(was ".+"\)$/) },
    ]);
    const other = await kit.ask('patch', place, as({ time_zone: 'Europe/Paris', if_updated_at: read.updated_at }));
    expect([other.status, other.body.error.details]).toEqual([409, undefined]);
  });

  test('of a company is refused the same way', async () => {
    const place = `/companies/${ours.id}`;
    const read = (await kit.ask('get', place, { token: ours.token })).body.data;
    await kit.ask('patch', place, { body: { currency: 'CHF' } });
    const { status, body } = await kit.ask('patch', place, as({ currency: 'USD', if_updated_at: read.updated_at }));
    expect([status, body.error.message]).toEqual([409, expect.stringContaining('bootstrap changed this at ')]);
    expect(body.error.details).toEqual([
      { path: 'currency', value: '"CHF"', message: expect.stringContaining('is "CHF"') },
    ]);
  });
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

  test('leave every table when a customer is erased; times stay, and no one else is touched', async () => {
    const { customer, appointment, operation } = await person(ours);
    await person(theirs);
    expect((await kit.ask('delete', `/customers/${customer}/personal-data`, { token: theirs.token })).status).toBe(404);
    expect(await traces(ours.id)).toMatch(MARKS);

    await kit.sql(
      "update booking_operations set state = 'unknown', settle_after = now(), settled_at = null where id = $1",
      [operation],
    );
    expect((await kit.ask('delete', `/customers/${customer}/personal-data`, { token: ours.token })).status).toBe(409);
    expect(await traces(ours.id)).toMatch(MARKS);
    await kit.sql("update booking_operations set state = 'confirmed', settled_at = now() where id = $1", [operation]);

    const { status, body } = await kit.ask('delete', `/customers/${customer}/personal-data`, { token: ours.token });
    expect([status, body.data]).toEqual([200, { id: customer, appointments: 1, calls: 1 }]);
    expect(await traces(ours.id)).not.toMatch(MARKS);
    expect(await traces(theirs.id)).toMatch(MARKS);
    const kept = (await kit.ask('get', `/appointments/${appointment}`, { token: ours.token })).body.data;
    expect(kept).toMatchObject({
      starts_at: '2026-12-20T09:00:00.000Z',
      status: 'booked',
      customer_id: customer,
      attendee_phone: null,
    });
    expect((await kit.ask('get', `/customers/${customer}`, { token: ours.token })).body.data).toMatchObject({
      name: null,
      phone: null,
      erased_at: expect.any(String),
    });
    // Two refusals, the erasure, and the look after it.
    expect(await kit.audit(customer)).toHaveLength(4);
  });
});
