import type { Report } from '../support/caller';

/** The figures of one comparison, by contestant; the last of the line is AskPro. */
export type Figures = ReadonlyMap<string, number>;

export const SUBJECT = 'AskPro';

/** Rows of everybody's figures as ratios against AskPro's; what AskPro loses is collected and said at the end. */
export class Scoreboard {
  readonly #losses: string[] = [];

  constructor(private readonly report: Report) {}

  /**
   * @param better whether more or less of it is better
   * @param pass AskPro's own pass mark, where there is one
   */
  row(
    name: string,
    figures: Figures,
    better: 'more' | 'less',
    pass?: { wanted: string; holds: (own: number) => boolean },
  ): void {
    const own = figures.get(SUBJECT) ?? Number.NaN;
    const others = [...figures].filter(([who]) => who !== SUBJECT);
    const texts = others.map(([who, figure]) => `${who} ${say(figure)}${ratio(figure, own)}`);
    const wanted = pass?.wanted ?? `${better} is better`;
    this.report.check(name, `AskPro ${say(own)} · ${texts.join(' · ')}`, wanted, pass?.holds(own) ?? true);
    // A peer with a figure where AskPro has none is ahead as well.
    const beats = (figure: number): boolean =>
      Number.isNaN(own) ? !Number.isNaN(figure) : better === 'more' ? figure > own * 1.05 : figure < own * 0.95;
    const ahead = others.filter(([, figure]) => beats(figure));
    if (ahead.length > 0) this.#losses.push(`${name}: ${ahead.map(([who]) => who).join(', ')} ahead of AskPro`);
    this.report.keep(name, Object.fromEntries(figures));
  }

  finish(): void {
    for (const loss of this.#losses) this.report.note(`lost – ${loss}`);
    if (this.#losses.length === 0) this.report.note('nothing lost: no peer was ahead of AskPro in any row');
  }
}

function say(figure: number): string {
  if (Number.isNaN(figure)) return 'none';
  return figure >= 100 ? Math.round(figure).toLocaleString('en') : String(Math.round(figure * 100) / 100);
}

function ratio(figure: number, own: number): string {
  if (own === 0 || Number.isNaN(own) || Number.isNaN(figure)) return '';
  const times = figure / own;
  return ` (${times >= 10 ? Math.round(times) : Math.round(times * 100) / 100}×)`;
}
