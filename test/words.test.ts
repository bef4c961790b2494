import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const SRC = path.join(__dirname, '../src');

/** Words that make a reader translate before thinking; docs/glossary.md has those that are ours on purpose. */
const REFUSED = [
  /whoever/i,
  // Not the operating system's user `nobody`.
  /(?<!`)(nobody|Nobody|NOBODY)/,
  /somebody/i,
  /\bwhom\b|Whom(?![a-z])/i,
  /\banew\b|[a-z]Anew(?![a-z])/,
  /\bhears of\b/i,
  /\bis told\b/i,
  /\bstands in the way\b/i,
];

/** Lines that a file may still have of them; the number must not grow. */
const ALLOWED: Readonly<Record<string, number>> = {
  'cli/simulate-call.ts': 1,
  'cli/upstream-counter.ts': 1,
  'dashboard/app.js': 1,
  'errors.ts': 2,
  'infra/embedded-postgres.ts': 3,
  'models/booking-intent.ts': 1,
  'models/booking-ledger-store.ts': 2,
  'models/booking-operations.ts': 1,
  'models/calcom-host-mappings.ts': 1,
  'models/callback-requests.ts': 1,
  'models/database-pulse.ts': 5,
  'models/jobs.ts': 1,
  'models/sql.ts': 1,
  'retell/argument-values.ts': 3,
  'retell/call-id.ts': 1,
  'retell/envelope.ts': 1,
  'retell/wire-answer.ts': 1,
  'services/language/de/phrases.ts': 2,
  'services/language/en/phrases.ts': 2,
  'services/language/reader/clock-reading.ts': 1,
  'services/language/reader/judge-days.ts': 1,
  'services/language/reader/misheard.ts': 1,
  'services/language/reader/tokens.ts': 1,
  'services/language/reader/utterance.ts': 1,
  'services/language/service-matcher/service-index.ts': 2,
  'services/language/service-matcher/trade.ts': 1,
  'services/language/service-matcher/words.ts': 2,
  'services/language/speaker/say.ts': 1,
  'services/language/speaker/voice-errors.ts': 1,
  'services/language/values/phone-number.ts': 1,
  'services/tenants/last-known.ts': 4,
  'services/voice/booking-request.ts': 1,
  'services/voice/call-lifecycle.ts': 1,
  'services/voice/spoken-confirmation.ts': 1,
  'services/voice/understanding.ts': 1,
};

const isText = (node: ts.Node): boolean =>
  ts.isStringLiteralLike(node) ||
  ts.isRegularExpressionLiteral(node) ||
  node.kind === ts.SyntaxKind.TemplateHead ||
  node.kind === ts.SyntaxKind.TemplateMiddle ||
  node.kind === ts.SyntaxKind.TemplateTail;

/** Comments and names: the file without what stands in quotation marks. */
function commentsAndNames(file: string): string {
  const text = readFileSync(file, 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const parts: string[] = [];
  let from = 0;
  const visit = (node: ts.Node): void => {
    if (isText(node)) {
      parts.push(text.slice(from, node.getStart(source)));
      from = node.end;
    } else ts.forEachChild(node, visit);
  };
  visit(source);
  return [...parts, text.slice(from)].join('""');
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(ts|js)$/.test(name))
  .sort();

test('comments and names use plain words', () => {
  const left = files.flatMap((name) => {
    const found = commentsAndNames(path.join(SRC, name))
      .split('\n')
      .filter((line) => REFUSED.some((word) => word.test(line)));
    return found.length > (ALLOWED[name] ?? 0) ? found.map((line) => `${name}: ${line.trim()}`) : [];
  });
  expect(left).toEqual([]);
});
