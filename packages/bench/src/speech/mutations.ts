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

/**
 * Whether a reading of a mutated text is unrelated to the text it came from: another day and another time as well. A
 * word less or elsewhere may change one of them or lead to a question.
 */
export function isUnrelated(original: string, came: string): boolean {
  const [day, ...time] = original.split(' ');
  const [otherDay, ...otherTime] = came.split(' ');
  if (otherTime.length === 0 || /^(?:ask|past|confirm)/.test(came)) return false;
  return otherDay !== day && otherTime.join(' ') !== time.join(' ');
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
