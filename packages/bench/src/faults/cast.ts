import { API_KEY } from '../support/fleet';
import { sleep } from '../support/caller';
import type { Random } from './random';
import type { Rig } from './rig';
import type { Start, Stock } from './stock';
import { Story, type StepKind } from './story';

const WRITES: Record<StepKind, RegExp> = {
  book: /^POST \/v2\/bookings HTTP/,
  move: /^POST \/v2\/bookings\/[^/ ]+\/reschedule /,
  cancel: /^POST \/v2\/bookings\/[^/ ]+\/cancel /,
};

/** Whether the first bytes of a request are such a write. */
export const isWrite =
  (kind: StepKind) =>
  (request: string): boolean =>
    WRITES[kind].test(request);

/** All callers of a run, and what goes on behind them. */
export class Cast {
  readonly stories: Story[] = [];
  readonly #busy = new Set<Story>();
  readonly #behind = new Set<Promise<unknown>>();

  constructor(
    readonly rig: Rig,
    readonly stock: Stock,
    readonly random: Random,
  ) {}

  enter(): Story {
    const story = new Story(this.random);
    this.stories.push(story);
    return story;
  }

  /** Whose appointment is decided outside: no other experiment may call in their name. */
  enterAlone(): Story {
    const story = this.enter();
    this.#busy.add(story);
    return story;
  }

  /** A caller who has an appointment for certain and is not on the phone. */
  booked(): Story | undefined {
    return this.stories.find(
      (story) => !this.#busy.has(story) && story.settled && story.appointmentId !== null && !story.possible.has(null),
    );
  }

  /** Callers with an appointment, made as needed. */
  async settle(count: number, url: string): Promise<Story[]> {
    const found: Story[] = [];
    for (let tries = 0; found.length < count && tries < count * 3; tries++) {
      let story = this.booked();
      if (!story) {
        story = this.enter();
        this.#busy.add(story);
        await story.book(url, this.stock.take());
        if (!story.settled || story.appointmentId === null) {
          this.#busy.delete(story);
          continue;
        }
      }
      this.#busy.add(story);
      found.push(story);
    }
    return found;
  }

  /** Begins what this caller wants; resolves when an answer came or the line went dead. */
  async act(story: Story, kind: StepKind, url: string, target?: Start): Promise<void> {
    this.#busy.add(story);
    if (kind === 'cancel') await story.cancel(url, PATIENCE_MS);
    else if (kind === 'move') await story.move(url, target ?? this.stock.take(), PATIENCE_MS);
    else await story.book(url, target ?? this.stock.take(), PATIENCE_MS);
  }

  /**
   * What a voice agent does about silence: nothing, the same request again, or the model's second try; at once or later,
   * on whatever process answers.
   */
  retell(story: Story, urls: readonly string[]): void {
    const { random } = this;
    const times = random.below(3);
    const sameIds = random.next() < 0.7;
    const together = random.next() < 0.3;
    const pauseMs = random.below(1500);
    const work = (async () => {
      if (together) {
        await Promise.all(Array.from({ length: times }, () => story.again(random.of(urls), PATIENCE_MS, sameIds)));
      } else {
        for (let time = 0; time < times; time++) {
          await sleep(pauseMs);
          await story.again(random.of(urls), PATIENCE_MS, sameIds);
        }
      }
    })().finally(() => {
      this.#behind.delete(work);
      this.#busy.delete(story);
    });
    this.#behind.add(work);
  }

  leave(story: Story): void {
    this.#busy.delete(story);
  }

  async silence(): Promise<void> {
    await Promise.all(this.#behind);
  }
}

const PATIENCE_MS = 6000;

/** A booking made on the web, without the gateway. */
export async function bookOutside(rig: Rig, start: Start): Promise<string | null> {
  const answer = await fetch(`${rig.fleet.sandboxUrl}/bookings`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'cal-api-version': '2024-08-13',
      authorization: `Bearer ${API_KEY}`,
    },
    body: JSON.stringify({
      start: new Date(start.atMs).toISOString(),
      eventTypeId: start.service.eventTypeId,
      attendee: {
        name: 'Web',
        email: `web-${start.atMs}-${start.service.eventTypeId}@example.com`,
        timeZone: 'Europe/Berlin',
      },
    }),
  });
  const body = (await answer.json()) as { data?: { uid?: string } };
  return body.data?.uid ?? null;
}

export async function cancelOutside(rig: Rig, uid: string): Promise<void> {
  await fetch(`${rig.fleet.sandboxUrl}/bookings/${uid}/cancel`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'cal-api-version': '2024-08-13',
      authorization: `Bearer ${API_KEY}`,
    },
    body: JSON.stringify({ cancellationReason: 'by the host' }),
  });
}
