import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';

export const USAGE =
  'Usage: npm run bench -- calcom-diff [--base=<url> --key=<cal_…> [--team=<id>] [--email=<address>] [--per-minute=<n>] [--yes]] [--json]';

export const LOCAL_KEY = 'cal_sandbox_diff';
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

export interface Options {
  base: string | undefined;
  key: string;
  team: number | undefined;
  email: string | undefined;
  perMinute: number;
  yes: boolean;
  json: boolean;
}

export class UsageError extends Error {}

/** @throws UsageError, or TypeError for arguments that are not understood */
export function optionsOf(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      base: { type: 'string' },
      key: { type: 'string' },
      team: { type: 'string' },
      email: { type: 'string' },
      'per-minute': { type: 'string', default: '60' },
      yes: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const perMinute = Number(values['per-minute']);
  const team = values.team === undefined ? undefined : Number(values.team);
  if (!Number.isInteger(perMinute) || perMinute < 1) throw new UsageError('--per-minute must be a whole number');
  if (team !== undefined && !Number.isInteger(team)) throw new UsageError('--team must be the id of a team');
  if (values.base !== undefined && !URL.canParse(values.base)) throw new UsageError('--base must be an address');
  if (values.base !== undefined && !values.key) throw new UsageError('--base needs --key');
  const base = values.base?.replace(/\/+$/, '');
  const { email } = values;
  return { base, key: values.key ?? LOCAL_KEY, team, email, perMinute, yes: values.yes, json: values.json };
}

/** Asks before anything is written on another machine. Without a terminal only `--yes` is an answer. */
export async function isAllowed(base: string, yes: boolean, isTerminal = process.stdin.isTTY): Promise<boolean> {
  if (yes || LOOPBACK.has(new URL(base).hostname)) return true;
  if (!isTerminal) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(
    `This makes hidden event types and bookings in the account at ${new URL(base).host}, which mails its owner, and removes them again. Go on? (yes/no) `,
  );
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
