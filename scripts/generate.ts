import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LANGUAGE_CODES } from '../src/domain';
import { agentKit } from '../src/retell/agent-kit';
import { errorsPage } from './errors-page';
import { withWalk } from './walk-table';

/** Writes what derives from the code. A test fails while the committed files differ. */
for (const language of LANGUAGE_CODES) {
  const file = path.join(__dirname, `../agent/tools.${language}.json`);
  writeFileSync(file, `${JSON.stringify(agentKit(language), null, 2)}\n`);
}
writeFileSync(path.join(__dirname, '../docs/errors.md'), errorsPage());
const security = path.join(__dirname, '../docs/security.md');
writeFileSync(security, withWalk(readFileSync(security, 'utf8')));
