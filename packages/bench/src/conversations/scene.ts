import { Calendar, type Standing } from './calendar';
import { untruths } from './judge';
import { Phone, type Answer, type CallOptions, type Language } from './phone';
import type { Salon, Stage } from './salons';

const FIRST_NAMES =
  'Anna Bernd Clara Dieter Emma Frank Greta Hanno Ida Jonas Karla Lukas Maren Nils Olga Paul Rita Sven'.split(' ');
const FAMILY_NAMES =
  'Adler Brandt Conrad Dietrich Ebert Fischer Gruber Hartmann Iversen Jansen Keller Lehmann Meister Neumann Oster Pohl Quandt Richter Sander Thoma Ullrich Vogt Wagner Zander'.split(
    ' ',
  );
/** Answers that promise nothing, and after which a caller may give up. */
const HONEST = new Set(['busy', 'upstream_unavailable', 'error', 'pending_confirmation']);

export interface Wanted {
  service: string;
  time: string;
  name: string;
}

/** A caller who was told that it does not work out: the story ends there. */
export class HonestNo extends Error {}

/** One scripted caller's day: what is said on the phone, and whether it was true. */
export class Scene {
  readonly problems: string[] = [];
  sentences = 0;
  readonly calendar: Calendar;
  readonly #own = new Map<string, Set<string>>();
  #people = 0;

  constructor(
    private readonly stage: Stage,
    private readonly salon: Salon,
    date: string,
    /** Of all stories; makes names and numbers that are no other story's. */
    private readonly index: number,
    readonly language: Language,
  ) {
    this.calendar = new Calendar(stage, salon, date);
  }

  get date(): string {
    return this.calendar.date;
  }

  /** A person of this story, with a name and a number of their own. */
  person(): { name: string; number: string } {
    const at = this.index * 4 + this.#people++;
    const family = FAMILY_NAMES[Math.floor(at / FIRST_NAMES.length) % FAMILY_NAMES.length] ?? '';
    const name = `${FIRST_NAMES[at % FIRST_NAMES.length]} ${family}`;
    return { name, number: `+49151${23_400_000 + at}` };
  }

  call(options: Pick<CallOptions, 'customer'> & Partial<CallOptions>): Phone {
    return new Phone(this.stage, this.salon, { language: this.language, ...options });
  }

  /** From now on the number's holder may learn of appointments under that name. */
  belongs(number: string, name: string): void {
    this.#own.set(number, (this.#own.get(number) ?? new Set()).add(name));
  }

  /** @param how.service by which offers and free times are judged */
  async say(
    phone: Phone,
    tool: string,
    args: Record<string, unknown>,
    how: { service?: string; repeat?: string; wants?: string[] } = {},
  ): Promise<Answer & { toolCallId: string }> {
    const { answer, toolCallId } = await phone.tool(tool, args, how);
    if (!answer) throw new Error(`${tool} was not answered`);
    this.sentences++;
    const standing = await this.calendar.standing();
    const own = this.#own.get(phone.options.customer) ?? new Set<string>();
    const others = [...this.#own.values()].flatMap((names) => [...names]).filter((name) => !own.has(name));
    const told = untruths(answer, this.calendar, standing, {
      ...{ language: this.language, own, others, service: how.service ?? null },
    });
    this.problems.push(...told.map((problem) => `${tool}: ${problem} | ${answer.message}`));
    if (how.wants && !how.wants.includes(answer.status)) {
      if (HONEST.has(answer.status)) throw new HonestNo(`${tool} ${answer.status}`);
      throw new Error(`${tool} ${JSON.stringify(args)} answered ${answer.status}: ${answer.message}`);
    }
    return { ...answer, toolCallId };
  }

  async standing(): Promise<Standing[]> {
    return this.calendar.standing();
  }

  /** The calendar's day must hold these appointments and no other. */
  async ends(wanted: readonly Wanted[]): Promise<void> {
    const there = (await this.standing()).map((one) => `${one.startMs} ${one.service} ${one.name}`).sort();
    const meant = wanted.map((one) => `${this.calendar.at(one.time)} ${one.service} ${one.name}`).sort();
    if (there.join() !== meant.join()) this.problems.push(`ends with [${there.join()}], wanted [${meant.join()}]`);
  }

  get looks(): number {
    return this.calendar.looks;
  }
}
