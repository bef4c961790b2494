import type { Browser, Page } from 'playwright-core';
import { launch, missingBrowser, openPage, until } from './browser';
import { startFakeAdminApi, TOKEN, type FakeAdminApi } from './fake-admin-api';

if (missingBrowser !== null) process.stderr.write(`dashboard tests are skipped: ${missingBrowser}\n`);

(missingBrowser === null ? describe : describe.skip)('the dashboard in Chromium', () => {
  let api: FakeAdminApi;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    [api, browser] = await Promise.all([startFakeAdminApi(), launch()]);
  });
  afterAll(async () => {
    await browser.close();
    await api.stop();
  });
  beforeEach(async () => {
    api.asked.length = 0;
    api.fail.clear();
    api.streams = true;
    await open();
  });
  afterEach(async () => {
    const heard = complaints;
    await page.context().close();
    expect(heard).toEqual([]);
  });

  async function open(options: Parameters<typeof openPage>[1] = {}): Promise<void> {
    ({ page, complaints } = await openPage(browser, options));
    await page.goto(`${api.url}/admin`);
  }
  async function reopen(options: Parameters<typeof openPage>[1]): Promise<void> {
    await page.context().close();
    await open(options);
  }
  async function logIn(): Promise<void> {
    await page.locator('input[name=token]').fill(TOKEN);
    await page.keyboard.press('Enter');
    await page.locator('.shell h1').waitFor();
  }
  const go = async (address: string): Promise<void> => {
    await page.evaluate(`void (location.hash = '#/${address}')`);
    await page.locator(`main[data-page=${address.split('/')[0]}]`).waitFor();
  };
  /** Presses a button of the page, then the one that confirms, and waits until the dialog is gone. */
  async function pressAndConfirm(name: string, within = 'main'): Promise<void> {
    await page.locator(within).getByRole('button', { name, exact: true }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    await dialog.locator('button[type=submit]').click();
    await dialog.waitFor({ state: 'detached' });
  }

  test('a wrong token is refused with what to do, and the right one opens the overview', async () => {
    await page.locator('input[name=token]').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('Dieses Token wird nicht angenommen').waitFor();
    await logIn();
    expect(await page.locator('h1').textContent()).toBe('Übersicht');
    expect(await page.evaluate(`[sessionStorage.length, localStorage.getItem('askpro.token')]`)).toEqual([1, null]);
    expect(page.url()).not.toContain(TOKEN);
  });

  test('the figures change while they stream, and the class shares are marked on the gauge', async () => {
    await logIn();
    const requests = page.locator('[data-live=requests]');
    await until(page, `/^\\d+$/.test(document.querySelector('[data-live=requests]')?.textContent ?? '')`);
    const before = await requests.textContent();
    await until(page, `document.querySelector('[data-live=requests]').textContent !== '${before}'`);
    await page.locator('.gauge-marks line').nth(2).waitFor({ state: 'attached' });
    expect(await page.locator('.gauge-legend').textContent()).toContain('bis 61');
    expect(await page.locator('.live').textContent()).toBe('Live');
    await until(page, `document.querySelectorAll('.uplot canvas').length === 2`);
    await page.locator('.agenda li').first().waitFor();
  });

  test('what waits for a person stands on the overview and leads to its list', async () => {
    await logIn();
    const work = page.locator('ul.open-work li');
    await work.first().waitFor();
    expect(await work.allTextContents()).toEqual([
      'Überfällige Rückrufe: 1',
      'Offene Prüfungen: 1',
      'Anrufe für unbekannte Nummern seit gestern: 3',
    ]);
    await work.last().getByRole('link').click();
    const strays = page.locator('section', { hasText: 'gehören zu keinem Betrieb' }).locator('li');
    await strays.first().waitFor();
    expect(await strays.locator('b').allTextContents()).toEqual(['+4930111', '+4930222']);
    await strays.first().getByRole('button', { name: 'Zuordnen' }).click();
    await page.getByRole('dialog').getByText('Wem gehört +4930111?').waitFor();
  });

  test('without the stream the page asks for the status instead', async () => {
    api.streams = false;
    await logIn();
    await page.locator('.live[data-state=polling]').waitFor();
    await until(page, `/^\\d+$/.test(document.querySelector('[data-live=requests]')?.textContent ?? '')`);
  });

  test('a call is found and its trace shows every question by its source', async () => {
    await logIn();
    await go('calls');
    await page.locator('.row-link').nth(39).waitFor();
    await page.locator('select[name=outcome]').selectOption('booked');
    await until(page, `document.querySelectorAll('.row-link').length === 13`);
    await page.locator('.row-link').first().click();
    await page.locator('.fall-step').first().waitFor();
    const sources = await page
      .locator('.fall-step')
      .evaluateAll((all) => all.map((bar) => [...bar.classList].find((name) => name.startsWith('source-'))));
    expect(sources).toEqual([
      'source-cache',
      'source-upstream',
      'source-coalesced',
      'source-stale',
      'source-refused',
      'source-upstream',
    ]);
    expect(await page.locator('.fall-wait').count()).toBe(1);
    await page.locator('.fall-step').nth(1).click();
    await page.getByText('420').first().waitFor();
    await page.locator('.fall-tool').nth(1).click();
    await page.locator('.fall-panel', { hasText: 'morgen' }).waitFor();
    await page.getByText('Davon beim Gateway selbst und seiner Datenbank: 48').waitFor();
  });

  test('the trace is one timeline from ring to hang-up, in the branch’s zone, by keyboard too', async () => {
    await reopen({ timezoneId: 'America/New_York' });
    await logIn();
    await go('trace/x');
    const rows = page.locator('.line > li');
    await rows.nth(29).waitFor();
    const kinds = await rows.evaluateAll((all) => all.map((row) => row.classList[0]!.replace('line-', '')));
    expect(kinds).toEqual([
      ...['mark', 'turn', 'turn', 'tool', 'turn', 'turn', 'turn', 'turn', 'tool', 'turn', 'turn', 'turn', 'tool'],
      ...['turn', 'turn', 'turn', 'turn', 'tool', ...Array.from({ length: 11 }, () => 'turn'), 'mark'],
    ]);
    const times = await page
      .locator('.line time')
      .evaluateAll((all) => all.map((one) => ({ shown: one.textContent, at: one.getAttribute('datetime')! })));
    const inBerlin = { timeZone: 'Europe/Berlin', timeStyle: 'medium' } as const;
    for (const { shown, at } of times) expect(shown).toBe(new Date(at).toLocaleTimeString('de-DE', inBerlin));
    expect(await rows.last().textContent()).toContain('Ende des Anrufs: Anrufer hat aufgelegt');
    await page.getByText('Die Uhr der Plattform geht um 4,2').waitFor();
    await page.getByRole('button', { name: 'Gespräch', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.locator('.line-tool').first().waitFor({ state: 'hidden' });
    expect(await page.getByRole('link', { name: 'Aufnahme bei der Plattform anhören' }).getAttribute('rel')).toBe(
      'noreferrer',
    );
  });

  test.each([
    ['overview', 'Zurücksetzen', 'POST', /^\/circuit-breaker\/reset$/],
    ['performance', 'Vorwärmen', 'POST', /^\/cache\/warm$/],
    ['performance', 'Leeren', 'DELETE', /^\/cache(\?|$)/],
    ['jobs', 'Wiederholen', 'POST', /^\/jobs\/.+\/retry$/],
    ['webhooks', 'Neu verarbeiten', 'POST', /^\/webhook-events\/.+\/replay$/],
    ['appointments', 'Absagen', 'POST', /^\/appointments\/.+\/cancel$/],
    ['customers', 'Daten löschen', 'DELETE', /^\/customers\/.+\/personal-data$/],
    ['callbacks', 'Bearbeiten: Jonas Weber', 'PATCH', /^\/callbacks\//],
    ['company/x', 'Verbindung testen', 'POST', /^\/calcom\/test-connection$/],
    ['company/x', 'Übernehmen', 'POST', /^\/calcom\/import-event-types$/],
  ])('on %s the button "%s" asks first and then calls the API once', async (address, name, method, address2) => {
    await logIn();
    await go(address);
    const button = page.locator('main').getByRole('button', { name, exact: true }).first();
    await button.click();
    await page.getByRole('dialog').getByRole('button', { name: 'Abbrechen' }).click();
    expect(api.asked).toEqual([]);
    await pressAndConfirm(name);
    expect(api.asked).toHaveLength(1);
    expect(api.asked[0]).toMatchObject({ method, path: expect.stringMatching(address2) });
  });

  test('an agent is connected, and what the job does is shown in the reader’s language', async () => {
    await logIn();
    await go('company/x');
    const main = page.locator('main');
    await main.getByLabel('Stimme').fill('11labs-Adrian');
    await main.getByLabel('Was geschehen soll').selectOption('run');
    await main.getByRole('button', { name: 'Mit Retell verbinden' }).click();
    await main.getByText('Der Probeanruf wurde beantwortet: Guten Tag.').waitFor();
    const sent = api.asked.find(({ path }) => path === '/retell/connect-agent');
    expect(sent).toMatchObject({ method: 'POST', body: { dry_run: false, voice: '11labs-Adrian' } });
    await main.getByText('Von Hand und andere Plattformen').click();
    const links = main.locator('a.file');
    const files = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
    expect(files).toEqual(expect.arrayContaining(['/admin/kit/agent.de.json', '/admin/kit/vapi/tools.de.json']));
    for (const file of files) expect([file, (await fetch(`${api.url}${file}`)).status]).toEqual([file, 200]);
  });

  test('a review is resolved with what was done', async () => {
    await logIn();
    await go('reviews');
    await page.locator('main').getByRole('button', { name: 'Klären' }).click();
    await page.locator('textarea[name=resolution]').fill('Bei Cal.com nachgesehen.');
    await page.getByRole('dialog').locator('button[type=submit]').click();
    await page.getByText('Gespeichert.').waitFor();
    expect(api.asked[0]?.body).toEqual({ resolution: 'Bei Cal.com nachgesehen.' });
  });

  test('a failed action keeps its dialog open with the reason', async () => {
    await logIn();
    api.fail.set('/circuit-breaker/reset', 500);
    await page.locator('main').getByRole('button', { name: 'Zurücksetzen' }).click();
    await page.getByRole('dialog').locator('button[type=submit]').click();
    await page.getByRole('dialog').getByRole('alert').waitFor();
    api.fail.clear();
    await page.getByRole('dialog').locator('button[type=submit]').click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  test('a company is created, and a refused key is shown at its field', async () => {
    await logIn();
    await go('companies');
    await page.locator('.form input[name=name]').fill('Salon Müßig & Söhne');
    expect(await page.locator('input[name=slug]').inputValue()).toBe('salon-muessig-soehne');
    await page.locator('input[name=calcom_api_key]').fill('cal_live_nope');
    api.fail.set('/companies', 400);
    await page.getByRole('button', { name: 'Anlegen' }).click();
    await page.locator('.field.invalid', { hasText: 'is not accepted by Cal.com' }).waitFor();
    api.fail.clear();
    await page.getByRole('button', { name: 'Anlegen' }).click();
    await page.locator('.steps').waitFor();
    expect(api.asked.at(-1)?.body).toMatchObject({ slug: 'salon-muessig-soehne', calcom_api_key: 'cal_live_nope' });
    await page.locator('input[name=number]').fill('+493099887766');
    await page.getByRole('button', { name: 'Zuordnen' }).click();
    await page.getByText('+493099887766').waitFor();
    await page.locator('.checks li').first().waitFor();
  });

  test('language and theme can be switched and are remembered', async () => {
    await logIn();
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await page.getByRole('button', { name: 'Light or dark' }).click();
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
    await go('performance');
    await until(page, `document.querySelectorAll('.uplot canvas').length === 2`);
    await page.locator('.heat-table').waitFor();
  });

  test('both languages have words for the same keys', async () => {
    const keys = (name: string): Promise<unknown> =>
      page.evaluate(`import('/admin/i18n/${name}.js').then(({ messages }) => Object.keys(messages).sort())`);
    const [de, en] = [await keys('de'), await keys('en')];
    expect(de).toContain('overview.title');
    expect(de).toEqual(en);
  });

  test('on a phone nothing is wider than the screen and the menu opens', async () => {
    await reopen({ viewport: { width: 375, height: 760 }, hasTouch: true });
    await logIn();
    for (const address of [
      'overview',
      'performance',
      'calls',
      'trace/x',
      'appointments',
      'callbacks',
      'customers',
      'reviews',
      'jobs',
      'webhooks',
      'audit',
      'companies',
      'company/x',
      'setup',
    ]) {
      await go(address);
      await until(page, `document.querySelector('.skeletons') === null`);
      expect([address, await page.evaluate(`document.documentElement.scrollWidth`)]).toEqual([address, 375]);
    }
    await page.getByRole('button', { name: 'Menü' }).click();
    await page.locator('nav').getByRole('link', { name: 'Anrufe' }).click();
    await page.getByRole('heading', { level: 1, name: 'Anrufe' }).waitFor();
  });

  test('everything works with the keyboard alone', async () => {
    await page.locator('input[name=email]:focus').waitFor();
    while ((await page.locator('input[name=token]:focus').count()) === 0) await page.keyboard.press('Tab');
    await page.keyboard.type(TOKEN);
    await page.keyboard.press('Enter');
    await page.locator('.shell h1').waitFor();
    expect(await page.evaluate(`document.activeElement?.tagName`)).toBe('H1');
    await page.locator('main').getByRole('button', { name: 'Zurücksetzen' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.evaluate(`document.activeElement?.textContent`)).toBe('Zurücksetzen');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(api.asked.map(({ path: asked }) => asked)).toEqual(['/circuit-breaker/reset']);
  });

  test.each([
    ['de-DE', 'Suchen', 'Nichts gefunden.', 'Kunden'],
    ['en-GB', 'Search', 'Nothing found.', 'Customers'],
  ])(
    'in %s everything is searched from the keyboard, and a result opens its page',
    async (locale, open, none, kind) => {
      await reopen({ locale });
      await logIn();
      await go('jobs');
      await page.keyboard.press('Control+k');
      await page.keyboard.type('niemand');
      const dialog = page.getByRole('dialog');
      await dialog.getByText(none).waitFor();
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      await page.getByRole('button', { name: open, exact: true }).click();
      await page.keyboard.type('sommer');
      await dialog.getByRole('heading', { name: kind }).waitFor();
      expect(await dialog.getByRole('link').count()).toBe(3);
      for (let i = 0; i < 2; i++) await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await dialog.waitFor({ state: 'detached' });
      await page.locator('main[data-page=customers]').waitFor();
      expect(await page.locator('input[name=number]').inputValue()).toBe('+491711234567');
    },
  );

  test('a service shows what its event type says at Cal.com and what is in the way on the phone, in both languages', async () => {
    await logIn();
    await go('company/x');
    await page.getByText('Einstellungen bei Cal.com').click();
    const text = (await page.locator('main').textContent()) ?? '';
    for (const words of [
      'verlangt eine Zahlung',
      'wird nicht beachtet',
      'Adresse des Kunden',
      'bis 120 Minuten vorher',
    ])
      expect(text).toContain(words);
    expect(text).toContain('3 Buchungen am Tag');
    expect(await page.locator('.rows details').count()).toBe(1);
    await reopen({ locale: 'en-GB' });
    await logIn();
    await go('company/x');
    await page.getByText('Settings at Cal.com').click();
    const english = (await page.locator('main').textContent()) ?? '';
    for (const words of ['asks for a payment', 'ignored', '3 bookings a day', 'until 120 minutes before', 'allergien'])
      expect(english).toContain(words);
  });

  test.each([
    ['de-DE', 'Zeitraum', 'Alle Zahlen als Tabelle', ['12', '5', '41,7\u00a0%', '231,50\u00a0€']],
    ['en-GB', 'Period', 'All figures as a table', ['12', '5', '41.7\u00a0%', '€231.50']],
  ])('in %s the trend draws its figures and lists them, and says nothing of days without calls', async (...given) => {
    const [locale, period, all, figures] = given;
    await reopen({ locale });
    await logIn();
    await go('trends');
    await until(page, `document.querySelectorAll('.uplot canvas').length === 3`);
    const cells = (row: number): Promise<string[]> =>
      page.locator('.all-figures tbody tr').nth(row).locator('td').allTextContents();
    await page.locator('summary', { hasText: all }).click();
    await until(page, `document.querySelectorAll('.all-figures tbody tr').length === 28`);
    expect((await cells(27)).slice(0, 4)).toEqual(figures);
    expect((await cells(0)).slice(0, 7)).toEqual(['0', '0', '–', '–', '–', '–', '–']);
    expect(await page.locator('.stat').first().textContent()).toMatch(/12.*: 0$/);
    await page.getByLabel(period).selectOption('91');
    await until(page, `document.querySelector('.all-figures')?.open === false`);
    await page.locator('summary', { hasText: all }).click();
    await until(page, `document.querySelectorAll('.all-figures tbody tr').length === 91`);
    expect(page.url()).toContain('#/trends?days=91&bucket=day');
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: /CSV/ }).click();
    expect((await download).suggestedFilename()).toBe('trends.csv');
  });

  test('the setup page puts what is broken first, with what to do', async () => {
    await logIn();
    await go('setup');
    await page.locator('.checks li').first().waitFor();
    expect(await page.locator('.checks li').first().textContent()).toContain('Bitte legen Sie den Webhook');
  });

  test('the platform decides there whose an event type of several companies is', async () => {
    await logIn();
    await go('setup');
    await page.getByRole('button', { name: 'Termintyp 1004 gehört Haarwerk Nord' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.textContent()).toContain('Termintyp abgeschaltet: Salon Sommer');
    await dialog.getByRole('button', { name: 'Zuordnen' }).click();
    await dialog.waitFor({ state: 'detached' });
    const body = { company_id: expect.stringMatching(/21$/), event_type_id: 1004 };
    expect(api.asked.at(-1)).toMatchObject({ path: '/calcom/assign-event-type', body });
  });
});
