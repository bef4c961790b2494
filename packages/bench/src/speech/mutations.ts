import { judged, type Judged, type SpeechCase } from './cases';

/** Texts with one word removed, doubled, or changed with its neighbour. */
export function mutated(text: string): string[] {
  const words = text.split(' ');
  const joined = (list: readonly string[]): string => list.join(' ');
  return words.flatMap((word, at) => {
    const [before, after] = [words.slice(0, at), words.slice(at + 1)];
    const [next, ...rest] = after;
    return [
      joined([...before, ...after]),
      joined([...before, word, word, ...after]),
      ...(next === undefined ? [] : [joined([...before, next, word, ...rest])]),
    ];
  });
}

const clocksOf = (time: string): string[] => time.match(/\d\d:\d\d/g) ?? [];

/**
 * Whether a mutated text is read as a time of one day that has nothing to do with the text it came from: another day
 * and another time as well. A word less or elsewhere may change one of them, open a stretch of days, or lead to a question.
 */
export function isUnrelated(original: string, came: string): boolean {
  const [day, ...time] = original.split(' ');
  const [otherDay, ...otherTime] = came.split(' ');
  if (otherTime.length === 0 || otherDay?.includes('..') || /^(?:ask|past|confirm)/.test(came)) return false;
  const clocks = clocksOf(time.join(' '));
  const sharesTime = clocksOf(otherTime.join(' ')).some((clock) => clocks.includes(clock));
  return otherDay !== day && !sharesTime;
}

/** Every unrelated reading of a mutation of a case that is read rightly. */
export function mutationFindings(results: readonly Judged[]): string[] {
  const tried = new Set<string>();
  const findings: string[] = [];
  for (const { said, came, verdict } of results) {
    if (verdict !== 'right' || said.field !== 'date' || !/\d [\d[]/.test(came)) continue;
    for (const input of mutated(String(said.input))) {
      if (tried.has(`${said.lang}${input}`)) continue;
      tried.add(`${said.lang}${input}`);
      const mutant: SpeechCase = { ...said, input };
      const reading = judged(mutant);
      if (reading && isUnrelated(came, reading.came))
        findings.push(`mutation ${said.lang} "${input}": ${reading.came}, from "${String(said.input)}" ${came}`);
    }
  }
  return [`${tried.size} mutations, ${findings.length} unrelated readings`, ...findings];
}
