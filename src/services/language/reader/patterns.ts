import type { Sense, SenseKind, Token } from './senses';

/**
 * Rules as data. A row says in which order senses and other rules must stand ("half_before hour") and what they make
 * together. Items are divided by spaces; `a|b` is one of both, `?` may be absent, `*` may come up to three times,
 * `kind.value` one value of a kind, `<rule>` another rule, `name:item` names what was found; otherwise it is found
 * under the item's own name, or the first alternative's.
 */
export interface Row<Rules, Value> {
  pattern: string;
  /** null when these senses together mean nothing. */
  build: (found: Found<Rules>) => Value | null;
  /** Readings that are said less often cost more; of several that use the same words the cheapest counts. */
  cost: number;
}

export interface Match<Value> {
  end: number;
  value: Value;
  cost: number;
}

interface Item {
  name: string;
  /** Features of a token, one of which it must have; empty for another rule. */
  features: readonly string[];
  rule: string | null;
  optional: boolean;
  most: number;
}

interface CompiledRow {
  items: readonly Item[];
  build: (found: Found<never>) => unknown;
  cost: number;
}

/** What was found so far, the last first. */
interface Chain {
  name: string;
  value: unknown;
  before: Chain | null;
}

const REPEATS = 3;

/** What a row found, by name. */
export class Found<Rules> {
  constructor(private readonly last: Chain | null) {}

  has(name: string): boolean {
    return this.#value(name) !== undefined;
  }

  /** @throws when the row found no such sense there */
  sense<K extends SenseKind>(kind: K, name: string = kind): Extract<Sense, { is: K }> {
    return this.#present(this.senseIfAny(kind, name), name);
  }

  senseIfAny<K extends SenseKind>(kind: K, name: string = kind): Extract<Sense, { is: K }> | null {
    const sense = this.#value(name) as Sense | undefined;
    return sense?.is === kind ? (sense as Extract<Sense, { is: K }>) : null;
  }

  /** The value of a figure, a weekday, a month or a span; 0 when it is absent. */
  num(name: string): number {
    const sense = this.#value(name) as Sense | undefined;
    return sense && 'value' in sense && typeof sense.value === 'number' ? sense.value : 0;
  }

  /** What another rule made. @throws when the row names no such rule */
  rule<K extends keyof Rules & string>(rule: K, name: string = rule): Rules[K] {
    return this.#present(this.ruleIfAny(rule, name), name);
  }

  ruleIfAny<K extends keyof Rules & string>(rule: K, name: string = rule): Rules[K] | null {
    return (this.#value(name) as Rules[K] | undefined) ?? null;
  }

  #present<T>(value: T | null, name: string): T {
    if (value === null) throw new Error(`no ${name} in this row of the grammar`);
    return value;
  }

  #value(name: string): unknown {
    for (let one = this.last; one; one = one.before) if (one.name === name) return one.value;
    return undefined;
  }
}

function compileItem(text: string): Item {
  const [, name, body = '', mark] = /^(?:(\w+):)?(.*?)([?*])?$/.exec(text) ?? [];
  const rule = /^<(\w+)>$/.exec(body)?.[1] ?? null;
  const features = rule === null ? body.split('|') : [];
  return {
    name: name ?? rule ?? features[0]?.split('.')[0] ?? body,
    features,
    rule,
    optional: mark !== undefined,
    most: mark === '*' ? REPEATS : 1,
  };
}

type Figure = Extract<Sense, { is: 'number' | 'ordinal' | 'digits' }>;

const isDigits = (figure: Figure): figure is Extract<Sense, { is: 'digits' }> => figure.is === 'digits';
const isPlain = (figure: Figure): boolean => figure.is === 'number' || (isDigits(figure) && figure.ordinal === 'no');
const isShort = (figure: Figure): boolean => !isDigits(figure) || figure.text.length <= 2;

/** What a figure may be used as, by the names that patterns use. */
const FIGURES: Record<string, (figure: Figure) => boolean> = {
  /** A count: "drei", "3". */
  n: isPlain,
  hour: (figure) => isPlain(figure) && isShort(figure),
  /** Minutes after an hour without a word between: two figures, so that "drei vier" stays unread. */
  minute: (figure) => isPlain(figure) && (isDigits(figure) ? figure.text.length === 2 : figure.value >= 10),
  digit: (figure) => isDigits(figure) && isPlain(figure) && isShort(figure),
  figures: (figure) => isDigits(figure) && figure.ordinal !== 'suffix' && figure.text.length >= 3,
  ord: (figure) => !isPlain(figure),
  dotted: (figure) => isDigits(figure) && figure.ordinal === 'dot',
  /** A day of a month, in whatever form. */
  dom: (figure) => isShort(figure) && figure.value >= 1 && figure.value <= 31,
  year: (figure) => figure.is !== 'ordinal' && figure.value >= 1900 && figure.value <= 2199,
  /** "26": a year of two figures that is no hour. */
  shortyear: (figure) => figure.is !== 'ordinal' && figure.value >= 24 && figure.value <= 29,
};
const FIGURE_NAMES = Object.entries(FIGURES);

/**
 * Everything a pattern may ask a token for, with the sense that answers: its kinds ("weekday"), their values
 * ("unit.week"), its function words, and what figures may be used as.
 */
function featuresOf({ senses }: Token): ReadonlyMap<string, Sense> {
  const features = new Map<string, Sense>();
  const add = (feature: string, sense: Sense): void => {
    if (!features.has(feature)) features.set(feature, sense);
  };
  for (const sense of senses) {
    if (sense.is === 'word') add(sense.value, sense);
    else {
      add(sense.is, sense);
      if ('value' in sense && typeof sense.value !== 'object') add(`${sense.is}.${sense.value}`, sense);
    }
    if (sense.is === 'number' || sense.is === 'ordinal' || sense.is === 'digits')
      for (const [name, fits] of FIGURE_NAMES) if (fits(sense)) add(name, sense);
    add('token', sense);
  }
  return features;
}

/** All rules of a grammar, compiled once; each knows which of its rows a token may open. */
export class Grammar<Rules> {
  readonly #rows: ReadonlyMap<string, readonly CompiledRow[]>;
  readonly #opened = new Map<string, ReadonlyMap<string, readonly number[]>>();

  constructor(rules: { [K in keyof Rules]: readonly Row<Rules, Rules[K]>[] }) {
    this.#rows = new Map(
      Object.entries<readonly Row<Rules, unknown>[]>(rules).map(([name, rows]) => [
        name,
        rows.map(({ pattern, build, cost }) => ({ items: pattern.split(' ').map(compileItem), build, cost })),
      ]),
    );
    for (const [name, rows] of this.#rows) this.#opened.set(name, this.#index(rows));
  }

  read(tokens: readonly Token[]): Reading<Rules> {
    return new Reading(this, tokens.map(featuresOf));
  }

  /** The rows of a rule that may begin with a token, in their order. */
  rowsFor(rule: string, token: ReadonlyMap<string, Sense> | undefined): CompiledRow[] {
    const [rows, opened] = [this.#rows.get(rule) ?? [], this.#opened.get(rule)];
    const numbers = new Set<number>();
    for (const feature of token?.keys() ?? []) for (const row of opened?.get(feature) ?? []) numbers.add(row);
    return [...numbers].sort((a, b) => a - b).flatMap((row) => rows[row] ?? []);
  }

  #index(rows: readonly CompiledRow[]): Map<string, number[]> {
    const opened = new Map<string, number[]>();
    for (const [number, { items }] of rows.entries())
      for (const feature of this.#openers(items)) opened.set(feature, [...(opened.get(feature) ?? []), number]);
    return opened;
  }

  /** Features of the tokens that a row may begin with; a row of which every item may be absent begins with none. */
  #openers(items: readonly Item[]): Set<string> {
    const openers = new Set<string>();
    for (const { features, rule, optional } of items) {
      const inner = rule === null ? [] : (this.#rows.get(rule) ?? []).flatMap((row) => [...this.#openers(row.items)]);
      for (const feature of [...features, ...inner]) openers.add(feature);
      if (!optional) break;
    }
    return openers;
  }
}

/** One text, matched against every rule; what was found at a place is remembered. */
export class Reading<Rules> {
  readonly #known = new Map<string, Match<unknown>[][]>();

  constructor(
    private readonly grammar: Grammar<Rules>,
    private readonly tokens: readonly ReadonlyMap<string, Sense>[],
  ) {}

  /** What a rule may mean at a place: the cheapest meaning for each number of words. */
  matches<K extends keyof Rules & string>(rule: K, at: number): Match<Rules[K]>[] {
    return this.#matches(rule, at) as Match<Rules[K]>[];
  }

  #matches(rule: string, at: number): Match<unknown>[] {
    const places = this.#known.get(rule) ?? [];
    if (places.length === 0) this.#known.set(rule, places);
    const before = places[at];
    if (before) return before;
    const byEnd: Match<unknown>[] = [];
    for (const row of this.grammar.rowsFor(rule, this.tokens[at])) this.#match(row, 0, at, row.cost, null, byEnd);
    places[at] = byEnd;
    return byEnd;
  }

  #match(row: CompiledRow, item: number, at: number, cost: number, found: Chain | null, byEnd: Match<unknown>[]): void {
    const next = row.items[item];
    if (next === undefined) {
      const rival = byEnd.find((match) => match.end === at);
      if (rival && rival.cost <= cost) return;
      const value = row.build(new Found<never>(found));
      if (value === null) return;
      if (rival) Object.assign(rival, { value, cost });
      else byEnd.push({ end: at, value, cost });
      return;
    }
    if (next.rule === null)
      for (let to = at + 1; to <= at + next.most; to += 1) {
        const value = this.#senseAt(to - 1, next.features);
        if (value === undefined) break;
        this.#match(row, item + 1, to, cost, { name: next.name, value, before: found }, byEnd);
      }
    else
      for (const { value, end, cost: more } of this.#matches(next.rule, at))
        this.#match(row, item + 1, end, cost + more, { name: next.name, value, before: found }, byEnd);
    if (next.optional) this.#match(row, item + 1, at, cost, found, byEnd);
  }

  #senseAt(at: number, features: readonly string[]): Sense | undefined {
    const token = this.tokens[at];
    if (token === undefined) return undefined;
    for (const feature of features) {
      const sense = token.get(feature);
      if (sense !== undefined) return sense;
    }
    return undefined;
  }
}
