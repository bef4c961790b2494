import { createHmac } from 'node:crypto';
import { signBody } from '../../../src/retell/signature';
import { ask, envelope, median, run, sleep, weekday } from './support/caller';
import { ADMIN_TOKEN, RETELL_KEY, startFleet } from './support/fleet';

/**
 * A hostile company on the shared Cal.com key tries what the border is there for: five attacks, each of which has to be
 * refused and to leave the other company as it was. `npm run bench -- border`
 */
const LINE = '+493012345678';
const EVENT_TYPE = 1001;
const OWN_SECRET = 'a-webhook-secret-of-the-attacker';
const OWN_KEY = 'key_of_the_attacker';
const VICTIMS_KEY = 'key_of_the_salon';
/** An event as long as the longest transcripts, made so that careless patterns take half a minute for it. */
const BLANKS = 80_000;
const MOST_TIMES_SLOWER = 3;
const WORKED_OFF_MS = 2000;
/** Questions of the salon's callers with and without attacks, in turn. */
const ROUNDS = 8;
const QUESTIONS = 250;
const ATTACK_EVERY_MS = 50;
const MOST_SLOWER = 1.1;

interface Answer {
  status: number;
  body: Record<string, unknown>;
}

async function send(url: string, method: string, headers: Record<string, string>, body?: string): Promise<Answer> {
  const answer = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body }),
  });
  const text = await answer.text();
  return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
}

run(async (report) => {
  const fleet = await startFleet({ processes: 1, latencyScale: 0, rateLimit: 'off', env: { LOG_LEVEL: 'error' } });
  try {
    const [url = ''] = fleet.urls;
    const admin = (token: string, method: string, path: string, body?: object): Promise<Answer> =>
      send(`${url}/api/admin${path}`, method, { authorization: `Bearer ${token}` }, body && JSON.stringify(body));
    const made = async (path: string, body: object): Promise<Record<string, string>> => {
      const answer = await admin(ADMIN_TOKEN, 'POST', path, body);
      if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer)}`);
      return answer.body.data as Record<string, string>;
    };
    const signed = (body: string, key: string, path: string): Promise<Answer> =>
      send(`${url}${path}`, 'POST', { 'x-retell-signature': signBody(Buffer.from(body), key, Date.now()) }, body);

    const wish = { service_name: 'Herrenhaarschnitt', desired_date: weekday(3), desired_time: '11:00' };
    const booked = await ask(url, 'create_booking', { ...wish, customer_name: 'Anna Grenze' }, { to_number: LINE });
    if (booked.body.status !== 'booked') throw new Error(`no booking to attack: ${JSON.stringify(booked.body)}`);
    const { data: appointments } = (await admin(ADMIN_TOKEN, 'GET', '/appointments?q=Anna%20Grenze')).body as {
      data: { id: string; calcom_booking_uid: string; company_id: string }[];
    };
    const [theirs] = appointments;
    if (!theirs) throw new Error('the booking is in no list');
    const statusOfTheirs = async (): Promise<unknown> =>
      ((await admin(ADMIN_TOKEN, 'GET', `/appointments/${theirs.id}`)).body.data as Record<string, unknown>).status;

    const attacker = await made('/companies', { name: 'Angreifer GmbH', slug: 'angreifer' });
    const token = (await made('/tokens', { company_id: attacker.id, name: 'own', role: 'company_admin' })).token ?? '';

    const hook = await admin(token, 'POST', '/calcom/create-webhook', { public_url: 'https://attacker.example' });
    report.check(
      '1. webhooks of the shared account to an address of one’s own',
      hook.status,
      '403',
      hook.status === 403,
    );

    await admin(token, 'PATCH', `/companies/${attacker.id}`, { calcom_webhook_secret: OWN_SECRET });
    const cancellation = JSON.stringify({
      triggerEvent: 'BOOKING_CANCELLED',
      createdAt: new Date().toISOString(),
      payload: { uid: theirs.calcom_booking_uid, eventTypeId: EVENT_TYPE, status: 'CANCELLED' },
    });
    const signature = createHmac('sha256', OWN_SECRET).update(cancellation).digest('hex');
    const forged = await send(`${url}/api/calcom/webhook`, 'POST', { 'x-cal-signature-256': signature }, cancellation);
    await sleep(WORKED_OFF_MS);
    const after = await statusOfTheirs();
    const shown = `${forged.status}, the appointment is ${String(after)}`;
    report.check(
      '2. another’s booking cancelled with a secret of one’s own',
      shown,
      'still booked',
      after === 'booked',
    );

    await admin(ADMIN_TOKEN, 'PATCH', `/companies/${theirs.company_id}`, { retell_api_key: VICTIMS_KEY });
    await admin(token, 'PATCH', `/companies/${attacker.id}`, { retell_api_key: OWN_KEY });
    const question = envelope('check_customer', {}, { to_number: LINE, from_number: '+4930901820' });
    const foreign = await Promise.all(
      [OWN_KEY, RETELL_KEY].map((key) => signed(question, key, '/api/retell/check-customer')),
    );
    const refused = foreign.every(({ status }) => status === 401);
    const heard = foreign.map(({ status }) => status).join(' and ');
    report.check(
      '3. calls to another’s line signed with one’s own key, and with the platform’s',
      heard,
      '401',
      refused,
    );

    const claim = { company_id: attacker.id, name: 'Geraubt', calcom_event_type_id: EVENT_TYPE, duration_minutes: 30 };
    const claimed = await admin(token, 'POST', '/services', claim);
    const isRefused = claimed.status === 403 || claimed.status === 409;
    report.check('4. an event type of another on the shared key', claimed.status, '403 or 409', isRefused);

    const analyzed = (text: string, n: number): string =>
      JSON.stringify({
        event: 'call_analyzed',
        call: {
          call_id: `call_border${n}`,
          agent_id: 'agent_demo',
          to_number: LINE,
          from_number: '+4930901820',
          start_timestamp: Date.now(),
          transcript: `Agent: a${text}b`,
        },
      });
    /** From the event to the end of its work: what is asked behind it waits for nothing else. */
    const workOf = async (text: string, n: number): Promise<number> => {
      const beganMs = performance.now();
      const sent = await signed(analyzed(text, n), VICTIMS_KEY, '/api/retell/webhook');
      if (sent.status >= 300) throw new Error(`the event: ${sent.status}`);
      for (;;) {
        const { data } = (await admin(ADMIN_TOKEN, 'GET', '/webhook-events?provider=retell&limit=1')).body as {
          data: { status: string }[];
        };
        if (data[0]?.status === 'processed' || performance.now() - beganMs > 60_000) return performance.now() - beganMs;
        await sleep(5);
      }
    };
    await workOf('.', 0);
    const plainMs = await workOf('ab '.repeat(BLANKS / 3), 1);
    const blankMs = await workOf(' '.repeat(BLANKS), 2);
    report.check(
      `5. a transcript of ${BLANKS} blanks, beside words of that length`,
      `${blankMs.toFixed(0)} and ${plainMs.toFixed(0)} ms`,
      `at most ${MOST_TIMES_SLOWER} times as long`,
      blankMs <= plainMs * MOST_TIMES_SLOWER,
    );

    const known = envelope('check_availability', { ...wish, desired_time: '14:00' }, { to_number: LINE });
    const questionMs = async (): Promise<number> => {
      const beganMs = performance.now();
      const { body } = await signed(known, VICTIMS_KEY, '/api/retell/check-availability');
      if (body.success !== true) throw new Error(`the question: ${JSON.stringify(body)}`);
      return performance.now() - beganMs;
    };
    const attacks: ((n: number) => Promise<unknown>)[] = [
      () => admin(token, 'POST', '/calcom/test-connection'),
      (n) => admin(token, 'PATCH', `/companies/${attacker.id}`, { calcom_api_key: `cal_guessed_${n}` }),
      () => admin(token, 'GET', `/appointments/${theirs.id}`),
      () => signed(question, OWN_KEY, '/api/retell/check-customer'),
      () => send(`${url}/api/calcom/webhook`, 'POST', { 'x-cal-signature-256': signature }, cancellation),
    ];
    const quiet: number[] = [];
    const attacked: number[] = [];
    let sent = 0;
    for (let round = 0; round < ROUNDS; round++) {
      for (let n = 0; n < QUESTIONS; n++) quiet.push(await questionMs());
      const running = new Set<Promise<unknown>>();
      const flood = setInterval(() => {
        const attack = attacks[sent % attacks.length]?.(sent).catch(() => undefined) ?? Promise.resolve();
        sent++;
        running.add(attack);
        void attack.finally(() => running.delete(attack));
      }, ATTACK_EVERY_MS);
      for (let n = 0; n < QUESTIONS; n++) attacked.push(await questionMs());
      clearInterval(flood);
      await Promise.all(running);
    }
    const ratio = median(attacked) / median(quiet);
    report.check(
      `the salon’s callers meanwhile: ${sent} attacks, one each ${ATTACK_EVERY_MS} ms, beside none (p50)`,
      `${median(attacked).toFixed(2)} and ${median(quiet).toFixed(2)} ms, ${ratio.toFixed(2)} times as long`,
      `at most ${MOST_SLOWER} times`,
      ratio <= MOST_SLOWER,
    );
  } finally {
    await fleet.stop();
  }
}, 'Border');
