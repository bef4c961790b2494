import type { Browser, Page } from 'playwright-core';
import { UpstreamUnavailable } from '../../src/errors';
import { Alerts } from '../../src/services/admin/alerts';
import { OverdueCallbacks } from '../../src/services/admin/watch';
import { ADMIN_TOKEN, openDay, SANDBOX_KEY } from '../support/gateway';
import { until as untilRead } from '../support/until';
import { launch, missingBrowser, until } from './browser';
import { goTo, logIn, press, startRealDashboard, type RealDashboard } from './real-gateway';

if (missingBrowser !== null) process.stderr.write(`the dashboard on a real gateway is not tested: ${missingBrowser}\n`);

(missingBrowser === null ? describe : describe.skip)('the dashboard on a real gateway', () => {
  let real: RealDashboard;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    [real, browser] = await Promise.all([startRealDashboard(), launch()]);
    ({ page, complaints } = await logIn(browser, real.url));
  });
  afterAll(async () => {
    await browser.close();
    await real.stop();
  });
  afterEach(() => expect(complaints.splice(0)).toEqual([]));

  /** Until the database says so. */
  async function eventually(text: string, params: unknown[] = []): Promise<Record<string, unknown>> {
    const [row] = await untilRead(
      () => real.sql(text, params),
      (rows) => rows.length > 0,
    );
    return row!;
  }
  const audited = (action: string): Promise<unknown> =>
    eventually("select 1 from audit_log where action = $1 and detail ->> 'outcome' = 'done'", [action]);
  const admin = async <T>(path: string): Promise<T> => {
    const answer = await fetch(`${real.url}/api/admin${path}`, { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } });
    return ((await answer.json()) as { data: T }).data;
  };

  test('the gauge moves by the stream while calls ask Cal.com', async () => {
    await until(page, `document.querySelector('.live').dataset.state === 'live'`);
    const shown = (): Promise<number> =>
      page.evaluate(`Number(document.querySelector('[data-live=requests]').textContent)`);
    await until(page, `/^\\d+$/.test(document.querySelector('[data-live=requests]').textContent)`);
    const before = await shown();
    for (const service_name of ['Herrenhaarschnitt', 'Damenhaarschnitt', 'Färben', 'Bartpflege'])
      await real.gateway.tool('check_availability', { service_name, desired_date: openDay(5), desired_time: '11:00' });
    await until(page, `Number(document.querySelector('[data-live=requests]').textContent) >= ${before + 4}`);
    const [limit] = await admin<{ requests_last_60s: number }[]>('/rate-limit');
    expect(await shown()).toBeLessThanOrEqual(limit!.requests_last_60s);
  });

  test('a call is found and its trace shows what was asked, answered and booked', async () => {
    const { callId, appointmentId } = await real.bookedCall('10:00', 'Tina Trace');
    await eventually('select 1 from call_tool_invocations where call_id = $1 and tool = $2', [
      callId,
      'create_booking',
    ]);
    await goTo(page, 'calls');
    await page.locator('tr', { hasText: '+4915112345678' }).locator('.row-link').first().click();
    await page.locator('.fall-step').first().waitFor();
    await page.locator('main[data-page=trace]').getByText(callId).waitFor();
    expect(await page.locator('.fall-tool').count()).toBe(2);
    expect(await page.locator('.fall-step.source-upstream').count()).toBeGreaterThanOrEqual(1);
    await page.locator('.fall-tool').nth(1).click();
    await page.getByText(appointmentId).first().waitFor();
    await page.getByText('bestätigt').first().waitFor();
  });

  test('the trace shows what the person who takes over needs to know', async () => {
    const call = { call_id: 'call_dashboard_person', from_number: '+4915112345678' };
    const wish = { service_name: 'Herrenhaarschnitt', desired_date: openDay(4), desired_time: '10:00' };
    await real.gateway.tool('check_availability', wish, call);
    await eventually('select 1 from call_tool_invocations where call_id = $1', [call.call_id]);
    const said = { customer_name: 'Petra Person', summary: 'Möchte Farbe und Schnitt', reason: 'Sonderwunsch' };
    await real.gateway.tool('transfer_to_human', said, call);
    await goTo(page, `trace/${call.call_id}`);
    const note = page.locator('section.card', { hasText: 'Übergabe an einen Menschen' });
    const fact = (name: string): Promise<string | null> =>
      note
        .locator('div', { has: page.locator('dt', { hasText: name }) })
        .locator('dd')
        .last()
        .textContent();
    expect(await fact('Wer')).toBe('Petra Person');
    expect(await fact('Nummer')).toBe('+4915112345678');
    expect(await fact('Anliegen')).toBe('Möchte Farbe und Schnitt');
    expect(await fact('Schon geklärt')).toMatch(/^Herrenhaarschnitt · /);
    expect(await fact('Versucht')).toContain('Verfügbarkeit prüfen: ');
    expect(await fact('Warum es nicht weiterging')).toBe('Sonderwunsch');
    await note.getByText('Nächste Frage').waitFor();
  });

  test('the trend counts the calls of today and what was booked in them', async () => {
    await real.bookedCall('16:00', 'Trude Trend');
    const [expected] = await real.sql<{ calls: number; value: number }>(
      `select count(distinct c.id)::int as calls, sum(a.price)::float8 as value
       from calls c left join appointments a on a.call_id = c.retell_call_id`,
    );
    await goTo(page, 'trends');
    await page.locator('.uplot canvas').first().waitFor();
    await page.locator('.all-figures summary').click();
    await page.locator('.all-figures td').first().waitFor();
    const today = await page.locator('.all-figures tbody tr').first().locator('td').allTextContents();
    expect(today[0]).toBe(String(expected?.calls));
    expect(today[3]).toBe(`${expected?.value.toFixed(2).replace('.', ',')}\u00a0€`);
    expect(await page.locator('.stat strong').allTextContents()).toEqual(['0', '–', '–', '–', '–']);
  });

  test('an appointment is moved at Cal.com and here, then cancelled', async () => {
    const { appointmentId } = await real.bookedCall('11:00', 'Martin Move');
    const day = openDay(3);
    await goTo(page, 'appointments');
    const row = page.locator('tr', { hasText: 'Martin Move' });
    await press(page, 'Verschieben', { starts_at: '15:30' }, row);
    const moved = await eventually(
      `select to_char(starts_at at time zone 'Europe/Berlin', 'YYYY-MM-DD HH24:MI') as at, status from appointments
       where attendee_name = 'Martin Move' and status = 'booked' and starts_at <> previous_starts_at`,
    );
    expect(moved).toEqual({ at: `${day} 15:30`, status: 'booked' });
    await row.getByText('15:30').waitFor();
    await press(page, 'Absagen', { reason: 'krank' }, row);
    await eventually("select 1 from appointments where id = $1 and status = 'cancelled'", [appointmentId]);
    const [kept] = await real.sql<{ uid: string }>('select calcom_booking_uid as uid from appointments where id = $1', [
      appointmentId,
    ]);
    const booking = await fetch(`${real.gateway.sandbox.url}/bookings/${kept!.uid}`, {
      headers: { authorization: `Bearer ${SANDBOX_KEY}`, 'cal-api-version': '2024-08-13' },
    });
    expect(await booking.json()).toMatchObject({ data: { status: 'cancelled', cancellationReason: 'krank' } });
  });

  test('an open circuit is closed again', async () => {
    const { breaker, accounts } = real.gateway.gateway.parts.upstream;
    const keyId = (await accounts.keys())[0]?.id;
    for (let i = 0; i < 5; i++) {
      const pass = await breaker.enter(keyId!, 'reads', 5000);
      await pass.settle({ error: new UpstreamUnavailable('down', false) });
    }
    await goTo(page, 'overview');
    await page.locator('.circuits').getByText('offen').waitFor();
    await press(page, 'Zurücksetzen');
    await page.locator('.circuits').getByText('offen').waitFor({ state: 'detached' });
    expect((await admin<{ state: string }[]>('/circuit-breaker')).map((one) => one.state)).toEqual([
      'closed',
      'closed',
    ]);
    await audited('post /api/admin/circuit-breaker/reset');
  });

  test('the cache is forgotten and read ahead again', async () => {
    await real.gateway.tool('check_availability', {
      service_name: 'Bartpflege',
      desired_date: openDay(6),
      desired_time: '11:00',
    });
    await goTo(page, 'performance');
    await page.locator('main').getByText('Bartpflege').or(page.locator('main').getByText('1004')).first().waitFor();
    const asked = async (): Promise<number> =>
      ((await real.gateway.control('/counters')) as { requestsTotal: number }).requestsTotal;
    await press(page, 'Leeren');
    await audited('delete /api/admin/cache');
    const before = await asked();
    await real.gateway.tool('check_availability', {
      service_name: 'Bartpflege',
      desired_date: openDay(6),
      desired_time: '11:00',
    });
    expect(await asked()).toBeGreaterThan(before);
    await press(page, 'Vorwärmen');
    await eventually("select 1 from jobs where name = 'WarmCalcomCacheJob' and status = 'done'");
    await page.getByRole('button', { name: 'Bericht zeigen' }).click();
    await page.locator('pre').first().waitFor();
  });

  test('a dead job runs again', async () => {
    const id = await real.insert('jobs', {
      ...{ queue: 'default', name: 'WarmCalcomCacheJob', status: 'dead', attempts: 3, max_attempts: 3 },
      ...{
        backoff_ms: 1,
        timeout_ms: 60_000,
        payload: '{}',
        last_error: 'Cal.com cannot be reached.',
        finished_at: new Date(),
      },
    });
    await goTo(page, 'jobs?status=dead');
    await press(page, 'Wiederholen');
    await eventually("select 1 from jobs where id = $1 and status = 'done'", [id]);
  });

  test('a webhook event is processed once more', async () => {
    const call = {
      call_id: 'call_webhook',
      agent_id: 'agent_demo',
      call_type: 'phone_call',
      call_status: 'ongoing',
      direction: 'inbound',
    };
    await real.gateway.post('/api/retell/webhook', {
      event: 'call_started',
      call: { ...call, from_number: '+4930901820', to_number: '+493012345678', start_timestamp: Date.now() },
    });
    const first = await eventually(
      "select id, processed_at from webhook_events where status = 'processed' and provider = 'retell'",
    );
    await goTo(page, 'webhooks');
    await press(page, 'Neu verarbeiten');
    await eventually('select 1 from webhook_events where id = $1 and processed_at > $2', [
      first.id,
      first.processed_at,
    ]);
  });

  test('a callback is assigned, a review closed, an alert done, a customer forgotten', async () => {
    const company_id = real.companyId;
    const [branch] = await real.sql<{ id: string }>('select id from branches where company_id = $1', [company_id]);
    const callback = await real.insert('callback_requests', {
      branch_id: branch!.id,
      ...{
        company_id,
        customer_name: 'Ruth Rückruf',
        phone: '+4915199999999',
        reason: 'Möchte zu zweit kommen',
        priority: 'urgent',
      },
    });
    await goTo(page, 'callbacks');
    await press(page, 'Übernehmen: Ruth Rückruf', { assigned_to: 'Anna' });
    await press(page, 'Bearbeiten: Ruth Rückruf', { outcome: 'not_reached', note: 'Mailbox' });
    expect(
      await eventually('select status, assigned_to, attempts from callback_requests where id = $1 and attempts > 0', [
        callback,
      ]),
    ).toEqual({ status: 'assigned', assigned_to: 'Anna', attempts: 1 });
    await page.getByText('1× nicht erreicht').waitFor();
    await page.getByRole('button', { name: 'Bearbeiten: Ruth Rückruf' }).click();
    const story = page.getByRole('dialog').locator('.rows li');
    await story.nth(1).waitFor();
    expect((await story.allTextContents()).map((text) => text.split('Zugangstoken')[0])).toEqual([
      ...['zuständig: Anna', 'nicht erreichtMailbox'],
    ]);
    await page.keyboard.press('Escape');

    const review = await real.insert('manual_reviews', {
      company_id,
      kind: 'unexpected_booking',
      subject_type: 'operation',
      subject_id: '1',
    });
    await goTo(page, 'reviews');
    await press(page, 'Klären', { resolution: 'Bei Cal.com nachgesehen.' });
    expect(
      await eventually("select resolution from manual_reviews where id = $1 and status = 'resolved'", [review]),
    ).toEqual({
      resolution: 'Bei Cal.com nachgesehen.',
    });

    const alert = await real.insert('alerts', {
      kind: 'dead_job',
      alert_key: 'job:x',
      severity: 'critical',
      message: 'x has no tries left',
    });
    await goTo(page, 'overview');
    await page.getByText('Eine Aufgabe ist endgültig gescheitert').waitFor();
    await press(page, 'Erledigt', {}, page.locator('.alert', { hasText: 'x has no tries left' }));
    await eventually('select 1 from alerts where id = $1 and resolved_at is not null', [alert]);

    await goTo(page, 'customers');
    await press(page, 'Daten löschen');
    await eventually('select 1 from customers where erased_at is not null and name is distinct from $1', [
      'Tina Trace',
    ]);
  });

  test('callbacks past their due time come first, and the list can be narrowed to them', async () => {
    const [branch] = await real.sql<{ id: string }>('select id from branches where company_id = $1', [real.companyId]);
    const due = { Oskar: -60, Paula: 60, Quentin: -60 };
    const of = { company_id: real.companyId, branch_id: branch!.id, reason: 'Fragt nach', phone: '+4915188888888' };
    for (const [customer_name, minutes] of Object.entries(due)) {
      const due_at = new Date(Date.now() + minutes * 60_000);
      const isDone = customer_name === 'Quentin';
      const state = isDone ? { status: 'completed', closed_at: due_at } : {};
      await real.insert('callback_requests', { ...of, customer_name, due_at, ...state });
    }
    await goTo(page, 'callbacks');
    const rows = page.locator('tbody tr', { hasText: of.reason });
    const late = async (): Promise<string[]> =>
      (await rows.allTextContents()).map((text) => /(Oskar|Paula|Quentin)/.exec(text)![1]! + /überfällig/.test(text));
    await rows.nth(1).waitFor();
    expect(await late()).toEqual(['Oskartrue', 'Paulafalse']);
    await page.locator('[name=open]').selectOption('');
    await rows.nth(2).waitFor();
    expect(await late()).toEqual(['Oskartrue', 'Paulafalse', 'Quentinfalse']);
    await page.locator('[name=overdue]').selectOption('true');
    await rows.nth(1).waitFor({ state: 'detached' });
    expect(await late()).toEqual(['Oskartrue']);
  });

  test('an overdue callback raises an alert, which is closed when it is done', async () => {
    const { stores } = real.gateway.gateway.parts;
    const alerts = new Alerts({
      ...{ companies: stores.companies, metrics: { count: () => undefined } },
      ...{ warn: () => undefined, post: null, nowMs: () => Date.now() },
    });
    const overdue = new OverdueCallbacks({ callbacks: stores.callbacks, alerts });
    const [oskar] = await real.sql<{ id: string }>("select id from callback_requests where customer_name = 'Oskar'");
    const [paula] = await real.sql<{ id: string }>("select id from callback_requests where customer_name = 'Paula'");
    const alert = 'select 1 from alerts where alert_key = $1 and company_id = $2 and resolved_at is ';
    const of = (id: string): string[] => [`callback:${id}`, real.companyId];
    await overdue.look();
    await eventually(`${alert} null`, of(oskar!.id));
    expect(await real.sql(`${alert} null`, of(paula!.id))).toEqual([]);
    await goTo(page, 'overview');
    await page.getByText('Ein Rückruf ist überfällig').first().waitFor();
    await goTo(page, 'callbacks?overdue=true');
    await press(page, 'Bearbeiten: Oskar', { outcome: 'reached' });
    await overdue.look();
    await eventually(`${alert} not null`, of(oskar!.id));
  });

  test('a token is made, works, and is refused once it is revoked', async () => {
    await goTo(page, 'tokens');
    await press(page, 'Token anlegen', { name: 'Grafana', days: '30' });
    const token = (await page.locator('.secret code').textContent()) ?? '';
    const answers = async (): Promise<number> =>
      (await fetch(`${real.url}/api/admin/status`, { headers: { authorization: `Bearer ${token}` } })).status;
    expect([token, await answers()]).toEqual([expect.stringMatching(/^ask_/), 200]);
    await press(page, 'Sperren', {}, page.locator('tr', { hasText: 'Grafana' }));
    expect(await answers()).toBe(401);
    await page.locator('tr', { hasText: 'Grafana' }).getByText('gesperrt').waitFor();
    await goTo(page, 'audit');
    const made = page.locator('tr', { hasText: 'Zugangstoken angelegt' }).first();
    await made.getByText('geschehen').waitFor();
    await made.locator('summary').click();
    expect(await made.locator('pre').textContent()).toMatch(/"name": "Grafana"/);
    expect(await made.textContent()).not.toContain(token);
  });
});
