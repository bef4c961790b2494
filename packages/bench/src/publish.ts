import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

/**
 * Publishes the newest results: `results/<name>.json` becomes `docs/results/<name>.md` with every figure, and its pictures
 * go to `docs/pictures`. In `docs/performance.md` each pair of markers `<!-- figures:<name> [pattern] -->` …
 * `<!-- /figures -->` gets the rows that match the pattern and the first that failed. No figure is typed by hand. `npm run bench -- publish`
 */
const PAGE = 'docs/performance.md';
const PUBLISHED = 'docs/results';
const RESULTS = 'results';
const PICTURES = 'docs/pictures';
const MOST_FAILED = 3;

const resultSchema = z.object({
  title: z.string(),
  at: z.string(),
  machine: z.string(),
  rows: z.array(z.object({ name: z.string(), measured: z.string(), wanted: z.string(), passed: z.boolean() })),
  notes: z.array(z.string()),
});
type Result = z.output<typeof resultSchema>;

function resultOf(name: string): Result | null {
  const file = path.join(RESULTS, `${name}.json`);
  return existsSync(file) ? resultSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) : null;
}

function table(title: string, rows: Result['rows']): string[] {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  return [
    `| ${cell(title)} | measured | wanted | |`,
    '|---|---|---|---|',
    ...rows.map(
      (row) =>
        `| ${cell(row.name)} | ${cell(row.measured)} | ${cell(row.wanted)} | ${row.passed ? 'pass' : '**fail**'} |`,
    ),
  ];
}

const origin = ({ at, machine }: Result): string => `${at.slice(0, 16).replace('T', ' ')} UTC, ${machine}`;

function wholeResult(result: Result): string {
  const notes = [...new Set(result.notes)].map((note) => `- ${note}`);
  return [
    `# ${result.title}`,
    '',
    'Every figure of one run, as the command printed it.',
    '',
    ...table(result.title, result.rows),
    ...(notes.length > 0 ? ['', ...notes] : []),
    '',
    `<sub>${origin(result)}</sub>`,
    '',
  ].join('\n');
}

function excerpt(name: string, pattern: string, result: Result): string {
  const wanted = pattern === '' ? null : new RegExp(pattern);
  const failed = result.rows.filter((row) => !row.passed).slice(0, MOST_FAILED);
  const shown = result.rows.filter((row) => failed.includes(row) || (wanted?.test(row.name) ?? false));
  const passed = result.rows.filter((row) => row.passed).length;
  return [
    ...(shown.length > 0 ? [...table(result.title, shown), ''] : []),
    `${passed} of ${result.rows.length} criteria met: [all figures](results/${name}.md). <sub>${origin(result)}</sub>`,
    '',
  ].join('\n');
}

mkdirSync(PUBLISHED, { recursive: true });
const missing: string[] = [];
const page = readFileSync(PAGE, 'utf8').replace(
  /(<!-- figures:([a-z0-9-]+)(?: (.*?))? -->\n)([\s\S]*?)(<!-- \/figures -->)/g,
  (_whole, open: string, name: string, pattern: string | undefined, before: string, close: string) => {
    const result = resultOf(name);
    if (!result) {
      missing.push(name);
      return `${open}${before}${close}`;
    }
    writeFileSync(path.join(PUBLISHED, `${name}.md`), wholeResult(result));
    return `${open}${excerpt(name, pattern ?? '', result)}${close}`;
  },
);
writeFileSync(PAGE, page);
mkdirSync(PICTURES, { recursive: true });
const pictures = existsSync(RESULTS) ? readdirSync(RESULTS).filter((file) => file.endsWith('.svg')) : [];
for (const picture of pictures) copyFileSync(path.join(RESULTS, picture), path.join(PICTURES, picture));
console.log(`${PAGE} is up to date; ${pictures.length} pictures copied to ${PICTURES}`);
if (missing.length > 0) console.log(`kept as they were, no result at hand: ${missing.join(', ')}`);
