import { type Shape } from './shape';
import { type Stage, type TypeName } from './stage';
import { type Ask, dataOf, type Reply, type Target } from './target';

/** Where an expectation is known from: seen on a real Cal.com, found in its source, or from its documentation. */
export type Known = 'run' | 'read' | 'documented';

export interface Row {
  name: string;
  ask: (scene: Scene) => Ask;
  /** Sent so often at the same moment; the statuses are compared sorted. */
  times?: number;
  status: number;
  /** Of the further simultaneous answers, sorted. */
  others?: readonly number[];
  shape: Shape;
  /** A fragment of the refusal. */
  text?: string;
  /** What came of it, in a few words that both worlds must agree on. */
  effect?: { look: (scene: Scene, replies: readonly Reply[]) => Promise<string> | string; is: string } | undefined;
  known: Known;
  /** Asked under a version of 2026, which self-hosted installations may not know. */
  newVersion?: true;
  /** Skipped where the stage has none of these. */
  needs?: readonly TypeName[];
  /** Skipped where the other side is a real account. */
  onlySandbox?: boolean;
  /** A name for the booking that it makes. */
  makes?: string;
}

/** One world while the rows are played on it. Both worlds get the same starts in the same order. */
export class Scene {
  readonly #uids = new Map<string, string>();

  constructor(
    readonly target: Target,
    readonly stage: Stage,
  ) {}

  /** @throws Error when the stage has no such event type */
  type(name: TypeName): number {
    const id = this.stage.typeIds[name];
    if (id === undefined) throw new Error(`no event type ${name}`);
    return id;
  }

  /** ISO UTC; the same number is the same start. Negative ones count from the end, where series have room. */
  start(index: number, plusMinutes = 0): string {
    const at = this.stage.starts.at(index);
    if (at === undefined) throw new Error(`the account has only ${this.stage.starts.length} free starts`);
    return new Date(Date.parse(at) + plusMinutes * 60_000).toISOString();
  }

  keep(name: string, reply: Reply): void {
    const data = dataOf(reply);
    const first: unknown = Array.isArray(data) ? data[0] : data;
    const uid: unknown = typeof first === 'object' && first !== null ? Reflect.get(first, 'uid') : undefined;
    const series: unknown =
      typeof first === 'object' && first !== null ? Reflect.get(first, 'recurringBookingUid') : undefined;
    const held: unknown =
      typeof first === 'object' && first !== null ? Reflect.get(first, 'reservationUid') : undefined;
    if (typeof uid === 'string') this.#uids.set(name, uid);
    if (typeof series === 'string') this.#uids.set(`${name}.series`, series);
    if (typeof held === 'string') this.#uids.set(name, held);
  }

  /** The uid of a kept booking. @throws Error when its row failed */
  uid(name: string): string {
    const uid = this.#uids.get(name);
    if (uid === undefined) throw new Error(`"${name}" was not made`);
    return uid;
  }

  async read(path: string, version = '2024-08-13'): Promise<unknown> {
    return dataOf(await this.target.send({ method: 'GET', path, version }));
  }

  async status(name: string): Promise<string> {
    const booking = await this.read(`/bookings/${this.uid(name)}`);
    return String(field(booking, 'status'));
  }

  /** Whether the listing of the event type has the start. */
  async offers(name: TypeName, start: string, more = ''): Promise<boolean> {
    const day = start.slice(0, 10);
    const listed = await this.read(
      `/slots?eventTypeId=${this.type(name)}&start=${day}&end=${day}${more}`,
      '2024-09-04',
    );
    return JSON.stringify(listed ?? {}).includes(start);
  }
}

/** The value at a dotted path; a number is a list's index. */
export function field(source: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (current, key) => (typeof current === 'object' && current !== null ? Reflect.get(current, key) : undefined),
      source,
    );
}
