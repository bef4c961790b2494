import type { Browser, Locator, Page } from 'playwright-core';
import { launch, missingBrowser } from './browser';
import { goTo, logIn, startRealDashboard, type RealDashboard } from './real-gateway';

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
  });
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
    // A second number without times of its own; the first one goes. What is wrong with the second is said beside it.
    const again = await fillIn('Bearbeiten: Sonnenallee', {
      ...{ 'transfer_rules.numbers.0.number': '', 'transfer_rules.numbers.1.number': '030 2222222' },
    });
    await again.locator('.field.invalid', { has: page.locator(rule('numbers.1.number')) }).waitFor();
    expect(await again.locator('.field.invalid').count()).toBe(1);
    await again.locator(rule('numbers.1.number')).fill('+49302222222');
    await again.locator('button[type=submit]').click();
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

  test('who provides a service, its seats and values for its required fields are entered', async () => {
    await page.getByRole('button', { name: 'Bearbeiten: Bartpflege', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('[name^="staff_ids."]').first().setChecked(true);
    await dialog.locator('[name=seats]').fill('3');
    await dialog.locator('[name=requires_confirmation]').selectOption('true');
    await dialog.locator('[name=booking_field_defaults]').fill('allergien=keine\nquelle = Telefon');
    await dialog.locator('button[type=submit]').click();
    await dialog.waitFor({ state: 'detached' });
    const kept = `select seats, requires_confirmation as asked, booking_field_defaults as defaults,
      (select count(*)::int from service_staff l where l.service_id = s.id) as people
      from services s where company_id = $1 and name = 'Bartpflege'`;
    expect(await one(kept)).toEqual({
      ...{ seats: 3, asked: true, defaults: { allergien: 'keine', quelle: 'Telefon' }, people: 1 },
    });
  });

  test('a person at Cal.com is given to someone of the team', async () => {
    const dialog = await fillIn('Hinzufügen: Wer wer bei Cal.com ist', { calcom_host_id: '4711', calcom_name: 'Kim' });
    await dialog.getByRole('alert').waitFor();
    expect(await dialog.locator('[name=calcom_name]').inputValue()).toBe('Kim');
    await dialog.getByRole('button', { name: 'Abbrechen' }).click();
    await (await fillIn('Hinzufügen: Team', { name: 'Kim Neu' })).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Hinzufügen: Wer wer bei Cal.com ist' }).click();
    const again = page.getByRole('dialog');
    await again.locator('[name=staff_id]').selectOption({ label: 'Kim Neu' });
    await again.locator('[name=calcom_host_id]').fill('4711');
    await again.locator('button[type=submit]').click();
    await again.waitFor({ state: 'detached' });
    expect(
      await one('select 1 as n from calcom_host_mappings where company_id = $1 and calcom_host_id = 4711'),
    ).toEqual({ n: 1 });
  });

  test('a secret is set and taken away again', async () => {
    const isSet = 'select vapi_secret_ciphertext is not null as yes from companies where id = $1';
    const button = 'Einstellungen: Salon Sonnenschein';
    await (await fillIn(button, { vapi_secret: 'a secret of twenty' })).waitFor({ state: 'detached' });
    expect(await one(isSet)).toEqual({ yes: true });
    await page.getByRole('button', { name: button }).click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('[name="vapi_secret.remove"]').setChecked(true);
    await dialog.locator('button[type=submit]').click();
    await dialog.waitFor({ state: 'detached' });
    expect(await one(isSet)).toEqual({ yes: false });
  });

  test('a test call is played turn by turn, books and cancels again, and its step is ticked', async () => {
    const step = page.locator('#step-testCall');
    await page.locator('#step-testCall[aria-current=step]').waitFor();
    await step.locator('[name=service_id]').selectOption({ label: 'Herrenhaarschnitt' });
    await step.locator('[name=books]').selectOption('true');
    await step.getByRole('button', { name: 'Anrufen' }).click();
    await step.getByText('Der Anruf hat geklappt').waitFor({ timeout: 30_000 });
    expect(await step.locator('.said-agent').count()).toBe(3);
    expect(await step.locator('.said-agent').last().textContent()).toContain('ist gebucht');
    await step.locator('.step-number.done').waitFor();
    const booked = `select a.status, c.retell_call_id is not null as called from appointments a
      join calls c on c.retell_call_id = a.call_id where a.company_id = $1 and a.attendee_name = 'Erika Beispiel'`;
    expect(await one(booked)).toEqual({ status: 'cancelled', called: true });
    await page.getByRole('button', { name: 'Bearbeiten: Herrenhaarschnitt', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('[name=is_active]').selectOption('false');
    await dialog.locator('button[type=submit]').click();
    await dialog.waitFor({ state: 'detached' });
    await step.getByRole('button', { name: 'Anrufen' }).click();
    await step.locator('.field.invalid', { hasText: 'Leistung' }).waitFor();
    expect(await step.locator('[name=books]').inputValue()).toBe('true');
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
