import Redis from 'ioredis';
import type { AddressInfo } from 'node:net';
import { Client } from 'pg';
import type { Document } from '../../packages/bench/src/support/hostile-parts';
import { HostileRequests, type HostileRequest } from '../../packages/bench/src/support/hostile-requests';
import { Judge } from '../../packages/bench/src/support/hostile-judge';
import { mayBeCutOff, Wire } from '../../packages/bench/src/support/hostile-wire';
import {
  ADMIN_TOKEN,
  CALCOM_SECRET,
  RETELL_KEY,
  SANDBOX_KEY,
  startTestGateway,
  type TestGateway,
} from '../support/gateway';
import { RecordingLogger } from '../support/recording-logger';
import { redisUrl } from '../support/servers';

/** Stands in rows of the other company only. */
export const OTHERS_MARK = 'Zebrawald';

export interface HostileKit {
  t: TestGateway;
  wire: Wire;
  requests: HostileRequests;
  judge: Judge;
  log: RecordingLogger;
  sql: Client;
  redis: Redis;
  /** Sends and judges; the fault as text, null when there is none. */
  fault(asked: HostileRequest): Promise<string | null>;
  stop(): Promise<void>;
}

export async function startHostileKit(): Promise<HostileKit> {
  const log = new RecordingLogger();
  const t = await startTestGateway({ logger: log, env: { TRUST_PROXY: 'loopback' } });
  const { port } = t.gateway.server.address() as AddressInfo;
  const base = `http://127.0.0.1:${port}`;
  const document = (await (await fetch(`${base}/api/openapi.json`)).json()) as Document;
  const admin = async (path: string, body: object): Promise<Record<string, string>> => {
    const answer = await fetch(`${base}/api/admin${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return ((await answer.json()) as { data: Record<string, string> }).data;
  };
  const tenants: Record<string, string>[] = [];
  for (const name of ['Ours', OTHERS_MARK]) {
    const company = await admin('/companies', { name: `${name} GmbH`, slug: name.toLowerCase() });
    const branch = await admin('/branches', {
      company_id: company.id,
      name: `${name} Mitte`,
      time_zone: 'Europe/Berlin',
    });
    const token = await admin('/tokens', { company_id: company.id, name: `${name} token` });
    tenants.push({ id: company.id!, branch: branch.id!, token: token.token!, tokenId: token.id! });
  }
  const [ours, theirs] = tenants;
  const requests = new HostileRequests(document, {
    retellKey: RETELL_KEY,
    calcomSecret: CALCOM_SECRET,
    tokens: [ours!.token!, ours!.token!, ours!.token!, ADMIN_TOKEN],
    ids: [ours!.branch!, theirs!.id!, theirs!.branch!, theirs!.tokenId!],
  });
  const secrets = [RETELL_KEY, CALCOM_SECRET, ADMIN_TOKEN, SANDBOX_KEY, 'an-application-key', theirs!.token!];
  const judge = new Judge(document, ({ headers }) =>
    String(headers.authorization).includes(ADMIN_TOKEN)
      ? secrets
      : [...secrets, OTHERS_MARK, OTHERS_MARK.toLowerCase()],
  );
  const wire = new Wire(port);
  const sql = new Client({ connectionString: t.databaseUrl });
  await sql.connect();
  const redis = new Redis(redisUrl());
  return {
    ...{ t, wire, requests, judge, log, sql, redis },
    fault: async (asked) => {
      try {
        return judge.fault(asked, await wire.send(asked));
      } catch (error) {
        return mayBeCutOff(asked, error) ? null : `no answer: ${String(error)}`;
      }
    },
    stop: async () => {
      wire.close();
      redis.disconnect();
      await sql.end();
      await t.stop();
    },
  };
}
