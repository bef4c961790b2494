import { median, sleep, summary, weekday } from '../support/caller';
import type { Fleet } from '../support/fleet';
import { arrivals, resetCounts } from '../support/sandbox-ledger';
import type { BenchService } from '../support/workload';
import { withoutPause, type Throughput } from './closed-loop';
import { forgetPeers, type Contestant, type Lineup, type RawRequest, type Wish } from './lineup';
import type { Scoreboard } from './scoreboard';

/** What is compared without Cal.com's limit in the way: the hot answer, the cold crowd, freshness after a booking. */
const CONNECTIONS = 10;
const CROWD = 100;
const BOOKERS = 4;
const ASK_EVERY_MS = 50;
/** 08:00 to 17:30, every half hour. */
const TIMES = Array.from({ length: 20 }, (_, index) => {
  return `${String(8 + Math.floor(index / 2)).padStart(2, '0')}:${index % 2 ? '30' : '00'}`;
});

/** The n-th start of a service, none twice. */
export function nthWish(service: BenchService, index: number): Wish {
  const day = weekday(2 + Math.floor(index / TIMES.length) * 3);
  return { service, date: day, time: TIMES[index % TIMES.length] ?? '08:00' };
}

export async function hotHit(
  lineup: Lineup,
  board: Scoreboard,
  service: BenchService,
  options: { rounds: number; ms: number },
): Promise<void> {
  const wish = { service, date: weekday(3), time: '11:00' };
  const heard = new Map<string, Throughput[]>();
  const measure = async (name: string, url: string, requests: RawRequest[]): Promise<void> => {
    await withoutPause(url, requests, { connections: CONNECTIONS, ms: options.ms / 4 });
    const one = await withoutPause(url, requests, { connections: CONNECTIONS, ms: options.ms });
    heard.set(name, [...(heard.get(name) ?? []), one]);
  };
  for (let round = 0; round < options.rounds; round++) {
    for (const one of lineup.contestants) await measure(one.name, one.urls[0] ?? '', one.hot(wish));
    if (lineup.nginxUrl) {
      const query = `eventTypeId=${service.eventTypeId}&start=${wish.date}&end=${wish.date}&timeZone=Europe/Berlin`;
      const alone = { method: 'GET', path: `/v2/slots?${query}`, headers: {}, body: '' };
      await measure('nginx alone', new URL(lineup.nginxUrl).origin, [alone]);
    }
  }
  const middle = (of: (one: Throughput) => number): Map<string, number> =>
    new Map([...heard].map(([name, rounds]) => [name, median(rounds.map(of))]));
  board.row(
    'hot hit: answers a second',
    middle((one) => one.perSecond),
    'more',
    { wanted: '>= 3500', holds: (own) => own >= 3500 },
  );
  board.row(
    'hot hit: p50 ms',
    middle((one) => one.p50),
    'less',
  );
  board.row(
    'hot hit: p99 ms',
    middle((one) => one.p99),
    'less',
  );
}

export async function stampede(
  fleet: Fleet,
  lineup: Lineup,
  board: Scoreboard,
  services: readonly BenchService[],
  options: { rounds: number; spreads: readonly number[] },
): Promise<void> {
  let used = 0;
  for (const processes of options.spreads) {
    const requests = new Map<string, number>();
    const p95s = new Map<string, number[]>();
    for (let round = 0; round < options.rounds; round++) {
      for (const one of lineup.contestants) {
        const service = services[used++];
        if (!service) throw new Error('no cold service is left');
        const wish = { service, date: weekday(3), time: '11:00' };
        // The source's design counts what it sends by the minute; runs that follow each other must not be refused for it.
        await forgetPeers(fleet);
        await resetCounts(fleet);
        const crowd = Array.from({ length: CROWD }, (_, index) => one.available(wish, index % processes));
        const ms = (await Promise.all(crowd)).map((answer) => answer.ms);
        const sent = (await arrivals(fleet)).filter(
          ({ path, apiKeyHash }) =>
            path.startsWith('/v2/slots') && apiKeyHash !== null && one.keyHash.startsWith(apiKeyHash),
        ).length;
        requests.set(one.name, Math.max(requests.get(one.name) ?? 0, sent));
        p95s.set(one.name, [...(p95s.get(one.name) ?? []), summary(ms).p95]);
      }
    }
    const label = `${CROWD} callers, cold, ${processes} process${processes > 1 ? 'es' : ''}`;
    board.row(`${label}: requests to Cal.com, worst run`, requests, 'less', {
      wanted: '1',
      holds: (own) => own === 1,
    });
    board.row(`${label}: p95 ms`, new Map([...p95s].map(([name, all]) => [name, median(all)])), 'less');
  }
}

/** Four bookers and twenty questions a second each; only starts that have been acknowledged as booked are asked about. */
export async function freshness(
  fleet: Fleet,
  lineup: Lineup,
  board: Scoreboard,
  services: readonly BenchService[],
  forMs: number,
): Promise<void> {
  await forgetPeers(fleet);
  const share = Math.floor(services.length / lineup.contestants.length);
  const results = await Promise.all(
    lineup.contestants.map((one, index) => bookAndAsk(one, services.slice(index * share, (index + 1) * share), forMs)),
  );
  const by = (of: (one: (typeof results)[number]) => number): Map<string, number> =>
    new Map(lineup.contestants.map(({ name }, index) => [name, of(results[index] ?? NOTHING)]));
  board.row(
    'asked while others book: starts booked',
    by((one) => one.booked),
    'more',
  );
  board.row(
    'asked while others book: percent of the answers that offer a start already booked',
    by((one) => (100 * one.stale) / Math.max(1, one.asked)),
    'less',
    { wanted: '0', holds: (own) => own === 0 },
  );
  board.row(
    'asked while others book: longest time after the booking that it was still offered, s',
    by((one) => one.worstMs / 1000),
    'less',
    { wanted: '0', holds: (own) => own === 0 },
  );
}

const NOTHING = { booked: 0, asked: 0, stale: 0, worstMs: 0 };

async function bookAndAsk(one: Contestant, services: readonly BenchService[], forMs: number): Promise<typeof NOTHING> {
  const seen = { ...NOTHING };
  const taken: { wish: Wish; atMs: number }[] = [];
  const untilMs = performance.now() + forMs;
  let next = 0;
  const booker = async (): Promise<void> => {
    while (performance.now() < untilMs) {
      const index = next++;
      const service = services[index % services.length];
      if (!service) return;
      const wish = nthWish(service, Math.floor(index / services.length));
      const answer = await one.book(wish, index);
      if (!answer.good) continue;
      taken.push({ wish, atMs: performance.now() });
      seen.booked += 1;
    }
  };
  const asks: Promise<void>[] = [];
  const asker = async (): Promise<void> => {
    for (let index = 0; performance.now() < untilMs; index++, await sleep(ASK_EVERY_MS)) {
      // The newest half of the time: there a cache is most likely behind.
      const from = index % 2 ? Math.max(0, taken.length - 3) : 0;
      const about = taken[from + Math.floor(Math.random() * (taken.length - from))];
      if (about) asks.push(ask(about, index));
    }
  };
  const ask = async (about: { wish: Wish; atMs: number }, index: number): Promise<void> => {
    const askedAtMs = performance.now();
    const answer = await one.available(about.wish, index);
    if (!answer.good) return;
    seen.asked += 1;
    if (!answer.offered) return;
    seen.stale += 1;
    seen.worstMs = Math.max(seen.worstMs, askedAtMs - about.atMs);
  };
  await Promise.all([...Array.from({ length: BOOKERS }, booker), asker()]);
  await Promise.all(asks);
  return seen;
}
