import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const SRC = path.join(__dirname, '../src');

interface Rule {
  /** Folder (or file) below src whose imports are restricted. */
  from: string;
  /** What it may not import: folders below src, or packages. */
  never: string[];
  /** Types may be imported from it all the same. */
  typesAllowed?: true;
  because: string;
}

const WEB = ['express', 'helmet', 'swagger-ui-dist'];
const STORES = ['typeorm', 'pg', 'ioredis', 'redlock'];

const RULES: Rule[] = [
  {
    from: 'services',
    never: [...WEB, ...STORES, 'axios', 'calcom', 'retell', 'models', 'controllers', 'jobs', 'config'],
    because: 'the domain runs with fakes in milliseconds',
  },
  {
    from: 'services',
    never: ['infra'],
    typesAllowed: true,
    because: 'services run with fakes of what infra does; the type of it is said once, there',
  },
  {
    from: 'infra',
    never: ['services', 'controllers', 'models', 'jobs', 'calcom', 'retell', 'config', 'cli'],
    because: 'a product word in infra is a design error',
  },
  {
    from: 'controllers',
    never: ['models', 'calcom', 'retell', 'jobs', 'config', ...STORES],
    because: 'verifiers, parsers and stores arrive through compose',
  },
  {
    from: 'calcom',
    never: ['retell', 'express', 'models', 'controllers', 'jobs', 'config'],
    because: 'one vendor can change without the other',
  },
  {
    from: 'retell',
    never: ['calcom', 'express', 'models', 'controllers', 'jobs', 'config'],
    because: 'one vendor can change without the other',
  },
  {
    from: 'jobs',
    never: [...WEB, ...STORES, 'models', 'calcom', 'retell', 'controllers', 'config'],
    because: 'a job is a service with a schedule',
  },
  {
    from: 'migrations',
    never: ['services', 'models', 'infra', 'errors', 'config'],
    because: 'a migration must not change when a model does',
  },
  {
    from: 'dashboard',
    never: ['services', 'infra', 'models', 'controllers'],
    because: 'the page knows only the admin API',
  },
  {
    from: 'errors.ts',
    never: ['services', 'infra', 'models', 'controllers', 'calcom', 'retell', 'jobs', 'config'],
    because: 'everything may import errors, so errors import nothing of ours',
  },
  {
    from: 'config.ts',
    never: ['services', 'infra', 'models', 'controllers', 'calcom', 'retell', 'jobs', 'errors'],
    because: 'configuration is read before anything exists',
  },
];

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(file);
    return /\.ts$/.test(entry.name) && !entry.name.endsWith('.d.ts') ? [file] : [];
  });
}

/** Every import of a file: packages by name, own files by their path below src. */
function importsOf(file: string, typesToo = true): string[] {
  const all = readFileSync(file, 'utf8');
  const text = typesToo ? all : all.replace(/^import type\s[^;]*;/gms, '');
  const found = [...text.matchAll(/^\s*(?:import|export)\s[^;]*?from\s+'([^']+)'|import\('([^']+)'\)/gms)].map(
    (match) => match[1] ?? match[2]!,
  );
  return found.map((specifier) =>
    specifier.startsWith('.') ? path.relative(SRC, path.resolve(path.dirname(file), specifier)) : specifier,
  );
}

const files = filesBelow(SRC).map((file) => ({
  name: path.relative(SRC, file),
  imports: importsOf(file),
  values: importsOf(file, false),
}));
const within = (name: string, place: string): boolean =>
  name === place || name.startsWith(`${place}/`) || name === place.replace(/\.ts$/, '');

test.each(RULES)('$from imports none of $never: $because', ({ from, never, typesAllowed, because }) => {
  const broken = files
    .filter((file) => within(file.name, from))
    .flatMap((file) =>
      (typesAllowed ? file.values : file.imports)
        .filter((target) => never.some((place) => within(target, place)))
        .map((target) => `${file.name} imports ${target}: ${because}`),
    );
  expect(broken).toEqual([]);
});

test('the sandbox shares no code with what it tests', () => {
  const folder = path.join(__dirname, '../packages/calcom-sandbox');
  const broken = filesBelow(folder).flatMap((file) =>
    importsOf(file)
      .filter((target) => !target.startsWith('../packages/calcom-sandbox/') && target.startsWith('..'))
      .map((target) => `${path.relative(folder, file)} imports ${target}`),
  );
  expect(broken).toEqual([]);
});

test('TypeORM stops at the models', () => {
  const allowed = /^(models|migrations)\/|^compose(\/|\.ts)/;
  const broken = files
    .filter((file) => !allowed.test(file.name) && file.imports.some((target) => target === 'typeorm'))
    .map((file) => file.name);
  expect(broken).toEqual([]);
});

test('axios is known only beside the two vendors, and only the composition root makes the Cal.com client', () => {
  const talkers = files
    .filter((file) => file.imports.some((target) => target === 'axios' || target === 'agentkeepalive'))
    .map((file) => file.name);
  expect(talkers.filter((name) => !/^calcom\/|^retell\/management\.ts$/.test(name))).toEqual([]);
  const makers = files
    .filter(
      (file) =>
        file.imports.some((target) => /^calcom\/.*(client|transport)/.test(target)) && !file.name.startsWith('calcom/'),
    )
    .map((file) => file.name);
  expect(makers.filter((name) => !/^compose(\/|\.ts)/.test(name))).toEqual([]);
});

test('only the composition root, the start and the command line import the composition root', () => {
  const broken = files
    .filter(
      (file) =>
        !/^(main\.ts|compose(\/|\.ts)|cli\/)/.test(file.name) &&
        file.imports.some((target) => within(target, 'compose')),
    )
    .map((file) => file.name);
  expect(broken).toEqual([]);
});

test('only the configuration reads the environment', () => {
  const broken = filesBelow(SRC).filter(
    (file) => path.relative(SRC, file) !== 'config.ts' && /process\.env/.test(readFileSync(file, 'utf8')),
  );
  expect(broken.map((file) => path.relative(SRC, file))).toEqual([]);
});

test('imports run in no circle between folders of services', () => {
  const graph = new Map(
    files
      .filter((file) => file.name.startsWith('services/'))
      .map((file) => [file.name.replace(/\.ts$/, ''), file.imports.filter((target) => target.startsWith('services/'))]),
  );
  const circle = findCircle(graph);
  expect(circle).toBeNull();
});

function findCircle(graph: Map<string, string[]>): string[] | null {
  const done = new Set<string>();
  const walk = (node: string, trail: string[]): string[] | null => {
    if (trail.includes(node)) return [...trail.slice(trail.indexOf(node)), node];
    if (done.has(node)) return null;
    for (const next of graph.get(node) ?? []) {
      const circle = walk(next, [...trail, node]);
      if (circle) return circle;
    }
    done.add(node);
    return null;
  };
  for (const node of graph.keys()) {
    const circle = walk(node, []);
    if (circle) return circle;
  }
  return null;
}

test('every Lua script names as many keys as its file says', () => {
  const folder = path.join(SRC, 'infra/lua');
  const scripts = readdirSync(folder).filter((name) => name.endsWith('.lua'));
  for (const name of scripts) {
    const keys = [...readFileSync(path.join(folder, name), 'utf8').matchAll(/KEYS\[(\d+)\]/g)].map((match) =>
      Number(match[1]),
    );
    expect([name, Math.max(0, ...keys)]).toEqual([name, Number(/-(\d+)\.lua$/.exec(name)?.[1])]);
  }
});
