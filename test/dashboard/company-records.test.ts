import type { Browser, Locator, Page } from 'playwright-core';
import { launch, missingBrowser } from './browser';
import { goTo, logIn, startRealDashboard, type RealDashboard } from './real-gateway';

jest.setTimeout(60_000);
if (missingBrowser !== null) process.stderr.write(`editing a company is not tested: ${missingBrowser}\n`);

(missingBrowser === null ? describe : describe.skip)('what belongs to a company is edited on its page', () => {
  let real: RealDashboard;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    [real, browser] = await Promise.all([startRealDashboard(), launch()]);
    ({ page, complaints } = await logIn(browser, real.url));
    await goTo(page, `company/${real.companyId}`);
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await real.stop();
  });
  afterEach(() => expect(complaints.splice(0)).toEqual([]));

  /** Opens the form behind a button, types, and sends it. */
  async function fillIn(button: string, fields: Record<string, string>): Promise<Locator> {
    await page.getByRole('button', { name: button, exact: true }).click();
    const dialog = page.getByRole('dialog');
    for (const [name, value] of Object.entries(fields)) await dialog.locator(`[name="${name}"]`).fill(value);
    await dialog.locator('button[type=submit]').click();
    return dialog;
  }
  const one = async (text: string): Promise<unknown> => (await real.sql(text, [real.companyId]))[0];

  test('a second branch is added with its hours, and a wrong time keeps what was typed', async () => {
    const dialog = await fillIn('Hinzufügen: Filialen und Öffnungszeiten', {
      ...{ name: 'Nord', phone: '030 98765432', hours_1: '9 bis 5', hours_2: '09:00–13:00, 14:00–18:00' },
    });
    await dialog.locator('.field.invalid', { hasText: 'Montag' }).waitFor();
    expect(await dialog.locator('[name=hours_2]').inputValue()).toBe('09:00–13:00, 14:00–18:00');
    await dialog.locator('[name=hours_1]').fill('');
    await dialog.locator('button[type=submit]').click();
    await dialog.waitFor({ state: 'detached' });
    expect(await one(`select phone, hours from branches where company_id = $1 and name = 'Nord'`)).toEqual({
      phone: '+493098765432',
      hours: {
        '2': [
          { open: '09:00', close: '13:00' },
          { open: '14:00', close: '18:00' },
        ],
      },
    });
  });

  test('who takes over calls is entered with times and a fallback, all of it or nothing', async () => {
    const kept = `select transfer_rules from branches where company_id = $1 and name = 'Sonnenallee'`;
    const before = await one(kept);
    const rule = (path: string): string => `[name="transfer_rules.${path}"]`;
    const dialog = await fillIn('Bearbeiten: Sonnenallee', {
      ...{ 'transfer_rules.numbers.0.number': '030 98765432', 'transfer_rules.numbers.0.hours.1': '09:00–13:00' },
      'transfer_rules.fallback': '30 1111111',
    });
    const invalid = dialog.locator('.field.invalid');
    await invalid.nth(1).waitFor();
    expect(await invalid.locator('label').allTextContents()).toEqual(['Telefonnummer', 'Ersatznummer']);
    expect(await one(kept)).toEqual(before);
    await dialog.locator(rule('numbers.0.number')).fill('+49 30 98765432');
    await dialog.locator(rule('fallback')).fill('+49 30 1111111');
    await dialog.locator('button[type=submit]').click();
    await dialog.waitFor({ state: 'detached' });
    const rules = {
      numbers: [{ number: '+493098765432', hours: { '1': [{ open: '09:00', close: '13:00' }] } }],
      fallback: '+49301111111',
    };
    expect(await one(kept)).toEqual({ transfer_rules: rules });
    // A second number without times of its own; the first one goes.
    const again = await fillIn('Bearbeiten: Sonnenallee', {
      ...{ 'transfer_rules.numbers.0.number': '', 'transfer_rules.numbers.1.number': '+49302222222' },
    });
    await again.waitFor({ state: 'detached' });
    expect(await one(kept)).toEqual({
      transfer_rules: { ...rules, numbers: [{ number: '+49302222222', hours: null }] },
    });
  });

  test('holidays are entered as days or ranges, and those of a Land taken over from a list', async () => {
    const dialog = await fillIn('Hinzufügen: Feiertage und Ferien', {
      ...{ name: 'Betriebsferien', first_day: '2027-08-16', last_day: '2027-08-02' },
    });
    await dialog.locator('.field.invalid', { hasText: 'Letzter Tag' }).waitFor();
    await dialog.locator('[name=last_day]').fill('2027-08-28');
    await dialog.locator('button[type=submit]').click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('Mo., 16.08.2027 – Sa., 28.08.2027').waitFor();
    await page.getByRole('button', { name: 'Feiertage übernehmen: Feiertage und Ferien' }).click();
    const offered = page.getByRole('dialog');
    await offered.locator('[name=land]').selectOption('BY');
    await offered.getByLabel('Fronleichnam', { exact: false }).first().waitFor();
    await offered.getByLabel('Neujahr', { exact: false }).first().uncheck();
    await offered.locator('button[type=submit]').click();
    await offered.waitFor({ state: 'detached' });
    const names = await real.sql(`select distinct name from holidays where company_id = $1`, [real.companyId]);
    const entered = names.map(({ name }) => name);
    expect(entered).toEqual(expect.arrayContaining(['Betriebsferien', 'Fronleichnam', 'Karfreitag']));
    expect(entered.filter((name) => String(name).startsWith('Neujahr'))).toEqual([]);
  });

  test('a service gets other names and a price', async () => {
    const dialog = await fillIn('Bearbeiten: Herrenhaarschnitt', { synonyms: 'Herren, Haare kurz', price: '31,5' });
    await dialog.waitFor({ state: 'detached' });
    const names = `select price::float, array(select synonym from service_synonyms y where y.service_id = s.id order by 1) as synonyms
      from services s where company_id = $1 and name = 'Herrenhaarschnitt'`;
    expect(await one(names)).toEqual({ price: 31.5, synonyms: ['Haare kurz', 'Herren'] });
  });

  test('settings of the company are changed, unless another operator was faster', async () => {
    await page.getByRole('button', { name: 'Einstellungen: Salon Sonnenschein' }).click();
    await real.sql(`update companies set currency = 'CHF', updated_at = now() where id = $1`, [real.companyId]);
    const dialog = page.getByRole('dialog');
    await dialog.locator('[name=currency]').fill('USD');
    await dialog.locator('button[type=submit]').click();
    await dialog.getByRole('alert').waitFor();
    expect(await dialog.locator('[name=currency]').inputValue()).toBe('USD');
    await dialog.getByRole('button', { name: 'Abbrechen' }).click();
    await page.reload();
    await (await fillIn('Einstellungen: Salon Sonnenschein', { currency: 'EUR' })).waitFor({ state: 'detached' });
    expect(await one('select currency from companies where id = $1')).toEqual({ currency: 'EUR' });
  });

  test('a number is removed', async () => {
    await page.getByRole('button', { name: 'Entfernen: +493012345678' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('button[type=submit]').click();
    await dialog.waitFor({ state: 'detached' });
    expect(await one(`select 1 from phone_numbers where company_id = $1 and is_active`)).toBeUndefined();
  });
});
