import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const ROOT = path.join(__dirname, '..');
const FOLDERS = ['src', 'scripts', 'test', 'packages/calcom-sandbox', 'packages/demo-company', 'packages/bench'];

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

const isText = (node: ts.Node): boolean =>
  ts.isStringLiteralLike(node) ||
  ts.isRegularExpressionLiteral(node) ||
  node.kind === ts.SyntaxKind.TemplateHead ||
  node.kind === ts.SyntaxKind.TemplateMiddle ||
  node.kind === ts.SyntaxKind.TemplateTail;

/** What a test says of its subject: the first argument of `test`, `it`, `describe` and their `each`. */
const isTitle = (node: ts.Node): boolean =>
  ts.isCallExpression(node.parent) &&
  node.parent.arguments[0] === node &&
  /^(?:test|it|describe)\b/.test(node.parent.expression.getText());

/** Comments and names, those of tests too: the file without what else stands in quotation marks. */
function commentsAndNames(file: string): string {
  const text = readFileSync(file, 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const parts: string[] = [];
  let from = 0;
  const visit = (node: ts.Node): void => {
    if (isText(node) && !isTitle(node)) {
      parts.push(text.slice(from, node.getStart(source)));
      from = node.end;
    } else ts.forEachChild(node, visit);
  };
  visit(source);
  return [...parts, text.slice(from)].join('""');
}

const files = FOLDERS.flatMap((folder) =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|js)$/.test(name) && !/(?:^|\/)(?:dist|node_modules)\//.test(name))
    .map((name) => path.join(folder, name)),
)
  .filter((name) => name !== 'test/words.test.ts')
  .sort();

test('comments and names use plain words', () => {
  const left = files.flatMap((name) => {
    const found = commentsAndNames(path.join(ROOT, name))
      .split('\n')
      .filter((line) => REFUSED.some((word) => word.test(line)));
    return found.map((line) => `${name}: ${line.trim()}`);
  });
  expect(left).toEqual([]);
});
