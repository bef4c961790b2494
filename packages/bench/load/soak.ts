import path from 'node:path';
import Redis from 'ioredis';
import { percentile, type Report } from '../src/support/caller';
import type { Fleet, FleetOptions } from '../src/support/fleet';
import { CLOCK_PLAN, shiftClock, type ClockStep } from '../src/support/shifted-clock';
import { checkBookings } from './bookings-kept';
import type { Asked } from './callers';
import type { Gauges } from './gauges';

/** Midnight in Berlin, and two hours later the clocks go forward. */
const MIDNIGHT_MS = Date.parse('2027-03-27T23:00:00Z');
const CLOCK_CHANGE_MS = Date.parse('2027-03-28T01:00:00Z');
/** Processes, sandbox and services need about this long before callers begin. */
const START_UP_MS = 15_000;
const FAULTS_A_RUN = 24;
const LEAST_GAP_MS = 4000;
/** Shorter runs say nothing about memory. */
const SLOPE_FROM_SECONDS = 900;

const SLOTS = { method: 'GET', path: '/v2/slots' };
const BOOKINGS = { method: 'POST', path: '/v2/bookings' };
const FAULTS = [
  { match: SLOTS, fault: { kind: 'status', status: 500 } },
  { match: BOOKINGS, fault: { kind: 'timeout-after-commit' } },
  { match: SLOTS, times: 2, fault: { kind: 'delay', delayMs: 2500 } },
  { match: BOOKINGS, fault: { kind: 'error-after-commit' } },
  { match: SLOTS, fault: { kind: 'html-502' } },
  { match: BOOKINGS, fault: { kind: 'reset-after-commit' } },
  { match: SLOTS, fault: { kind: 'reset-before-commit' } },
  { match: BOOKINGS, fault: { kind: 'status', status: 500 } },
  { match: SLOTS, fault: { kind: 'truncated-json' } },
];

interface KeyCount {
  all: number;
  /** Kept until they are deleted by hand. */
  lasting: number;
}

/** What makes a load a soak: faults of Cal.com, a process that is stopped and started, midnight and a change of clocks. */
export class Soak {
  /** For the progress line. */
  said = 'begins';
  readonly #plan: ClockStep[];
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #keys: KeyCount[] = [];
  readonly #restarts: Promise<void>[] = [];
  #restore: () => void = () => undefined;
  #redis: Redis | undefined;
  #fleet: Fleet | undefined;
  #faults = 0;

  constructor(private readonly seconds: number) {
    const beginMs = Date.now() + START_UP_MS;
    const jumpMs = beginMs + seconds * 500;
    this.#plan = [
      { fromMs: 0, aheadMs: MIDNIGHT_MS - (beginMs + seconds * 250) },
      { fromMs: jumpMs, aheadMs: CLOCK_CHANGE_MS - (beginMs + seconds * 750) },
    ];
  }

  fleetOptions(): Partial<FleetOptions> {
    return {
      nodeArgs: ['-r', path.join(__dirname, '../src/support/shifted-clock.js')],
      env: { [CLOCK_PLAN]: JSON.stringify(this.#plan) },
    };
  }

  /** Moves this process and the sandbox to the others' time; must precede the first question. */
  async enter(fleet: Fleet): Promise<void> {
    this.#fleet = fleet;
    const realNowMs = Date.now();
    this.#restore = shiftClock(this.#plan);
    const [first, second] = this.#plan;
    await fleet.control('/clock', { offsetMs: first?.aheadMs });
    if (second)
      this.#later(second.fromMs - realNowMs, async () => {
        await fleet.control('/clock', { offsetMs: second.aheadMs });
      });
  }

  /** Begins with faults and restarts. */
  start(fleet: Fleet): void {
    this.#redis = new Redis(fleet.redisUrl);
    this.#every(Math.max(LEAST_GAP_MS, (this.seconds * 1000) / FAULTS_A_RUN), async () => {
      const fault = FAULTS[this.#faults++ % FAULTS.length];
      await fleet.control('/faults', fault);
      this.said = `${this.#faults} faults`;
    });
    this.#every(5000, async () => {
      this.#keys.push(await this.#countKeys());
    });
    for (const share of [1 / 3, 2 / 3])
      this.#later(this.seconds * 1000 * share, async () => {
        this.#restarts.push(fleet.restart(1, 'SIGTERM'));
      });
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.all(this.#restarts);
    await this.#fleet?.control('/faults', undefined, 'DELETE').catch(() => undefined);
    this.#redis?.disconnect();
    this.#restore();
  }

  async judge(gauges: Gauges, asked: readonly Asked[], report: Report): Promise<void> {
    const fleet = this.#fleet;
    if (!fleet) return;
    report.note(`${this.#faults} faults of Cal.com; midnight at a quarter, the clocks go forward at three quarters`);
    const lost = asked.filter((one) => one.heard?.status !== 200);
    report.check(
      `questions lost, with ${this.#restarts.length} stops by SIGTERM and starts`,
      lost[0] ? `${lost.length} (${lost[0].error ?? lost[0].heard?.status} at ${lost[0].at.toFixed(0)} s)` : 0,
      '0',
      lost.length === 0,
    );
    await checkBookings(fleet, asked, report);
    this.#judgeProcess(gauges, report);
    const half = this.#keys[Math.floor(this.#keys.length / 2)];
    const last = this.#keys.at(-1);
    if (half && last)
      report.check(
        'Redis keys without an end, halfway → at the end',
        `${half.lasting} → ${last.lasting} (of ${last.all} keys)`,
        'no more',
        last.lasting <= half.lasting,
      );
  }

  #judgeProcess(gauges: Gauges, report: Report): void {
    const settled = gauges.samples.filter((sample) => sample.at >= this.seconds / 3);
    const quarter = Math.max(1, Math.floor(settled.length / 4));
    const handles = (from: number, to?: number): number =>
      percentile(
        settled.slice(from, to).map((sample) => sample.handles),
        50,
      );
    const [early, late] = [handles(0, quarter), handles(-quarter)];
    report.check('handles after warm-up → at the end', `${early} → ${late}`, 'within 5', Math.abs(late - early) <= 5);
    const growth = slope(settled.map(({ at, residentMb }) => [at / 600, residentMb]));
    const longEnough = this.seconds >= SLOPE_FROM_SECONDS;
    report.check(
      `memory after warm-up (${settled.at(-1)?.residentMb.toFixed(0)} MB)`,
      `${growth.toFixed(2)} MB per 10 minutes${longEnough ? '' : ' (too short a run to judge)'}`,
      '< 1 MB per 10 minutes',
      growth < 1 || !longEnough,
    );
  }

  async #countKeys(): Promise<KeyCount> {
    const text = (await this.#redis?.info('keyspace')) ?? '';
    const [, all = '0', expires = '0'] = /db0:keys=(\d+),expires=(\d+)/.exec(text) ?? [];
    return { all: Number(all), lasting: Number(all) - Number(expires) };
  }

  #every(everyMs: number, work: () => Promise<void>): void {
    this.#timers.push(setInterval(() => void work().catch(() => undefined), everyMs));
  }

  #later(afterMs: number, work: () => Promise<void>): void {
    this.#timers.push(setTimeout(() => void work().catch(() => undefined), Math.max(0, afterMs)));
  }
}

/** Least squares. */
function slope(points: readonly [number, number][]): number {
  const mean = (values: number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
  const middleX = mean(points.map(([x]) => x));
  const middleY = mean(points.map(([, y]) => y));
  const above = points.reduce((sum, [x, y]) => sum + (x - middleX) * (y - middleY), 0);
  return above / points.reduce((sum, [x]) => sum + (x - middleX) ** 2, 0);
}
