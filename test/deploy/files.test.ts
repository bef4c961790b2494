import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { load, loadAll } from 'js-yaml';
import request from 'supertest';
import { environment } from '../../src/config';
import { openDay, startTestGateway, type TestGateway } from '../support/gateway';
import { slowAboveMs } from '../../src/services/admin/watch';
import { TOOLS } from '../../src/services/voice/tools';

const ROOT = path.join(__dirname, '../..');
const DEPLOY = path.join(ROOT, 'deploy');
const read = (name: string): string => readFileSync(path.join(DEPLOY, name), 'utf8');
const yaml = (name: string): Record<string, unknown> => load(read(name)) as Record<string, unknown>;

interface Panel {
  id: number;
  type: string;
  title: string;
  targets?: { expr: string }[];
  gridPos: { h: number; w: number; x: number; y: number };
}
interface Service {
  image?: string;
  ports?: string[];
  profiles?: string[];
  env_file?: string;
  volumes?: string[];
  stop_grace_period?: string;
  depends_on?: unknown;
}

const panels = (): Panel[] => (JSON.parse(read('grafana/dashboards/askpro.json')) as { panels: Panel[] }).panels;
const rules = (): { alert: string; expr: string; annotations: { summary: string }; labels: object }[] =>
  (yaml('prometheus/alerts.yml').groups as { rules: ReturnType<typeof rules> }[]).flatMap((group) => group.rules);
const queries = (): string[] => [
  ...panels().flatMap((panel) => (panel.targets ?? []).map((target) => target.expr)),
  ...rules().map((rule) => rule.expr),
];

/** Names of series in a query, as they are written there. */
function seriesOf(query: string): string[] {
  const bare = query.replaceAll(/\{[^}]*\}/g, '{}').replaceAll(/by \([^)]*\)/g, '');
  return [...bare.matchAll(/\b(?:askpro|process|nodejs)_[a-z0-9_]+/g)].map(([name]) => name);
}
/** Labels that a query compares or groups by. */
function labelsOf(query: string): string[] {
  const compared = [...query.matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, name]) => name ?? '');
  const grouped = [...query.matchAll(/by \(([^)]*)\)/g)].flatMap(([, names]) => (names ?? '').split(/,\s*/));
  return [...compared, ...grouped];
}

describe('every file can be read', () => {
  test.each(readdirSync(DEPLOY, { recursive: true, encoding: 'utf8' }).filter((name) => /\.ya?ml$/.test(name)))(
    '%s',
    (name) => {
      expect(loadAll(read(name)).every((document) => typeof document === 'object' && document !== null)).toBe(true);
    },
  );
});

describe('figures', () => {
  let gateway: TestGateway;
  let exposed: string;
  beforeAll(async () => {
    gateway = await startTestGateway();
    await gateway.tool('check_availability', {
      service_name: 'Herrenhaarschnitt',
      desired_date: openDay(),
      desired_time: '10:00',
    });
    exposed = (await request(gateway.gateway.server).get('/metrics')).text;
  });
  afterAll(() => gateway.stop());

  test('there are queries, panels do not overlap, and alert rules say what they mean', () => {
    expect(queries().length).toBeGreaterThan(40);
    const cells = panels().flatMap(({ gridPos: { h, w, x, y } }) =>
      Array.from({ length: h * w }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(new Set(panels().map((panel) => panel.id)).size).toBe(panels().length);
    for (const rule of rules()) expect(rule).toMatchObject({ labels: { severity: expect.any(String) } });
    expect(rules().filter((rule) => rule.annotations.summary.length < 15)).toEqual([]);
  });

  test('everything that a panel or a rule asks for is exposed from the first scrape on', () => {
    const names = new Set(
      [...exposed.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = '', kind]) =>
        kind === 'histogram' ? [name, `${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
      ),
    );
    const missing = queries().flatMap((query) => seriesOf(query).filter((name) => !names.has(name)));
    expect(missing).toEqual([]);
    expect(names.size).toBeGreaterThan(30);
  });

  test('every label that they compare or group by is one of ours or of Prometheus', () => {
    const known = new Set([
      ...[...exposed.matchAll(/[{,]([a-z_]+)="/g)].map(([, name]) => name ?? ''),
      ...['job', 'instance', 'le', 'priority', 'kind', 'outcome', 'result', 'provider', 'status', 'source', 'tool'],
    ]);
    expect(queries().flatMap((query) => labelsOf(query).filter((name) => !known.has(name)))).toEqual([]);
  });

  test('what takes seconds by nature has thresholds of its own', () => {
    const writes = TOOLS.filter((tool) => tool.effect === 'write').map((tool) => tool.name);
    const rule = (name: string): string => rules().find((one) => one.alert === name)?.expr ?? '';
    expect(rule('SlowAnswers')).toContain(`tool!~"${writes.join('|')}"`);
    expect(rule('SlowBookings')).toContain(`tool=~"${writes.join('|')}"`);
    const slow = Object.keys(slowAboveMs({ slots: 1, bookings: 1 })).filter((endpoint) => endpoint !== '/slots');
    expect(rule('CalcomSlow')).toContain(`endpoint!~"${slow.join('|')}"`);
    expect(rule('CalcomBookingsSlow')).toContain(`endpoint=~"${slow.join('|')}"`);
  });

  test('a rule covers every kind of alert that the gateway raises itself', () => {
    const text = JSON.stringify(rules());
    for (const figure of [
      'calcom_budget_used',
      'circuit_state',
      'calcom_duration',
      'slot_reads',
      'jobs',
      'pending_operations_failed',
      'false_confirmations',
      'reconcile_differences',
    ])
      expect([figure, text.includes(`askpro_${figure}`)]).toEqual([figure, true]);
  });
});

describe('the image', () => {
  const dockerfile = read('Dockerfile');
  const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));

  test('copies only what there is, and what its ignore file lets in', () => {
    const allowed = read('Dockerfile.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names]) =>
      (names ?? '').split(' '),
    );
    expect(copied.length).toBeGreaterThan(8);
    for (const name of copied)
      expect([name, existsSync(path.join(ROOT, name)), allowed.includes(name)]).toEqual([name, true, true]);
  });

  test('runs without root as npm start does, is asked how it is, and installs nothing for development', () => {
    expect(last).toMatch(/^USER node$/m);
    expect(last).toMatch(/^HEALTHCHECK /m);
    const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
      scripts: { start: string };
    };
    expect(JSON.parse(/^CMD (.*)$/m.exec(last)?.[1] ?? '[]')).toEqual(scripts.start.split(' '));
    expect(read('askpro-gateway@.service')).toContain(`ExecStart=/usr/bin/${scripts.start}\n`);
    expect(last).not.toMatch(/^RUN /m);
    expect(dockerfile).toMatch(/npm ci --omit=dev/);
  });
});

describe('compose', () => {
  const services = yaml('compose.yaml').services as Record<string, Service>;

  test('runs two gateways behind a proxy with PostgreSQL, Redis, Prometheus and Grafana', () => {
    expect(Object.keys(services).sort()).toEqual([
      'caddy',
      'gateway-a',
      'gateway-b',
      'grafana',
      'postgres',
      'prometheus',
      'proxy',
      'redis',
    ]);
    for (const name of ['gateway-a', 'gateway-b'])
      for (const file of ['nginx.conf', 'Caddyfile', 'prometheus/prometheus.yml'])
        expect([file, read(file).includes(`${name}:3000`)]).toEqual([file, true]);
  });

  test('opens ports to the world only for TLS', () => {
    const open = Object.entries(services).filter(([, service]) =>
      (service.ports ?? []).some((port) => !port.startsWith('127.0.0.1:')),
    );
    expect(open.map(([name, service]) => [name, service.profiles, service.ports])).toEqual([
      ['caddy', ['tls'], ['80:80', '443:443', '443:443/udp']],
    ]);
  });

  test('names every image by an exact version', () => {
    const images = Object.values(services).map((service) => service.image ?? '');
    const exact = /:v?\d+\.\d+(\.\d+)?(-[a-z]+)?$/;
    expect(
      [...images, /^ARG NODE_IMAGE=(.*)$/m.exec(read('Dockerfile'))?.[1] ?? ''].filter((image) => !exact.test(image)),
    ).toEqual([]);
    const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(services['gateway-a']?.image).toBe(`askpro-gateway:${version}`);
  });

  test('mounts only files that are here', () => {
    const mounted = Object.values(services)
      .flatMap((service) => service.volumes ?? [])
      .filter((volume) => volume.startsWith('./'));
    expect(mounted.length).toBeGreaterThan(3);
    for (const volume of mounted)
      expect([volume, existsSync(path.join(DEPLOY, volume.split(':')[0] ?? ''))]).toEqual([volume, true]);
  });

  test.each(['gateway.env.example', 'askpro-gateway@.service'])('%s sets only variables that exist', (name) => {
    const set = [...read(name).matchAll(/(?:^|\s|Environment=)([A-Z][A-Z_]{3,})=/g)].map(
      ([, variable]) => variable ?? '',
    );
    expect(set.length).toBeGreaterThan(3);
    expect(set.filter((variable) => !(variable in environment))).toEqual([]);
  });

  test('everything that production needs is in the example', () => {
    for (const name of ['DATABASE_URL', 'REDIS_URL', 'CALCOM_API_KEY', 'RETELL_API_KEY', 'ADMIN_TOKEN', 'APP_KEY'])
      expect([name, new RegExp(`^${name}=`, 'm').test(read('gateway.env.example'))]).toEqual([name, true]);
  });
});
