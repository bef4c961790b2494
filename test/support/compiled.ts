import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const ROOT = path.join(__dirname, '../..');
const run = promisify(execFile);

/**
 * The path of a compiled entry of the product; the benches, whose fleets run compiled files, are compiled with it. The first test of a run that needs one compiles; the other workers wait.
 * A process starts from compiled files in a third of the time that the sources need.
 */
export async function compiled(entry: 'src/main' | 'src/cli/askpro'): Promise<string> {
  const folder = path.join(process.env.TEST_FOLDER!, 'compiled');
  const [done, failed] = [path.join(folder, 'done'), path.join(folder, 'failed')];
  if (mkdirSync(folder, { recursive: true }) !== undefined)
    await run(process.execPath, [path.join(ROOT, 'scripts/build.js'), 'packages/bench'], { cwd: ROOT }).then(
      () => writeFileSync(done, ''),
      (error: { stdout?: string; message: string }) => writeFileSync(failed, error.stdout || error.message),
    );
  while (!existsSync(done)) {
    if (existsSync(failed)) throw new Error(`the product does not compile: see ${failed}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return path.join(ROOT, 'dist', `${entry}.js`);
}
