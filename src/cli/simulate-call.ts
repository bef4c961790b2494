import { randomInt } from 'node:crypto';
import { Option, type Command } from 'commander';
import { z } from 'zod';
import { DEMO_PROOFS } from '../services/admin/demo-proofs';
import { DEFAULT_LANGUAGE, LANGUAGE_CODES, PLATFORMS, type Language, type Platform } from '../domain';
import { LANGUAGES } from '../services/language/languages';
import { DataDir } from '../infra/data-dir';
import { callerOn } from '../platforms/callers';
import type { PlatformCaller, Turn } from '../platforms/callers';
import { Output, table } from './output';
import { type GatewayPlace, gatewayPlace } from './servers';
import { type CallStep, nextWorkdayInWords, playConversation } from '../platforms/conversation';

interface Options {
  platform: Platform;
  secret?: string;
  reportSecret?: string;
  url?: string;
  token?: string;
  from?: string;
  to?: string;
  agent?: string;
  language: Language;
  service?: string;
  date?: string;
  time?: string;
  name: string;
  detours: boolean;
  twice: boolean;
  json?: boolean;
}

interface Played {
  platform: Platform;
  call_id: string;
  booked: boolean;
  /** Its booking was cancelled again, in the call or after it. */
  taken_back: boolean;
  /** Requests to Cal.com during the call; null when the gateway does not tell. */
  upstream_requests: number | null;
  turns: Turn[];
}

const DEMO = { number: '+493012345678', agent: 'agent_demo' };
/** An agent of no company, so that the number alone decides who answers. */
const NO_AGENT = 'agent_simulated';
/** Numbers that are kept free for films and examples: 030 23125 000 to 999. */
const someoneNew = (): string => `+493023125${String(randomInt(1000)).padStart(3, '0')}`;

/** More people than a demo team has hosts, so that a start can be taken away. */
const STRANGERS = 4;

/** `askpro simulate-call`: a whole signed call, with what the agent hears and how long each turn took. */
export function addSimulateCall(program: Command): void {
  program
    .command('simulate-call')
    .description('play a whole call against a running gateway as a voice platform does, and print what the agent hears')
    .addOption(new Option('--platform <name>', 'the voice platform').choices(PLATFORMS).default('retell'))
    .option(
      '--secret <secret>',
      'what proves the calls: Retell’s key (default: RETELL_API_KEY), the company’s secret, or MCP’s token (default: the demo company’s)',
    )
    .option('--report-secret <secret>', 'ElevenLabs: the company’s elevenlabs_webhook_secret, which signs the report')
    .option('--url <url>', 'gateway to call (default: the one running on DATA_DIR)')
    .option('--token <token>', 'operator token, to count requests to Cal.com and to begin with an empty cache')
    .option('--from <number>', "the caller's number (default: another one for each call)")
    .option('--to <number>', `the number that is rung (default: the demo company's, ${DEMO.number})`)
    .option('--agent <id>', `agent id (default: the demo company's, without --to)`)
    .addOption(
      new Option('--language <language>', 'language of the call').choices(LANGUAGE_CODES).default(DEFAULT_LANGUAGE),
    )
    .option('--service <name>', 'what is asked for, in words')
    .option('--date <words>', 'the day, in words or as date (default: the next weekday)')
    .option('--time <words>', 'the time, in words or as HH:MM (default: two in the afternoon)')
    .option('--name <name>', "the customer's name", 'Erika Beispiel')
    .option('--detours', 'also lose the time to somebody else, choose an alternative, move and cancel', false)
    .option('--twice', 'play it with an empty cache and again with a warm one', false)
    .option('--json', 'print one JSON document')
    .action(async (options: Options) => {
      const out = new Output(options);
      const place = gatewayPlace(options.url);
      const { url, config, announced } = place;
      const upstream = upstreamCounter(place, options.token);
      const { platform } = options;
      const retellKey = config.RETELL_API_KEY?.[0] ?? announced?.retellApiKey ?? null;
      const demoProof = (name: keyof typeof DEMO_PROOFS): string | null =>
        announced && options.to === undefined ? new DataDir(config.DATA_DIR).knownSecret(DEMO_PROOFS[name]) : null;
      const secret = options.secret ?? (platform === 'retell' ? retellKey : demoProof(platform));
      const reportSecret = options.reportSecret ?? demoProof('elevenlabsReports');
      const line = options.to ?? DEMO.number;
      const ask = answeredOr401(platform, secret !== null, line);
      const callerFrom = (fromNumber: string): PlatformCaller =>
        callerOn(platform, {
          ...{ baseUrl: url, ask, secret, reportSecret, fromNumber },
          toNumber: line,
          agentId: options.agent ?? (options.to === undefined ? DEMO.agent : NO_AGENT),
          language: options.language,
        });
      const from = options.from ?? someoneNew();
      const play = async (): Promise<Played> => {
        const caller = callerFrom(from);
        const strangers = Array.from({ length: STRANGERS }, (_, index) => callerFrom(`${from}${index + 1}`));
        const before = await upstream.sent();
        let takenBack = false;
        const turns = await playConversation(caller, strangers, requestOf(options), (step) => {
          takenBack ||= step.kind === 'taken_back' && step.status === 'cancelled';
          out.line(inWords(step));
        });
        const after = await upstream.sent();
        return {
          platform,
          call_id: caller.callId,
          booked: turns.some((turn) => turn.answer.booked === true),
          taken_back: takenBack || turns.some((turn) => turn.answer.status === 'cancelled'),
          upstream_requests: before === null || after === null ? null : Math.max(0, after - before),
          turns,
        };
      };
      const emptied = options.twice && (await upstream.forgetCache());
      const calls = [await play()];
      if (options.twice) calls.push(await play());
      const [first, second] = calls;
      const data = second ? { emptied, calls } : first;
      out.result(data, [...calls.map(summary), ...(second ? [comparison(calls, emptied)] : [])].join('\n'));
      if (calls.some((call) => !call.booked)) process.exitCode = 1;
    });
}

/** Asks the gateway; a refused signature ends the call with what to do about it. */
function answeredOr401(platform: Platform, hasSecret: boolean, line: string): typeof askGateway {
  return async (url, init) => {
    const response = await askGateway(url, init);
    if (response.status !== 401) return response;
    const why = platform === 'retell' ? retellProof(hasSecret, line) : [PROOFS[platform]];
    throw new Error([`${new URL(url).origin} refused the call with 401: ${why[0]}`, ...why.slice(1)].join('\n'));
  };
}

function retellProof(hasKey: boolean, line: string): string[] {
  return [
    hasKey
      ? 'RETELL_API_KEY is not the key that the gateway was started with.'
      : 'the gateway checks signatures, and RETELL_API_KEY is not set here.',
    `Set it (RETELL_API_KEY=… askpro simulate-call …, or --env-file). If the company of ${line} has a Retell key of its own, set that one.`,
  ];
}

/** What each platform proves its calls with, and where it is set. */
const PROOFS: Record<Exclude<Platform, 'retell'>, string> = {
  vapi: 'give the company a vapi_secret (PATCH /api/admin/companies/<id>), and the same with --secret.',
  elevenlabs:
    'give the company an elevenlabs_secret and an elevenlabs_webhook_secret (PATCH /api/admin/companies/<id>), and the same with --secret and --report-secret.',
  mcp: 'make a token of the company (askpro token:create --company <id> --role voice --name mcp), and give it with --secret.',
};

function requestOf(options: Options): Parameters<typeof playConversation>[2] {
  const { caller } = LANGUAGES[options.language];
  return {
    language: options.language,
    service: options.service ?? caller.service,
    date: options.date ?? nextWorkdayInWords(options.language),
    time: options.time ?? caller.time,
    name: options.name,
    detours: options.detours,
    books: true,
    // The second call finds the time free again.
    cancelled: options.twice,
  };
}

function inWords(step: CallStep): string {
  if (step.kind === 'meanwhile') return `        (${step.text})\n`;
  if (step.kind === 'taken_back') return `        cancel_appointment → ${step.status}\n`;
  const took = `${step.ms.toFixed(0)} ms`;
  if (step.kind !== 'turn')
    return `${step.kind === 'ring' ? 'ring   ' : 'hang up'} ${step.name} → ${step.http_status} in ${took}`;
  const { heard, message, tool, status } = step;
  return `\ncaller  ${heard}\nagent   ${message}\n        ${tool} → ${status} in ${took}\n`;
}

function summary({ platform, call_id, booked, taken_back: takenBack, upstream_requests, turns }: Played): string {
  const tookMs = Math.round(turns.reduce((sum, turn) => sum + turn.ms, 0));
  const outcome = takenBack ? 'booked, and cancelled again' : booked ? 'the booking stands' : 'nothing was booked';
  const asked = upstream_requests === null ? '' : `, ${upstream_requests} requests to Cal.com`;
  return `${platform}: ${turns.length} turns, ${tookMs} ms in all${asked}; ${outcome} (${call_id})`;
}

function comparison([cold, warm]: Played[], emptied: boolean): string {
  const rows = (cold?.turns ?? []).map((turn, index) => {
    const again = warm?.turns[index];
    return [turn.tool, turn.ms.toFixed(0), again?.tool === turn.tool ? again.ms.toFixed(0) : '–'];
  });
  return `\n${table(['turn', emptied ? 'cold, ms' : 'first, ms', 'warm, ms'], rows)}`;
}

/**
 * `fetch`, except that a failure names the address and the cause.
 * @throws Error with a sentence for the operator
 */
async function askGateway(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    const { origin } = new URL(url);
    const todo = 'Start the gateway (npm start), or name its address with --url.';
    throw new Error(`No answer from ${origin}: ${causeOf(error)}. ${todo}`, { cause: error });
  }
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : null;
  // Several addresses of one name fail together, without a message of their own.
  const message = cause instanceof Error && cause.message !== '' ? cause.message : 'the connection failed';
  return code === null || message.includes(code) ? message : `${message} (${code})`;
}

/**
 * Counts what reaches Cal.com while a call is played: the embedded sandbox keeps count itself, any other gateway tells
 * an operator how many requests left in the last minute.
 */
function upstreamCounter({ url, config, announced }: GatewayPlace, token: string | undefined) {
  const embedded =
    announced && !config.CALCOM_API_KEY ? new URL('/__control/counters', announced.calcomBaseUrl).href : null;
  const known = announced ? new DataDir(config.DATA_DIR).knownSecret('admin-token') : null;
  const bearer = token ?? config.ADMIN_TOKEN ?? known;
  const headers = bearer ? { authorization: `Bearer ${bearer}` } : undefined;
  return {
    /** Requests to Cal.com so far; null when the gateway does not tell. */
    sent: async (): Promise<number | null> => {
      if (embedded) return (await document(embedded, {}, SANDBOX_COUNTERS))?.requestsTotal ?? null;
      const limits = headers ? await document(`${url}/api/admin/rate-limit`, { headers }, RATE_LIMITS) : null;
      return limits && limits.data.reduce((sum, { requests_last_60s }) => sum + requests_last_60s, 0);
    },
    /** Forgets what is cached, so that the next call is a cold one; false without a token. */
    forgetCache: async (): Promise<boolean> => {
      if (!headers) return false;
      const response = await fetch(`${url}/api/admin/cache`, { method: 'DELETE', headers }).catch(() => null);
      return response?.ok === true;
    },
  };
}

const SANDBOX_COUNTERS = z.object({ requestsTotal: z.number() });
const RATE_LIMITS = z.object({ data: z.array(z.object({ requests_last_60s: z.number() })) });

/** null when it cannot be had. */
async function document<Schema extends z.ZodType>(
  url: string,
  init: RequestInit,
  schema: Schema,
): Promise<z.output<Schema> | null> {
  const response = await fetch(url, init).catch(() => null);
  return schema.safeParse(response?.ok ? await response.json().catch(() => null) : null).data ?? null;
}
