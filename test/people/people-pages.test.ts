import type { Browser, Page } from 'playwright-core';
import request from 'supertest';
import { launch, missingBrowser, openPage, until } from '../dashboard/browser';
import { ADMIN_TOKEN } from '../support/gateway';
import { goTo, logIn, press, startRealDashboard, type RealDashboard } from '../dashboard/real-gateway';

if (missingBrowser !== null) process.stderr.write(`the pages of people are not tested: ${missingBrowser}\n`);

(missingBrowser === null ? describe : describe.skip)('signing in as a person', () => {
  let real: RealDashboard;
  let browser: Browser;
  let admin: Page;

  beforeAll(async () => {
    [real, browser] = await Promise.all([startRealDashboard({ env: { NOTIFY_ALLOW_PRIVATE: 'true' } }), launch()]);
    ({ page: admin } = await logIn(browser, real.url));
  });
  afterAll(async () => {
    await browser.close();
    await real.stop();
  });

  const BEARER = `Bearer ${ADMIN_TOKEN}`;
  const FIRST = 'Rosenblatt und Kamm 7';
  const SECOND = 'Ein ganz anderes Wort 8';

  async function invited(email: string, name: string, role: string): Promise<string> {
    await goTo(admin, 'people');
    await press(admin, 'Person einladen', { email, name, role });
    return (await admin.locator('.secret code').textContent())!;
  }
  async function fresh(address: string, options: Parameters<typeof openPage>[1] = {}): ReturnType<typeof openPage> {
    const opened = await openPage(browser, options);
    opened.page.setDefaultTimeout(15_000);
    await opened.page.goto(address);
    return opened;
  }
  /** By keyboard alone. */
  async function signIn(page: Page, email: string, password: string): Promise<void> {
    await page.locator('input[name=email]:focus').waitFor();
    await page.keyboard.type(email);
    await page.keyboard.press('Tab');
    await page.keyboard.type(password);
    await page.keyboard.press('Enter');
  }
  /** What a stranger could read from: nothing of a session stands where scripts reach it. */
  const stored = (page: Page): Promise<string> =>
    page.evaluate(`JSON.stringify([{ ...sessionStorage }, { ...localStorage }, document.cookie])`);

  test('an invited person chooses a password, works, changes it, leaves, and comes back', async () => {
    const link = await invited('kim@example.org', 'Kim Muster', 'platform');
    const { page, complaints } = await fresh(link);
    await page.getByRole('heading', { name: 'Willkommen, Kim Muster' }).waitFor();
    expect(page.url()).not.toContain('token=');
    await page.locator('input[name=password]').fill('kurz');
    await page.locator('input[name=again]').fill('kurz');
    await page.keyboard.press('Enter');
    await page.getByText('Zu leicht zu erraten').waitFor();
    await page.locator('input[name=password]').fill(FIRST);
    await page.locator('input[name=again]').fill(FIRST);
    await page.keyboard.press('Enter');
    await page.locator('.shell h1').waitFor();
    await page.locator('.live[data-state=live]').waitFor();
    expect(await stored(page)).not.toMatch(/ses_|askpro_session/);

    await goTo(page, 'account');
    await page.locator('input[name=current_password]').fill('not this one');
    await page.locator('input[name=password]').fill(SECOND);
    await page.locator('input[name=again]').fill(SECOND);
    await page.keyboard.press('Enter');
    await page.getByText('Das ist nicht Ihr jetziges Passwort.').waitFor();
    await page.locator('input[name=current_password]').fill(FIRST);
    await page.keyboard.press('Enter');
    await page.getByText('Ihr Passwort ist geändert.').waitFor();

    await page.reload();
    await page.locator('.shell h1').waitFor();
    await page.getByRole('button', { name: 'Abmelden', exact: true }).click();
    await signIn(page, 'Kim@Example.org', FIRST);
    await page.getByText('stimmt nicht').waitFor();
    await page.locator('input[name=password]').fill(SECOND);
    await page.keyboard.press('Enter');
    await page.locator('.shell h1').waitFor();
    expect(complaints).toEqual([]);
    const again = await fresh(link);
    await again.page.getByText('Dieser Link wurde schon benutzt oder ist abgelaufen.').waitFor();
    await Promise.all([page.context().close(), again.context.close()]);
  });

  test('who is deactivated while signed in is taken to the sign-in page', async () => {
    const link = await invited('lena@example.org', 'Lena Beispiel', 'platform');
    const { page } = await fresh(link, { locale: 'en-GB' });
    await page.locator('input[name=password]').fill(FIRST);
    await page.locator('input[name=again]').fill(FIRST);
    await page.keyboard.press('Enter');
    await page.locator('.shell h1').waitFor();
    await admin.reload();
    await goTo(admin, 'people');
    const row = admin.locator('tr', { hasText: 'Lena Beispiel' });
    await press(admin, 'Deaktivieren', {}, row);
    await admin.locator('tr', { hasText: 'Lena Beispiel' }).getByText('deaktiviert').waitFor();
    await page.locator('input[name=email]').waitFor();
    await page.context().close();
  });

  test('without mail the page says who gives a new link, and pretends nothing', async () => {
    const { page, complaints } = await fresh(`${real.url}/admin`);
    await page.getByRole('button', { name: 'Passwort vergessen?' }).click();
    await page.getByText('kann keine E-Mails verschicken').waitFor();
    expect(await page.locator('input[name=email]').count()).toBe(0);
    await page.getByRole('button', { name: 'Zurück zur Anmeldung' }).click();
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByText('Forgot your password?').waitFor();
    await until(page, `document.documentElement.lang === 'en'`);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test.each([
    ['read_only', ['performance', 'jobs', 'webhooks', 'people', 'tokens', 'audit', 'setup', 'notifications']],
    ['front_desk', ['performance', 'jobs', 'webhooks', 'people', 'tokens', 'audit', 'setup']],
    ['company_admin', ['performance']],
  ])('the menu of %s leads to no page that is refused', async (role, hidden) => {
    const asked = request(real.gateway.gateway.server).post('/api/admin/users').set('authorization', BEARER);
    const email = `${role}@example.org`;
    const { body } = await asked.send({ email, name: 'Mia Menü', role, company_id: real.companyId });
    const { page, complaints } = await fresh(body.data.invitation.link);
    const refused: string[] = [];
    page.on('response', (answer) => void (answer.status() === 403 && refused.push(answer.url())));
    await page.locator('input[name=password]').fill(FIRST);
    await page.locator('input[name=again]').fill(FIRST);
    await page.keyboard.press('Enter');
    await page.locator('.shell h1').waitFor();
    const entries = (): Promise<string[]> =>
      page.locator('nav a').evaluateAll((all) => all.map((link) => link.getAttribute('href')!.slice(2)));
    const shown = await entries();
    expect(hidden.filter((name) => shown.includes(name))).toEqual([]);
    expect(shown.length + hidden.length).toBe(await admin.locator('nav a').count());
    for (const name of shown) await goTo(page, name);
    expect([role, refused]).toEqual([role, []]);
    await page.evaluate(`void (location.hash = '#/${hidden[0]}')`);
    await page.locator('main[data-page=overview]').waitFor();
    expect([refused, complaints]).toEqual([[], []]);
    await page.context().close();
  });

  test('notifications of one’s own and of the company are set up and tested; what was typed stays until it is right', async () => {
    const asked = request(real.gateway.gateway.server).post('/api/admin/users').set('authorization', BEARER);
    const about = { email: 'nora@example.org', name: 'Nora', role: 'company_admin', company_id: real.companyId };
    const { page, complaints } = await fresh((await asked.send(about)).body.data.invitation.link);
    await page.locator('input[name=password]').fill(FIRST);
    await page.locator('input[name=again]').fill(FIRST);
    await page.keyboard.press('Enter');
    await page.locator('.shell h1').waitFor();
    await goTo(page, 'notifications');
    // Without a mail server the page says so, and offers what is possible.
    await page.getByText('verschickt es keine E-Mails').waitFor();
    const add = page.getByRole('button', { name: 'Hinzufügen: Für den Betrieb' });
    await add.click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.locator('select[name=kind] option').allTextContents()).toEqual([
      ...['Slack-Webhook', 'Unterschriebener Webhook'],
    ]);
    await dialog.locator('[name=kind]').selectOption('webhook');
    await dialog.locator('[name=address]').fill('ftp://127.0.0.1/');
    await dialog.getByLabel('Prüfungen').check();
    await dialog.locator('[name=quiet_from]').fill('21:00');
    await dialog.locator('[name=quiet_to]').fill('07:30');
    await page.keyboard.press('Enter');
    await dialog.getByText('eine Adresse mit https://').waitFor();
    expect(await dialog.getByLabel('Prüfungen').isChecked()).toBe(true);
    await dialog.locator('[name=address]').fill('http://127.0.0.1:1/');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    expect(await page.locator('.secret code').textContent()).toMatch(/^[\w-]{43}$/);
    const row = page.locator('.rows li', { hasText: 'http://127.0.0.1:1/' });
    await row.getByText('Meldungen, Prüfungen · Ruhe 21:00–07:30').waitFor();
    await row.getByRole('button', { name: /^Testen/ }).click();
    await page.getByText('nicht angekommen: die Adresse ist nicht erreichbar.').waitFor();
    await row.getByText('Zuletzt nicht angekommen').waitFor();
    await row.getByRole('button', { name: /^Bearbeiten/ }).click();
    await dialog.locator('[name=quiet_from]').fill('');
    await dialog.locator('[name=quiet_to]').fill('');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await row.getByText('Ruhe').waitFor({ state: 'detached' });
    await press(page, 'Hinzufügen: Für mich', { kind: 'slack', address: 'http://127.0.0.1:1/hook' });
    await page.getByText('Slack-Webhook 127.0.0.1:1').waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('the log names the person', async () => {
    await goTo(admin, 'audit');
    await admin.locator('td', { hasText: 'Kim Muster' }).first().waitFor();
  });
});
