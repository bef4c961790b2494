import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { Client } from 'pg';
import { z } from 'zod';
import {
  ask,
  nthWeekday,
  run,
  sleep,
  statusOf,
  summary,
  tally,
  weekday,
  type Heard,
  type Report,
} from './support/caller';
import { ADMIN_TOKEN, API_KEY, startFleet, type Fleet } from './support/fleet';
import { arrivals, resetCounts, counters } from './support/sandbox-ledger';
import { addServices } from './support/workload';

/**
 * A day in which Cal.com is strange, run faster than a day: collective conflicts that are bare 500s, mail that never
 * ends, slow webhook subscribers and races that a database loses, between good bookings and questions. Nothing is said to
 * a caller that Cal.com does not hold to, no circuit opens, and looking up costs little.
 * `npm run bench -- strangeness [short]`
 */
const SECONDS = process.argv.includes('short') ? 60 : 480;
const SECONDS_PER_BOOKING = 2.5;
const LIMIT_PER_MINUTE = 120;
/** Of the key's limit, for looking up what came of a booking. */
const LOOK_UP_SHARE = 0.1;
const SLOW_MS = 3_000;
/** Longer than the gateway waits for a booking's answer. */
const TOO_SLOW_MS = 7_000;
const RACE_MS = 250;
const SETTLED_WITHIN_MS = 180_000;
const ANNA = 501;
const BEN = 502;
const TOGETHER = 7001;

type Kind =
  'good' | 'collective' | 'collective conflict' | 'hanging mail' | 'slow subscriber' | 'too slow subscriber' | 'race';
/** What every twelve bookings are. */
const MIX: readonly Kind[] = [
  ...(['good', 'collective conflict', 'good', 'slow subscriber', 'hanging mail', 'good'] as const),
  ...(['race', 'collective', 'too slow subscriber', 'good', 'collective conflict', 'good'] as const),
];

interface Wish {
  kind: Kind;
  callId: string;
  args: { desired_date: string; desired_time: string };
}

type Told = Wish & { heard: Heard };

const bookingsOf = z.array(
  z.object({ status: z.string(), metadata: z.object({ call_id: z.string() }).partial(), uid: z.string() }),
);

const circuitsAnswer = z.object({ data: z.array(z.object({ service: z.string(), state: z.string() })) });

/** A webhook subscriber of the team that answers after a given time. */
async function startSubscriber(): Promise<{ url: string; waitMs: number; stop: () => void }> {
  const state = { url: '', waitMs: 0, stop: () => void server.close() };
  const server: Server = createServer((request, response) => {
    request.resume();
    setTimeout(() => response.end('{}'), state.waitMs);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return state;
}

const wishOf = (index: number): Wish => ({
  kind: MIX[index % MIX.length] ?? 'good',
  callId: `call_strange${index.toString(16).padStart(20, '0')}`,
  args: {
    desired_date: nthWeekday(3, Math.floor(index / 16)),
    desired_time: `${String(9 + Math.floor((index % 16) / 2)).padStart(2, '0')}:${index % 2 === 0 ? '00' : '30'}`,
  },
});

const isTogether = ({ kind }: Wish): boolean => kind.startsWith('collective');
const serviceOf = (wish: Wish): Record<string, unknown> =>
  isTogether(wish) ? { service_name: `Bench ${TOGETHER}` } : { service_name: 'Herrenhaarschnitt', staff_name: 'Anna' };

/** The wish's start as an ISO instant: the gateway is asked, which knows the salon's zone. */
async function instantOf(fleet: Fleet, wish: Wish): Promise<string> {
  const { body } = await ask(fleet.urls[0] ?? '', 'check_availability', { ...serviceOf(wish), ...wish.args });
  return new Date(String(body.datetime)).toISOString();
}

/** Another client books Anna's start at the same moment. */
async function race(fleet: Fleet, startAt: string): Promise<void> {
  await fetch(`${fleet.sandboxUrl}/bookings`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'cal-api-version': '2024-08-13',
      authorization: `Bearer ${API_KEY}`,
    },
    body: JSON.stringify({
      eventTypeId: 1001,
      start: startAt,
      rrHostSubsetIds: [ANNA],
      attendee: { name: 'Web', email: `web-${Date.parse(startAt)}@example.org`, timeZone: 'Europe/Berlin' },
    }),
  });
}

/** Makes Cal.com as strange as the wish's kind wants it, and lets the caller book. */
async function play(fleet: Fleet, wish: Wish, subscriber: { waitMs: number }): Promise<Told> {
  const startAt = wish.kind === 'collective conflict' || wish.kind === 'race' ? await instantOf(fleet, wish) : '';
  if (wish.kind === 'collective conflict')
    await fleet.control('/bookings', { eventTypeId: 1001, start: startAt, hostIds: [BEN] });
  if (wish.kind === 'hanging mail')
    await fleet.control('/faults', {
      match: { method: 'POST', path: '/v2/bookings' },
      times: 1,
      fault: { kind: 'timeout-after-commit' },
    });
  subscriber.waitMs = wish.kind === 'slow subscriber' ? SLOW_MS : wish.kind === 'too slow subscriber' ? TOO_SLOW_MS : 0;
  const booking = ask(
    fleet.urls[0] ?? '',
    'create_booking',
    { ...serviceOf(wish), ...wish.args, customer_name: 'Erika Beispiel' },
    { call_id: wish.callId },
  );
  const [heard] = await Promise.all([booking, wish.kind === 'race' ? race(fleet, startAt) : undefined]);
  return { ...wish, heard };
}

async function circuitsNotClosed(fleet: Fleet): Promise<string[]> {
  const answer = await fetch(`${fleet.urls[0] ?? ''}/api/admin/circuit-breaker`, {
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
  });
  const { data: circuits } = circuitsAnswer.parse(await answer.json());
  return circuits.filter(({ state }) => state !== 'closed').map(({ service, state }) => `${service} ${state}`);
}

interface Standing {
  /** Bookings at Cal.com by call. */
  held: Map<string, number>;
  /** Of these, the ones that the gateway does not know. */
  unknown: number;
}

/** What stands at Cal.com and in the ledger, once nothing is under way. */
async function standing(fleet: Fleet): Promise<Standing> {
  const sql = new Client({ connectionString: fleet.databaseUrl });
  await sql.connect();
  try {
    const untilMs = Date.now() + SETTLED_WITHIN_MS;
    for (let open = 1; open > 0 && Date.now() < untilMs; await sleep(open > 0 ? 500 : 0)) {
      const { rows } = await sql.query<{ open: number }>(
        `select count(*)::int as open from booking_operations where state in ('intended', 'sent', 'unknown')`,
      );
      open = rows[0]?.open ?? 0;
    }
    const { rows } = await sql.query<{ uid: string }>(`select calcom_booking_uid as uid from appointments`);
    const known = new Set(rows.map(({ uid }) => uid));
    const held = new Map<string, number>();
    let unknown = 0;
    for (const { status, metadata, uid } of bookingsOf.parse(await fleet.control('/bookings'))) {
      if (status !== 'accepted' || metadata.call_id === undefined) continue;
      held.set(metadata.call_id, (held.get(metadata.call_id) ?? 0) + 1);
      if (!known.has(uid)) unknown++;
    }
    return { held, unknown };
  } finally {
    await sql.end();
  }
}

/** One booking after the other, each strange in its way, beside callers who only ask. */
async function day(fleet: Fleet): Promise<{ told: Told[]; questions: Heard[]; opened: string[]; seconds: number }> {
  const subscriber = await startSubscriber();
  const told: Told[] = [];
  const questions: Promise<Heard>[] = [];
  const opened: string[] = [];
  const beganMs = Date.now();
  try {
    await fleet.control('/webhooks', { teamId: 10, subscriberUrl: subscriber.url, triggers: ['BOOKING_CREATED'] });
    await fleet.control('/behaviour', { raceWindowMs: RACE_MS });
    for (let index = 0; Date.now() < beganMs + SECONDS * 1000; index++) {
      const question = { service_name: 'Damenhaarschnitt', desired_date: weekday(2 + (index % 5)) };
      questions.push(ask(fleet.urls[0] ?? '', 'check_availability', question));
      told.push(await play(fleet, wishOf(index), subscriber));
      opened.push(...(await circuitsNotClosed(fleet)));
      await sleep(Math.max(0, beganMs + (index + 1) * SECONDS_PER_BOOKING * 1000 - Date.now()));
    }
  } finally {
    subscriber.stop();
  }
  return { told, questions: await Promise.all(questions), opened, seconds: (Date.now() - beganMs) / 1000 };
}

const isLookUp = ({ method, path }: { method: string; path: string }): boolean =>
  method === 'GET' && path.startsWith('/v2/bookings') && !path.includes('afterUpdatedAt');

function judge(report: Report, told: readonly Told[], { held, unknown }: Standing): void {
  const of = (kind: Kind): Told[] => told.filter((one) => one.kind === kind);
  for (const kind of new Set(MIX)) {
    const heard = of(kind).map((one) => one.heard);
    report.note(`${kind}: ${tally(heard)}; slowest ${Math.round(summary(heard.map(({ ms }) => ms)).max)} ms`);
  }
  const untrue = told.filter(({ heard, callId }) => {
    const count = held.get(callId) ?? 0;
    if (count > 1) return true;
    if (statusOf(heard) === 'booked') return count !== 1;
    return statusOf(heard) !== 'pending_confirmation' && count > 0;
  });
  report.check(`${told.length} bookings: told otherwise than Cal.com holds`, untrue.length, '0', untrue.length === 0);
  for (const { kind, heard } of untrue.slice(0, 5)) report.note(`untrue: ${kind} heard ${statusOf(heard)}`);

  report.check('… stand at Cal.com unknown to the gateway', unknown, '0', unknown === 0);

  const heardAtOnce = (kinds: Kind[], status: string): void => {
    const all = kinds.flatMap(of);
    const right = all.filter(({ heard }) => statusOf(heard) === status).length;
    const name = `… of ${kinds.join(', ')} heard "${status}"`;
    report.check(name, `${right} of ${all.length}`, 'all', right === all.length);
  };
  heardAtOnce(['good', 'collective', 'slow subscriber'], 'booked');
  heardAtOnce(['collective conflict'], 'slot_taken');
  const late = [...of('hanging mail'), ...of('too slow subscriber')];
  const atOnce = late.filter(({ heard }) => statusOf(heard) === 'booked').length;
  const settled = late.filter(
    ({ heard, callId }) => statusOf(heard) === 'pending_confirmation' && held.get(callId) === 1,
  ).length;
  report.check(
    '… of hanging mail, too slow subscriber booked',
    `${atOnce} at once, ${settled} told as being confirmed, of ${late.length}`,
    'all',
    atOnce + settled === late.length,
  );
  const lost = of('race').filter(({ heard }) => !['booked', 'slot_taken'].includes(statusOf(heard))).length;
  report.check('… of races heard neither "booked" nor "slot_taken"', lost, '0', lost === 0);
}

run(async (report) => {
  const fleet = await startFleet({ processes: 1, latencyScale: 0.5 });
  try {
    await addServices(fleet, 1, { firstEventType: TOGETHER, together: [ANNA, BEN] });
    await ask(fleet.urls[0] ?? '', 'check_availability', {
      service_name: 'Herrenhaarschnitt',
      desired_date: weekday(2),
    });
    await resetCounts(fleet);
    const { told, questions, opened, seconds } = await day(fleet);
    const asked = (await arrivals(fleet)).filter(isLookUp).length;
    const { maxInAny60s, rateLimited } = await counters(fleet);
    judge(report, told, await standing(fleet));
    report.check('circuits seen open or half open', opened.length, '0', opened.length === 0);
    const answered = questions.filter(({ body }) => body.success === true).length;
    report.check(
      'questions beside them answered',
      `${answered} of ${questions.length}`,
      'all',
      answered === questions.length,
    );
    const share = asked / ((LIMIT_PER_MINUTE * seconds) / 60);
    report.check(
      `${asked} look-ups in ${Math.round(seconds)} s: share of the key's limit`,
      `${(share * 100).toFixed(1)} %`,
      `<= ${LOOK_UP_SHARE * 100} %`,
      share <= LOOK_UP_SHARE,
    );
    report.check('most requests in any 60 s', maxInAny60s, `<= ${LIMIT_PER_MINUTE}`, maxInAny60s <= LIMIT_PER_MINUTE);
    report.check('answered 429', rateLimited, '0', rateLimited === 0);
  } finally {
    await fleet.stop();
  }
}, 'Strangeness');
