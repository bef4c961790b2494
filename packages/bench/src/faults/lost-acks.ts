import { sleep } from '../support/caller';
import { isWrite, type Cast } from './cast';
import type { StepKind } from './story';

type Loss = (index: number, kind: StepKind) => Promise<void> | void;

const PATHS: Record<StepKind, string> = {
  book: '/v2/bookings',
  move: '/v2/bookings/*/reschedule',
  cancel: '/v2/bookings/*/cancel',
};
/** Callers on the phone at a time. */
const TOGETHER = 8;
const PATIENCE_MS = 6000;

/**
 * Answers of Cal.com that never arrive, or arrive broken, or say no although it was done; and what a voice agent does
 * about it: the same request again up to three times, in a row or at once, here or at another process, or a new try.
 */
export class LostAcks {
  done = 0;
  readonly byKind = new Map<string, number>();
  readonly #losses: [string, Loss][];

  constructor(
    private readonly cast: Cast,
    private readonly wanted: number,
    private readonly note: (text: string) => void,
  ) {
    const { rig } = cast;
    const wire =
      (when: 'answered' | 'truncated' | 'sent' | 'dropped'): Loss =>
      (index, kind) =>
        rig.wires[index]?.calcom.cut(when, isWrite(kind));
    const server =
      (fault: Record<string, unknown>): Loss =>
      async (_index, kind) => {
        await rig.fleet.control('/faults', { match: { method: 'POST', path: PATHS[kind] }, times: 1, fault });
      };
    this.#losses = [
      ['cut after commit', wire('answered')],
      ['answer cut in half', wire('truncated')],
      ['cut after sending', wire('sent')],
      ['cut before sending', wire('dropped')],
      ['timeout after commit', server({ kind: 'timeout-after-commit' })],
      ['reset after commit', server({ kind: 'reset-after-commit' })],
      ['500 after commit', server({ kind: 'error-after-commit' })],
      ['reset before commit', server({ kind: 'reset-before-commit' })],
      ['hang', server({ kind: 'hang' })],
      ['500', server({ kind: 'status', status: 500, shape: 'E5', message: 'Internal server error' })],
      ['409', server({ kind: 'status', status: 409, shape: 'E4', message: 'booking_conflict_error' })],
      ['html 502', server({ kind: 'html-502' })],
      ['malformed', server({ kind: 'malformed-body' })],
      ['wrong shape', server({ kind: 'wrong-shape' })],
      ['truncated JSON', server({ kind: 'truncated-json' })],
      ['slow answer', server({ kind: 'slow-body', durationMs: 3000 })],
      ['done late', server({ kind: 'delay', delayMs: 2500 })],
      ['429', server({ kind: 'rate-limited', withHeaders: false, retryAfterSeconds: 1 })],
    ];
  }

  async run(): Promise<void> {
    const circuits = setInterval(() => void this.cast.rig.closeCircuits().catch(() => undefined), 300);
    await Promise.all(Array.from({ length: TOGETHER }, (_, line) => this.#line(line)));
    await this.cast.silence();
    clearInterval(circuits);
    this.note([...this.byKind].map(([kind, count]) => `${count} × ${kind}`).join(', '));
  }

  async #line(line: number): Promise<void> {
    const { rig, random } = this.cast;
    while (this.done < this.wanted) {
      const [name, lose] = this.#losses[this.done % this.#losses.length] ?? this.#losses[0] ?? ['', () => undefined];
      const index = random.below(rig.fleet.urls.length);
      const url = rig.fleet.urls[index] ?? '';
      const kind: StepKind = line % 4 === 0 ? 'move' : line % 4 === 1 ? 'cancel' : 'book';
      this.done++;
      this.byKind.set(name, (this.byKind.get(name) ?? 0) + 1);
      if (this.done % 50 === 0) this.note(`${this.done} lost answers, ${this.cast.stories.length} callers`);
      await this.#lose(lose, index, kind, url).catch(() => undefined);
      await sleep(random.below(50));
    }
  }

  async #lose(lose: Loss, index: number, kind: StepKind, url: string): Promise<void> {
    const { cast } = this;
    const { random, rig, stock } = cast;
    if (kind === 'book') {
      const story = cast.enter();
      await lose(index, kind);
      const target = stock.take(random.next() < 0.6 ? stock.singles : stock.pairs);
      const first = cast.act(story, kind, url, target);
      // Sometimes the agent does not even wait for the first answer.
      if (random.next() < 0.3) {
        await sleep(random.below(100));
        await Promise.all([story.again(random.of(rig.fleet.urls), PATIENCE_MS, random.next() < 0.5), first]);
      } else {
        await first;
      }
      cast.retell(story, rig.fleet.urls);
      return;
    }
    const [story] = await cast.settle(1, url);
    if (!story) return;
    await lose(index, kind);
    await cast.act(story, kind, url, kind === 'move' && story.service ? stock.take([story.service]) : undefined);
    cast.retell(story, rig.fleet.urls);
  }
}
