import { readFileSync } from 'node:fs';
import { nthWeekday, percentile, run, sleep, summary, weekday, type Report } from './support/caller';
import { startFleet, type Fleet } from './support/fleet';
import { message, OpenLoop, type NextRequest, type Told } from './support/open-loop';
import { addServices, type BenchService } from './support/workload';

/**
 * Three times as many questions as one process can answer, whether it waits or not; then once as many.
 * `npm run bench -- overload [short]`
 */
const SHORT = process.argv.includes('short');
const OVERLOAD_MS = SHORT ? 20_000 : 300_000;
const AFTER_MS = SHORT ? 15_000 : 30_000;
const MEASURE_MS = SHORT ? 8_000 : 15_000;
const CALLERS = 40;
/** One question in so many is a booking, but no more a second than callers could make in a busy town. */
const BOOKING_EVERY = 50;
const MOST_BOOKINGS_PER_SECOND = 10;
const SERVICES = SHORT ? 40 : 120;
const TIMES = ['09:00', '10:00', '11:00', '12:00', '13:00', '14:00', '15:00', '16:00'];
const PREPARED = 400;
const RENEW_MS = 60_000;

interface Outcome extends Told {
  kind: 'read' | 'booking';
  status: string;
}

class Crowd {
  readonly heard: Outcome[] = [];
  readonly lost = new Map<string, number>();
  readonly #services: readonly BenchService[];
  #bodies: Buffer[] = [];
  #madeAtMs = 0;
  #bookings = 0;
  #lastBookingMs = 0;

  constructor(services: readonly BenchService[]) {
    this.#services = services;
  }

  next: NextRequest = (index) => {
    const nowMs = performance.now();
    const booking = index % BOOKING_EVERY === 0 && nowMs - this.#lastBookingMs > 1000 / MOST_BOOKINGS_PER_SECOND;
    if (booking) this.#lastBookingMs = nowMs;
    const kind = booking ? 'booking' : 'read';
    return {
      bytes: booking ? this.#booking() : this.#read(index),
      tell: (told) => this.heard.push({ ...told, kind, status: /"status":"(\w+)"/.exec(told.body)?.[1] ?? 'none' }),
      lost: (reason) => this.lost.set(reason, (this.lost.get(reason) ?? 0) + 1),
    };
  };

  /** Questions whose answers are known: what they cost is what the process itself costs. */
  #read(index: number): Buffer {
    if (performance.now() - this.#madeAtMs > RENEW_MS || this.#bodies.length === 0) {
      this.#madeAtMs = performance.now();
      this.#bodies = Array.from({ length: PREPARED }, (_, at) =>
        message('check_availability', {
          service_id: this.#services[at % 20]?.id,
          desired_date: weekday(2 + (at % 5)),
          desired_time: '11:00',
        }),
      );
    }
    return this.#bodies[index % PREPARED] ?? Buffer.alloc(0);
  }

  /** Each at a start of its own, away from those that are asked about. */
  #booking(): Buffer {
    const at = this.#bookings++;
    const service = this.#services[20 + (at % (this.#services.length - 20))];
    const turn = Math.floor(at / (this.#services.length - 20));
    return message('create_booking', {
      service_id: service?.id,
      desired_date: nthWeekday(3, Math.floor(turn / TIMES.length)),
      desired_time: TIMES[turn % TIMES.length],
      customer_name: `Bench ${at} Person`,
    });
  }
}

/** Processor time that a process has used; the kernel counts in hundredths of a second. */
function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function tally(heard: readonly Outcome[]): string {
  const counts = new Map<string, number>();
  for (const { kind, status } of heard) counts.set(`${kind} ${status}`, (counts.get(`${kind} ${status}`) ?? 0) + 1);
  return [...counts].map(([what, count]) => `${count} ${what}`).join(', ');
}

interface Sample {
  lagP99Ms: number;
  inWork: number;
  rssMb: number;
}

/** Looks at the process once a second, as Prometheus would. */
async function watch(fleet: Fleet, samples: Sample[], until: () => boolean): Promise<void> {
  while (!until()) {
    const text = await fetch(`${fleet.urls[0]}/metrics`)
      .then((answer) => answer.text())
      .catch(() => '');
    const figure = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
    if (text !== '')
      samples.push({
        lagP99Ms: figure('nodejs_eventloop_lag_p99_seconds') * 1000,
        inWork: figure('askpro_voice_in_work'),
        rssMb: Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${fleet.pids[0]}/status`, 'utf8'))?.[1] ?? 0) / 1024,
      });
    await sleep(1000);
  }
}

const shed = (one: Outcome): boolean => one.status === 'busy';

async function proof(fleet: Fleet, report: Report): Promise<void> {
  const services = await addServices(fleet, SERVICES);
  const loop = new OpenLoop(Number(new URL(fleet.urls[0] ?? '').port));
  const phase = async (work: (crowd: Crowd) => Promise<void>): Promise<Crowd> => {
    crowd.heard.length = 0;
    crowd.lost.clear();
    await work(crowd);
    return crowd;
  };
  const crowd = new Crowd(services);
  await phase((one) => loop.closed(10, 5000, one.next));
  const cpuBeforeMs = cpuMsOf(fleet.pids[0] ?? 0);
  await phase((one) => loop.closed(CALLERS, MEASURE_MS, one.next));
  const cpuMs = cpuMsOf(fleet.pids[0] ?? 0) - cpuBeforeMs;
  const capacity = Math.round((crowd.heard.filter((one) => !shed(one)).length * 1000) / MEASURE_MS);
  const usual = summary(crowd.heard.map((one) => one.ms));
  report.note(
    `capacity with ${CALLERS} callers: ${capacity} answers/s, p50 ${usual.p50} ms, p99 ${usual.p99} ms; ${(cpuMs / crowd.heard.length).toFixed(2)} ms of processor each`,
  );
  report.note(tally(crowd.heard));

  const samples: Sample[] = [];
  let over = false;
  const watching = watch(fleet, samples, () => over);
  loop.lateMs = 0;
  const beganMs = performance.now();
  await phase(async (one) => {
    await loop.run(capacity * 3, OVERLOAD_MS, one.next);
    over = true;
    await watching;
  });
  await sleep(500);
  const took = performance.now() - beganMs;
  const heard = [...crowd.heard];
  const good = heard.filter((one) => !shed(one) && one.ms <= 2500);
  const refused = heard.filter(shed);
  const bookings = heard.filter((one) => one.kind === 'booking');
  const booked = bookings.filter((one) => one.status === 'booked');
  const goodput = Math.round((good.length * 1000) / Math.min(took, OVERLOAD_MS));
  report.check('goodput at 3 times the capacity', `${goodput} of ${capacity}/s`, '>= 90 %', goodput >= capacity * 0.9);
  report.note(tally(heard));
  const sheds = summary(refused.map((one) => one.ms));
  report.check(`${refused.length} refused, p99`, `${sheds.p99} ms (p50 ${sheds.p50})`, '<= 50 ms', sheds.p99 <= 50);
  report.check(
    'bookings',
    `${booked.length} of ${bookings.length}`,
    '>= 99 %',
    bookings.length > 0 && booked.length >= bookings.length * 0.99,
  );
  const lost = [...crowd.lost].map(([reason, count]) => `${count} ${reason}`).join(', ');
  report.check('not answered at all', lost || 0, '0', crowd.lost.size === 0);
  const lag = percentile(
    samples.map((one) => one.lagP99Ms),
    99,
  );
  report.check('event-loop lag, p99 of each second, worst', `${Math.round(lag)} ms`, '< 100 ms', lag < 100);
  const most = Math.max(...samples.map((one) => one.inWork));
  report.check('in work at once, most', most, '<= 200', most <= 200);
  const half = Math.floor(samples.length / 2);
  const [early, late] = [samples[Math.min(5, half)]?.rssMb ?? 0, samples.at(-1)?.rssMb ?? 0];
  report.check('memory', `${Math.round(early)} to ${Math.round(late)} MB`, '<= 1.3 times', late <= early * 1.3);
  report.note(
    `answers p50 ${summary(good.map((one) => one.ms)).p50} ms, p99 ${summary(good.map((one) => one.ms)).p99} ms; the client itself came up to ${Math.round(loop.lateMs)} ms late`,
  );
  report.keep('samples', samples);

  const afterMs = performance.now();
  await phase((one) => loop.run(capacity, AFTER_MS, one.next));
  await sleep(1000);
  const seconds = Array.from({ length: Math.floor(AFTER_MS / 1000) }, (_, second) => {
    const mine = crowd.heard.filter((one) => Math.floor((one.dueMs - afterMs) / 1000) === second);
    const fine = mine.filter((one) => !shed(one) && one.ms <= 500).length;
    return { second, share: mine.length > 0 ? fine / mine.length : 0 };
  });
  const bad = seconds.filter((one) => one.share < 0.9);
  const normalAfter = bad.length === 0 ? 0 : (bad.at(-1)?.second ?? 0) + 1;
  report.check(
    'at once the capacity again: 90 % answered within 500 ms, from second',
    normalAfter,
    '<= 10',
    normalAfter <= 10,
  );
  report.keep('after', seconds);
  loop.close();
}

run(async (report) => {
  const fleet = await startFleet({
    processes: 1,
    latencyScale: 0,
    rateLimit: 'off',
    env: {
      CALCOM_RATE_LIMIT_PER_MINUTE: '10000',
      CALCOM_BURST_PER_SECOND: '100',
      HTTP_RATE_LIMIT_PER_MINUTE: '10000000',
      LOG_LEVEL: 'warn',
      // The crowd itself takes one of the processors; whether Redis is there is another proof's question.
      REDIS_COMMAND_TIMEOUT_MS: '500',
    },
  });
  try {
    await proof(fleet, report);
  } finally {
    await fleet.stop();
  }
}, 'Overload');
