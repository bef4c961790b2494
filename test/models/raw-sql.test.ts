import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const SRC = path.join(__dirname, '../../src');
/** What house rules allow for all of src; each one says why it is no query of TypeORM's. */
const MOST = 60;

const STATEMENT =
  /^\s*(select|with\s+\w+\s+as|insert\s+into|update\s+\w+(\s+\w+)?\s+set|delete\s+from|begin|commit|rollback|set\s+(local|statement)|reset\s|create\s+(unique\s+)?(table|index|database|extension)|drop\s|alter\s|truncate|lock\s|explain|listen|notify)\b/i;
/** Methods of a query builder that take a piece of SQL. */
const CONDITION = /^(where|andWhere|orWhere|having|andHaving|innerJoin|leftJoin|innerJoinAndSelect|leftJoinAndSelect)$/;
const SEVERAL_CONDITIONS = /\b(and|or)\b(?![^(]*\bbetween\b)/i;

interface Found {
  place: string;
  text: string;
  reason: boolean;
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((one) => {
    const full = path.join(folder, one.name);
    if (one.isDirectory()) return one.name === 'migrations' ? [] : sources(full);
    return one.name.endsWith('.ts') ? [full] : [];
  });
}

/** A literal's text; what is filled in is shown as `?`. */
function textOf(node: ts.Node): string | null {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return null;
  return node.head.text + node.templateSpans.map((span) => `?${span.literal.text}`).join('');
}

function isBuilderCondition(node: ts.Node): boolean {
  const call = node.parent;
  return (
    ts.isCallExpression(call) &&
    ts.isPropertyAccessExpression(call.expression) &&
    CONDITION.test(call.expression.name.text)
  );
}

function rawStatements(file: string, code: string): Found[] {
  const tree = ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true);
  const lines = code.split('\n');
  const found: Found[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return;
    const text = textOf(node);
    if (text !== null && !ts.isImportDeclaration(node.parent)) {
      const isStatement = STATEMENT.test(text) && (text.includes(' ') || /^(begin|commit|rollback)$/i.test(text));
      if (isStatement || (isBuilderCondition(node) && SEVERAL_CONDITIONS.test(text))) {
        const line = tree.getLineAndCharacterOfPosition(node.getStart()).line;
        const before = lines.slice(Math.max(0, line - 4), line + 1).join('\n');
        found.push({ place: `${file}:${line + 1}`, text: text.trim().slice(0, 60), reason: /\bSQL: \S/.test(before) });
        return;
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

const found = sources(SRC).flatMap((file) =>
  rawStatements(path.relative(path.dirname(SRC), file), readFileSync(file, 'utf8')),
);

describe('statements that are written as SQL', () => {
  it('are found wherever they stand', () => {
    const code = [
      "rows(source, 'select 1');",
      '// SQL: a reason',
      'sql(`update a set b = ${c}`);',
      "query.andWhere('a.b = :b');",
      "query.andWhere('a.b = :b and a.c');",
      "log('selected one');",
      "type Name = 'begin';",
    ].join('\n');
    const texts = rawStatements('x.ts', code).map(({ text, reason }) => [text, reason]);
    expect(texts).toEqual([
      ['select 1', false],
      ['update a set b = ?', true],
      ['a.b = :b and a.c', true],
    ]);
  });

  it('each say why in a line of their own', () => {
    const silent = found.filter((one) => !one.reason).map((one) => `${one.place} ${one.text}`);
    expect(silent).toEqual([]);
  });

  it(`are at most ${MOST}`, () => {
    expect(found.length).toBeLessThanOrEqual(MOST);
  });
});
