import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ask, nthWeekday, run, sleep } from './support/caller';
import { ADMIN_TOKEN, startFleet, type Fleet } from './support/fleet';

/**
 * How large the gateway is: its TypeScript by folder, and the files whose functions run for one known answer, one that
 * needs Cal.com, one booking with its webhook, and one admin list. `npm run bench -- house [short]`; with `files` it
 * names them.
 */
const ROUNDS = process.argv.includes('short') ? 2 : 5;
const NAMED = process.argv.includes('files');
const ROOT = path.join(__dirname, '../../../..');
const SRC = path.join(ROOT, 'src');
const PRELOAD = path.join(__dirname, 'support/coverage-preload.js');
/** What goes on after an answer: the trace, the webhook, the outcome. */
const AFTERWARDS_MS = 1500;

const linesOf = (file: string): number => readFileSync(path.join(SRC, file), 'utf8').split('\n').length - 1;

function folderOf(file: string): string {
  const parts = path.dirname(file).split(path.sep);
  if (parts[0] === '.') return 'src';
  return parts.slice(0, parts[0] === 'services' ? 2 : 1).join('/');
}

/** Files below src that ran, by a question to the process itself. */
async function ran(fleet: Fleet): Promise<Set<string>> {
  const heard = new Promise<{ files: string[] }>((resolve) =>
    fleet.process(0).once('message', (answer) => resolve(answer as { files: string[] })),
  );
  fleet.tell(0, { take: 'coverage' });
  const below = path.join(ROOT, 'dist/src') + path.sep;
  const { files } = await heard;
  return new Set(
    files
      .map((url) => url.replace('file://', ''))
      .filter((file) => file.startsWith(below))
      .map((file) => file.slice(below.length).replace(/\.js$/, '.ts')),
  );
}

const admin = async (url: string, method: string, route: string): Promise<void> => {
  const response = await fetch(`${url}/api/admin${route}`, {
    method,
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
  });
  if (!response.ok) throw new Error(`${method} ${route}: ${response.status}`);
  await response.text();
};

const tool = async (url: string, name: string, args: object, wanted: string): Promise<void> => {
  const { body } = await ask(url, name, args);
  if (body.status !== wanted) throw new Error(`${name}: ${JSON.stringify(body).slice(0, 200)}`);
};

const SERVICE = { service_name: 'Herrenhaarschnitt' };
const known = { ...SERVICE, desired_date: nthWeekday(2, 0), desired_time: '11:00' };
const WAYS: Record<
  string,
  { before?: (url: string) => Promise<void>; once: (url: string, n: number) => Promise<void> }
> = {
  'a known answer': { once: (url) => tool(url, 'check_availability', known, 'available') },
  'an answer that needs Cal.com': {
    before: (url) => admin(url, 'DELETE', '/cache?event_type_id=1001'),
    once: (url) => tool(url, 'check_availability', known, 'available'),
  },
  'a booking with its webhook': {
    once: (url, n) => {
      const wish = { desired_date: nthWeekday(3, n), desired_time: '10:00' };
      return tool(url, 'create_booking', { ...SERVICE, ...wish, customer_name: 'Anna Beispiel' }, 'booked');
    },
  },
  'an admin list': { once: (url) => admin(url, 'GET', '/appointments?limit=50') },
};

run(async (report) => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const folders = new Map<string, number>();
  for (const file of files) folders.set(folderOf(file), (folders.get(folderOf(file)) ?? 0) + linesOf(file));
  const sum = (of: Iterable<string>): number => [...of].reduce((lines, file) => lines + linesOf(file), 0);
  for (const [folder, lines] of [...folders].sort(([, one], [, other]) => other - one))
    report.note(`${folder}: ${lines}`);
  report.check('lines of TypeScript below src, in files', `${sum(files)} in ${files.length}`, 'shown', true);
  const longest = Math.max(...files.map(linesOf));
  report.check('lines of the longest file', longest, '<= 400', longest <= 400);

  const fleet = await startFleet({ processes: 1, latencyScale: 0, rateLimit: 'off', ipc: true, preload: PRELOAD });
  try {
    const [url = ''] = fleet.urls;
    for (const [what, { before, once }] of Object.entries(WAYS)) {
      await once(url, 0);
      // Work that no request asks for does not run in every round.
      let always: Set<string> | undefined;
      for (let n = 1; n <= ROUNDS; n++) {
        await before?.(url);
        await sleep(AFTERWARDS_MS);
        await ran(fleet);
        await once(url, n);
        await sleep(AFTERWARDS_MS);
        const now = await ran(fleet);
        always = new Set([...now].filter((file) => always?.has(file) ?? true));
      }
      const way = [...(always ?? [])].sort();
      report.check(`files on the way of ${what}, and their lines`, `${way.length}, ${sum(way)}`, 'shown', true);
      if (NAMED) for (const file of way) report.note(file);
    }
  } finally {
    await fleet.stop();
  }
}, 'House');
