import { parseArgs } from 'node:util';
import { type SandboxOptions, startSandbox } from './start-sandbox';

const USAGE = `Usage: askpro sandbox [options]
  --port <number>            default 4010; 0 takes any free port
  --host <address>           default 127.0.0.1
  --latency-scale <number>   1 waits like the hosted service (default), 0 not at all
  --seed <number>            makes latencies and identifiers reproducible
  --api-key <cal_...>        a further accepted key; may be repeated (cal_sandbox_demo always is)
  --rate-limit <n|off>       requests per minute and key, default 120
  --user-webhooks-for-teams  webhooks of users fire for team event types too
  --state-file <path>        keeps bookings over a restart
  --json                     accepted as by every command: the line with the addresses is JSON already
  --exit-with-parent         ends when standard input closes, so a killed parent leaves nothing behind
`;

const DEFAULT_PORT = 4010;

class UsageError extends Error {}

function numberOption(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const parsed = Number(value);
  if (value.trim() === '' || !Number.isFinite(parsed) || parsed < 0) {
    throw new UsageError(`--${name} must be a number of 0 or more`);
  }
  return parsed;
}

/** @throws UsageError or TypeError for arguments that are not understood */
export function parseArguments(args: readonly string[]): SandboxOptions & { exitWithParent: boolean; help: boolean } {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string' },
      host: { type: 'string' },
      'latency-scale': { type: 'string' },
      seed: { type: 'string' },
      'api-key': { type: 'string', multiple: true },
      'rate-limit': { type: 'string' },
      'user-webhooks-for-teams': { type: 'boolean', default: false },
      'state-file': { type: 'string' },
      'exit-with-parent': { type: 'boolean' },
      help: { type: 'boolean' },
      // The addresses are one JSON line in any case.
      json: { type: 'boolean' },
    },
  });
  const apiKeys = values['api-key'] ?? [];
  if (apiKeys.some((key) => !key.startsWith('cal_'))) throw new UsageError('--api-key must start with cal_');
  const limit = values['rate-limit'] === 'off' ? undefined : numberOption('rate-limit', values['rate-limit']);
  if (limit === 0) throw new UsageError('--rate-limit must be at least 1, or off');
  return {
    port: numberOption('port', values.port) ?? DEFAULT_PORT,
    host: values.host,
    latencyScale: numberOption('latency-scale', values['latency-scale']) ?? 1,
    seed: numberOption('seed', values.seed),
    apiKeys,
    rateLimit: values['rate-limit'] === 'off' ? 'off' : limit === undefined ? undefined : { limit },
    behaviour: { userWebhooksForTeamTypes: values['user-webhooks-for-teams'] },
    stateFile: values['state-file'],
    exitWithParent: values['exit-with-parent'] ?? false,
    help: values.help ?? false,
  };
}

/** Runs until a signal; prints one JSON line with the addresses as soon as it answers. */
async function main(): Promise<void> {
  const { exitWithParent, help, ...options } = parseArguments(process.argv.slice(2));
  if (help) {
    process.stdout.write(USAGE);
    return;
  }
  const sandbox = await startSandbox(options);
  const stop = (): void => {
    void sandbox.stop().then(() => process.exit(0));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  if (exitWithParent) process.stdin.once('end', stop).once('error', stop).resume();
  process.stdout.write(
    `${JSON.stringify({ event: 'sandbox-ready', url: sandbox.url, controlUrl: sandbox.controlUrl })}\n`,
  );
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`sandbox: ${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exit(1);
  });
}
