import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../../../src/infra/embedded-postgres';
import { sleep } from '../support/caller';
import { DIST, exited, startFleet, subscribeToCalcom, type Fleet } from '../support/fleet';
import { closeCircuits } from '../support/sandbox-ledger';
import { TcpFaultProxy } from '../support/tcp-fault-proxy';
import type { Arm } from './crash-points';

/** The three wires of one gateway. */
export interface Wires {
  calcom: TcpFaultProxy;
  redis: TcpFaultProxy;
  postgres: TcpFaultProxy;
}

export interface Rig {
  fleet: Fleet;
  wires: Wires[];
  postgres: {
    stop(): Promise<void>;
    start(): Promise<void>;
    kill(): Promise<void>;
    signal(signal: NodeJS.Signals): void;
  };
  sql<T>(text: string, values?: unknown[]): Promise<T[]>;
  /** Tells a gateway where to die; resolves when it has heard. */
  arm(index: number, arm: Arm): Promise<void>;
  /** Whether it died within this time by itself. */
  died(index: number, patienceMs: number): Promise<boolean>;
  closeCircuits(): Promise<void>;
  stop(): Promise<void>;
}

function childrenOf(pid: number): number[] {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return list === '' ? [] : list.split(' ').map(Number);
}

/** Every change of every operation, to tell afterwards where a slow one spent its time. */
const KEEP_COURSE = `
  create table operation_course (operation_id uuid not null, at timestamptz not null default clock_timestamp(), step text not null);
  create function keep_course() returns trigger language plpgsql as $$
  begin
    insert into operation_course (operation_id, step) values (new.id, concat_ws(' ', new.state, 'epoch', new.epoch, new.error,
      'lease', round(extract(epoch from new.lease_until - clock_timestamp())), 'due', round(extract(epoch from new.settle_after - clock_timestamp()))));
    return new;
  end $$;
  create trigger keep_course after insert or update on booking_operations for each row execute function keep_course()`;

const BUDGET_PER_MINUTE = 10_000;

/** Gateways that can be made to die, each with wires of its own to Cal.com, Redis and Postgres that can be spoilt. */
export async function startRig(options: {
  processes: number;
  latencyScale: number;
  seed: number;
  logFolder?: string;
  env?: Record<string, string>;
}): Promise<Rig> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'askpro-faults-'));
  chmodSync(folder, 0o755);
  const startPostgres = (): Promise<EmbeddedPostgres> =>
    startEmbeddedPostgres({ dataDir: path.join(folder, 'pg'), password: 'local', database: 'faults', durable: true });
  let server = await startPostgres();
  let client: Client | null = null;
  const wires: Wires[] = [];
  const fleet = await startFleet({
    processes: options.processes,
    latencyScale: options.latencyScale,
    rateLimit: BUDGET_PER_MINUTE,
    postgres: server,
    ipc: true,
    seed: options.seed,
    ...(options.logFolder ? { logFolder: options.logFolder } : {}),
    preload: path.join(DIST, 'packages/bench/src/faults/crash-preload.js'),
    wire: async (servers, index) => {
      const wire: Wires = {
        calcom: await TcpFaultProxy.start(servers.calcom),
        redis: await TcpFaultProxy.start(servers.redis),
        postgres: await TcpFaultProxy.start(servers.postgres),
      };
      wires[index] = wire;
      return { calcom: wire.calcom.port, redis: wire.redis.port, postgres: wire.postgres.port };
    },
    env: {
      CALCOM_RATE_LIMIT_PER_MINUTE: String(BUDGET_PER_MINUTE),
      CALCOM_BURST_PER_SECOND: '100',
      CALCOM_BOOKING_TIMEOUT_MS: '1200',
      CALCOM_SLOTS_TIMEOUT_MS: '1200',
      VOICE_WRITE_DEADLINE_MS: '4000',
      ...options.env,
    },
  });
  await subscribeToCalcom(fleet);
  const database = async (): Promise<Client> => {
    if (client) return client;
    const fresh = new Client({ connectionString: server.url });
    fresh.on('error', () => (client = null));
    await fresh.connect();
    return (client = fresh);
  };
  const close = async (): Promise<void> => {
    await client?.end().catch(() => undefined);
    client = null;
  };
  await (await database()).query(KEEP_COURSE);
  return {
    fleet,
    wires,
    postgres: {
      stop: async () => {
        await close();
        await server.stop();
      },
      kill: async () => {
        await close();
        process.kill(server.pid, 'SIGQUIT');
        await server.stop();
      },
      signal: (signal) => {
        for (const pid of [server.pid, ...childrenOf(server.pid)]) process.kill(pid, signal);
      },
      start: async () => {
        server = await startPostgres();
        for (const wire of wires) wire.postgres.target = server.port;
      },
    },
    sql: async <T>(text: string, values: unknown[] = []) => (await (await database()).query(text, values)).rows as T[],
    arm: async (index, arm) => {
      const child = fleet.process(index);
      const heard = new Promise<void>((resolve) => child.once('message', () => resolve()));
      fleet.tell(index, arm);
      await Promise.race([heard, exited(child), sleep(2000)]);
    },
    died: async (index, patienceMs) => {
      const child = fleet.process(index);
      await Promise.race([exited(child), sleep(patienceMs)]);
      return child.exitCode !== null || child.signalCode !== null;
    },
    closeCircuits: () => closeCircuits(fleet),
    stop: async () => {
      await close();
      for (const proxy of wires.flatMap((wire) => Object.values(wire) as TcpFaultProxy[])) proxy.behave({});
      await fleet.stop();
      await Promise.all(wires.flatMap((wire) => Object.values(wire) as TcpFaultProxy[]).map((proxy) => proxy.stop()));
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
