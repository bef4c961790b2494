import type { AddressInfo } from 'node:net';
import { Client } from 'pg';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { ADMIN_TOKEN, openDay, startTestGateway, type TestGateway } from '../support/gateway';
import { openPage } from './browser';

export interface RealDashboard {
  gateway: TestGateway;
  url: string;
  companyId: string;
  sql<T extends object = Record<string, unknown>>(text: string, params?: unknown[]): Promise<T[]>;
  insert(table: string, fields: Record<string, unknown>): Promise<string>;
  /** A booked appointment by a whole call; the call's id and the appointment's. */
  bookedCall(time: string, name: string): Promise<{ callId: string; appointmentId: string }>;
  stop(): Promise<void>;
}

/** The whole gateway, jobs and all, with the demo company; as an operator's browser meets it. */
export async function startRealDashboard(options: Parameters<typeof startTestGateway>[0] = {}): Promise<RealDashboard> {
  const gateway = await startTestGateway({ ...options, agedBudget: true });
  gateway.gateway.start();
  const client = new Client({ connectionString: gateway.databaseUrl });
  await client.connect();
  const sql = async <T extends object>(text: string, params: unknown[] = []): Promise<T[]> =>
    (await client.query<T>(text, params)).rows;
  const [company] = await sql<{ id: string }>("select id from companies where slug = 'salon-sonnenschein'");
  return {
    gateway,
    url: `http://127.0.0.1:${(gateway.gateway.server.address() as AddressInfo).port}`,
    companyId: company!.id,
    sql,
    insert: async (table, fields) => {
      const places = Object.keys(fields).map((_, i) => `$${i + 1}`);
      const text = `insert into ${table} (${Object.keys(fields).join(', ')}) values (${places.join(', ')}) returning id`;
      return (await sql<{ id: string }>(text, Object.values(fields)))[0]!.id;
    },
    bookedCall: async (time, name) => {
      const call_id = `call_dashboard_${name.replaceAll(/\W/g, '')}`;
      const call = { call_id, from_number: '+4915112345678' };
      const wish = { service_name: 'Herrenhaarschnitt', desired_date: openDay(3), desired_time: time };
      await gateway.tool('check_availability', wish, call);
      const { body } = await gateway.tool('create_booking', { ...wish, customer_name: name }, call);
      if (body.booked !== true) throw new Error(`not booked: ${JSON.stringify(body)}`);
      return { callId: call_id, appointmentId: String(body.appointment_id) };
    },
    stop: async () => {
      await client.end();
      await gateway.stop();
    },
  };
}

/** A logged-in page of the dashboard. */
export async function logIn(
  browser: Browser,
  url: string,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<{ page: Page; context: BrowserContext; complaints: string[] }> {
  const opened = await openPage(browser, options);
  // Sooner than the test's own limit, so that what was waited for is named.
  opened.page.setDefaultTimeout(10_000);
  await opened.page.goto(`${url}/admin`);
  await opened.page.locator('input[name=token]').fill(ADMIN_TOKEN);
  await opened.page.keyboard.press('Enter');
  await opened.page.locator('.shell h1').waitFor();
  return opened;
}

/** Opens a page by its address and waits until it has loaded. */
export async function goTo(page: Page, address: string): Promise<void> {
  await page.evaluate(`void (location.hash = '#/${address}')`);
  const name = address.split(/[/?]/)[0];
  await page.locator(`main[data-page=${name}]`).waitFor();
  await page.locator('.skeletons').first().waitFor({ state: 'detached' });
}

/** Presses a button, fills the question's fields, confirms, and waits until it is done. */
export async function press(
  page: Page,
  button: string,
  fields: Record<string, string> = {},
  within = page.locator('main'),
): Promise<void> {
  await within.getByRole('button', { name: button, exact: true }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  for (const [name, value] of Object.entries(fields)) {
    const field = dialog.locator(`[name=${name}]`);
    if ((await field.evaluate((element) => element.tagName)) === 'SELECT') await field.selectOption(value);
    else await field.fill(value);
  }
  await dialog.locator('button[type=submit]').click();
  await dialog.waitFor({ state: 'detached' });
}
