import axios, { isAxiosError, type AxiosInstance } from 'axios';
import { z } from 'zod';

/** Retell said no, and nothing was changed. The message never holds the key. */
export class RetellRefusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = 'RetellRefusal';
  }
}

/** No answer, or one that leaves open whether the request was carried out. */
export class RetellOutcomeUnknown extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RetellOutcomeUnknown';
  }
}

interface RetellManagementConfig {
  /** E.g. `https://api.retellai.com`. */
  baseUrl: string;
  apiKey: string;
  timeoutMs: number;
  sleep: (ms: number) => Promise<void>;
}

/** What is owned here is compared field by field, so objects stay as Retell writes them. */
export type Fields = Record<string, unknown>;

const fields = z.record(z.string(), z.unknown());
const engineRef = z.looseObject({
  type: z.string(),
  version: z.number().optional(),
  llm_id: z.string().optional(),
  conversation_flow_id: z.string().optional(),
});
const agent = z.looseObject({
  agent_id: z.string(),
  agent_name: z.string().nullish(),
  version: z.number(),
  response_engine: engineRef,
});
export type RetellAgent = z.infer<typeof agent>;
const version = z.looseObject({ version: z.number(), is_published: z.boolean() });
export type AgentVersion = z.infer<typeof version>;
const boundAgent = z.looseObject({ agent_id: z.string(), agent_version: z.union([z.string(), z.number()]).optional() });
const phoneNumber = z.looseObject({
  phone_number: z.string(),
  inbound_agents: z.array(boundAgent).nullish(),
  inbound_webhook_url: z.string().nullish(),
});
export type RetellNumber = z.infer<typeof phoneNumber>;
const reply = z.looseObject({
  messages: z.array(z.looseObject({ role: z.string(), content: z.string().optional(), name: z.string().optional() })),
});
type PlaygroundMessage = z.infer<typeof reply>['messages'][number];

/** The two kinds of engine behind an agent, and where each is kept. */
export const ENGINES = {
  single: {
    type: 'retell-llm',
    id: 'llm_id',
    create: '/create-retell-llm',
    read: '/get-retell-llm/',
    update: '/update-retell-llm/',
    list: '/v2/list-retell-llms',
  },
  'conversation-flow': {
    type: 'conversation-flow',
    id: 'conversation_flow_id',
    create: '/create-conversation-flow',
    read: '/get-conversation-flow/',
    update: '/update-conversation-flow/',
    list: '/v2/list-conversation-flows',
  },
} as const;
export type Flow = keyof typeof ENGINES;
export const FLOWS = Object.keys(ENGINES) as [Flow, ...Flow[]];

const TRIES = 3;
const PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
/** More pages than any workspace has; a list that never ends is not read for ever. */
const MOST_PAGES = 50;

/**
 * Retell's management API. Reads and whole replacements are repeated when their answer is lost; what creates something
 * is sent once, because Retell knows no idempotency key.
 */
export class RetellManagement {
  readonly #http: AxiosInstance;

  constructor(private readonly config: RetellManagementConfig) {
    this.#http = axios.create({
      baseURL: config.baseUrl.replace(/\/$/, ''),
      timeout: config.timeoutMs,
      maxRedirects: 0,
      validateStatus: () => true,
      headers: { authorization: `Bearer ${config.apiKey}` },
    });
  }

  /** Whose workspace the key opens. */
  async workspace(): Promise<{ name: string; keyName: string | null }> {
    const shape = z.looseObject({ org_name: z.string(), api_key_name: z.string().nullish() });
    const info = shape.parse(await this.#read('/get-api-key-info'));
    return { name: info.org_name, keyName: info.api_key_name ?? null };
  }

  /** Voice agents whose name contains the text. */
  async agentsNamed(text: string): Promise<{ agent_id: string; agent_name: string }[]> {
    const item = z.looseObject({ agent_id: z.string(), agent_name: z.string() });
    const filter = { query: text, channel: { type: 'string', op: 'eq', value: 'voice' } };
    const found = await this.#pages(item, (page) =>
      this.#repeated('POST', '/v2/list-agents', { filter_criteria: filter, ...page }),
    );
    return found.filter((one) => one.agent_name.includes(text));
  }

  /** @returns null when there is none */
  async agent(id: string, ofVersion?: number): Promise<RetellAgent | null> {
    const found = await this.#found(`/get-agent/${encodeURIComponent(id)}`, { version: ofVersion });
    return found === null ? null : agent.parse(found);
  }

  async versions(agentId: string): Promise<AgentVersion[]> {
    return this.#pages(version, (page) => this.#read(`/list-agent-versions/${encodeURIComponent(agentId)}`, page));
  }

  async engine(flow: Flow, id: string, ofVersion?: number): Promise<Fields> {
    return fields.parse(await this.#read(ENGINES[flow].read + encodeURIComponent(id), { version: ofVersion }));
  }

  /** Ids of the engines with this default variable that were never published. */
  async enginesWith(flow: Flow, variable: string, value: string): Promise<string[]> {
    const item = z.looseObject({
      default_dynamic_variables: z.record(z.string(), z.string()).nullish(),
      is_published: z.boolean().optional(),
    });
    const all = await this.#pages(item, (page) => this.#read(ENGINES[flow].list, page));
    const ours = all.filter((one) => one.is_published !== true && one.default_dynamic_variables?.[variable] === value);
    return [...new Set(ours.map((one) => z.string().parse(one[ENGINES[flow].id])))];
  }

  /** @throws RetellOutcomeUnknown: look before sending it again */
  async createEngine(flow: Flow, body: Fields): Promise<string> {
    const made = fields.parse(await this.#once('POST', ENGINES[flow].create, body));
    return z.string().parse(made[ENGINES[flow].id]);
  }

  async updateEngine(flow: Flow, id: string, ofVersion: number | undefined, body: Fields): Promise<void> {
    await this.#repeated('PATCH', ENGINES[flow].update + encodeURIComponent(id), body, { version: ofVersion });
  }

  /** @throws RetellOutcomeUnknown: look before sending it again */
  async createAgent(body: Fields): Promise<RetellAgent> {
    return agent.parse(await this.#once('POST', '/create-agent', body));
  }

  async updateAgent(id: string, ofVersion: number, body: Fields): Promise<void> {
    await this.#repeated('PATCH', `/update-agent/${encodeURIComponent(id)}`, body, { version: ofVersion });
  }

  /** A draft that begins as the given version. @throws RetellOutcomeUnknown: look before sending it again */
  async createVersion(agentId: string, base: number): Promise<RetellAgent> {
    const path = `/create-agent-version/${encodeURIComponent(agentId)}`;
    return agent.parse(await this.#once('POST', path, { base_version: base }));
  }

  /** @throws RetellOutcomeUnknown: read back whether it is published */
  async publish(agentId: string, ofVersion: number, description: string): Promise<void> {
    const body = { version: ofVersion, version_description: description };
    await this.#once('POST', `/publish-agent-version/${encodeURIComponent(agentId)}`, body);
  }

  /** @returns null when the workspace has no such number */
  async number(e164: string): Promise<RetellNumber | null> {
    const found = await this.#found(`/get-phone-number/${encodeURIComponent(e164)}`);
    return found === null ? null : phoneNumber.parse(found);
  }

  async updateNumber(e164: string, body: Fields): Promise<void> {
    await this.#repeated('PATCH', `/update-phone-number/${encodeURIComponent(e164)}`, body);
  }

  /** Of that call Retell keeps only the basic attributes. Retell never takes this back. */
  async keepBasicsOnly(callId: string): Promise<void> {
    const body = { data_storage_setting: 'basic_attributes_only' };
    await this.#once('PATCH', `/v2/update-call/${encodeURIComponent(callId)}`, body);
  }

  async voices(): Promise<{ voice_id: string; voice_name: string }[]> {
    const voice = z.looseObject({ voice_id: z.string(), voice_name: z.string() });
    return z.array(voice).parse(await this.#read('/list-voices'));
  }

  /** One turn in writing. A tool without a mock is really called. */
  async ask(agentId: string, ofVersion: number, body: Fields): Promise<PlaygroundMessage[]> {
    const path = `/agent-playground-completion/${encodeURIComponent(agentId)}`;
    return reply.parse(await this.#once('POST', path, body, { version: ofVersion })).messages;
  }

  async #pages<Item>(item: z.ZodType<Item>, read: (page: Fields) => Promise<unknown>): Promise<Item[]> {
    const list = z.looseObject({ items: z.array(item), has_more: z.boolean(), pagination_key: z.string().optional() });
    const items: Item[] = [];
    let key: string | undefined;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const one = list.parse(await read(key === undefined ? {} : { pagination_key: key }));
      items.push(...one.items);
      key = one.pagination_key;
      if (!one.has_more || key === undefined) break;
    }
    return items;
  }

  #read(path: string, query?: Fields): Promise<unknown> {
    return this.#repeated('GET', path, undefined, query);
  }

  async #found(path: string, query?: Fields): Promise<unknown> {
    try {
      return await this.#read(path, query);
    } catch (error) {
      if (error instanceof RetellRefusal && error.status === 404) return null;
      throw error;
    }
  }

  /** For what does no harm when it is done twice. */
  async #repeated(method: string, path: string, body?: Fields, query?: Fields): Promise<unknown> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#once(method, path, body, query);
      } catch (error) {
        if (!(error instanceof RetellOutcomeUnknown) || attempt >= TRIES) throw error;
        await this.config.sleep(PAUSE_MS * attempt);
      }
    }
  }

  /** A request that Retell turned away as too many was not carried out, so it is sent again in any case. */
  async #once(method: string, path: string, body?: Fields, query?: Fields): Promise<unknown> {
    for (let attempt = 1; ; attempt += 1) {
      const { status, data, retryAfterMs } = await this.#send(method, path, body, query);
      if (status >= 200 && status < 300) return data;
      const what = `${method} ${path}: Retell answered ${status}`;
      const text = this.#withoutKey(`${what}${messageOf(data)}`);
      if (status === 429 && attempt < TRIES) {
        await this.config.sleep(Math.min(retryAfterMs ?? PAUSE_MS * attempt, LONGEST_PAUSE_MS));
        continue;
      }
      if (status === 408 || status === 409 || status >= 500) throw new RetellOutcomeUnknown(text);
      throw new RetellRefusal(status, status === 401 ? `${text}. Is it a key of this workspace?` : text);
    }
  }

  async #send(
    method: string,
    path: string,
    body?: Fields,
    query?: Fields,
  ): Promise<{ status: number; data: unknown; retryAfterMs: number | null }> {
    try {
      const { status, data, headers } = await this.#http.request<unknown>({
        method,
        url: path,
        data: body,
        params: query,
      });
      const seconds = Number(headers['retry-after']);
      return { status, data, retryAfterMs: Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null };
    } catch (error) {
      // The error itself holds the request with its key.
      const cause = isAxiosError(error) ? (error.code ?? error.message) : 'failed';
      throw new RetellOutcomeUnknown(this.#withoutKey(`${method} ${path}: no answer from Retell (${cause})`));
    }
  }

  #withoutKey(text: string): string {
    return text.replaceAll(this.config.apiKey, '…');
  }
}

function messageOf(data: unknown): string {
  const shape = z.object({ message: z.string() }).safeParse(data);
  return shape.success ? `, ${shape.data.message.slice(0, 300)}` : '';
}
