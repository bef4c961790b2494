import { existsSync } from 'node:fs';
import { chromium, type Page } from 'playwright-core';
import { createDataSource } from '../../../src/models/data-source';
import { seedVolume } from '../../../src/models/demo-seed';
import { ADMIN_TOKEN, startFleet } from './support/fleet';
import { run } from './support/caller';

/**
 * How long each page of the dashboard takes in Chromium with a year of history: from the click until its rows are there.
 * `npm run bench -- pages [short]`; the short form has a tenth of the history.
 */
const SHORT = process.argv.includes('short');
const APPOINTMENTS = SHORT ? 10_000 : 100_000;
const CALLS = SHORT ? 5_000 : 50_000;
const PASSES = SHORT ? 2 : 5;
const CHROMIUM = '/usr/bin/chromium';
const PAGES = [
  ...['overview', 'trends', 'trends?days=396', 'trends?days=396&bucket=week'],
  ...['performance', 'calls', 'calls?outcome=booked', 'calls?number=%2B493010000042', 'appointments'],
  ...[
    'appointments?q=Kunde 4711',
    'calendar',
    'callbacks',
    'customers',
    'customers?q=Kunde 471',
    'reviews',
    'jobs',
    'webhooks',
  ],
  ...['companies', 'people', 'notifications', 'account', 'tokens', 'audit', 'setup'],
];
/** A common name, a rare one, the end of a number, an id, and nothing that exists. */
const SEARCHES = ['Kunde', 'Kunde 4711', '1000042', 'call_volume_4711', 'niemand'];

/** Until nothing on the page says that it is loading, and it was painted. */
const LOADED = `new Promise((resolve) => {
  const look = () => {
    const main = document.querySelector('main');
    if (main.querySelector('.skeletons, [aria-busy=true]') || !main.querySelector('h1')) return requestAnimationFrame(look);
    requestAnimationFrame(() => resolve(performance.now() - window.__began));
  };
  look();
})`;

async function open(page: Page, address: string): Promise<number> {
  const [name] = address.split(/[?/]/);
  await page.evaluate(`void (location.hash = '#/none')`);
  await page.locator('main[data-page=overview]').waitFor();
  await page.evaluate(`window.__began = performance.now(); void (location.hash = '#/${address}')`);
  await page.locator(`main[data-page=${name}]`).waitFor();
  return page.evaluate(LOADED);
}

/** From the last key to the answer; the dialog waits for a pause in typing first. */
async function search(page: Page, text: string): Promise<number> {
  await page.keyboard.press('Control+k');
  await page.keyboard.type(text.slice(0, -1));
  const answer = page.waitForResponse((response) =>
    response.url().includes(`/search?q=${new URLSearchParams({ q: text }).toString().slice(2)}`),
  );
  const began = performance.now();
  await page.keyboard.type(text.slice(-1));
  await answer;
  await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))');
  const tookMs = performance.now() - began;
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  return tookMs;
}

run(async (report) => {
  if (!existsSync(CHROMIUM)) return report.note(`skipped: there is no ${CHROMIUM}`);
  const fleet = await startFleet({
    processes: 1,
    latencyScale: 0,
    rateLimit: 'off',
    // Pages are opened faster than a person does; what is measured is the page, not Cal.com's budget and pace.
    env: {
      CALCOM_RATE_LIMIT_PER_MINUTE: '5000',
      CALCOM_BURST_PER_SECOND: '100',
      CALCOM_ADDRESS_BURST_PER_SECOND: '1000',
    },
  });
  const source = await createDataSource(fleet.databaseUrl).initialize();
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
  try {
    const wish = { companySlug: 'salon-sonnenschein', appointments: APPOINTMENTS, calls: CALLS };
    const made = await seedVolume(source, wish, () => undefined);
    report.note(`${made.appointments} appointments, ${made.calls} calls, ${made.customers} customers`);
    const page = await (
      await browser.newContext({ locale: 'de-DE', viewport: { width: 1280, height: 860 } })
    ).newPage();
    await page.goto(`${fleet.urls[0]}/admin`);
    await page.locator('input[name=token]').fill(ADMIN_TOKEN);
    await page.keyboard.press('Enter');
    await page.locator('.shell h1').waitFor();
    const [call] = await source.query<{ id: string }[]>(
      `select id from calls where retell_call_id = 'call_volume_4711'`,
    );
    const [company] = await source.query<{ id: string }[]>('select id from companies limit 1');
    const measure = async (name: string, once: () => Promise<number>): Promise<void> => {
      const times: number[] = [];
      for (let pass = 0; pass < PASSES; pass++) times.push(await once());
      const worst = Math.round(Math.max(...times));
      report.check(name, `${worst} ms`, 'below 1000 ms, the slowest of all', worst < 1000);
    };
    for (const address of [...PAGES, `trace/${call?.id}`, `company/${company?.id}`])
      await measure(`/admin#/${address.replace(/\/[0-9a-f-]{36}/, '/…')}`, () => open(page, address));
    for (const text of SEARCHES) await measure(`search for ${text}`, () => search(page, text));
  } finally {
    await browser.close();
    await source.destroy();
    await fleet.stop();
  }
}, 'Pages with a year of history');
