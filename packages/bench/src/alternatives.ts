import { ask, run, sleep, summary, tally, weekday, type Heard, type Report } from './support/caller';
import { API_KEY, startFleet, type Fleet } from './support/fleet';
import { resetCounts, counters } from './support/sandbox-ledger';
import { addServices, type BenchService } from './support/workload';

/**
 * 200 searches for another time over 20 event types and 7 days, at Cal.com's real pace and under its real limit; then
 * the same searches once more. `npm run bench -- alternatives [short]`
 */
const SHORT = process.argv.includes('short');
const SEARCHES = 200;
const EVENT_TYPES = 20;
const DAYS = 7;
/** Open loop: the next search begins whether or not the one before has been answered. */
const LASTS_MS = SHORT ? 12_000 : 90_000;
const PROCESSES = 2;
/** A caller hangs up after this long. */
const PATIENCE_MS = 8000;
const HOURS = ['08:30', '10:00', '11:30', '13:00', '14:30', '16:00', '17:30'];

interface Search {
  service: BenchService;
  date: string;
  time: string;
}

interface Offered {
  date: string;
  time: string;
  datetime: string;
}

/** The same searches in every run. */
function searches(services: readonly BenchService[]): Search[] {
  let state = 20_261_124;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
  return Array.from({ length: SEARCHES }, () => ({
    service: services[next(services.length)] ?? services[0]!,
    date: new Date(Date.now() + (1 + next(DAYS)) * 86_400_000).toISOString().slice(0, 10),
    time: HOURS[next(HOURS.length)] ?? '10:00',
  }));
}

function search(fleet: Fleet, { service, date, time }: Search, index: number): Promise<Heard> {
  const url = fleet.urls[index % fleet.urls.length] ?? '';
  const args = { service_id: service.id, desired_date: date, desired_time: time };
  return ask(url, 'find_alternatives', args, {}, PATIENCE_MS);
}

async function round(fleet: Fleet, all: readonly Search[]): Promise<Heard[]> {
  const gapMs = LASTS_MS / all.length;
  const beganMs = performance.now();
  const gone: Heard = { status: 0, ms: PATIENCE_MS, body: { status: 'the caller gave up' } };
  const answers: Promise<Heard>[] = [];
  for (const [index, one] of all.entries()) {
    await sleep(Math.max(0, beganMs + index * gapMs - performance.now()));
    answers.push(search(fleet, one, index).catch(() => gone));
  }
  return Promise.all(answers);
}

function offers(heard: Heard): Offered[] {
  return Array.isArray(heard.body.alternatives) ? (heard.body.alternatives as Offered[]) : [];
}

const isComplete = (heard: Heard): boolean =>
  heard.body.status === 'found' && heard.body.stale === false && offers(heard).length === 2;

/** Offers that Cal.com, asked directly afterwards, does not list. */
async function unlisted(fleet: Fleet, all: readonly Search[], heard: readonly Heard[]): Promise<number> {
  const listed = new Map<number, Set<number>>();
  let wrong = 0;
  for (const [index, { service }] of all.entries()) {
    let starts = listed.get(service.eventTypeId);
    if (!starts) {
      const query = `eventTypeId=${service.eventTypeId}&start=${weekday(0)}&end=${weekday(24)}&timeZone=Europe/Berlin`;
      const answer = await fetch(`${fleet.sandboxUrl}/slots?${query}`, {
        headers: { 'cal-api-version': '2024-09-04' },
      });
      const { data } = (await answer.json()) as { data: Record<string, { start: string }[]> };
      starts = new Set(Object.values(data).flatMap((day) => day.map(({ start }) => Date.parse(start))));
      listed.set(service.eventTypeId, starts);
    }
    for (const offer of offers(heard[index] as Heard)) if (!starts.has(Date.parse(offer.datetime))) wrong++;
  }
  return wrong;
}

function describe(report: Report, name: string, heard: readonly Heard[], wantedP50Ms: number): void {
  const ms = heard.map((one) => one.ms);
  const { p50, p95, max } = summary(ms);
  const complete = heard.filter(isComplete).length;
  report.check(`${name}: complete answers`, `${complete} of ${SEARCHES}`, `${SEARCHES}`, complete === SEARCHES);
  report.check(`${name}: p50`, `${p50} ms`, `<= ${wantedP50Ms} ms`, p50 <= wantedP50Ms);
  report.check(`${name}: p95`, `${p95} ms`, '<= 600 ms', p95 <= 600);
  report.note(`${name}: slowest ${max} ms; ${tally(heard)}`);
  report.keep(
    name,
    ms.map((one) => Math.round(one * 10) / 10),
  );
}

run(async (report) => {
  const fleet = await startFleet({ processes: PROCESSES });
  try {
    const [warmUp, ...services] = await addServices(fleet, EVENT_TYPES + 1);
    // Code compiled, connections open; the twenty are not asked for yet.
    for (let index = 0; index < 60; index++)
      await search(fleet, { service: warmUp!, date: weekday(2), time: '10:00' }, index);
    await resetCounts(fleet);
    const all = searches(services);

    const cold = await round(fleet, all);
    const first = await counters(fleet);
    report.check(
      'cold: upstream requests',
      first.requestsTotal,
      `<= ${EVENT_TYPES}`,
      first.requestsTotal <= EVENT_TYPES,
    );
    report.check('cold: answered 429', first.rateLimited, '0', first.rateLimited === 0);
    describe(report, 'cold', cold, 10);

    await resetCounts(fleet);
    const repeated = await round(fleet, all);
    const second = await counters(fleet);
    report.check('repeated: upstream requests', second.requestsTotal, '0', second.requestsTotal === 0);
    describe(report, 'repeated', repeated, 10);

    const wrong = await unlisted(fleet, all, [...repeated]);
    report.check('offers that Cal.com does not list', wrong, '0', wrong === 0);
    report.note(`key ${API_KEY}, ${PROCESSES} processes, ${SEARCHES} searches within ${LASTS_MS / 1000} s`);
  } finally {
    await fleet.stop();
  }
}, 'Alternatives');
