import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { openDay, SANDBOX_KEY, startTestGateway, type TestGateway } from '../support/gateway';
import { launch, missingBrowser } from './browser';
import { messagesOf } from './page-module';
import { goTo, logIn, press } from './real-gateway';

const NUMBER = '+493098765432';

if (missingBrowser !== null) process.stderr.write(`the first hour is not walked: ${missingBrowser}\n`);

test('docs/operating.md names pages and buttons as the page does', () => {
  const text = readFileSync(path.join(__dirname, '../../docs/operating.md'), 'utf8');
  const [, hour = ''] = /## The first hour\n([\s\S]*?)\n## /.exec(text) ?? [];
  const named = [...hour.matchAll(/(?<!\*)\*([^*\n]+)\*(?!\*)/g)].map(([, name = '']) => name);
  const words = new Set(Object.values(messagesOf('en')));
  expect(named.length).toBeGreaterThan(12);
  expect(named.filter((name) => !words.has(name) && !['italics', 'DE'].includes(name))).toEqual([]);
});

(missingBrowser === null ? describe : describe.skip)('the first hour of docs/operating.md', () => {
  let gateway: TestGateway;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  const call = { call_id: 'call_first_hour', from_number: '+4915112345678', to_number: NUMBER, agent_id: 'agent_new' };

  beforeAll(async () => {
    [gateway, browser] = await Promise.all([
      startTestGateway({ env: { SEED_DEMO: 'false' }, agedBudget: true }),
      launch(),
    ]);
    gateway.gateway.start();
    const { port } = gateway.gateway.server.address() as AddressInfo;
    ({ page, complaints } = await logIn(browser, `http://127.0.0.1:${port}`, { locale: 'en-GB' }));
  });
  afterAll(async () => {
    await browser.close();
    await gateway.stop();
  });
  afterEach(() => expect(complaints.splice(0)).toEqual([]));

  test('a company is added with its key, its services are imported, its number is mapped', async () => {
    await goTo(page, 'companies');
    await page.locator('.form input[name=name]').fill('Salon Neu');
    await page.locator('.form input[name=calcom_api_key]').fill('cal_live_known_to_no_one');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.locator('.field.invalid', { hasText: 'not accepted by Cal.com' }).waitFor();
    await page.locator('.form input[name=calcom_api_key]').fill(SANDBOX_KEY);
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.locator('.steps').waitFor();
    await press(page, 'Test connection');
    await page.getByText(/Signed in as/).waitFor();
    await press(page, 'Import');
    await page.locator('.steps').getByText('Herrenhaarschnitt').first().waitFor();
    await page.locator('input[name=number]').fill('030 98765432');
    await page.getByRole('button', { name: 'Map', exact: true }).click();
    await page.locator('.steps').getByText(NUMBER).first().waitFor();
  });

  test('the agent’s step has an address and files for every platform', async () => {
    await page.getByText('By hand, and other platforms').click();
    const files = await page.locator('a.file').evaluateAll((all) => all.map((link) => (link as unknown as URL).href));
    expect(files.length).toBeGreaterThan(4);
    for (const file of files) expect([file, (await fetch(file)).status]).toEqual([file, 200]);
  });

  test('the webhook is created, and nothing that a call needs is missing', async () => {
    await page.locator('input[name=public_url]').fill(new URL(page.url()).origin);
    await page.getByRole('button', { name: 'Create webhook' }).click();
    await page.getByText('The webhook is created.').waitFor();
    await goTo(page, 'setup');
    await page.locator('.check-ok').getByText('Salon Neu: Cal.com webhook', { exact: true }).waitFor();
    expect(await page.locator('.check-error').count()).toBe(0);
  });

  test('a call to the number books, and its trace shows how', async () => {
    const wish = { service_name: 'Herrenhaarschnitt', desired_date: openDay(3), desired_time: '10:00' };
    await gateway.tool('check_availability', wish, call);
    const { body } = await gateway.tool('create_booking', { ...wish, customer_name: 'Nora Neu' }, call);
    expect(body.booked).toBe(true);
    await gateway.tool('request_callback', { reason: 'Fragt nach einem Gutschein', customer_name: 'Nora Neu' }, call);
    await goTo(page, 'calls');
    await page.locator('tr', { hasText: 'Nora Neu' }).locator('.row-link').first().click();
    await page.locator('main[data-page=trace]').waitFor();
    await page.getByText('Book the appointment').first().waitFor();
    await page.getByText('confirmed').first().waitFor();
  });

  test('the callback is worked on', async () => {
    await goTo(page, 'callbacks');
    const row = page.locator('tbody tr', { hasText: 'Fragt nach einem Gutschein' });
    await row.waitFor();
    await press(page, 'Work on it: Nora Neu', { outcome: 'reached' });
    await row.waitFor({ state: 'detached' });
  });

  test('the appointment stands in the calendar', async () => {
    await goTo(page, `calendar?view=week&date=${openDay(3)}`);
    await page.locator('main').getByText('Nora Neu').first().waitFor();
  });

  test('the appointments are saved as a file', async () => {
    await goTo(page, 'appointments');
    await page.locator('tr', { hasText: 'Nora Neu' }).waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download as CSV' }).click(),
    ]);
    const text = readFileSync(await file.path(), 'utf8');
    expect(text.split('\r\n')[0]).toContain('Name');
    expect(text).toContain('Nora Neu');
  });
});
