import { readingSpeed } from './speech/speed';
import { CASES_FILE, isKeptBack, judged, readCases, type Judged } from './speech/cases';
import { composedCases } from './speech/composed';
import type { Verdict } from './speech/judge';
import { mutationFindings } from './speech/mutations';

/**
 * How well spoken days and times are understood: right, asked back and silently wrong, per suite, field and language,
 * the most frequent questions back, and how long reading takes.
 * `npm run bench -- speech [--cases=<file>] [--list=wrong|asked] [--kept-back] [--composed] [--mutations]`
 */
const option = (name: string): string | undefined =>
  process.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
const flag = (name: string): boolean => process.argv.includes(`--${name}`);
const out = (line: string): void => void process.stdout.write(`${line}\n`);

function share(results: readonly Judged[], verdict: Verdict): string {
  const count = results.filter((one) => one.verdict === verdict).length;
  return `${((100 * count) / Math.max(1, results.length)).toFixed(1)} %`;
}

function table(results: readonly Judged[]): void {
  const groups = new Map<string, Judged[]>();
  for (const one of results) {
    const key = `${one.said.suite} | ${one.said.field} | ${one.said.lang}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  out('| material | field | language | cases | right | asked back | silently wrong |');
  out('|---|---|---|---:|---:|---:|---:|');
  const row = (name: string, of: readonly Judged[]): void =>
    out(`| ${name} | ${of.length} | ${share(of, 'right')} | ${share(of, 'asked')} | ${share(of, 'wrong')} |`);
  for (const [key, of] of [...groups].sort(([a], [b]) => a.localeCompare(b))) row(key, of);
  row('all | | ', results);
}

function questions(results: readonly Judged[]): void {
  const counts = new Map<string, string[]>();
  for (const { question, said } of results) {
    if (question === null) continue;
    const key = `${question}: "${String(said.input)}"`;
    counts.set(question, [...(counts.get(question) ?? []), key]);
  }
  out('\nThe most frequent questions back where a reading was wanted:');
  for (const [question, keys] of [...counts].sort((a, b) => b[1].length - a[1].length).slice(0, 20))
    out(`${String(keys.length).padStart(5)}  ${question}, as in ${keys[0]?.slice(question.length + 2) ?? ''}`);
}

function main(): void {
  const all = flag('composed') ? composedCases() : readCases(option('cases') ?? CASES_FILE);
  const chosen = flag('kept-back') ? all.filter(isKeptBack) : flag('open') ? all.filter((c) => !isKeptBack(c)) : all;
  const results = chosen.map(judged).filter((one) => one !== null);
  table(results);
  questions(results);
  const listed = option('list');
  for (const one of results)
    if (listed !== undefined && one.verdict === listed)
      out(
        `${one.said.lang} ${one.said.field} "${JSON.stringify(one.said.input)}": ${one.came}, wanted ${String(one.said.wanted)}`,
      );
  if (flag('mutations')) for (const line of mutationFindings(results)) out(line);
  for (const line of readingSpeed()) out(line);
}

main();
