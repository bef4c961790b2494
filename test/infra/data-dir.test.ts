import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DataDir } from '../../src/infra/data-dir';

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'askpro-data-'));
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

const runtime = {
  ...{ pid: process.pid, databaseUrl: 'postgres://x', redisUrl: null, calcomBaseUrl: 'http://x', calcomApiKey: null },
  gatewayUrl: 'http://127.0.0.1:3000',
};
const lock = (owner: object): void => fs.writeFileSync(path.join(root, 'owner.lock'), JSON.stringify(owner));

test('a second owner of a folder learns who the first is, and where it answers', () => {
  const first = new DataDir(root).own();
  expect(() => new DataDir(root).own()).toThrow(
    `A gateway already runs on ${root} (pid ${process.pid}). Stop it, or set DATA_DIR.`,
  );
  new DataDir(root).announce(runtime);
  expect(() => new DataDir(root).own()).toThrow(`(pid ${process.pid}, http://127.0.0.1:3000)`);
  first.free();
  new DataDir(root).own().free();
  expect(fs.existsSync(path.join(root, 'owner.lock'))).toBe(false);
});

test('a lock of a process that has ended is taken over', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => child.once('exit', resolve));
  lock({ pid: child.pid, startedAt: '1' });
  new DataDir(root).own();
  expect(() => new DataDir(root).own()).toThrow(String(process.pid));
  expect(fs.readdirSync(root)).toEqual(['owner.lock']);
});

test('a lock whose number belongs to another process since is taken over', () => {
  lock({ pid: process.pid, startedAt: 'long ago' });
  expect(() => new DataDir(root).own()).not.toThrow();
});

test('an unreadable lock is taken over', () => {
  fs.writeFileSync(path.join(root, 'owner.lock'), '{');
  expect(() => new DataDir(root).own()).not.toThrow();
});
