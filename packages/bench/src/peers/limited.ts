import { sleep, summary, weekday } from '../support/caller';
import type { Fleet } from '../support/fleet';
import { arrivals, resetCounts } from '../support/sandbox-ledger';
import type { BenchService } from '../support/workload';
import type { Answered, Contestant, Lineup, Wish } from './lineup';
import type { Scoreboard } from './scoreboard';
import { nthWish } from './unlimited';

/** What is compared under Cal.com's real limit and its block, everybody at the same time with a key of his own. */
const SEARCHES = 200;
const DAYS = 7;
const HOURS = ['08:30', '10:00', '11:30', '13:00', '14:30', '16:00', '17:30'];
const MINUTE_MS = 60_000;
const BURST = 110;
const CONVERSATION_EVERY_MS = 400;

interface Used {
  requests: number;
  refused: number;
  most: number;
}

const WITHIN_LIMIT = { wanted: '<= 120', holds: (own: number) => own <= 120 };
const NONE = { wanted: '0', holds: (own: number) => own === 0 };

async function used(fleet: Fleet, { keyHash }: Contestant): Promise<Used> {
  const own = (await arrivals(fleet)).filter((one) => one.apiKeyHash !== null && keyHash.startsWith(one.apiKeyHash));
  const times = own.map(({ atMs }) => atMs).sort((a, b) => a - b);
  let most = 0;
  for (let from = 0, to = 0; to < times.length; to++) {
    while ((times[from] ?? 0) <= (times[to] ?? 0) - MINUTE_MS) from += 1;
    most = Math.max(most, to - from + 1);
  }
  return { requests: own.length, refused: own.filter(({ status }) => status === 429).length, most };
}

/** Everybody goes through the same at the same time; returns a way to make rows of what came out. */
async function together<T>(
  lineup: Lineup,
  work: (one: Contestant, index: number) => Promise<T>,
): Promise<(of: (result: T) => number) => Map<string, number>> {
  const results = await Promise.all(
    lineup.contestants.map(async (one, index): Promise<[string, T]> => [one.name, await work(one, index)]),
  );
  return (of) => new Map(results.map(([name, result]) => [name, of(result)]));
}

/** The same in every run. */
function searches(services: readonly BenchService[]): Wish[] {
  let state = 20_261_124;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
  return Array.from({ length: SEARCHES }, () => {
    const service = services[next(services.length)];
    if (!service) throw new Error('there are no services to search');
    const date = new Date(Date.now() + (1 + next(DAYS)) * 86_400_000).toISOString().slice(0, 10);
    return { service, date, time: HOURS[next(HOURS.length)] ?? '10:00' };
  });
}

export async function alternatives(
  fleet: Fleet,
  lineup: Lineup,
  board: Scoreboard,
  services: readonly BenchService[],
  lastsMs: number,
): Promise<void> {
  await resetCounts(fleet);
  const wishes = searches(services);
  const by = await together(lineup, async (one) => {
    const beganMs = performance.now();
    const answers: Promise<Answered>[] = [];
    for (const [index, wish] of wishes.entries()) {
      await sleep(Math.max(0, beganMs + (index * lastsMs) / wishes.length - performance.now()));
      answers.push(one.alternatives(wish, index));
    }
    const heard = await Promise.all(answers);
    return { heard, ...(await used(fleet, one)) };
  });
  const label = `${SEARCHES} searches for another time, ${services.length} services`;
  board.row(
    `${label}: complete answers`,
    by(({ heard }) => heard.filter(({ good }) => good).length),
    'more',
    { wanted: String(SEARCHES), holds: (own) => own === SEARCHES },
  );
  board.row(
    `${label}: incomplete answers`,
    by(({ heard }) => heard.filter(({ partial }) => partial).length),
    'less',
    NONE,
  );
  board.row(
    `${label}: requests to Cal.com`,
    by(({ requests }) => requests),
    'less',
    { wanted: `<= ${services.length}`, holds: (own) => own <= services.length },
  );
  board.row(
    `${label}: refused by Cal.com`,
    by(({ refused }) => refused),
    'less',
    NONE,
  );
  board.row(
    `${label}: p50 ms of complete answers`,
    by(({ heard }) => middle(heard, 'p50')),
    'less',
  );
  board.row(
    `${label}: p95 ms of complete answers`,
    by(({ heard }) => middle(heard, 'p95')),
    'less',
  );
}

function middle(heard: readonly Answered[], of: 'p50' | 'p95'): number {
  const ms = heard.filter(({ good }) => good).map((one) => one.ms);
  return ms.length > 0 ? summary(ms)[of] : Number.NaN;
}

/** 200 questions not asked before, at one instant. */
export async function instantBurst(
  fleet: Fleet,
  lineup: Lineup,
  board: Scoreboard,
  services: readonly BenchService[],
): Promise<void> {
  await resetCounts(fleet);
  const by = await together(lineup, async (one) => {
    const wishes = services.slice(0, 200).map((service) => ({ service, date: weekday(3), time: '11:00' }));
    const heard = await Promise.all(wishes.map((wish, index) => one.available(wish, index)));
    return { heard, ...(await used(fleet, one)) };
  });
  burstRows(board, '200 misses at one instant', by);
}

/** 110 questions in the last five seconds of a minute, 110 in the first five of the next. */
export async function boundaryBurst(
  fleet: Fleet,
  lineup: Lineup,
  board: Scoreboard,
  services: readonly BenchService[],
): Promise<void> {
  await resetCounts(fleet);
  const boundaryMs = Math.ceil((Date.now() + 6000) / MINUTE_MS) * MINUTE_MS;
  const by = await together(lineup, async (one) => {
    const heard = await Promise.all(
      services.slice(0, 2 * BURST).map(async (service, index) => {
        const atMs = index < BURST ? boundaryMs - 5000 + index * 45 : boundaryMs + (index - BURST) * 45;
        await sleep(Math.max(0, atMs - Date.now()));
        return one.available({ service, date: weekday(40), time: '11:00' }, index);
      }),
    );
    return { heard, ...(await used(fleet, one)) };
  });
  burstRows(board, `${BURST} + ${BURST} misses around a minute boundary`, by);
}

function burstRows(
  board: Scoreboard,
  label: string,
  by: (of: (result: Used & { heard: Answered[] }) => number) => Map<string, number>,
): void {
  board.row(
    `${label}: most in any 60 s`,
    by(({ most }) => most),
    'less',
    WITHIN_LIMIT,
  );
  board.row(
    `${label}: refused by Cal.com`,
    by(({ refused }) => refused),
    'less',
    NONE,
  );
  board.row(
    `${label}: answered`,
    by(({ heard }) => heard.filter(({ good }) => good).length),
    'more',
  );
}

/** More callers than the budget can serve one by one: each asks for a start, hears alternatives, books. */
export async function conversations(
  fleet: Fleet,
  lineup: Lineup,
  board: Scoreboard,
  services: readonly BenchService[],
  forMs: number,
): Promise<void> {
  await resetCounts(fleet);
  const share = Math.floor(services.length / lineup.contestants.length);
  const by = await together(lineup, async (one, place) => {
    const own = services.slice(place * share, (place + 1) * share);
    const beganMs = performance.now();
    const running: Promise<boolean>[] = [];
    for (let index = 0; performance.now() - beganMs < forMs; index++) {
      const service = own[index % own.length];
      if (service) running.push(converse(one, nthWish(service, Math.floor(index / own.length)), index));
      await sleep(Math.max(0, beganMs + (index + 1) * CONVERSATION_EVERY_MS - performance.now()));
    }
    const done = (await Promise.all(running)).filter(Boolean).length;
    return { done, begun: running.length, ...(await used(fleet, one)) };
  });
  const label = `conversations begun in ${forMs / 1000} s within 120 requests a minute`;
  board.row(
    `${label}: complete with a booking`,
    by(({ done }) => done),
    'more',
  );
  board.row(
    `${label}: begun`,
    by(({ begun }) => begun),
    'more',
  );
  board.row(
    `${label}: requests to Cal.com`,
    by(({ requests }) => requests),
    'less',
  );
  board.row(
    `${label}: refused by Cal.com`,
    by(({ refused }) => refused),
    'less',
    NONE,
  );
}

async function converse(one: Contestant, wish: Wish, index: number): Promise<boolean> {
  const asked = await one.available(wish, index);
  const others = await one.alternatives(wish, index);
  const booked = await one.book(wish, index);
  return asked.good && others.good && booked.good;
}
