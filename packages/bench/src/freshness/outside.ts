import { ask, sleep, summary, weekday, type Report } from '../support/caller';
import { ADMIN_TOKEN, type Fleet } from '../support/fleet';
import { offersOf } from '../support/offers';
import type { BenchService } from '../support/workload';

const LOOK_EVERY_MS = 50;
const PATIENCE_MS = 5000;
/** The longest time to live of a day with many starts, with its jitter. */
const LONGEST_LIFE_MS = 330_000;

/** Berlin is one or two hours ahead; the winter's hour is good enough for a bench that books at the same wall clock. */
function instantOf(date: string, time: string): Date {
  const guess = new Date(`${date}T${time}:00Z`);
  const shown = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Berlin', hour: '2-digit', hourCycle: 'h23' });
  const ahead = Number(shown.format(guess)) - guess.getUTCHours();
  return new Date(guess.getTime() - ahead * 3_600_000);
}

export async function upstream(fleet: Fleet, path: string, body: object, key?: string): Promise<void> {
  const answer = await fetch(`${fleet.sandboxUrl}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'cal-api-version': '2024-08-13',
      ...(key ? { authorization: `Bearer ${key}` } : {}),
    },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`POST ${path} was answered ${answer.status}: ${await answer.text()}`);
}

/** A person books on Cal.com's own page. */
export async function bookOutside(fleet: Fleet, service: BenchService, date: string, time: string): Promise<void> {
  await upstream(fleet, '/bookings', {
    start: instantOf(date, time).toISOString(),
    eventTypeId: service.eventTypeId,
    attendee: { name: 'Another Person', email: `web-${Date.now()}@example.com`, timeZone: 'Europe/Berlin' },
  });
}

/** null when the question went unanswered, as it may on a busy machine. */
export async function isOffered(
  url: string,
  service: BenchService,
  date: string,
  time: string,
): Promise<boolean | null> {
  const heard = await ask(url, 'check_availability', { service_id: service.id, desired_date: date });
  if (heard.body.status !== 'available' && heard.body.status !== 'unavailable') return null;
  return offersOf(heard).includes(`${date} ${time}`);
}

export async function becomesOffered(url: string, service: BenchService, date: string, time: string): Promise<void> {
  for (let tries = 0; tries < 20; tries++) if (await isOffered(url, service, date, time)) return;
  throw new Error(`${date} ${time} is not free`);
}

async function forgetDays(fleet: Fleet, service: BenchService): Promise<void> {
  await fetch(`${fleet.urls[0] ?? ''}/api/admin/cache?event_type_id=${service.eventTypeId}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
  });
}

/**
 * Bookings made elsewhere, of which a webhook tells, while Cal.com itself goes on listing the start for its two seconds:
 * it has just been asked.
 */
export async function outsideWithWebhook(
  fleet: Fleet,
  service: BenchService,
  report: Report,
  bookings: number,
): Promise<void> {
  await fleet.control('/latency', { scale: 0.1 });
  await fleet.control('/behaviour', { slotCache: true });
  const key = `cal_bench_${service.hostId}`;
  await fleet.control('/api-keys', { key, userId: service.hostId });
  const hook = {
    active: true,
    subscriberUrl: `${fleet.urls[0] ?? ''}/api/calcom/webhook`,
    secret: 'bench-webhook-secret',
  };
  await upstream(
    fleet,
    `/event-types/${service.eventTypeId}/webhooks`,
    { ...hook, triggers: ['BOOKING_CREATED'] },
    key,
  );
  const lastedMs: number[] = [];
  for (let index = 0; index < bookings; index++) {
    const date = weekday(2);
    const time = `${String(8 + Math.floor(index / 2)).padStart(2, '0')}:${index % 2 === 0 ? '00' : '30'}`;
    await forgetDays(fleet, service);
    for (const url of fleet.urls) await becomesOffered(url, service, date, time);
    await bookOutside(fleet, service, date, time);
    const toldAtMs = await deliveryOf(fleet, index + 1);
    let lastOfferedMs = 0;
    while (Date.now() < toldAtMs + PATIENCE_MS) {
      const askedMs = Date.now() - toldAtMs;
      const offered = await Promise.all(fleet.urls.map((url) => isOffered(url, service, date, time)));
      if (offered.includes(true)) lastOfferedMs = askedMs;
      else if (askedMs > 2500 && !offered.includes(null)) break;
      await sleep(LOOK_EVERY_MS);
    }
    lastedMs.push(lastOfferedMs);
  }
  const { p50, max } = summary(lastedMs);
  report.check(
    `${bookings} outside bookings: last offered after their webhook`,
    `p50 ${p50} ms, max ${max} ms`,
    '<= 2000 ms',
    max <= 2000,
  );
  await fleet.control('/behaviour', { slotCache: false });
}

/** When the sandbox sent the `count`-th delivery. */
async function deliveryOf(fleet: Fleet, count: number): Promise<number> {
  for (;;) {
    const sent = (await fleet.control('/webhooks/deliveries')) as { atMs: number; outcome: string }[];
    const delivery = sent[count - 1];
    if (delivery) return delivery.atMs;
    await sleep(10);
  }
}

/** No webhook reports it: what is known of the day ends with its time to live. */
export async function outsideWithoutWebhook(fleet: Fleet, service: BenchService, report: Report): Promise<void> {
  const date = weekday(5);
  const time = '13:00';
  const [url = ''] = fleet.urls;
  await becomesOffered(url, service, date, time);
  await bookOutside(fleet, service, date, time);
  const beganMs = Date.now();
  let lastOfferedMs = 0;
  while (Date.now() < beganMs + LONGEST_LIFE_MS + 20_000) {
    const askedMs = Date.now() - beganMs;
    const offered = await isOffered(url, service, date, time);
    if (offered === false) break;
    if (offered) lastOfferedMs = askedMs;
    await sleep(2000);
  }
  const seconds = Math.round(lastOfferedMs / 1000);
  const within = lastOfferedMs <= LONGEST_LIFE_MS;
  report.check(
    'an outside booking without a webhook: last offered after',
    `${seconds} s`,
    `<= ${LONGEST_LIFE_MS / 1000} s`,
    within,
  );
}
