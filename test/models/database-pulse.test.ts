import type { DataSource } from 'typeorm';
import { createDataSource } from '../../src/models/data-source';
import { TcpFaultProxy } from '../../packages/bench/src/support/tcp-fault-proxy';
import { StoreUnavailable } from '../../src/errors';
import { attachPulse, DatabasePulse } from '../../src/models/database-pulse';
import { rows } from '../../src/models/sql';
import { cloneDatabase } from '../support/servers';
import { until } from '../support/until';

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let wire: TcpFaultProxy;
let source: DataSource;
let listener: DataSource;
let pulse: DatabasePulse;
let isImpatient = false;

beforeAll(async () => {
  database = await cloneDatabase();
  const url = new URL(database.url);
  wire = await TcpFaultProxy.start(Number(url.port));
  url.port = String(wire.port);
  source = await createDataSource(url.href, 2).initialize();
  listener = await createDataSource(url.href, 1).initialize();
  pulse = new DatabasePulse(
    () => rows(listener, 'select 1'),
    () => isImpatient,
  );
  attachPulse(source, pulse);
});
afterEach(() => {
  isImpatient = false;
});
afterAll(async () => {
  pulse.stop();
  await wire.stop();
  await Promise.all([source.destroy(), listener.destroy()]);
  await database.drop();
});

test('a slow statement is waited for while Postgres answers other questions', async () => {
  await expect(rows(source, 'select pg_sleep(1)')).resolves.toHaveLength(1);
  expect(pulse.silent).toBe(false);
});

test('a Postgres that has fallen silent is noticed long before a statement runs out of time, and its return too', async () => {
  wire.behave({ blackHole: true });
  // Without the pulse this statement is given up after twelve seconds, and so is the next.
  await expect(rows(source, 'select 1')).rejects.toBeInstanceOf(StoreUnavailable);
  expect(pulse.silent).toBe(true);
  await expect(rows(source, 'select 1')).rejects.toBeInstanceOf(StoreUnavailable);
  wire.behave({});
  await until(() => !pulse.silent);
  await expect(rows(source, 'select 1 as one')).resolves.toEqual([{ one: 1 }]);
}, 10_000);

test('a request that waits for an answer learns of a late Postgres while what is under way still waits for it', async () => {
  wire.behave({ blackHole: true });
  const told: string[] = [];
  const underWay = rows(source, 'select 1').catch(() => told.push('what was under way'));
  isImpatient = true;
  const caller = rows(source, 'select 1').catch(() => told.push('the caller'));
  await caller;
  expect(pulse.silent).toBe(false);
  await expect(rows(source, 'select 1')).rejects.toBeInstanceOf(StoreUnavailable);
  await underWay;
  expect(told).toEqual(['the caller', 'what was under way']);
  wire.behave({});
  await until(() => !pulse.silent);
  await expect(rows(source, 'select 1 as one')).resolves.toEqual([{ one: 1 }]);
}, 10_000);

test('a slow statement of a request that waits is no sign of a late Postgres', async () => {
  isImpatient = true;
  await expect(rows(source, 'select pg_sleep(1)')).resolves.toHaveLength(1);
});
