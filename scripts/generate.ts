import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LANGUAGE_CODES } from '../src/domain';
import { agentKit } from '../src/retell/agent-kit';
import { elevenLabsKit } from '../src/platforms/elevenlabs-kit';
import { vapiKit } from '../src/platforms/vapi-kit';
import { errorsPage } from './errors-page';
import { withWalk } from './walk-table';

/** By their folder below `agent`. */
const KITS = { '': agentKit, vapi: vapiKit, elevenlabs: elevenLabsKit };

/** Writes what derives from the code. A test fails while the committed files differ. */
for (const language of LANGUAGE_CODES) {
  for (const [folder, kit] of Object.entries(KITS)) {
    const file = path.join(__dirname, '../agent', folder, `tools.${language}.json`);
    writeFileSync(file, `${JSON.stringify(kit(language), null, 2)}\n`);
  }
}
writeFileSync(path.join(__dirname, '../docs/errors.md'), errorsPage());
const security = path.join(__dirname, '../docs/security.md');
writeFileSync(security, withWalk(readFileSync(security, 'utf8')));
