import { ask, run, sleep, summary, weekday, type Heard } from './support/caller';
import { startFleet, type Fleet } from './support/fleet';
import { resetCounts, counters } from './support/sandbox-ledger';

/**
 * How often an answer needs no request to Cal.com under the normal load of the source's first scenario: ten callers,
 * fifty requests a minute, 60 % availability, 20 % bookings, 20 % alternatives, over the demo company's services.
 * `npm run bench -- hit-rate [short]`
 */
const SHORT = process.argv.includes('short');
const CALLERS = 10;
const PER_MINUTE = 50;
const WARM_UP_MS = SHORT ? 8000 : 60_000;
const MEASURED_MS = SHORT ? 30_000 : 600_000;
const PROCESSES = 2;
const SERVICES = ['Herrenhaarschnitt', 'Damenhaarschnitt', 'Färben', 'Bartpflege'];
const TIMES = ['09:00', '10:30', '11:00', '14:00', '15:30', '17:00'];

interface Sources {
  cache: number;
  stale: number;
  coalesced: number;
  upstream: number;
}

let step = 0;
const pick = <T>(from: readonly T[]): T => from[Math.floor(Math.random() * from.length)] as T;

/** One of five requests is a booking, one a search for alternatives, three ask whether something is free. */
async function act(fleet: Fleet, heard: Heard[]): Promise<void> {
  const url = fleet.urls[step % fleet.urls.length] ?? '';
  const turn = step++ % 5;
  const args = {
    service_name: pick(SERVICES),
    desired_date: weekday(1 + Math.floor(Math.random() * 12)),
    desired_time: pick(TIMES),
  };
  const tool = turn === 4 ? 'create_booking' : turn === 2 ? 'find_alternatives' : 'check_availability';
  const more = tool === 'create_booking' ? { customer_name: `Bench Person ${step}` } : {};
  heard.push(await ask(url, tool, { ...args, ...more }));
}

async function load(fleet: Fleet, lastsMs: number): Promise<Heard[]> {
  const heard: Heard[] = [];
  const untilMs = Date.now() + lastsMs;
  const gapMs = (CALLERS * 60_000) / PER_MINUTE;
  const caller = async (index: number): Promise<void> => {
    await sleep((index * gapMs) / CALLERS);
    while (Date.now() < untilMs) {
      const beganMs = Date.now();
      await act(fleet, heard).catch(() => undefined);
      await sleep(Math.max(0, beganMs + gapMs * (0.7 + Math.random() * 0.6) - Date.now()));
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, (_, index) => caller(index)));
  return heard;
}

/** The gateways' own count of where their answers came from, over all processes. */
async function sources(fleet: Fleet): Promise<Sources> {
  const sum: Sources = { cache: 0, stale: 0, coalesced: 0, upstream: 0 };
  for (const url of fleet.urls) {
    const text = await (await fetch(`${url}/metrics`)).text();
    for (const [, source = '', count = '0'] of text.matchAll(
      /^askpro_slot_reads_total\{[^}]*source="(\w+)"[^}]*\} (\d+)/gm,
    ))
      if (source in sum) sum[source as keyof Sources] += Number(count);
  }
  return sum;
}

run(async (report) => {
  const fleet = await startFleet({ processes: PROCESSES });
  try {
    await load(fleet, WARM_UP_MS);
    const before = await sources(fleet);
    await resetCounts(fleet);
    const heard = await load(fleet, MEASURED_MS);
    const after = await sources(fleet);
    const of = (source: keyof Sources): number => after[source] - before[source];
    const reads = of('cache') + of('stale') + of('coalesced') + of('upstream');
    const rate = (100 * of('cache')) / reads;
    const { requestsTotal, rateLimited, byEndpoint } = await counters(fleet);
    report.check('warm hit rate', `${rate.toFixed(1)} % of ${reads} reads`, '>= 90 %', rate >= 90);
    report.check('answered 429', rateLimited, '0', rateLimited === 0);
    const { p50, p95 } = summary(heard.map((one) => one.ms));
    report.check('p95 of all requests', `${p95} ms`, '<= 4000 ms', p95 <= 4000);
    report.note(`${heard.length} requests, p50 ${p50} ms; ${of('upstream')} reads asked Cal.com, ${of('stale')} stale`);
    report.note(`${requestsTotal} upstream requests: ${JSON.stringify(byEndpoint)}`);
    report.keep('sources', {
      cache: of('cache'),
      stale: of('stale'),
      coalesced: of('coalesced'),
      upstream: of('upstream'),
    });
  } finally {
    await fleet.stop();
  }
}, 'Hit rate');
