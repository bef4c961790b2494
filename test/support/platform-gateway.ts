import { createHmac } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { Client } from 'pg';
import request from 'supertest';
import { DEMO_PROOFS } from '../../src/services/admin/demo-proofs';
import type { Platform } from '../../src/domain';
import { callerOn } from '../../src/platforms/callers';
import type { CallerOptions, PlatformCaller } from '../../src/platforms/callers';
import { ADMIN_TOKEN, RETELL_KEY, startTestGateway, type TestGateway } from './gateway';

export const LINE = '+493012345678';

export interface PlatformGateway extends TestGateway {
  url: string;
  sql: Client;
  companyId: string;
  /** What proves the salon's calls on each platform. */
  secrets: Record<Platform, string>;
  /** Signs ElevenLabs' reports. */
  reportSecret: string;
  /** @throws Error with the answer when it was refused */
  admin(method: 'get' | 'post' | 'patch', path: string, body?: object): Promise<request.Response>;
  /** Any bytes to any door. */
  send(path: string, body: unknown, headers?: Record<string, string>): Promise<request.Response>;
  vapi(message: object): Promise<request.Response>;
  /** A report of ElevenLabs, signed at that second. */
  report(body: unknown, atSeconds?: number): Promise<request.Response>;
  /** A call that the platform itself plays. */
  callOn(platform: Platform, change?: Partial<CallerOptions>): PlatformCaller;
}

/** A gateway whose demo company is reached from every platform. */
export async function startPlatformGateway(): Promise<PlatformGateway> {
  const t = await startTestGateway();
  const { server } = t.gateway;
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const sql = new Client({ connectionString: t.databaseUrl });
  await sql.connect();
  const { rows } = await sql.query(`select id from companies where slug = 'salon-sonnenschein'`);
  const companyId = String(rows[0].id);
  const admin: PlatformGateway['admin'] = async (method, path, body) => {
    const asked: request.Test = request(server)[method](`/api/admin${path}`);
    const answer = await asked.set('authorization', `Bearer ${ADMIN_TOKEN}`).send(body);
    if (answer.status >= 300) throw new Error(`${path}: ${answer.text}`);
    return answer;
  };
  const kept = new Map<string, string>();
  await t.gateway.proveDemo({ keepSecret: (name, value) => kept.set(name, value) });
  const proof = (name: keyof typeof DEMO_PROOFS): string => kept.get(DEMO_PROOFS[name]) ?? '';
  const secrets = { retell: RETELL_KEY, vapi: proof('vapi'), elevenlabs: proof('elevenlabs'), mcp: proof('mcp') };
  const reportSecret = proof('elevenlabsReports');
  const send: PlatformGateway['send'] = (path, body, headers = {}) =>
    request(server)
      .post(path)
      .set({ 'content-type': 'application/json', ...headers })
      .send(typeof body === 'string' ? body : JSON.stringify(body))
      .then((response) => response);
  return {
    ...{ ...t, url, sql, companyId, secrets, reportSecret, admin, send },
    vapi: (message) => send('/api/vapi', { message }, { 'x-vapi-secret': secrets.vapi }),
    report: (body, atSeconds = Math.floor(Date.now() / 1000)) => {
      const raw = JSON.stringify(body);
      const digest = createHmac('sha256', reportSecret).update(`${atSeconds}.${raw}`).digest('hex');
      return send('/api/elevenlabs/webhook', raw, { 'elevenlabs-signature': `t=${atSeconds},v0=${digest}` });
    },
    callOn: (platform, change = {}) =>
      callerOn(platform, {
        ...{ baseUrl: url, secret: secrets[platform], reportSecret, fromNumber: '+4930901820', toNumber: LINE },
        ...{ agentId: 'agent_demo', language: 'de', ...change },
      }),
    stop: async () => {
      await sql.end();
      await t.stop();
    },
  };
}
