import { IANAZone } from 'luxon';
import { validate } from 'node-cron';
import { z } from 'zod';

/** Raised when one or more variables are unusable; names every one of them, never a value. */
export class ConfigError extends Error {
  constructor(readonly variables: { name: string; problem: string }[]) {
    super(`Configuration is not usable:\n${variables.map((v) => `  ${v.name}: ${v.problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

const integer = (fallback: number, min: number, max: number) =>
  z
    .string()
    .regex(/^-?\d+$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(min).max(max))
    .default(fallback);
const yesNo = z
  .enum(['true', 'false', '1', '0'], { error: 'must be true or false' })
  .transform((value) => value === 'true' || value === '1');
const flag = (fallback: boolean) => yesNo.default(fallback);
const url = (protocols: string[]) =>
  z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
    error: `must be a URL starting with ${protocols.map((p) => `${p}//`).join(' or ')}`,
  });
const secret = (min: number) => z.string().min(min, `must have at least ${min} characters`);
const version = (fallback: string) =>
  z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a date like 2024-08-13')
    .default(fallback);
const listOf = (entry: RegExp, problem: string) =>
  z
    .string()
    .transform((value) =>
      value
        .split(',')
        .map((part) => part.trim())
        .filter(Boolean),
    )
    .refine((parts) => parts.length > 0 && parts.every((part) => entry.test(part)), { error: problem });
const hostPorts = listOf(/^(\[[0-9a-f:]+\]|[\w.-]+):\d{1,5}$/i, 'must be host:port,host:port');
const cron = z.string().refine((value) => value === '' || validate(value), {
  error: 'must be a cron expression such as 0 3 * * *, or empty',
});
const trustProxy = z
  .string()
  .refine((value) => !/^true$/i.test(value), {
    error: 'must not be true: every client could name its own address; give the number of proxies or their addresses',
    abort: true,
  })
  .regex(
    /^(false|\d{1,2}|(loopback|linklocal|uniquelocal|[0-9a-f.:]+(\/\d{1,3})?)(\s*,\s*(loopback|linklocal|uniquelocal|[0-9a-f.:]+(\/\d{1,3})?))*)$/i,
    'must be false, a number of proxies, or addresses such as loopback or 10.0.0.0/8',
  );
const zone = z.string().refine((value) => IANAZone.isValidZone(value), {
  error: 'must be an IANA time zone such as Europe/Berlin',
});

/** One entry per variable: type, range, default and what it is for (the table in docs/configuration.md is printed from here). */
export const environment = {
  NODE_ENV: z
    .enum(['development', 'test', 'production'])
    .default('development')
    .describe('`production` refuses every embedded part'),
  PORT: integer(3000, 0, 65535).describe('HTTP port of the gateway'),
  HOST: z
    .string()
    .min(1)
    .optional()
    .describe('address to listen on; 127.0.0.1 when anything is embedded, else 0.0.0.0'),
  DATABASE_URL: url(['postgres:', 'postgresql:'])
    .optional()
    .describe('Postgres 14 or newer; unset: embedded Postgres in `DATA_DIR`'),
  DATABASE_POOL_MAX: integer(10, 2, 200).describe('Postgres connections per process'),
  REDIS_URL: url(['redis:', 'rediss:']).optional().describe('Redis 6.2+ or Valkey; unset: an embedded one'),
  REDIS_CLUSTER_NODES: hostPorts
    .optional()
    .describe('`host:port,host:port` of a Redis Cluster; user, password and TLS as in `REDIS_URL` beside it'),
  REDIS_SENTINELS: hostPorts
    .optional()
    .describe('`host:port,host:port` of Redis Sentinels; user, password and TLS of the servers as in `REDIS_URL`'),
  REDIS_SENTINEL_NAME: z.string().min(1).optional().describe('master name asked of the Sentinels'),
  REDIS_COMMAND_TIMEOUT_MS: integer(50, 10, 5000).describe(
    'what a request waits for Redis at most before it goes on without',
  ),
  EMBEDDED_REDIS: z.enum(['auto', 'js']).default('auto').describe('`js` forces the bundled JavaScript server'),
  DATA_DIR: z.string().min(1).default('./data').describe('where embedded data lives; survives restarts'),
  CALCOM_BASE_URL: url(['http:', 'https:'])
    .default('https://api.cal.com/v2')
    .describe('Cal.com API; `https://api.cal.eu/v2` works too'),
  CALCOM_API_KEY: secret(8).optional().describe('Cal.com key; unset: the local sandbox plays Cal.com'),
  CALCOM_WEBHOOK_SECRET: secret(8)
    .optional()
    .describe('needed to accept Cal.com webhooks; one is made for the sandbox'),
  CALCOM_RATE_LIMIT_PER_MINUTE: integer(120, 10, 10000).describe(
    "Cal.com's limit for the key; the gateway stays two below it, over 61 seconds",
  ),
  CALCOM_BACKGROUND_SHARE_PCT: integer(51, 5, 100).describe('percent of the budget that background work may fill'),
  CALCOM_READ_SHARE_PCT: integer(85, 10, 100).describe(
    'percent of the budget that reads may fill; the rest is kept for bookings, moves and cancellations',
  ),
  CALCOM_BURST_PER_SECOND: integer(9, 1, 100).describe(
    'requests that may leave within one second; accounts were locked for twenty within two',
  ),
  CALCOM_ADDRESS_BURST_PER_SECOND: integer(18, 1, 1000).describe(
    'requests of all keys together that may leave within one second, at least those of one key',
  ),
  CALCOM_FLEET_SIZE: integer(1, 1, 1000).describe(
    'gateway processes sharing a key; each takes its share when Redis is away',
  ),
  CALCOM_HTTP2: flag(false).describe('talk HTTP/2 to Cal.com'),
  CALCOM_SLOTS_VERSION: version('2024-09-04').describe('`cal-api-version` of slots'),
  CALCOM_BOOKINGS_VERSION: version('2024-08-13').describe('`cal-api-version` of bookings'),
  CALCOM_EVENT_TYPES_VERSION: version('2024-06-14').describe('`cal-api-version` of event types'),
  CALCOM_SLOTS_TIMEOUT_MS: integer(3000, 100, 60000).describe('timeout of a slots request'),
  CALCOM_BOOKING_TIMEOUT_MS: integer(5000, 100, 60000).describe('timeout of a booking, move or cancellation'),
  CALCOM_TEST_TIMEOUT_MS: integer(10000, 100, 60000).describe('timeout of the connection test'),
  CALCOM_CONNECT_TIMEOUT_MS: integer(2000, 50, 60000).describe('timeout of the TCP/TLS connect'),
  CALCOM_HORIZON_DAYS: integer(15, 1, 60).describe('days fetched by one slots request on a miss'),
  CALCOM_STALE_TTL_MS: integer(3_600_000, 0, 86_400_000).describe(
    'how long past its time to live an availability may still be used as stale',
  ),
  ATTENDEE_EMAIL_DOMAIN: z
    .string()
    .regex(/^[a-z0-9.-]+\.[a-z]{2,}$/i, 'must be a domain name')
    .default('callers.askproai.de')
    .describe('domain of the unique address made for callers without e-mail; use one you own'),
  VOICE_READ_DEADLINE_MS: integer(2500, 100, 60000).describe('whole answer of a read tool'),
  VOICE_WRITE_DEADLINE_MS: integer(8000, 500, 120000).describe(
    "whole answer of a booking, move or cancellation; below the agent's tool timeout",
  ),
  RETELL_API_KEY: listOf(/./, 'must name at least one key')
    .optional()
    .describe(
      'Retell key with the webhook badge; comma list while rotating; signs for companies without keys of their own',
    ),
  RETELL_MANAGEMENT_KEY: secret(8)
    .optional()
    .describe(
      'Retell key with which agents are set up (unset: `RETELL_API_KEY`) and storing is stopped after a no to the recording, for companies without keys of their own',
    ),
  RETELL_BASE_URL: url(['http:', 'https:']).default('https://api.retellai.com').describe("Retell's API"),
  ADMIN_TOKEN: secret(16).optional().describe('bootstrap operator token'),
  PUBLIC_URL: url(['http:', 'https:'])
    .optional()
    .describe('address under which the gateway is reached from outside; webhooks are created with it'),
  METRICS_TOKEN: secret(8)
    .optional()
    .describe('`/metrics` asks for it as bearer token; unset, only clients on the same machine are answered'),
  APP_KEY: listOf(/^.{32,}$/, 'must be keys of at least 32 characters')
    .optional()
    .describe(
      "encrypts companies' keys and secrets at rest (32 characters or more); comma list while rotating: the first seals, all open",
    ),
  APP_TIMEZONE: zone.default('Europe/Berlin').describe('zone of the cron schedules'),
  WARM_CACHE_CRON: cron.default('0 3 * * *').describe('nightly cache warming; empty turns it off'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('JSON logs, pretty on a terminal'),
  SEED_DEMO: yesNo.optional().describe('demo company; true when anything is embedded, else false'),
  SANDBOX_LATENCY_SCALE: z.coerce
    .number()
    .min(0)
    .max(10)
    .default(1)
    .describe('how slow the sandbox is: 1 like Cal.com, 0 at once'),
  TRUST_PROXY: trustProxy
    .optional()
    .describe("Express' trust proxy setting, e.g. `loopback` or `1`, when behind a reverse proxy"),
  MAX_INFLIGHT_REQUESTS: integer(200, 1, 100000).describe(
    'voice requests in work per process; more are refused at once with a sentence',
  ),
  HTTP_RATE_LIMIT_PER_MINUTE: integer(300_000, 10, 10_000_000).describe(
    'requests per minute and address on every route',
  ),
  TRANSCRIPT_RETENTION_DAYS: integer(90, 1, 3650).describe('days after which transcripts and traces are erased'),
  SHUTDOWN_NOTICE_MS: integer(300, 0, 60_000).describe(
    'how long a process that is stopping is not ready but still answers; longer than the proxy takes to notice',
  ),
  SMTP_URL: url(['smtp:', 'smtps:'])
    .optional()
    .describe('mail server for mail to operators, with user and password; unset: none is sent, and the page says so'),
  MAIL_FROM: z
    .string()
    .regex(/^[^@\r\n]*@[^@\r\n]+$/, 'must be an address such as AskPro <askpro@example.org>')
    .optional()
    .describe('sender of that mail'),
  NOTIFY_ALLOW_PRIVATE: flag(false).describe(
    'notifications may be sent to webhooks inside private networks, and on this machine',
  ),
  OIDC_ISSUER: url(['http:', 'https:'])
    .refine((issuer) => /^https:|^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:|\/|$)/.test(issuer), {
      error: 'must be https:// (http:// on this machine only)',
    })
    .optional()
    .describe('OpenID Connect provider at which invited people may sign in, by their verified e-mail address'),
  OIDC_CLIENT_ID: z.string().min(1).optional().describe('client id there; needed with `OIDC_ISSUER`'),
  OIDC_CLIENT_SECRET: secret(8).optional().describe('client secret there; unset: a public client'),
  OIDC_NAME: z.string().min(1).max(60).default('OpenID Connect').describe('what the sign-in page calls the provider'),
  ALERT_WEBHOOK_URL: url(['http:', 'https:']).optional().describe('alerts are also posted here as JSON'),
} as const;

const schema = z.object(environment);
type Environment = z.infer<typeof schema>;

export type GatewayConfig = Environment & {
  isProduction: boolean;
  /** Which parts run inside this process group because no real one is configured. */
  embedded: { postgres: boolean; redis: boolean; calcom: boolean };
  seedDemo: boolean;
  listenHost: string;
  /** Requests without a signature may be answered: Cal.com is played, or only this machine reaches the gateway. */
  mayBeUnsigned: boolean;
  /** Names of the variables that are set. */
  given: string[];
};

const LOOPBACK = /^(?:localhost|::1|127\.\d{1,3}\.\d{1,3}\.\d{1,3})$/;
const PRODUCTION_REQUIRED = ['DATABASE_URL', 'CALCOM_API_KEY', 'RETELL_API_KEY', 'ADMIN_TOKEN', 'APP_KEY'] as const;

/** The variables that are set. An empty one is not, but for the one that it turns off. */
function givenIn(source: NodeJS.ProcessEnv, names: string[]): Record<string, string | undefined> {
  const isGiven = (name: string): boolean =>
    source[name] !== undefined && (source[name] !== '' || name === 'WARM_CACHE_CRON');
  return Object.fromEntries(names.filter(isGiven).map((name) => [name, source[name]]));
}

const problemsIn = (error: z.ZodError | undefined): ConfigError['variables'] =>
  error?.issues.map(({ path, message }) => ({ name: String(path[0] ?? '?'), problem: message })) ?? [];

/** @throws ConfigError naming every unusable variable */
export function loadConfig(source: NodeJS.ProcessEnv = process.env): GatewayConfig {
  const given = givenIn(source, Object.keys(environment));
  const parsed = schema.safeParse(given);
  const problems = problemsIn(parsed.error);
  const isProduction = given.NODE_ENV === 'production';
  if (isProduction) {
    for (const name of PRODUCTION_REQUIRED) {
      if (given[name] === undefined) problems.push({ name, problem: 'is required when NODE_ENV=production' });
    }
    if (!given.REDIS_URL && !given.REDIS_CLUSTER_NODES && !given.REDIS_SENTINELS) {
      problems.push({ name: 'REDIS_URL', problem: 'is required when NODE_ENV=production' });
    }
  }
  if (given.REDIS_SENTINELS && !given.REDIS_SENTINEL_NAME) {
    problems.push({ name: 'REDIS_SENTINEL_NAME', problem: 'is required with REDIS_SENTINELS' });
  }
  if (given.OIDC_ISSUER && !given.OIDC_CLIENT_ID) {
    problems.push({ name: 'OIDC_CLIENT_ID', problem: 'is required with OIDC_ISSUER' });
  }
  if (problems.length > 0 || !parsed.success) throw new ConfigError(problems);
  const value = parsed.data;
  const embedded = {
    postgres: !value.DATABASE_URL,
    redis: !value.REDIS_URL && !value.REDIS_CLUSTER_NODES && !value.REDIS_SENTINELS,
    calcom: !value.CALCOM_API_KEY,
  };
  const anyEmbedded = embedded.postgres || embedded.redis || embedded.calcom;
  const listenHost = value.HOST ?? (anyEmbedded ? '127.0.0.1' : '0.0.0.0');
  const isPrivate = LOOPBACK.test(listenHost) && value.PUBLIC_URL === undefined && value.TRUST_PROXY === undefined;
  return {
    ...value,
    isProduction,
    embedded,
    seedDemo: value.SEED_DEMO ?? anyEmbedded,
    listenHost,
    mayBeUnsigned: embedded.calcom || isPrivate,
    given: Object.keys(given),
  };
}

/**
 * @param areCompaniesKnown some company has keys of its own
 * @returns what the operator should know while the platform has no Retell key; null when it has one
 * @throws ConfigError when requests could be neither proven nor safely taken without proof
 */
export function retellKeyWarning(config: GatewayConfig, areCompaniesKnown: boolean): string | null {
  if (config.RETELL_API_KEY) return null;
  if (areCompaniesKnown)
    return 'RETELL_API_KEY is not set: Retell reaches only the companies that have keys of their own.';
  if (config.mayBeUnsigned) return 'RETELL_API_KEY is not set: requests are accepted without a signature.';
  const problem = 'is required: requests without a signature are accepted on loopback or from the sandbox only';
  throw new ConfigError([{ name: 'RETELL_API_KEY', problem }]);
}

/**
 * Reads variables from a file; those that are set already stay as they are.
 * @throws Error that names the file when it cannot be read
 */
export function readEnvFile(file: string): void {
  try {
    process.loadEnvFile(file);
  } catch (error) {
    throw new Error(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/**
 * What tells where the database is, for tools that need nothing else.
 * @throws ConfigError naming what is unusable
 */
export function loadDatabasePlace(
  source: NodeJS.ProcessEnv = process.env,
): Pick<GatewayConfig, 'DATABASE_URL' | 'DATA_DIR'> {
  const place = schema.pick({ DATABASE_URL: true, DATA_DIR: true });
  const parsed = place.safeParse(givenIn(source, Object.keys(place.shape)));
  if (parsed.success) return parsed.data;
  throw new ConfigError(problemsIn(parsed.error));
}

/** The rows of the table in docs/configuration.md: name, default, meaning. */
export function describeEnvironment(): { name: string; fallback: string; meaning: string }[] {
  return Object.entries(environment).map(([name, field]) => {
    const parsed = field.safeParse(undefined);
    const fallback = parsed.success && parsed.data !== undefined ? String(parsed.data) : '–';
    return { name, fallback, meaning: field.description ?? '' };
  });
}
