import Redis from 'ioredis';
import { ask, sleep, summary, tally, type Heard, type Report } from '../support/caller';
import { arrivals, resetCounts } from '../support/sandbox-ledger';
import type { Cast } from './cast';

/** With Postgres away a booking must be refused before it could leave. */
const REFUSED_WITHIN_MS = 300;
const READ_DEADLINE_MS = 2500;

interface Trouble {
  name: string;
  begin: () => Promise<void>;
  end: () => Promise<void>;
}

/** What callers hear, and which requests reach Cal.com, while Postgres is not there. */
export async function withoutPostgres(cast: Cast, report: Report): Promise<void> {
  const { rig, stock } = cast;
  const wires = rig.wires.map((wire) => wire.postgres);
  const troubles: Trouble[] = [
    { name: 'stopped', begin: () => rig.postgres.stop(), end: () => rig.postgres.start() },
    { name: 'killed', begin: () => rig.postgres.kill(), end: () => rig.postgres.start() },
    {
      name: 'unreachable (silent wire)',
      begin: async () => wires.forEach((wire) => wire.behave({ blackHole: true })),
      end: async () => wires.forEach((wire) => wire.behave({})),
    },
    {
      name: 'frozen (SIGSTOP)',
      begin: async () => rig.postgres.signal('SIGSTOP'),
      end: async () => rig.postgres.signal('SIGCONT'),
    },
  ];
  for (const { name, begin, end } of troubles) {
    // Everybody's tenant, customer and connections are known, as in daily business.
    const stories = await Promise.all(rig.fleet.urls.map((url) => cast.settle(1, url)));
    const known = stock.take();
    await availability(cast, known);
    await resetCounts(rig.fleet);
    await begin();
    const heard: Heard[] = [];
    for (let round = 0; round < 4; round++) {
      const answers = await Promise.all(
        rig.fleet.urls.map((url) => {
          const start = stock.take();
          return ask(
            url,
            'create_booking',
            {
              service_id: start.service.id,
              desired_date: start.date,
              desired_time: start.time,
              customer_name: 'Erika Beispiel',
            },
            { from_number: `+49301${String(cast.random.below(10_000_000)).padStart(7, '0')}` },
          );
        }),
      );
      heard.push(...answers);
      await sleep(200);
    }
    const writes = (await arrivals(rig.fleet)).filter((one) => one.method === 'POST');
    const reads = await availability(cast, known);
    await end();
    const { max } = summary(heard.map((one) => one.ms));
    const first = summary(heard.slice(0, rig.fleet.urls.length).map((one) => one.ms)).max;
    report.check(
      `Postgres ${name}: bookings refused, slowest of ${heard.length} (of the first ${rig.fleet.urls.length})`,
      `${max} ms (${first} ms), ${tally(heard)}`,
      `<= ${REFUSED_WITHIN_MS} ms`,
      max <= REFUSED_WITHIN_MS && heard.every((one) => one.body.success === false && one.body.booked !== true),
    );
    report.check(`Postgres ${name}: bookings sent to Cal.com`, writes.length, '0', writes.length === 0);
    report.check(
      `Postgres ${name}: availability`,
      `${tally(reads)}, slowest ${summary(reads.map((one) => one.ms)).max} ms`,
      'answered',
      reads.every((one) => ['available', 'unavailable', 'alternatives'].includes(String(one.body.status))),
    );
    const back = await backAgain(cast);
    report.check(`Postgres ${name}: bookings again after`, `${back} ms`, '<= 10000 ms', back <= 10_000);
    for (const story of stories.flat()) cast.leave(story);
  }
}

async function availability(
  cast: Cast,
  start: { service: { id: string }; date: string; time: string },
): Promise<Heard[]> {
  return Promise.all(
    cast.rig.fleet.urls.map((url) =>
      ask(
        url,
        'check_availability',
        { service_id: start.service.id, desired_date: start.date, desired_time: start.time },
        {},
        READ_DEADLINE_MS * 2,
      ),
    ),
  );
}

async function backAgain(cast: Cast): Promise<number> {
  const beganMs = Date.now();
  for (const url of cast.rig.fleet.urls) {
    for (let tries = 0; tries < 100; tries++) {
      const story = cast.enter();
      const verdict = await story.book(url, cast.stock.take(), 5000);
      if (verdict === 'done') break;
      await sleep(200);
    }
  }
  return Date.now() - beganMs;
}

/** Bookings go on while Redis dies, freezes, crawls or forgets everything. */
export async function withoutRedis(cast: Cast, report: Report): Promise<void> {
  const { rig } = cast;
  const wires = rig.wires.map((wire) => wire.redis);
  const troubles: Trouble[] = [
    { name: 'killed, empty afterwards', begin: () => rig.fleet.redis.kill(), end: () => rig.fleet.redis.start() },
    {
      name: 'frozen (SIGSTOP)',
      begin: async () => rig.fleet.redis.signal('SIGSTOP'),
      end: async () => rig.fleet.redis.signal('SIGCONT'),
    },
    {
      name: 'flushed again and again',
      begin: async () => {
        const redis = new Redis(rig.fleet.redisUrl);
        for (let count = 0; count < 20; count++) {
          await redis.flushall();
          await sleep(100);
        }
        redis.disconnect();
      },
      end: async () => undefined,
    },
    {
      name: '2 s away',
      begin: async () => wires.forEach((wire) => wire.behave({ latencyMs: 2000 })),
      end: async () => wires.forEach((wire) => wire.behave({})),
    },
    {
      name: 'resetting connections',
      begin: async () => {
        for (let count = 0; count < 20; count++) {
          for (const wire of wires) wire.reset();
          await sleep(100);
        }
      },
      end: async () => undefined,
    },
  ];
  for (const { name, begin, end } of troubles) {
    let on = true;
    const heard: Record<string, number> = {};
    let slowestMs = 0;
    const callers = Array.from({ length: 6 }, async (_, line) => {
      while (on) {
        const story = cast.enter();
        const beganMs = performance.now();
        const verdict = await story.book(rig.fleet.urls[line % rig.fleet.urls.length] ?? '', cast.stock.take());
        slowestMs = Math.max(slowestMs, performance.now() - beganMs);
        heard[verdict] = (heard[verdict] ?? 0) + 1;
        cast.retell(story, rig.fleet.urls);
        await sleep(50);
      }
    });
    await sleep(300);
    await begin();
    await sleep(3000);
    await end();
    await sleep(500);
    on = false;
    await Promise.all(callers);
    report.check(
      `Redis ${name}: answers, slowest`,
      `${JSON.stringify(heard)}, ${Math.round(slowestMs)} ms`,
      'all within the deadline of 4 s',
      slowestMs <= 4200,
    );
  }
  await cast.silence();
}

/** A process that is stopped in the middle of its bookings and goes on later must not do anything twice. */
export async function frozenGateway(cast: Cast, report: Report, frozenMs: number): Promise<void> {
  const { rig, stock } = cast;
  const url = rig.fleet.urls[0] ?? '';
  const stories = Array.from({ length: 12 }, () => cast.enter());
  const child = rig.fleet.process(0);
  const answers = stories.map((story, index) =>
    cast.act(story, 'book', url, stock.take(index % 2 === 0 ? stock.singles : stock.pairs)),
  );
  await sleep(60);
  child.kill('SIGSTOP');
  await sleep(frozenMs);
  child.kill('SIGCONT');
  await Promise.all(answers);
  for (const story of stories) cast.retell(story, rig.fleet.urls);
  await cast.silence();
  report.note(`one gateway was frozen for ${frozenMs} ms with ${stories.length} bookings in work`);
}
