import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The version in package.json, from the sources as well as from the compiled files below dist. */
export const VERSION: string = (() => {
  for (const up of ['..', '../..']) {
    try {
      const manifest: unknown = JSON.parse(readFileSync(path.join(__dirname, up, 'package.json'), 'utf8'));
      if (typeof manifest === 'object' && manifest && 'version' in manifest) return String(manifest.version);
    } catch {
      // One level further up, then.
    }
  }
  return '0.0.0';
})();
