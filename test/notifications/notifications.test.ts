import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Server as TcpServer } from 'node:net';
import { Client } from 'pg';
import request from 'supertest';
import { ADMIN_TOKEN, startTestGateway, type TestGateway } from '../support/gateway';
import { mailServer, textOf, type Received } from '../support/mail-server';

interface Posted {
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

const mails: Received[] = [];
const posted: Posted[] = [];
let answerWith: number | 'redirect' = 200;
let refusesMail = false;
let smtp: TcpServer;
let receiver: Server;
let hook: string;
let t: TestGateway;
let sql: Client;
let companyId: string;
let branchId: string;

beforeAll(async () => {
  smtp = mailServer(mails, () => refusesMail);
  receiver = createServer((req, res) => {
    let body = '';
    req.on('data', (part: Buffer) => (body += part.toString('utf8')));
    req.on('end', () => {
      posted.push({ path: req.url!, headers: req.headers, body });
      if (answerWith === 'redirect') res.writeHead(302, { location: '/elsewhere' }).end();
      else res.writeHead(answerWith).end('ok');
    });
  });
  await Promise.all([smtp, receiver].map((one) => new Promise<void>((done) => one.listen(0, '127.0.0.1', done))));
  hook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  t = await startTestGateway({
    env: {
      SMTP_URL: `smtp://127.0.0.1:${(smtp.address() as AddressInfo).port}`,
      PUBLIC_URL: 'https://gateway.example.org',
      NOTIFY_ALLOW_PRIVATE: 'true',
    },
  });
  sql = new Client({ connectionString: t.databaseUrl });
  await sql.connect();
  companyId = (await sql.query(`select id from companies where slug = 'salon-sonnenschein'`)).rows[0].id;
  branchId = (await sql.query('select id from branches where company_id = $1', [companyId])).rows[0].id;
});
afterAll(async () => {
  await sql.end();
  await t.stop();
  smtp.close();
  receiver.close();
});
beforeEach(async () => {
  await sql.query('delete from notification_channels');
  await sql.query('delete from alerts');
  mails.length = 0;
  posted.length = 0;
  answerWith = 200;
  refusesMail = false;
});

const admin = (method: 'get' | 'post' | 'patch' | 'delete', path: string, body: object = {}): request.Test => {
  const asked: request.Test = request(t.gateway.server)[method](`/api/admin${path}`);
  return asked.set('authorization', `Bearer ${ADMIN_TOKEN}`).send(body);
};
const channel = async (given: object): Promise<Record<string, string>> => {
  const answer = await admin('post', '/notification-channels', { company_id: companyId, ...given });
  expect([answer.status, answer.body.error]).toEqual([201, undefined]);
  return answer.body.data;
};
const look = (): Promise<void> => t.gateway.parts.notifications.notifier.look();
/** As if that much time had passed for what waits. */
const later = async (): Promise<void> => {
  for (const table of ['notification_items', 'notification_messages'])
    await sql.query(`update ${table} set created_at = created_at - interval '10 minutes'`);
  await sql.query(
    `update notification_messages set due_at = due_at - interval '9 hours', lease_until = lease_until - interval '9 hours'`,
  );
};
const notify = async (): Promise<void> => {
  await look();
  await later();
  await look();
};
const alert = (key: string, message: string, detail = {}, company: string | null = companyId): Promise<unknown> =>
  sql.query(
    `insert into alerts (company_id, kind, alert_key, severity, message, detail) values ($1, 'stale', $2, 'warning', $3, $4)`,
    [company, key, message, detail],
  );
const callback = (): Promise<unknown> =>
  sql.query(
    `insert into callback_requests (company_id, branch_id, customer_name, phone, reason) values ($1, $2, 'Zebra', '+4930555777', 'Zebrafarbe')`,
    [companyId, branchId],
  );

describe('a message', () => {
  test('by mail names what is wrong and what to do, in the company’s language, and links the pages', async () => {
    await channel({ kind: 'email', address: 'chefin@example.org', events: ['alerts', 'new_callbacks'] });
    await alert('a', 'All is old.', { message_de: 'Alles ist alt.', what_to_do_de: 'Bitte nachsehen.' });
    await callback();
    await notify();
    await notify();
    expect(mails.map(({ to }) => to)).toEqual([['chefin@example.org']]);
    const text = textOf(mails[0]!);
    for (const part of ['2 Meldungen von Salon Sonnenschein', 'Alles ist alt.', 'Bitte nachsehen.'])
      expect(text).toContain(part);
    expect(text).toContain('https://gateway.example.org/admin#/callbacks');
    expect(text).not.toMatch(/Zebra|555777/);
    expect(mails[0]!.data).toMatch(/Auto-Submitted: auto-generated/i);
  });

  test('by webhook is signed over time and body, and one to Slack is text', async () => {
    const made = await channel({ kind: 'webhook', address: `${hook}/signed`, events: ['alerts'] });
    await channel({ kind: 'slack', address: `${hook}/slack/secret-path`, events: ['alerts'] });
    await alert('b', 'One & <two>');
    await notify();
    const signed = posted.find(({ path }) => path === '/signed')!;
    const [, seconds, hex] = /^t=(\d+),v1=(\w+)$/.exec(String(signed.headers['x-askpro-signature']))!;
    expect(hex).toBe(createHmac('sha256', made.secret!).update(`${seconds}.${signed.body}`).digest('hex'));
    expect(Math.abs(Number(seconds) - Date.now() / 1000)).toBeLessThan(60);
    const body = JSON.parse(signed.body);
    expect(body).toMatchObject({
      id: signed.headers['x-askpro-message-id'],
      type: 'notification',
      company_id: companyId,
    });
    expect(body.events).toEqual([expect.objectContaining({ event: 'alerts', kind: 'stale', text: 'One & <two>' })]);
    const slack = posted.find(({ path }) => path === '/slack/secret-path')!;
    expect(JSON.parse(slack.body).text).toContain('One &amp; &lt;two&gt;');
    const listed = JSON.stringify((await admin('get', '/notification-channels')).body);
    expect(listed).not.toMatch(new RegExp(`secret-path|${made.secret}|ciphertext`));
    expect(
      (await sql.query('select c::text as row from notification_channels c')).rows.map(({ row }) => row).join(),
    ).not.toMatch(new RegExp(`secret-path|${made.secret}`));
  });

  test('is sent again under the same id when the process that sent it died, and by one process at a time', async () => {
    await channel({ kind: 'webhook', address: hook, events: ['alerts'] });
    await alert('c', 'Once.');
    await look();
    await later();
    await Promise.all([look(), look()]);
    expect(posted).toHaveLength(1);
    // As a process leaves it that was killed between sending and writing that down.
    await sql.query(
      `update notification_messages set status = 'waiting', finished_at = null, lease_until = now() + interval '1 minute'`,
    );
    await look();
    expect(posted).toHaveLength(1);
    await later();
    await look();
    expect(posted.map(({ body }) => JSON.parse(body).id)).toEqual(Array(2).fill(JSON.parse(posted[0]!.body).id));
  });

  test('that is refused is tried again, then given up visibly, and a new one that arrives closes the alert', async () => {
    const { id } = await channel({ kind: 'webhook', address: hook, events: ['alerts'] });
    const state = async (): Promise<unknown> => (await admin('get', `/notification-channels/${id}`)).body.data;
    answerWith = 503;
    await alert('d', 'Refused.');
    await notify();
    expect(await state()).toMatchObject({ problem: 'refused', failed_at: expect.any(String), last_sent_at: null });
    for (let tries = 0; tries < 8; tries++) {
      await later();
      await look();
    }
    expect(posted).toHaveLength(6);
    expect(new Set(posted.map(({ body }) => JSON.parse(body).id)).size).toBe(1);
    const open = async (): Promise<string[]> => {
      await new Promise((resolve) => setImmediate(resolve));
      const { rows } = await sql.query(
        `select message from alerts where kind = 'notification_failed' and resolved_at is null`,
      );
      return rows.map(({ message }) => message);
    };
    expect(await open()).toEqual(['Notifications by webhook do not arrive: the address answered with an error.']);
    answerWith = 200;
    await alert('e', 'Arrives.');
    await notify();
    expect(await state()).toMatchObject({ problem: null, failed_at: null, last_sent_at: expect.any(String) });
  });

  test('follows no redirect', async () => {
    await channel({ kind: 'webhook', address: hook, events: ['alerts'] });
    answerWith = 'redirect';
    await alert('f', 'Moved.');
    await notify();
    expect(posted.map(({ path }) => path)).toEqual(['/']);
    expect((await admin('get', '/notification-channels')).body.data[0].problem).toBe('redirected');
  });
});

describe('an alert that is over within a minute', () => {
  /** Alerts that lasted so many seconds each. */
  const over = async (key: string, ...lasted: number[]): Promise<void> => {
    await alert(key, key);
    await look();
    for (const seconds of lasted.slice(1))
      await sql.query(
        `insert into alerts (kind, alert_key, severity, message, first_seen_at, resolved_at)
         select 'stale', $1, 'warning', $1, now() - interval '9 minutes', now() - interval '9 minutes' + make_interval(secs => $2)`,
        [key, seconds],
      );
    await sql.query(
      `update alerts set first_seen_at = now() - make_interval(secs => $2), resolved_at = now()
       where alert_key = $1 and resolved_at is null`,
      [key, lasted[0]],
    );
  };

  test('is not notified, one that lasted or keeps coming back is', async () => {
    await channel({ kind: 'webhook', address: hook, events: ['alerts'] });
    await sql.query(`update notification_channels set since = now() - interval '1 day'`);
    await over('blinked', 5);
    await over('lasted', 90);
    await over('flaps', 5, 5, 5);
    await later();
    await look();
    const events = posted.flatMap(({ body }) => JSON.parse(body).events as { text: string }[]);
    expect(events.map(({ text }) => text.split(' ')[0]).sort()).toEqual(['flaps', 'lasted']);
    const { text } = await request(t.gateway.server).get('/metrics');
    expect(text).toMatch(/askpro_notifications_total\{channel="webhook",type="notification",result="sent"\} \d/);
  });
});

describe('who is notified', () => {
  const person = async (role: string, company: string | null = companyId): Promise<string> => {
    const email = `p${Math.random().toString(36).slice(2)}@example.org`;
    const made = await sql.query(
      `insert into users (company_id, email, name, role, state, language) values ($1, $2, 'Kim', $3, 'active', 'en') returning id`,
      [company, email, role],
    );
    await sql.query(
      `insert into notification_channels (company_id, user_id, kind, events) values ($1, $2, 'email', '{alerts}')`,
      [company, made.rows[0].id],
    );
    return email;
  };
  const told = (): string[] => mails.flatMap(({ to }) => to).sort();

  test('people of the company by their own address and language, the platform of every company, others of nothing', async () => {
    const ours = await person('front_desk');
    const boss = await person('platform', null);
    const other = (await sql.query(`insert into companies (name, slug) values ('Other', 'other-salon') returning id`))
      .rows[0].id;
    await person('company_admin', other);
    const demoted = await person('front_desk');
    await sql.query(`update users set role = 'read_only' where email = $1`, [demoted]);
    const disabled = await person('front_desk');
    await sql.query(`update users set state = 'disabled' where email = $1`, [disabled]);
    const removed = await person('front_desk');
    await sql.query(`delete from users where email = $1`, [removed]);
    await alert('g', 'English words.', { message_de: 'Deutsche Worte.' });
    await notify();
    expect(told()).toEqual([ours, boss].sort());
    expect(textOf(mails.find(({ to }) => to.includes(ours))!)).toContain('English words.');
    expect(textOf(mails.find(({ to }) => to.includes(boss))!)).toContain('Salon Sonnenschein: English words.');
  });

  test('a suspended company is not, and what waited for it is sent once it is back', async () => {
    await channel({ kind: 'email', address: 'chefin@example.org', events: ['alerts'] });
    await alert('h', 'Waits.');
    await look();
    await sql.query('update companies set is_active = false where id = $1', [companyId]);
    await later();
    await look();
    expect(told()).toEqual([]);
    await sql.query('update companies set is_active = true where id = $1', [companyId]);
    await look();
    expect(told()).toEqual(['chefin@example.org']);
  });
});

describe('the daily report', () => {
  test('counts the day before in the company’s zone, once, and links the pages', async () => {
    await channel({ kind: 'email', address: 'chefin@example.org', events: ['daily_report'], daily_at: '00:00' });
    await channel({ kind: 'webhook', address: hook, events: ['daily_report'], daily_at: '00:00' });
    await sql.query(`update notification_channels set since = now() - interval '3 days'`);
    const noon = `(date_trunc('day', now() at time zone 'Europe/Berlin') - interval '12 hours') at time zone 'Europe/Berlin'`;
    await sql.query(
      `insert into calls (company_id, branch_id, retell_call_id, started_at) select $1, $2, 'call_daily_' || n, ${noon} from generate_series(1, 3) n`,
      [companyId, branchId],
    );
    const booked = (status: string, price: string): Promise<unknown> =>
      sql.query(
        `insert into appointments (company_id, branch_id, starts_at, ends_at, time_zone, status, price, attendee_name, sync_origin,
           calcom_event_type_id, call_id, calcom_booking_uid, created_at)
         values ($1, $2, now() + interval '9 days', now() + interval '10 days', 'Europe/Berlin', $3, $4, 'Zebra', 'retell', 1001,
           'call_daily_1', gen_random_uuid()::text, ${noon})`,
        [companyId, branchId, status, price],
      );
    for (const [n, status] of ['booked', 'unavailable', 'unavailable'].entries())
      await sql.query(
        `insert into call_tool_invocations (company_id, call_id, request_id, tool, status, success, duration_ms, started_at)
         values ($1, 'call_daily_' || $2::int, 'r', 'create_booking', $3, true, 100, ${noon})`,
        [companyId, n + 1, status],
      );
    await booked('booked', '49.50');
    await booked('failed', '1000');
    await sql.query(
      `insert into alerts (company_id, kind, alert_key, severity, message, detail, first_seen_at)
       values ($1, 'stale', 'daily', 'warning', 'Old.', '{"message_de":"Alles war alt."}', ${noon})`,
      [companyId],
    );
    await Promise.all([look(), look()]);
    await look();
    expect([mails.length, posted.length]).toEqual([1, 1]);
    const text = textOf(mails[0]!);
    for (const part of [
      'Anrufe: 3',
      'Warum nicht gebucht wurde: belegt (2)',
      'Gebuchte Termine: 1, davon am Telefon: 1',
      '49,50',
      'Alles war alt.',
      '/admin#/calls',
    ])
      expect(text).toContain(part);
    expect(text).not.toContain('Zebra');
    expect(JSON.parse(posted[0]!.body)).toMatchObject({
      type: 'daily_report',
      report: { calls: 3, bookings: 1, value: 49.5, reasons: { unavailable: 2 } },
    });
  });
});

describe('a test message', () => {
  const test_ = async (given: object): Promise<unknown> => {
    const { id } = await channel(given);
    return (await admin('post', `/notification-channels/${id}/test`)).body.data;
  };

  test('says what came back', async () => {
    const mail = { kind: 'email', address: 'chefin@example.org', events: ['alerts'] };
    expect(await test_(mail)).toEqual({ outcome: 'sent', problem: null, status: null, said: null });
    expect(textOf(mails[0]!)).toContain('Diese Nachricht ist ein Test.');
    refusesMail = true;
    expect(await test_(mail)).toMatchObject({
      ...{ outcome: 'failed', problem: 'mail_refused', status: 550, said: expect.stringContaining('no such mailbox') },
    });
    const post = { kind: 'webhook', address: hook, events: ['alerts'] };
    expect(await test_(post)).toEqual({ outcome: 'sent', problem: null, status: 200, said: null });
    answerWith = 404;
    expect(await test_(post)).toMatchObject({ outcome: 'failed', problem: 'refused', status: 404 });
    expect(await test_({ ...post, address: 'http://127.0.0.1:9' })).toMatchObject({ problem: 'unreachable' });
  });
});
