import { spawn } from 'node:child_process';
import path from 'node:path';
import { BENCHES } from './benches';

/** `npm run bench -- <name> [options]`: runs one bench in a process of its own; without a name it lists them. */
function list(): string {
  const names = Object.keys(BENCHES);
  const width = Math.max(...names.map((name) => name.length));
  const lines = names.map((name) => `  ${name.padEnd(width)}  ${BENCHES[name]?.shows}`);
  return ['Usage: npm run bench -- <name> [options]', '', ...lines, '', 'Most take `short`.'].join('\n');
}

const [name = '', ...options] = process.argv.slice(2);
const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
if (bench) {
  const child = spawn(process.execPath, [path.join(__dirname, '..', `${bench.program}.js`), ...options], {
    stdio: 'inherit',
  });
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on('SIGINT', pass).on('SIGTERM', pass);
  child.once('exit', (code, signal) => (process.exitCode = code ?? (signal ? 1 : 0)));
} else if (name === '') {
  console.log(list());
} else {
  console.error(`There is no bench "${name}".\n\n${list()}`);
  process.exitCode = 1;
}
