import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { sharedWords } from '../../src/compose/shared-words';
import type { Language } from '../../src/domain';

export const DASHBOARD = path.join(__dirname, '../../src/dashboard');

type Exports = Record<string, unknown>;
/** What only a browser has: nothing is remembered, and the page's language goes nowhere. */
const WITHOUT_BROWSER: Record<string, Exports> = { 'core/preferences.js': { preferences: { get: () => null } } };
const document = { documentElement: {} };
const loaded = new Map<string, Exports>();

/** A module of the dashboard without a browser, with all it imports. @param name such as `i18n/de.js` */
export function pageModule(name: string): Exports {
  const known = loaded.get(name) ?? WITHOUT_BROWSER[name];
  if (known) return known;
  const exported: Exports = {};
  loaded.set(name, exported);
  const shared = /^i18n\/(\w+)-shared\.js$/.exec(name);
  if (shared) return Object.assign(exported, { shared: sharedWords(shared[1] as Language) });
  const { outputText } = ts.transpileModule(readFileSync(path.join(DASHBOARD, name), 'utf8'), {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, allowJs: true },
  });
  const load = (other: string): Exports => pageModule(path.posix.join(path.posix.dirname(name), other));
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- The page's own code, compiled for Node.
  new Function('exports', 'require', 'document', outputText)(exported, load, document);
  return exported;
}

/** The words of a language by their keys. */
export const messagesOf = (language: Language): Readonly<Record<string, string>> =>
  pageModule(`i18n/${language}.js`).messages as Record<string, string>;
