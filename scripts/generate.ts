import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LANGUAGE_CODES } from '../src/domain';
import { generalTools } from '../src/retell/agent-kit';
import { agentFile } from '../src/retell/agent-settings';
import { LANGUAGES } from '../src/services/language/languages';
import { elevenLabsKit, vapiKit } from '../src/platforms/agent-kits';
import { errorsPage } from './errors-page';
import { withWalk } from './walk-table';

/** By their folder below `agent`. */
const KITS = { '': generalTools, vapi: vapiKit, elevenlabs: elevenLabsKit };

/** Writes what derives from the code. A test fails while the committed files differ. */
for (const language of LANGUAGE_CODES) {
  for (const [folder, kit] of Object.entries(KITS)) {
    const file = path.join(__dirname, '../agent', folder, `tools.${language}.json`);
    writeFileSync(file, `${JSON.stringify(kit(language), null, 2)}\n`);
  }
}
/** What a person fills in before importing the file at Retell. */
const PLACEHOLDERS = { companyName: 'YOUR-BUSINESS', slug: 'your-business', gatewayUrl: 'https://YOUR-GATEWAY' };
/** As companies have it until they change it. */
const OPENING = { isDisclosed: true, ownWords: null, recording: 'off' } as const;
for (const language of LANGUAGE_CODES) {
  const folder = path.join(__dirname, '../agent');
  const file = agentFile({
    ...PLACEHOLDERS,
    ...{ language, timeZone: 'Europe/Berlin', voice: 'YOUR-VOICE', retentionDays: 90 },
    prompt: readFileSync(path.join(folder, `prompt.${language}.md`), 'utf8'),
    greeting: LANGUAGES[language].phrases.greeting(PLACEHOLDERS.companyName, null, OPENING),
    recordingNotice: OPENING.recording,
  });
  writeFileSync(path.join(folder, `agent.${language}.json`), `${JSON.stringify(file, null, 2)}\n`);
}
writeFileSync(path.join(__dirname, '../docs/errors.md'), errorsPage());
const security = path.join(__dirname, '../docs/security.md');
writeFileSync(security, withWalk(readFileSync(security, 'utf8')));
