import request from 'supertest';
import { compose, type Gateway } from '../../src/compose';
import { loadConfig } from '../../src/config';
import { silentLogger, type Logger } from '../../src/infra/logger';
import { signBody } from '../../src/retell/signature';
import { credentialOf } from '../../src/services/calcom/calcom-accounts';
import { startSandbox } from '../../packages/calcom-sandbox/src/start-sandbox';
import { expectDeclared, watchUndeclared } from './declared-answer';
import { cloneDatabase, redisUrl, testRedis } from './servers';

export const RETELL_KEY = 'key_test_retell';
export const ADMIN_TOKEN = 'admin-token-for-tests';
export const CALCOM_SECRET = 'calcom-webhook-secret';
export const SANDBOX_KEY = 'cal_sandbox_demo';

export type Sandbox = Awaited<ReturnType<typeof startSandbox>>;

export interface TestGateway {
  gateway: Gateway;
  sandbox: Sandbox;
  databaseUrl: string;
  /** A voice tool as Retell calls it: envelope, signature. Its answer must be as its definition says. */
  tool(name: string, args: Record<string, unknown>, call?: Partial<TestCall>): Promise<request.Response>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<request.Response>;
  control(path: string, body?: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

export interface TestCall {
  call_id: string;
  from_number: string;
  to_number: string;
  agent_id: string;
  direction: 'inbound' | 'outbound';
  tool_call_id: string;
  start_timestamp: number;
  language: 'de' | 'en';
}

let calls = 0;

/** The composed gateway on real servers: a cloned database, this worker's Redis, the sandbox over HTTP. */
export async function startTestGateway(
  options: {
    env?: Record<string, string>;
    sandbox?: Parameters<typeof startSandbox>[0];
    logger?: Logger;
    /** A fresh send log counts as spent for a minute, because it may have been lost; with this it is known to be new. */
    agedBudget?: boolean;
  } = {},
): Promise<TestGateway> {
  const [database, sandbox] = await Promise.all([
    cloneDatabase(),
    startSandbox({ latencyScale: 0, rateLimit: 'off', ...options.sandbox }),
  ]);
  const redis = await testRedis();
  if (options.agedBudget)
    await redis.commands.zadd(`calcom:budget:{${credentialOf(SANDBOX_KEY).id}}:log`, -Date.now(), '#');
  redis.close();
  const config = loadConfig({
    NODE_ENV: 'test',
    DATABASE_URL: database.url,
    REDIS_URL: redisUrl(),
    CALCOM_BASE_URL: sandbox.url,
    CALCOM_API_KEY: SANDBOX_KEY,
    CALCOM_WEBHOOK_SECRET: CALCOM_SECRET,
    RETELL_API_KEY: RETELL_KEY,
    ADMIN_TOKEN,
    APP_KEY: 'an-application-key-of-32-characters!',
    SEED_DEMO: 'true',
    REDIS_COMMAND_TIMEOUT_MS: '1000',
    WARM_CACHE_CRON: '',
    ...options.env,
  });
  const { logger, undeclared } = watchUndeclared(options.logger ?? silentLogger);
  const gateway = await compose({
    config,
    logger,
    backends: {
      databaseUrl: database.url,
      redis: { url: config.REDIS_URL! },
      redisUrl: config.REDIS_URL!,
      calcom: { baseUrl: config.CALCOM_BASE_URL, apiKey: config.CALCOM_API_KEY! },
      adminToken: { value: ADMIN_TOKEN, created: false, file: null },
      appKeys: config.APP_KEY as [string, ...string[]],
      embeddedParts: [],
      stop: async () => undefined,
    },
  });
  await new Promise<void>((resolve) => gateway.server.listen(0, '127.0.0.1', resolve));
  const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<request.Response> => {
    const raw = typeof body === 'string' ? body : JSON.stringify(body);
    return request(gateway.server)
      .post(path)
      .set({
        'content-type': 'application/json',
        'x-retell-signature': signBody(Buffer.from(raw), RETELL_KEY, Date.now()),
        ...headers,
      })
      .send(raw)
      .then((response) => {
        expectDeclared(path, body, response);
        if (undeclared.length > 0) throw new Error(`undeclared fields: ${JSON.stringify(undeclared)}`);
        return response;
      });
  };
  return {
    gateway,
    sandbox,
    databaseUrl: database.url,
    post,
    tool: (name, args, call = {}) => post(`/api/retell/${name}`, toolBody(name, args, call)),
    control: async (path, body) => {
      const response = await fetch(
        `${sandbox.controlUrl}${path}`,
        body === undefined
          ? {}
          : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
      );
      return response.json();
    },
    stop: async () => {
      await gateway.stop();
      await sandbox.stop();
      await database.drop();
    },
  };
}

/** Retell's envelope; every call is a new one unless its id is given. */
export function toolBody(
  name: string,
  args: Record<string, unknown>,
  call: Partial<TestCall> = {},
): Record<string, unknown> {
  const { tool_call_id = `tool_call_${++calls}_${Math.random().toString(36).slice(2)}`, language, ...rest } = call;
  return {
    name,
    args,
    call: {
      call_type: 'phone_call',
      call_id: `call_${Date.now().toString(16)}${(++calls).toString(16).padStart(6, '0')}abcdef`,
      agent_id: 'agent_demo',
      call_status: 'ongoing',
      direction: 'inbound',
      from_number: '+4930901820',
      to_number: '+493012345678',
      start_timestamp: Date.now(),
      ...(language ? { retell_llm_dynamic_variables: { language } } : {}),
      ...rest,
      transcript_with_tool_calls: [
        { role: 'tool_call_invocation', tool_call_id, name, arguments: JSON.stringify(args) },
      ],
    },
  };
}

/** The `nth` day after today on which the demo salon is open all day, another one for every number; `YYYY-MM-DD`. */
export function openDay(nth = 1): string {
  const day = new Date();
  for (let left = nth; left > 0;) {
    day.setUTCDate(day.getUTCDate() + 1);
    if (day.getUTCDay() !== 0 && day.getUTCDay() !== 6) left--;
  }
  return day.toISOString().slice(0, 10);
}
