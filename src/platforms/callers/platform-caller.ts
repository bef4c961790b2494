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

export interface Said {
  role: 'agent' | 'user';
  content: string;
}

export interface Answered {
  status: number;
  ms: number;
  body: unknown;
}

/** The two ends of a call, and how the gateway is reached. */
export interface CallerOptions {
  baseUrl: string;
  /** Signs or proves every request; null where the gateway asks for no proof. */
  secret: string | null;
  /** Signs the report after a call where the platform has a secret of its own for it; without it none is sent there. */
  reportSecret?: string | null;
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
export abstract class PlatformCaller {
  abstract readonly platform: Platform;
  readonly callId: string;
  protected readonly options: CallerOptions;
  protected readonly startedAtMs = Date.now();
  readonly #said: Said[] = [];

  constructor(options: CallerOptions, callId: string) {
    this.options = options;
    this.callId = callId;
  }

  /** Before the agent picks up; empty where the platform asks nothing then. */
  abstract ring(): Promise<Exchange[]>;
  abstract tool(tool: string, args: Record<string, unknown>): Promise<Turn>;
  /** Empty where the platform tells nothing of a call's end. */
  abstract hangUp(): Promise<Exchange[]>;

  say(role: Said['role'], content: string): void {
    this.#said.push({ role, content });
  }

  protected get said(): readonly Said[] {
    return this.#said;
  }

  /** What came back for a tool; the agent says its sentence. */
  protected heard(tool: string, { status, ms }: Answered, answer: Record<string, unknown>): Turn {
    this.say('agent', typeof answer.message === 'string' ? answer.message : '');
    return { tool, ms, httpStatus: status, answer };
  }

  /** @throws Error when the answer is no JSON; its text is in the message */
  protected async post(path: string, raw: string, headers: Record<string, string>): Promise<Answered> {
    const { baseUrl, ask = fetch } = this.options;
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
}

export const randomId = (prefix: string, bytes = 14): string => `${prefix}${randomBytes(bytes).toString('hex')}`;

export function exchange(name: string, { status, ms, body }: Answered): Exchange {
  return { name, httpStatus: status, ms, body };
}

/** The answer's fields; none when the request was refused. */
export function fieldsOf(body: unknown): Record<string, unknown> {
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
}
