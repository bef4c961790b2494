import { existsSync } from 'node:fs';
import path from 'node:path';

const EXTENSION = path.extname(__filename);
const FROM_SOURCES = EXTENSION === '.ts';
const ROOT = path.join(__dirname, FROM_SOURCES ? '..' : '../..');

/** What a checkout has beside the product; the production image contains none of it. */
const PACKAGES = {
  'calcom-sandbox': 'The Cal.com sandbox',
  'demo-company': 'The demo company',
} as const;

/**
 * A file of one of the packages: its source when this process runs from sources, else what was compiled of it.
 * @param remedy what to do where the package is missing, as a sentence
 * @throws Error with a sentence for the operator when the package is missing
 */
export function workspaceFile(name: keyof typeof PACKAGES, module: string, remedy: string): string {
  const file = path.join(ROOT, 'packages', name, FROM_SOURCES ? 'src' : 'dist', `${module}${EXTENSION}`);
  if (!existsSync(file)) throw new Error(`${PACKAGES[name]} is not part of this installation. ${remedy}`);
  return file;
}
