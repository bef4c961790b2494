import { createHmac, randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { HttpAgent } from 'agentkeepalive';
import { ask, run, sleep, summary, weekday } from './support/caller';
import { startFleet, WEBHOOK_SECRET, type Fleet } from './support/fleet';

/**
 * How fast Cal.com's webhooks are answered while the gateway works: a booking at Cal.com waits for its subscribers.
 * `npm run bench -- webhooks [short]`
 */
const SECONDS = process.argv.includes('short') ? 5 : 30;
const PER_SECOND = 40;
const QUESTIONS_PER_SECOND = 20;
const EVENT_TYPE = 1001;
const agent = new HttpAgent({ keepAlive: true, maxSockets: 200, freeSocketTimeout: 60_000 });

function eventOf(index: number): string {
  const startMs = Date.now() + 40 * 86_400_000 + index * 1_800_000;
  return JSON.stringify({
    triggerEvent: 'BOOKING_CREATED',
    createdAt: new Date().toISOString(),
    payload: {
      ...{ uid: randomUUID(), bookingId: 100_000 + index, eventTypeId: EVENT_TYPE, status: 'ACCEPTED' },
      ...{ startTime: new Date(startMs).toISOString(), endTime: new Date(startMs + 1_800_000).toISOString() },
      organizer: { id: 501, name: 'Anna', email: 'anna@example.com' },
      attendees: [{ name: 'Web', email: `web${index}@example.com` }],
      metadata: {},
    },
  });
}

/** Milliseconds until the answer; throws unless it is a success. */
function deliver(url: string, raw: string): Promise<number> {
  const beganMs = performance.now();
  const signature = createHmac('sha256', WEBHOOK_SECRET).update(raw).digest('hex');
  const headers = { 'content-type': 'application/json', 'x-cal-signature-256': signature };
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/api/calcom/webhook`, { method: 'POST', agent, headers }, (answer) => {
      answer.resume();
      answer.on('end', () =>
        answer.statusCode === 200
          ? resolve(performance.now() - beganMs)
          : reject(new Error(`answered ${answer.statusCode}`)),
      );
    });
    sent.on('error', reject);
    sent.end(raw);
  });
}

/** Deliveries and callers' questions at a steady rate, whether or not earlier ones were answered. */
async function load(fleet: Fleet): Promise<{ tookMs: number[]; failed: number; questions: number }> {
  const [url = ''] = fleet.urls;
  const tookMs: number[] = [];
  let failed = 0;
  const work: Promise<unknown>[] = [];
  const beganMs = Date.now();
  const dueAt = (index: number): number => beganMs + (index * 1000) / PER_SECOND;
  let questions = 0;
  for (let index = 0; index < SECONDS * PER_SECOND; index++) {
    await sleep(Math.max(0, dueAt(index) - Date.now()));
    work.push(
      deliver(url, eventOf(index)).then(
        (ms) => tookMs.push(ms),
        () => failed++,
      ),
    );
    if (index % (PER_SECOND / QUESTIONS_PER_SECOND) !== 0) continue;
    questions++;
    const question = { service_name: 'Herrenhaarschnitt', desired_date: weekday(2 + (questions % 5)) };
    work.push(ask(url, 'check_availability', question).catch(() => undefined));
  }
  await Promise.all(work);
  return { tookMs, failed, questions };
}

run(async (report) => {
  const fleet = await startFleet({ processes: 1, latencyScale: 0.5 });
  try {
    await ask(fleet.urls[0] ?? '', 'check_availability', {
      service_name: 'Herrenhaarschnitt',
      desired_date: weekday(2),
    });
    const { tookMs, failed, questions } = await load(fleet);
    const { p50, p99, max } = summary(tookMs);
    report.check(
      `${tookMs.length} webhooks, ${PER_SECOND}/s beside ${questions} questions: p99 until the answer`,
      `${Math.round(p99)} ms`,
      '< 50 ms',
      p99 < 50,
    );
    report.check('… not accepted', failed, '0', failed === 0);
    report.note(`p50 ${Math.round(p50)} ms, longest ${Math.round(max)} ms`);
  } finally {
    agent.destroy();
    await fleet.stop();
  }
}, 'Webhooks');
