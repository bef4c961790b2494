import { randomBytes } from 'node:crypto';
import type { Platform } from '../../domain';

export interface Turn {
  tool: string;
  ms: number;
  httpStatus: number;
  answer: Record<string, unknown>;
}

/** What a platform sent beside tool calls, and what came back. */
export interface Exchange {
  /** As the platform calls it. */
  name: string;
  httpStatus: number;
  ms: number;
  body: unknown;
}

/** The two ends of a call, and how the gateway is reached. */
export interface CallerOptions {
  baseUrl: string;
  /** Signs or proves every request; null where the gateway asks for no proof. */
  secret: string | null;
  /** null for a call without numbers, as on a web page. */
  fromNumber: string | null;
  toNumber: string | null;
  /** The agent rings: `fromNumber` is the line, `toNumber` the customer. */
  isOutbound?: boolean;
  agentId: string;
  language: string;
  /** Default `fetch`. */
  ask?: (url: string, init: RequestInit) => Promise<Response>;
}

/** Plays one call as a platform does, with real requests. */
export interface PlatformCaller {
  readonly platform: Platform;
  readonly callId: string;
  /** Before the agent picks up; empty where the platform asks nothing then. */
  ring(): Promise<Exchange[]>;
  say(role: 'agent' | 'user', content: string): void;
  tool(tool: string, args: Record<string, unknown>): Promise<Turn>;
  hangUp(): Promise<Exchange[]>;
}

/** @throws Error when the answer is no JSON; its text is in the message */
export async function postJson(
  { baseUrl, ask = fetch }: Pick<CallerOptions, 'baseUrl' | 'ask'>,
  path: string,
  raw: string,
  headers: Record<string, string>,
): Promise<{ status: number; ms: number; body: unknown }> {
  const beganMs = performance.now();
  const response = await ask(`${baseUrl.replace(/\/$/, '')}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: raw,
  });
  const text = await response.text();
  const ms = performance.now() - beganMs;
  try {
    return { status: response.status, ms, body: text === '' ? null : (JSON.parse(text) as unknown) };
  } catch {
    throw new Error(`${path} answered ${response.status}: ${text.slice(0, 200)}`);
  }
}

export const randomId = (prefix: string, bytes = 14): string => `${prefix}${randomBytes(bytes).toString('hex')}`;

/** The answer's fields; none when the request was refused. */
export function fieldsOf(body: unknown): Record<string, unknown> {
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
}
