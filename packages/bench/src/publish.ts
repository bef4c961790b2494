import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

/**
 * Puts the newest results of the proofs into `docs/performance.md`: each pair of markers `<!-- figures:<name> -->` …
 * `<!-- /figures -->` gets the table of `results/<name>.json`; pictures go to `docs/pictures`. No figure is typed by hand.
 * `npm run bench -- publish`
 */
const PAGE = 'docs/performance.md';
const RESULTS = 'results';
const PICTURES = 'docs/pictures';

const resultSchema = z.object({
  title: z.string(),
  at: z.string(),
  machine: z.string(),
  rows: z.array(z.object({ name: z.string(), measured: z.string(), wanted: z.string(), passed: z.boolean() })),
  notes: z.array(z.string()),
});

function figures(name: string): string | null {
  const file = path.join(RESULTS, `${name}.json`);
  if (!existsSync(file)) return null;
  const { title, at, machine, rows, notes } = resultSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  return [
    `| ${cell(title)} | measured | wanted | |`,
    '|---|---|---|---|',
    ...rows.map(
      (row) =>
        `| ${cell(row.name)} | ${cell(row.measured)} | ${cell(row.wanted)} | ${row.passed ? 'pass' : '**fail**'} |`,
    ),
    '',
    ...[...new Set(notes)].map((note) => `- ${note}`),
    ...(notes.length > 0 ? [''] : []),
    `<sub>${at.slice(0, 16).replace('T', ' ')} UTC, ${machine}</sub>`,
  ].join('\n');
}

const missing: string[] = [];
const page = readFileSync(PAGE, 'utf8').replace(
  /(<!-- figures:([a-z0-9-]+) -->\n)([\s\S]*?)(<!-- \/figures -->)/g,
  (_whole, open: string, name: string, before: string, close: string) => {
    const table = figures(name);
    if (table === null) missing.push(name);
    return `${open}${table === null ? before : `${table}\n`}${close}`;
  },
);
writeFileSync(PAGE, page);
mkdirSync(PICTURES, { recursive: true });
const pictures = existsSync(RESULTS) ? readdirSync(RESULTS).filter((file) => file.endsWith('.svg')) : [];
for (const picture of pictures) copyFileSync(path.join(RESULTS, picture), path.join(PICTURES, picture));
console.log(`${PAGE} is up to date; ${pictures.length} pictures copied to ${PICTURES}`);
if (missing.length > 0) console.log(`kept as they were, no result at hand: ${missing.join(', ')}`);
