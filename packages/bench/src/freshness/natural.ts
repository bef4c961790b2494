import { ask, sleep, summary, tally, weekday, type Heard, type Report } from '../support/caller';
import type { Fleet } from '../support/fleet';
import { minuteOf, offersOf } from '../support/offers';
import { counters } from '../support/sandbox-ledger';
import type { BenchService } from '../support/workload';

const BOOKERS = 4;
const QUESTIONS_PER_SECOND = 20;
const MINUTES = 30;
const DAYS = [2, 3, 4, 7, 8, 9, 10, 11];

interface Booked {
  hostId: number;
  fromMinute: number;
  ackedAtMs: number;
}

const pick = <T>(from: readonly T[]): T => from[Math.floor(Math.random() * from.length)] as T;

/** Bookers and questioners on all processes, and what the answers offered that was acknowledged to be booked before. */
class NaturalLoad {
  readonly #booked: Booked[] = [];
  readonly booking: Heard[] = [];
  readonly questions: Heard[] = [];
  readonly violations: string[] = [];

  constructor(
    private readonly fleet: Fleet,
    private readonly services: readonly BenchService[],
  ) {}

  async run(lastsMs: number): Promise<void> {
    const untilMs = Date.now() + lastsMs;
    const bookers = Array.from({ length: BOOKERS }, async () => {
      while (Date.now() < untilMs) await this.#book().catch(() => undefined);
    });
    const asked: Promise<void>[] = [];
    for (let index = 0; Date.now() < untilMs; index++) {
      asked.push(this.#look(index).catch(() => undefined));
      await sleep(1000 / QUESTIONS_PER_SECOND);
    }
    await Promise.all([...bookers, ...asked]);
  }

  async #book(): Promise<void> {
    const service = pick(this.services);
    const day = await this.#ask('check_availability', service, { desired_date: weekday(pick(DAYS)) });
    const start = pick(offersOf(day));
    if (!start) return;
    const [desired_date, desired_time] = start.split(' ');
    const name = `Bench ${this.booking.length} Person`;
    const answer = await this.#ask('create_booking', service, { desired_date, desired_time, customer_name: name });
    this.booking.push(answer);
    if (answer.body.status !== 'booked') return;
    this.#booked.push({ hostId: service.hostId, fromMinute: minuteOf(start), ackedAtMs: performance.now() });
  }

  async #look(index: number): Promise<void> {
    const service = pick(this.services);
    const date = { desired_date: weekday(pick(DAYS)) };
    const time = { desired_time: `${9 + (index % 9)}:${index % 2 === 0 ? '00' : '30'}` };
    const tool = index % 4 === 3 ? 'find_alternatives' : 'check_availability';
    this.questions.push(
      await this.#ask(tool, service, index % 2 === 0 && tool === 'check_availability' ? date : { ...date, ...time }),
    );
  }

  /** Every answer is judged, the bookers' own too. */
  async #ask(tool: string, service: BenchService, args: object): Promise<Heard> {
    const askedAtMs = performance.now();
    const heard = await ask(pick(this.fleet.urls), tool, { service_id: service.id, ...args });
    const known = this.#booked.filter((one) => one.hostId === service.hostId && one.ackedAtMs < askedAtMs);
    for (const offer of offersOf(heard)) {
      const fromMinute = minuteOf(offer);
      if (known.some((one) => Math.abs(one.fromMinute - fromMinute) < MINUTES))
        this.violations.push(`${tool} of ${service.eventTypeId} offered ${offer}`);
    }
    return heard;
  }
}

/** Two event types of each host, so that a booking of one takes starts from the other. */
export async function naturalLoad(
  fleet: Fleet,
  services: readonly BenchService[],
  report: Report,
  options: { lastsMs: number; atLeast: number },
): Promise<void> {
  const load = new NaturalLoad(fleet, services);
  await load.run(options.lastsMs);
  const booked = load.booking.filter((one) => one.body.status === 'booked').length;
  const minutes = Math.round(options.lastsMs / 6000) / 10;
  report.check(
    `${minutes} min of load: bookings acknowledged`,
    booked,
    `>= ${options.atLeast}`,
    booked >= options.atLeast,
  );
  report.check(
    `${minutes} min of load: own-booked starts offered after their acknowledgement`,
    `${load.violations.length} in ${load.questions.length} answers`,
    '0',
    load.violations.length === 0,
  );
  const { maxInAny60s, rateLimited } = await counters(fleet);
  report.check('… most upstream requests in any 60 s', maxInAny60s, '<= 120', maxInAny60s <= 120);
  report.check('… answered 429', rateLimited, '0', rateLimited === 0);
  for (const violation of load.violations.slice(0, 5)) report.note(violation);
  report.note(`bookings: ${tally(load.booking)}; questions: ${tally(load.questions)}`);
  report.note(`questions' p95 ${summary(load.questions.map((one) => one.ms)).p95} ms`);
}
