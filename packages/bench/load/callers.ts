import { randomBytes } from 'node:crypto';
import { envelope, sleep, weekday, type Heard } from '../src/support/caller';
import type { BenchService } from '../src/support/workload';
import type { Scenario } from './scenario';

export interface Asked {
  tool: 'check_availability' | 'find_alternatives' | 'create_booking';
  /** Seconds after the beginning. */
  at: number;
  /** null when there was no answer at all. */
  heard: Heard | null;
  error: string | null;
}

type Post = (where: string, body: string) => Promise<Heard>;

/** Three questions, one for alternatives, one booking: 60 %, 20 %, 20 %, as the source wants it. */
const CALL = [
  'check_availability',
  'check_availability',
  'find_alternatives',
  'check_availability',
  'create_booking',
] as const;
const DAYS_AHEAD = 10;

/** Callers who ask, think and ask again until the time is over; each call is a new one from a new number. */
export class Callers {
  readonly asked: Asked[] = [];
  readonly #beganMs = performance.now();
  #over = false;

  constructor(
    private readonly scenario: Scenario,
    private readonly services: readonly BenchService[],
    private readonly post: Post,
  ) {}

  async run(seconds: number): Promise<void> {
    const { callers, rampSeconds } = this.scenario;
    const done = sleep(seconds * 1000).then(() => {
      this.#over = true;
    });
    const ramp = Math.min(rampSeconds, seconds / 4);
    await Promise.all([
      done,
      ...Array.from({ length: callers }, (_, index) => this.#caller(index, (index / callers) * ramp * 1000)),
    ]);
  }

  async #caller(index: number, waitMs: number): Promise<void> {
    await sleep(waitMs);
    for (let call = index; !this.#over; call += this.scenario.callers) await this.#call(call);
  }

  async #call(call: number): Promise<void> {
    const service = this.services[call % this.services.length];
    const ids = {
      call_id: `call_${randomBytes(14).toString('hex')}`,
      from_number: `+49301${String(1_000_000 + (randomBytes(4).readUInt32BE() % 8_999_999))}`,
    };
    let day = weekday(1 + Math.floor(Math.random() * DAYS_AHEAD));
    let time = `${9 + Math.floor(Math.random() * 9)}:${Math.random() < 0.5 ? '00' : '30'}`;
    for (const tool of CALL) {
      if (this.#over) return;
      const args = {
        service_id: service?.id,
        desired_date: day,
        desired_time: time,
        ...(tool === 'create_booking' ? { customer_name: 'Lena Lastprobe' } : {}),
      };
      const beganMs = performance.now();
      const { heard } = await this.#ask(tool, args, ids);
      const [other] = (heard?.body.alternatives ?? []) as { date: string; time: string }[];
      // A caller offered a free time instead of the wished one takes it.
      if (other && heard?.body.available !== true) ({ date: day, time } = other);
      await this.#think(performance.now() - beganMs);
    }
  }

  async #ask(tool: Asked['tool'], args: object, call: Record<string, unknown>): Promise<Asked> {
    let heard: Heard | null = null;
    let error: string | null = null;
    try {
      heard = await this.post(`/api/retell/${tool}`, envelope(tool, args, call));
    } catch (failure) {
      error = String(failure);
    }
    const one = { tool, at: (performance.now() - this.#beganMs) / 1000, heard, error };
    this.asked.push(one);
    return one;
  }

  /** So that all callers together ask as often as the scenario says, however long answers take. */
  async #think(answeredInMs: number): Promise<void> {
    const everyMs = (this.scenario.callers / this.scenario.questionsPerMinute) * 60_000;
    const untilMs = performance.now() + Math.max(0, everyMs * (0.5 + Math.random()) - answeredInMs);
    while (!this.#over && performance.now() < untilMs) await sleep(Math.min(250, untilMs - performance.now()));
  }
}
