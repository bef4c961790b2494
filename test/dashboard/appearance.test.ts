import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import axe from 'axe-core';
import type { Browser, Locator, Page } from 'playwright-core';
import { type Language, LANGUAGE_CODES } from '../../src/domain';
import { jobText } from '../../src/jobs/job-texts';
import { ALERTS } from '../../src/services/admin/alert-texts';
import { openDay } from '../support/gateway';
import { launch, missingBrowser, SCREENSHOTS, until } from './browser';
import { goTo, logIn, startRealDashboard, type RealDashboard } from './real-gateway';
import { until as untilRead } from '../support/until';

const DEVICES = { desktop: { width: 1280, height: 860 }, phone: { width: 390, height: 760 } };
const LOOKS = (['desktop', 'phone'] as const).flatMap((device) =>
  (['light', 'dark'] as const).map((theme) => ({ device, theme })),
);

/** `SCREENSHOTS=write` renews docs/screenshots. */
const isShown = process.env.SCREENSHOTS === 'write';
/** Pages that docs/screenshots keeps, by how they look there; each in both languages. */
const SHOWN: Readonly<Record<string, readonly string[]>> = {
  'desktop light': ['overview', 'calls', 'calendar', 'trace', 'trends', 'company', 'setup'],
  'desktop dark': ['performance'],
  'phone dark': ['overview', 'trace', 'callbacks'],
};

/** Runs in the page: what a person could not read, reach or understand. */
const INSPECT = `(() => {
  const visible = (el) => el.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && el.getClientRects().length > 0;
  const rgb = (text) => {
    const canvas = (window.__canvas ??= document.createElement('canvas').getContext('2d', { willReadFrequently: true }));
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = text;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, under) => top.slice(0, 3).map((part, i) => part * top[3] + under[i] * (1 - top[3]));
  const behind = (el) => {
    const layers = [];
    for (let at = el; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      layers.push(colour);
      if (colour[3] === 1) break;
    }
    return layers.reverse().reduce((under, layer) => over(layer, under), [255, 255, 255]);
  };
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const contrast = (el) => {
    const under = behind(el);
    const [a, b] = [light(over(rgb(getComputedStyle(el).color), under)), light(under)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
  const nameOf = (el) =>
    el.getAttribute('aria-label') || (el.labels && [...el.labels].map((label) => label.textContent).join(' ')) || el.textContent.trim() || el.title;
  const texts = [...document.querySelectorAll('body *')].filter((el) => visible(el) && !el.closest('.sr-only, .skip, canvas, svg') &&
    [...el.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== ''));
  const controls = [...document.querySelectorAll('a[href], button, input, select, textarea, summary')].filter(visible);
  const words = (el) => el.tagName + ': ' + el.textContent.trim().slice(0, 40);
  return {
    pale: texts.filter((el) => !el.closest('[disabled]') && contrast(el) < 4.5).map((el) => words(el) + ' ' + contrast(el).toFixed(2)),
    nameless: controls.filter((el) => !nameOf(el)).map((el) => el.outerHTML.slice(0, 120)),
    untranslated: texts.filter((el) => !el.closest('code, pre') && /(^|\\s)[a-z]+\\.[a-z]+[A-Za-z_.]*(\\s|$)/.test(el.textContent.replaceAll(/cal\\.com/gi, ''))).map(words),
    cutOff: texts.filter((el) => el.scrollWidth > el.clientWidth + 1 && getComputedStyle(el).overflowX === 'hidden' && getComputedStyle(el).textOverflow !== 'ellipsis').map(words),
    wider: document.documentElement.scrollWidth > innerWidth ? ['by ' + (document.documentElement.scrollWidth - innerWidth)] : [],
    small: controls.filter((el) => matchMedia('(max-width: 400px)').matches && !el.closest('.skip, .fall-step') && el.getBoundingClientRect().height < 24).map((el) => words(el)),
    headings: document.querySelectorAll('h1').length === 1 ? [] : ['not one h1'],
    troubles: [...document.querySelectorAll('.problem')].map(words),
  };
})()`;

if (missingBrowser !== null) process.stderr.write(`how the dashboard looks is not tested: ${missingBrowser}\n`);

(missingBrowser === null ? describe : describe.skip)('how the dashboard looks', () => {
  let real: RealDashboard;
  let browser: Browser;
  let traceId: string;

  beforeAll(async () => {
    [real, browser] = await Promise.all([startRealDashboard(), launch()]);
    mkdirSync(SCREENSHOTS, { recursive: true });
    traceId = await fill(real);
  });
  afterAll(async () => {
    await browser.close();
    await real.stop();
  });

  const open = async (language: Language) => {
    const opened = await logIn(browser, real.url, {
      ...{ viewport: DEVICES.desktop, colorScheme: 'light', timezoneId: 'Europe/Berlin' },
      locale: language === 'de' ? 'de-DE' : 'en-GB',
    });
    await opened.page.evaluate(axe.source);
    expect(await opened.page.locator('html').getAttribute('lang')).toBe(language);
    return opened;
  };
  const shot = async (page: Page, name: string): Promise<void> => {
    const file = path.join(SCREENSHOTS, `${name}.png`);
    await page.evaluate('window.scrollTo(0, 0)');
    await page.screenshot({ path: file });
    expect([name, statSync(file).size < 250_000]).toEqual([name, true]);
  };

  test.each(LANGUAGE_CODES)(
    'in %s: every page and dialog can be read and used, wide and narrow, light and dark',
    async (language) => {
      const { page, context, complaints } = await open(language);
      const found: unknown[] = [];
      const menu = await page.locator('nav a').evaluateAll((links) => links.map((link) => link.getAttribute('href')!));
      expect(menu.length).toBeGreaterThan(12);
      for (const address of [...menu.map((href) => href.slice(2)), `trace/${traceId}`, `company/${real.companyId}`]) {
        await goTo(page, address === 'calendar' ? 'calendar?view=week' : address);
        if (address === 'overview') await until(page, `document.querySelectorAll('.uplot canvas').length === 2`);
        for (const look of LOOKS) {
          await wear(page, look);
          found.push(...(await flaws(page, `${address} ${look.device} ${look.theme}`)));
          found.push(...(await violations(page, look.theme, address)));
          const name = address.split('/')[0] ?? '';
          if (isShown && SHOWN[`${look.device} ${look.theme}`]?.includes(name))
            await shot(page, `${name}-${look.device}-${language}`);
        }
        for (const button of await dialogsOf(page)) {
          await wear(page, LOOKS[0]!);
          await button.click();
          await page.getByRole('dialog').waitFor();
          for (const look of LOOKS) {
            await wear(page, look);
            found.push(...(await violations(page, look.theme, address, 'dialog')));
          }
          await page.keyboard.press('Escape');
          await page.getByRole('dialog').waitFor({ state: 'detached' });
        }
      }
      expect(found).toEqual([]);
      expect(complaints).toEqual([]);
      await context.close();
    },
  );

  test('a company without anything, and the page before one signs in', async () => {
    const empty = await real.insert('companies', { name: 'Salon Leer', slug: 'salon-leer' });
    const { page, context, complaints } = await open('de');
    const found: unknown[] = [];
    await page.locator('.company-picker select').selectOption(empty);
    for (const address of ['overview', 'calls', 'appointments', 'callbacks', 'reviews', 'jobs', `company/${empty}`]) {
      await goTo(page, address);
      for (const look of LOOKS) {
        await wear(page, look);
        found.push(...(await violations(page, look.theme, address)));
      }
    }
    await page.getByRole('button', { name: 'Abmelden' }).click();
    await page.locator('input[name=token]').waitFor();
    for (const look of LOOKS) {
      await wear(page, look);
      found.push(...(await violations(page, look.theme, 'login')));
    }
    expect(found).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('with the keyboard alone: every stop is seen, an appointment is cancelled, the focus comes back', async () => {
    const { page, context, complaints } = await open('de');
    await page.evaluate(`void (location.hash = '#/appointments')`);
    await page.locator('tr', { hasText: 'Karla Tastatur' }).waitFor();
    const stops: string[] = [];
    for (let i = 0; i < 80; i++) {
      await page.keyboard.press('Tab');
      const stop = (await page.evaluate(`(() => {
        const el = document.activeElement;
        const style = getComputedStyle(el);
        const seen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== 'none';
        const row = el.closest('tr');
        return [seen ? 'seen' : 'unseen ' + el.outerHTML.slice(0, 100), (row ? row.textContent : '') + el.textContent];
      })()`)) as [string, string];
      stops.push(stop[0]);
      if (stop[1].includes('Karla Tastatur') && stop[1].endsWith('Absagen')) break;
    }
    expect(stops.filter((stop) => stop !== 'seen')).toEqual([]);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type('keine Zeit');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const [row] = await real.sql(
      "select status, cancellation_reason from appointments where attendee_name = 'Karla Tastatur'",
    );
    expect(row).toMatchObject({ status: 'cancelled', cancellation_reason: 'keine Zeit' });
    expect(complaints).toEqual([]);
    await context.close();
  });
});

const wear = async (page: Page, { device, theme }: (typeof LOOKS)[number]): Promise<void> => {
  await page.setViewportSize(DEVICES[device]);
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  // Charts follow the width in one of the next frames.
  await page.evaluate(
    `(async () => {
      for (let i = 0; i < 60 && (i < 2 || document.documentElement.scrollWidth > innerWidth); i++)
        await new Promise(requestAnimationFrame);
    })()`,
  );
};

/** What a person could not read, reach or understand. */
async function flaws(page: Page, where: string): Promise<string[]> {
  const found = await page.evaluate<Record<string, string[]>>(INSPECT);
  return Object.entries(found).flatMap(([kind, all]) => all.map((one) => `${where}: ${kind}: ${one}`));
}

/** What axe-core finds; of the second theme only what depends on colours. @param within a selector, else the whole page */
function violations(page: Page, theme: 'light' | 'dark', address: string, within = 'html'): Promise<unknown[]> {
  const rules = theme === 'light' ? {} : { runOnly: ['color-contrast', 'link-in-text-block'] };
  const options = JSON.stringify({ ...rules, resultTypes: ['violations'] });
  const where = JSON.stringify(`${address} ${within} ${theme}`);
  return page.evaluate(
    `axe.run('${within}', ${options}).then(({ violations }) => violations.map(({ id, nodes }) =>
      [${where}, innerWidth, id, ...nodes.map(({ html }) => html.slice(0, 160))].join(' | ')))`,
  );
}

/** One button of each wording that opens a dialog. */
async function dialogsOf(page: Page): Promise<Locator[]> {
  const all = await page.locator('main [aria-haspopup=dialog]:visible').all();
  const words = await Promise.all(all.map((button) => button.textContent()));
  return all.filter((_, i) => words.indexOf(words[i]!) === i);
}

/** A day in a salon: calls that booked and did not, appointments, things for a person to look at. */
async function fill(real: RealDashboard): Promise<string> {
  const company_id = real.companyId;
  const [branch] = await real.sql<{ id: string }>('select id from branches where company_id = $1', [company_id]);
  const place = { company_id, branch_id: branch!.id };
  const times = ['09:00', '10:30', '12:00', '14:00', '15:30', '17:00'];
  const names = ['Maria Sommer', 'Jonas Weber', 'Aylin Kaya', 'Peter Lang', 'Karla Tastatur', 'Eva Brandt'];
  let last = '';
  for (const [i, name] of names.entries()) {
    const call = { call_id: `call_day_${i}`, from_number: `+4915112345${670 + i}` };
    const wish = {
      service_name: ['Herrenhaarschnitt', 'Damenhaarschnitt', 'Färben'][i % 3],
      desired_date: openDay(1 + i),
      desired_time: times[i],
    };
    await real.gateway.tool('current_context', {}, call);
    await real.gateway.tool('check_availability', wish, call);
    await real.gateway.tool('find_alternatives', wish, call);
    if (i !== 3) await real.gateway.tool('create_booking', { ...wish, customer_name: name }, call);
    last = call.call_id;
  }
  await real.insert('callback_requests', {
    ...place,
    call_id: 'call_day_3',
    customer_name: 'Peter Lang',
    phone: '+4915112345673',
    reason: 'Möchte zu zweit kommen',
    priority: 'high',
  });
  await real.insert('manual_reviews', {
    company_id,
    kind: 'unexpected_booking',
    subject_type: 'operation',
    subject_id: '1',
    detail: '{"uid":"abc"}',
  });
  const { kind, severity, message, todo } = ALERTS.dead_job({
    ...{ job: jobText('WarmCalcomCacheJob'), error: 'Cal.com cannot be reached.' },
  });
  const said = { message_de: message.de, what_to_do: todo.en, what_to_do_de: todo.de };
  await real.insert('alerts', {
    ...{ kind, severity, alert_key: 'job:warm', message: message.en, detail: JSON.stringify(said) },
  });
  await real.insert('jobs', {
    ...{ queue: 'default', name: 'WarmCalcomCacheJob', status: 'dead', attempts: 3, max_attempts: 3, backoff_ms: 1 },
    ...{ timeout_ms: 60_000, payload: '{}', last_error: 'Cal.com cannot be reached.', finished_at: new Date() },
  });
  await real.gateway.post('/api/retell/webhook', {
    event: 'call_started',
    call: {
      call_id: 'call_day_0',
      agent_id: 'agent_demo',
      from_number: '+4915112345670',
      to_number: '+493012345678',
      start_timestamp: Date.now(),
    },
  });
  const settled = `select c.id from calls c join call_tool_invocations i on i.call_id = c.retell_call_id
    where c.retell_call_id = $1 and i.tool = 'create_booking'
      and not exists (select 1 from webhook_events where status in ('pending', 'processing'))`;
  const [found] = await untilRead(
    () => real.sql<{ id: string }>(settled, [last]),
    (rows) => rows.length > 0,
  );
  return found!.id;
}
