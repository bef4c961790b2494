import { sleep } from '../support/caller';
import { bookOutside, cancelOutside, isWrite, type Cast } from './cast';
import {
  CALLER_POINTS,
  COMPENSATION_POINTS,
  SETTLING_POINTS,
  TROUBLE_POINTS,
  WEBHOOK_POINTS,
  type Arm,
  type CrashPoint,
  type Phase,
} from './crash-points';
import type { Start } from './stock';
import type { StepKind, Story } from './story';

interface Death {
  point: CrashPoint;
  phase: Phase;
  kind: StepKind;
}

const KINDS: StepKind[] = ['book', 'move', 'cancel'];
const PHASES: Phase[] = ['before', 'after'];
/** Operations in flight when the process dies. */
const TOGETHER = 4;
const REACHED_MS = 4000;
const SWEPT_MS = 9000;

/** Points at which this kind of operation never arrives. */
const NEVER: Partial<Record<CrashPoint, StepKind[]>> = { 'other-appointments': ['cancel'] };

const FOR_CALLERS: Death[] = CALLER_POINTS.flatMap((point) =>
  PHASES.flatMap((phase) =>
    KINDS.filter((kind) => !NEVER[point]?.includes(kind)).map((kind) => ({ point, phase, kind })),
  ),
);
const IN_TROUBLE: Death[] = TROUBLE_POINTS.flatMap((point) =>
  PHASES.map((phase) => ({ point, phase, kind: 'book' as const })),
);
const BEHIND: Death[] = [...SETTLING_POINTS, ...COMPENSATION_POINTS, ...WEBHOOK_POINTS].flatMap((point) =>
  PHASES.map((phase) => ({ point, phase, kind: 'book' as const })),
);

const isOneOf = (list: readonly string[], point: CrashPoint): boolean => list.includes(point);

/**
 * Gateways die by kill -9 at named points, again and again, with several operations in flight each time, and come back.
 * The last process of the rig dies at what no caller waits for; the others die while callers are on the phone.
 */
export class Kills {
  done = 0;
  /** Deaths at exactly the named point, by name. */
  readonly reached = new Map<string, number>();
  #plans: Death[][];

  constructor(
    private readonly cast: Cast,
    private readonly wanted: number,
    private readonly note: (text: string) => void,
  ) {
    this.#plans = [];
  }

  async run(): Promise<void> {
    const { rig, random } = this.cast;
    const last = rig.fleet.urls.length - 1;
    this.#plans = rig.fleet.urls.map((_, index) =>
      index === last && last > 0 ? random.shuffled(BEHIND) : random.shuffled([...FOR_CALLERS, ...IN_TROUBLE]),
    );
    await Promise.all(rig.fleet.urls.map((_, index) => this.#lane(index)));
    await this.cast.silence();
  }

  async #lane(index: number): Promise<void> {
    const { rig } = this.cast;
    const plan = this.#plans[index] ?? [];
    // Lanes with the same plan begin at different places of it.
    for (let turn = index * 17; this.done < this.wanted; turn++) {
      const death = plan[turn % plan.length];
      if (!death) return;
      await this.#die(index, death).catch((error: unknown) => this.note(`${name(death)}: ${String(error)}`));
      this.done++;
      if (this.done % 25 === 0) this.note(`${this.done} kills, ${this.cast.stories.length} callers`);
      await rig.fleet.restart(index);
      await rig.closeCircuits().catch(() => undefined);
    }
  }

  async #die(index: number, death: Death): Promise<void> {
    const { rig } = this.cast;
    const { point } = death;
    const callers = isOneOf(CALLER_POINTS, point) || isOneOf(TROUBLE_POINTS, point);
    const stories = callers
      ? await this.#callers(index, death)
      : isOneOf(COMPENSATION_POINTS, point)
        ? await this.#compensation(index, death)
        : await this.#behind(index, death);
    const hit = await rig.died(index, callers ? REACHED_MS : SWEPT_MS);
    if (hit) this.reached.set(name(death), (this.reached.get(name(death)) ?? 0) + 1);
    else rig.fleet.process(index).kill('SIGKILL');
    await rig.died(index, 2000);
    const { calcom } = this.#wires(index);
    calcom.forgetCuts();
    if (death.point === 'abandon') await calcom.open().catch(() => undefined);
    const urls = rig.fleet.urls.filter((_, other) => other !== index);
    for (const { story, answer } of stories) {
      await answer;
      this.cast.retell(story, urls);
    }
  }

  async #callers(index: number, death: Death): Promise<{ story: Story; answer: Promise<void> }[]> {
    const { cast } = this;
    const { rig, stock } = cast;
    const url = rig.fleet.urls[index] ?? '';
    const { kind, point } = death;
    const services = cast.random.next() < 0.7 ? stock.singles : stock.pairs;
    const targets = Array.from({ length: TOGETHER }, () => stock.take(kind === 'book' ? services : stock.singles));
    const stories = kind === 'book' ? targets.map(() => cast.enter()) : await cast.settle(TOGETHER, url);
    // A move keeps its service, so its new start is one of that service.
    const goals = stories.map((story, at) => this.#goal(story, kind, targets[at]));
    if (point === 'reject') for (const target of targets) await bookOutside(rig, target);
    const { calcom } = this.#wires(index);
    if (point === 'abandon') await calcom.shut();
    if (point === 'mark-unknown') calcom.cut('dropped', isWrite(kind), undefined, TOGETHER);
    if (point === 'wire') {
      const process = rig.fleet.process(index);
      calcom.cut(death.phase === 'before' ? 'sent' : 'answered', isWrite(kind), () => void process.kill('SIGKILL'));
    } else {
      await rig.arm(index, death satisfies Arm);
    }
    return stories.map((story, at) => ({ story, answer: cast.act(story, kind, url, goals[at]) }));
  }

  #goal(story: Story, kind: StepKind, target: Start | undefined): Start | undefined {
    if (kind !== 'move' || !story.service) return target;
    return this.cast.stock.take([story.service]);
  }

  /**
   * The ledger believes a host to be busy that Cal.com has free again, and the pair's other host is busy: Cal.com gives
   * the booking to the first, the ledger cannot record it, and it must be undone.
   */
  async #compensation(index: number, death: Death): Promise<{ story: Story; answer: Promise<void> }[]> {
    const { cast } = this;
    const { rig, stock } = cast;
    const url = rig.fleet.urls[index] ?? '';
    const pair = cast.random.of(stock.pairs);
    const single = stock.singles.find((one) => one.hostIds[0] === pair.hostIds[0]);
    if (!single) return [];
    const start = stock.take([pair]);
    const ghost = cast.enterAlone();
    await ghost.book(url, stock.at(start, single));
    const [row] = await rig.sql<{ uid: string }>(
      `select calcom_booking_uid as uid from appointments where call_id = $1 and calcom_booking_uid is not null`,
      [ghost.callId],
    );
    if (!row) return [];
    await rig.fleet.control('/webhooks/rules', { dropProbability: 1 });
    await cancelOutside(rig, row.uid);
    ghost.decided(null);
    ghost.appointmentId = null;
    await fetch(`${rig.fleet.controlUrl}/hosts/${pair.hostIds[1] ?? 0}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ calendarReachable: false }),
    });
    await rig.fleet.control('/webhooks/rules', { dropProbability: 0 });
    await rig.arm(index, death satisfies Arm);
    const story = cast.enter();
    const answer = cast.act(story, 'book', url, start).finally(() =>
      fetch(`${rig.fleet.controlUrl}/hosts/${pair.hostIds[1] ?? 0}`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ calendarReachable: true }),
      }).then(() => undefined),
    );
    return [{ story, answer }];
  }

  /** Sweeps come by themselves; webhooks follow what is booked outside. */
  async #behind(index: number, death: Death): Promise<{ story: Story; answer: Promise<void> }[]> {
    const { cast } = this;
    const { rig, stock } = cast;
    await rig.arm(index, { ...death, kind: null });
    if (isOneOf(WEBHOOK_POINTS, death.point)) {
      const start = stock.take();
      const uid = await bookOutside(rig, start);
      if (uid && cast.random.next() < 0.3) await cancelOutside(rig, uid);
      return [];
    }
    // Something to settle: answers that get lost. Whichever process sweeps first takes all that is due, hence one by one.
    const url = rig.fleet.urls[index] ?? '';
    const told: { story: Story; answer: Promise<void> }[] = [];
    for (let count = 0; count < TOGETHER; count++) {
      const story = cast.enter();
      this.#wires(index).calcom.cut('dropped', isWrite('book'));
      told.push({ story, answer: cast.act(story, 'book', url) });
      await sleep(700);
    }
    return told;
  }

  #wires(index: number): Cast['rig']['wires'][number] {
    const wires = this.cast.rig.wires[index];
    if (!wires) throw new Error(`no gateway ${index}`);
    return wires;
  }
}

function name({ point, phase, kind }: Death): string {
  return `${phase} ${point} (${kind})`;
}

export const DEATHS = [...FOR_CALLERS, ...IN_TROUBLE, ...BEHIND].length;
