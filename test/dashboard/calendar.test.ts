import type { Browser, Locator, Page } from 'playwright-core';
import { ADMIN_TOKEN, openDay } from '../support/gateway';
import { launch, missingBrowser, openPage, until } from './browser';
import { goTo, logIn, startRealDashboard, type RealDashboard } from './real-gateway';

if (missingBrowser !== null) process.stderr.write(`the calendar's page is not tested: ${missingBrowser}\n`);

(missingBrowser === null ? describe : describe.skip)('the calendar', () => {
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

  const block = (name: string, on = page): Locator => on.locator('.calendar-block', { hasText: name });
  const open = async (query: string): Promise<void> => {
    await goTo(page, `calendar?${query}`);
    await page.locator('.calendar').waitFor();
  };
  const appointment = async (name: string): Promise<Record<string, unknown>> => {
    const found = await real.sql('select * from appointments where attendee_name = $1', [name]);
    expect(found).toHaveLength(1);
    return found[0]!;
  };

  test('an appointment is moved with the keyboard alone, from signing in on', async () => {
    const { appointmentId } = await real.bookedCall('11:00', 'Karla Taste');
    const opened = await openPage(browser);
    const { keyboard } = opened.page;
    const tabTo = async (target: Locator): Promise<void> => {
      for (let steps = 0; steps < 150; steps++) {
        if ((await target.and(opened.page.locator(':focus')).count()) > 0) return;
        await keyboard.press('Tab');
      }
      throw new Error(`never reached: ${String(target)}`);
    };
    await opened.page.goto(`${real.url}/admin`);
    await tabTo(opened.page.locator('input[name=token]'));
    await keyboard.type(ADMIN_TOKEN);
    await keyboard.press('Enter');
    await opened.page.locator('.shell h1').waitFor();
    await tabTo(opened.page.locator('nav').getByRole('link', { name: 'Kalender' }));
    await keyboard.press('Enter');
    await opened.page.locator('.calendar').waitFor();
    const day = openDay(3);
    await tabTo(opened.page.getByRole('button', { name: 'Später' }));
    for (let days = 0; days < 14; days++) {
      const shown = await opened.page.locator('[name=date]').inputValue();
      if (shown === day) break;
      await keyboard.press('Enter');
      await until(opened.page, `document.querySelector('[name=date]').value !== '${shown}'`);
    }
    await block('Karla Taste', opened.page).waitFor();
    await tabTo(block('Karla Taste', opened.page));
    await keyboard.press('Enter');
    await tabTo(opened.page.getByRole('dialog').getByRole('button', { name: 'Verschieben' }));
    await keyboard.press('Enter');
    const form = opened.page.locator('dialog form');
    await form.locator('option', { hasText: '15:30' }).waitFor({ state: 'attached' });
    await tabTo(form.locator('select[name=starts_at]'));
    await keyboard.type('15:30');
    await tabTo(form.locator('button[type=submit]'));
    await keyboard.press('Enter');
    await opened.page.getByText('Der Termin ist verschoben.').waitFor();
    await block('15:30 Karla Taste', opened.page).waitFor();
    const [moved] = await real.sql(
      `select to_char(starts_at at time zone 'Europe/Berlin', 'YYYY-MM-DD HH24:MI') as at from appointments where id = $1`,
      [appointmentId],
    );
    expect(moved).toEqual({ at: `${day} 15:30` });
    expect(opened.complaints).toEqual([]);
    await opened.context.close();
  });

  test('an appointment is entered for a customer who is found, and a double click books once', async () => {
    const day = openDay(4);
    await real.insert('customers', { company_id: real.companyId, name: 'Berta Bekannt', phone: '+493055512345' });
    await open(`date=${day}`);
    await page.getByRole('button', { name: 'Neuer Termin' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('[name=service_id]').selectOption({ label: 'Herrenhaarschnitt' });
    await dialog.locator('option', { hasText: '10:00' }).waitFor({ state: 'attached' });
    await dialog.locator('[name=starts_at]').selectOption({ label: '10:00' });
    await dialog.locator('[name="customer.name"]').fill('berta');
    await dialog.getByRole('button', { name: 'Berta Bekannt · +493055512345' }).click();
    await dialog.locator('[name=notes]').fill('mit Kaffee');
    await dialog.locator('button[type=submit]').dblclick();
    await page.getByText('Der Termin ist gebucht.').waitFor();
    await block('10:00 Berta Bekannt').click();
    await dialog.getByText('von Hand').first().waitFor();
    await dialog.getByText('mit Kaffee').waitFor();
    await dialog.locator('.rows').getByText('Gebucht').waitFor();
    await page.keyboard.press('Escape');
    expect(await appointment('Berta Bekannt')).toMatchObject({ status: 'booked', sync_origin: 'admin', call_id: null });
  });

  test('a refusal keeps what was typed and marks the field', async () => {
    await open(`date=${openDay(5)}`);
    await page.getByRole('button', { name: 'Neuer Termin' }).click();
    const dialog = page.getByRole('dialog');
    const times = dialog.locator('[name=starts_at]');
    await times.locator('option').nth(3).waitFor({ state: 'attached' });
    await times.selectOption({ index: 3 });
    await dialog.locator('[name="customer.name"]').fill('Rolf Rest');
    await dialog.locator('[name="customer.phone"]').fill('0301');
    await dialog.locator('button[type=submit]').click();
    await dialog.locator('.field.invalid', { hasText: 'Ist keine Telefonnummer' }).waitFor();
    expect(await dialog.locator('[name="customer.name"]').inputValue()).toBe('Rolf Rest');
    await dialog.locator('[name="customer.phone"]').fill('');
    await dialog.locator('button[type=submit]').click();
    await block('Rolf Rest').waitFor();
    expect(await appointment('Rolf Rest')).toMatchObject({ attendee_phone: null });
  });

  test('who did not come is noted and taken back', async () => {
    const start = new Date(Date.now() - 26 * 3_600_000);
    start.setUTCMinutes(0, 0, 0);
    const seeded = { eventTypeId: 1001, start: start.toISOString() };
    const { uids } = (await real.gateway.control('/bookings', seeded)) as { uids: string[] };
    const [near] = await real.sql<{ branch_id: string; id: string }>('select branch_id, id from services limit 1');
    const [branch] = await real.sql<{ id: string }>('select id from branches where company_id = $1', [real.companyId]);
    await real.insert('appointments', {
      ...{ company_id: real.companyId, branch_id: branch!.id, service_id: near!.id, attendee_name: 'Willi Weg' },
      ...{ starts_at: start, ends_at: new Date(start.getTime() + 1_800_000), time_zone: 'Europe/Berlin' },
      ...{ status: 'booked', sync_origin: 'calcom', calcom_event_type_id: 1001, calcom_booking_uid: uids[0] },
    });
    await open(`date=${start.toLocaleDateString('sv-SE', { timeZone: 'Europe/Berlin' })}`);
    for (const [button, status] of [
      ['Nicht gekommen', 'no_show'],
      ['Doch gekommen', 'booked'],
    ] as const) {
      await block('Willi Weg').click();
      await page.getByRole('dialog').getByRole('button', { name: button }).click();
      await page.locator('dialog form button[type=submit]').click();
      await page.locator(`.calendar-block.is-${status}`, { hasText: 'Willi Weg' }).waitFor();
      expect(await appointment('Willi Weg')).toMatchObject({ status });
    }
  });

  test('what is booked by phone appears by itself', async () => {
    await open(`date=${openDay(3)}`);
    await real.bookedCall('13:00', 'Petra Telefon');
    await block('13:00 Petra Telefon').waitFor({ timeout: 20_000 });
  });

  test('view and columns stay in the address, a week begins on Monday, and a phone shows it all', async () => {
    await open(`date=${openDay(3)}`);
    const columns = page.locator('.calendar-head');
    expect(await columns.count()).toBe(2);
    await page.locator('[name=by]').selectOption('branch');
    await until(page, `document.querySelectorAll('.calendar-head').length === 1`);
    await page.locator('[name=view]').selectOption('week');
    await until(page, `document.querySelectorAll('.calendar-head').length === 7`);
    expect(await columns.first().textContent()).toMatch(/Mo/);
    expect(page.url()).toMatch(/view=week/);
    expect(page.url()).toMatch(/by=branch/);
    expect(await page.locator('.calendar-column').last().locator('.calendar-closed').count()).toBe(1);
    await page.reload();
    await until(page, `document.querySelectorAll('.calendar-head').length === 7`);
    await page.setViewportSize({ width: 390, height: 800 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await page.setViewportSize({ width: 1280, height: 860 });
  });
});
