import { type Difference, type Outcome } from './replay';

const line = ({ row, aspect, expected, seen, known, explained }: Difference): string =>
  [
    `  ${row} [${known}]: ${aspect}`,
    `    sandbox or table: ${expected || '-'}`,
    `    seen:             ${seen || '-'}`,
    ...(explained ? [`    explained:        ${explained}`] : []),
  ].join('\n');

/** The differences, unexplained ones last, where they are read. */
export function printable({ rows, differences }: Outcome, left: readonly string[]): string {
  const played = rows.filter(({ skipped }) => !skipped);
  const unexplained = differences.filter(({ explained }) => explained === undefined);
  const explained = differences.filter((difference) => difference.explained !== undefined);
  const by = (known: string): number => played.filter((row) => row.known === known).length;
  return [
    `${played.length} requests compared (${by('run')} known by running, ${by('read')} by reading, ${by('documented')} documented), ${rows.length - played.length} skipped`,
    ...(explained.length > 0 ? [`${explained.length} explained:`, ...explained.map(line)] : []),
    ...(left.length > 0 ? ['left behind, please remove:', ...left.map((what) => `  ${what}`)] : []),
    `${unexplained.length} unexplained${unexplained.length > 0 ? ':' : ''}`,
    ...unexplained.map(line),
    '',
  ].join('\n');
}
