import http, { type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { problemWith, type RetellType } from './retell-schemas';

type Fields = Record<string, unknown>;
interface Version extends Fields {
  version: number;
  is_published: boolean;
}
interface Agent {
  id: string;
  versions: Version[];
}

export interface Request {
  method: string;
  path: string;
  query: URLSearchParams;
  body: Fields;
}

/** What happens to the next request of that kind. */
export interface Fault {
  /** `POST /create-agent` */
  on: string;
  /** Carried out, and then no answer comes. */
  lostAnswer?: boolean;
  /** Not carried out. */
  status?: number;
  headers?: Record<string, string>;
  /** Answered 200 and not carried out. */
  ignored?: boolean;
}

interface Answer {
  status: number;
  body?: unknown;
}

const PAGE = 2;

/** Retell's management API, as far as an agent is set up by it; bodies are checked by the types of retell-sdk. */
export class RetellStandIn {
  readonly agents = new Map<string, Agent>();
  /** By kind: engines are versioned together with their agent. */
  readonly engines = new Map<string, Agent & { kind: 'llm_id' | 'conversation_flow_id' }>();
  readonly numbers = new Map<string, Fields>();
  readonly requests: Request[] = [];
  readonly faults: Fault[] = [];
  /** Called for the custom function that the agent of the playground chooses. */
  playground: (agent: Version, engine: Version, body: Fields) => Promise<Fields[]> = () =>
    Promise.resolve([{ role: 'agent', content: 'Guten Tag.' }]);
  readonly #key: string;
  readonly #server = http.createServer((req, res) => {
    void this.#handle(req).then((answer) => {
      if (answer === null) return void res.destroy();
      res.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
      res.end(answer.body === undefined ? '' : JSON.stringify(answer.body));
    });
  });
  #ids = 0;

  constructor(key: string) {
    this.#key = key;
  }

  /** Reads the types of the SDK first, so that no answer waits for them. */
  async start(): Promise<void> {
    for (const type of ['LlmCreateParams', 'LlmUpdateParams', 'AgentCreateParams', 'AgentUpdateParams'] as const)
      problemWith(type, {});
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Everything that was asked to be changed, as `POST /create-agent`. */
  get writes(): string[] {
    return this.requests.filter(({ method, path }) => method !== 'GET' && path !== '/v2/list-agents').map(nameOf);
  }

  published(agentId: string): { agent: Version; engine: Version } {
    const agent = this.agents.get(agentId)?.versions.findLast((one) => one.is_published);
    if (!agent) throw new Error(`${agentId} has no published version`);
    return { agent, engine: this.#engineOf(agent) };
  }

  async #handle(req: IncomingMessage): Promise<(Answer & { headers?: Record<string, string> }) | null> {
    const url = new URL(req.url ?? '', 'http://retell');
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const body = text === '' ? {} : (JSON.parse(text) as Fields);
    const request = { method: req.method ?? '', path: decodeURIComponent(url.pathname), query: url.searchParams, body };
    if (req.headers.authorization !== `Bearer ${this.#key}`)
      return refused(401, `Invalid API key ${String(req.headers.authorization)}`);
    this.requests.push(request);
    const fault = this.#fault(request);
    if (fault?.status !== undefined)
      return { ...refused(fault.status, 'out of order'), ...(fault.headers && { headers: fault.headers }) };
    if (fault?.ignored) return { status: 200, body: {} };
    const answer = await this.#answer(request).catch((error: unknown) => refused(500, String(error)));
    return fault?.lostAnswer ? null : answer;
  }

  #fault(request: Request): Fault | undefined {
    const index = this.faults.findIndex(({ on }) => nameOf(request).startsWith(on));
    return index < 0 ? undefined : this.faults.splice(index, 1)[0];
  }

  async #answer({ method, path, query, body }: Request): Promise<Answer> {
    const [, action = '', id = ''] = /^\/((?:v\d\/)?[a-z-]+)(?:\/(.+))?$/.exec(path) ?? [];
    const version = query.has('version') ? Number(query.get('version')) : undefined;
    switch (`${method} ${action}`) {
      case 'GET get-api-key-info':
        return { status: 200, body: { api_key_name: 'askpro', org_name: 'Salon Workspace' } };
      case 'GET list-voices':
        return {
          status: 200,
          body: [{ voice_id: '11labs-Adrian', voice_name: 'Adrian', provider: 'elevenlabs', gender: 'male' }],
        };
      case 'POST create-retell-llm':
        return this.#createEngine('llm_id', 'LlmCreateParams', body);
      case 'POST create-conversation-flow':
        return this.#createEngine('conversation_flow_id', 'ConversationFlowCreateParams', body);
      case 'GET get-retell-llm':
      case 'GET get-conversation-flow':
        return found(pick(this.engines.get(id), version));
      case 'PATCH update-retell-llm':
        return this.#update(this.engines.get(id), version, 'LlmUpdateParams', body);
      case 'PATCH update-conversation-flow':
        return this.#update(this.engines.get(id), version, 'ConversationFlowUpdateParams', body);
      case 'GET v2/list-retell-llms':
        return this.#page(this.#enginesOf('llm_id'), query);
      case 'GET v2/list-conversation-flows':
        return this.#page(this.#enginesOf('conversation_flow_id'), query);
      case 'POST create-agent':
        return this.#createAgent(body);
      case 'GET get-agent':
        return found(pick(this.agents.get(id), version));
      case 'PATCH update-agent':
        return this.#update(this.agents.get(id), version, 'AgentUpdateParams', body);
      case 'POST v2/list-agents':
        return this.#listAgents(body);
      case 'GET list-agent-versions':
        return this.#page([...(this.agents.get(id)?.versions ?? [])].reverse(), query);
      case 'POST create-agent-version':
        return this.#createVersion(id, body);
      case 'POST publish-agent-version':
        return this.#publish(id, body);
      case 'GET get-phone-number':
        return found(this.numbers.get(id));
      case 'PATCH update-phone-number':
        return this.#updateNumber(id, body);
      case 'PATCH v2/update-call': {
        const problem = problemWith('CallUpdateParams', body);
        return problem ? refused(400, problem) : { status: 200, body: { call_id: id, ...body } };
      }
      case 'POST agent-playground-completion': {
        const agent = pick(this.agents.get(id), version);
        const problem = problemWith('PlaygroundCompletionParams', body);
        if (!agent || problem) return refused(agent ? 400 : 404, problem ?? 'no agent');
        return { status: 201, body: { messages: await this.playground(agent, this.#engineOf(agent), body) } };
      }
      default:
        return refused(404, `no endpoint ${method} ${path}`);
    }
  }

  #createEngine(kind: 'llm_id' | 'conversation_flow_id', type: RetellType, body: Fields): Answer {
    const problem = problemWith(type, body) ?? sameNames(body.general_tools);
    if (problem) return refused(400, problem);
    const id = `${kind === 'llm_id' ? 'llm' : 'conversation_flow'}_${++this.#ids}`;
    const first = { ...body, [kind]: id, version: 0, is_published: false, last_modification_timestamp: 1 };
    this.engines.set(id, { id, kind, versions: [first] });
    return { status: 201, body: first };
  }

  #createAgent(body: Fields): Answer {
    const problem = problemWith('AgentCreateParams', body);
    if (problem) return refused(400, problem);
    const engine = this.engines.get(engineIdOf(body));
    if (!engine) return refused(422, 'no such response engine');
    const id = `agent_${++this.#ids}`;
    const response_engine = { ...(body.response_engine as Fields), version: 0 };
    // Retell fills in what was not sent.
    const first = { voice_temperature: 1, ...body, response_engine, agent_id: id, version: 0, is_published: false };
    this.agents.set(id, { id, versions: [first] });
    return { status: 201, body: first };
  }

  #update(target: Agent | undefined, version: number | undefined, type: RetellType, body: Fields): Answer {
    const now = pick(target, version);
    if (!target || !now) return refused(404, 'not found');
    const problem = problemWith(type, body) ?? sameNames(body.general_tools);
    if (problem) return refused(400, problem);
    if (now.is_published) return refused(400, 'Cannot update a published version');
    Object.assign(now, structuredClone(body));
    return { status: 200, body: now };
  }

  #listAgents(body: Fields): Answer {
    const { pagination_key: key, ...params } = body;
    const problem = problemWith('AgentListParams', body);
    if (problem) return refused(400, problem);
    const { query = '' } = (params.filter_criteria ?? {}) as { query?: string };
    const all = [...this.agents.values()].map(({ id, versions }) => ({
      ...{ agent_id: id, agent_name: String(versions.at(-1)?.agent_name), channel: 'voice', tags: {} },
      user_modified_timestamp: 1,
    }));
    const matching = all.filter(({ agent_name: name }) => name.toLowerCase().includes(query.toLowerCase()));
    return this.#page(matching, new URLSearchParams(typeof key === 'string' ? { pagination_key: key } : {}));
  }

  #createVersion(id: string, body: Fields): Answer {
    const agent = this.agents.get(id);
    const problem = problemWith('AgentCreateVersionParams', body);
    const base = pick(agent, Number(body.base_version));
    if (problem || !agent || !base) return refused(problem ? 400 : 404, problem ?? 'not found');
    const engine = this.engines.get(engineIdOf(base));
    const of = { version: agent.versions.length, is_published: false, base_version: base.version };
    engine?.versions.push({ ...structuredClone(pick(engine, base.version) ?? {}), ...of });
    const response_engine = { ...(base.response_engine as Fields), version: of.version };
    const made = { ...structuredClone(base), response_engine, ...of };
    agent.versions.push(made);
    return { status: 201, body: made };
  }

  #publish(id: string, body: Fields): Answer {
    const problem = problemWith('AgentPublishParams', body);
    const version = pick(this.agents.get(id), Number(body.version));
    if (problem || !version) return refused(problem ? 400 : 404, problem ?? 'not found');
    Object.assign(version, { ...body, is_published: true });
    this.#engineOf(version).is_published = true;
    return { status: 200 };
  }

  #updateNumber(id: string, body: Fields): Answer {
    const number = this.numbers.get(id);
    const problem = problemWith('PhoneNumberUpdateParams', body);
    if (problem || !number) return refused(problem ? 400 : 404, problem ?? 'not found');
    Object.assign(number, structuredClone(body));
    return { status: 200, body: number };
  }

  #enginesOf(kind: string): Version[] {
    return [...this.engines.values()].filter((one) => one.kind === kind).flatMap(({ versions }) => versions.slice(-1));
  }

  #engineOf(agent: Version): Version {
    const engine = this.engines.get(engineIdOf(agent));
    const version = pick(engine, Number((agent.response_engine as Fields).version ?? agent.version));
    if (!version) throw new Error('an agent without an engine');
    return version;
  }

  /** Short pages, so that a reader of only the first one is found out. */
  #page(all: Fields[], query: URLSearchParams): Answer {
    const from = Number(query.get('pagination_key') ?? 0);
    const has_more = from + PAGE < all.length;
    const items = all.slice(from, from + PAGE);
    return { status: 200, body: { items, has_more, ...(has_more && { pagination_key: String(from + PAGE) }) } };
  }
}

const nameOf = ({ method, path }: Request): string => `${method} ${path}`;

function pick(of: Agent | undefined, version?: number): Version | undefined {
  return version === undefined ? of?.versions.at(-1) : of?.versions.find((one) => one.version === version);
}

function engineIdOf({ response_engine: engine }: Fields): string {
  const { llm_id, conversation_flow_id } = engine as { llm_id?: string; conversation_flow_id?: string };
  return llm_id ?? conversation_flow_id ?? '';
}

function found(body: Fields | undefined): Answer {
  return body ? { status: 200, body } : refused(404, 'not found');
}

function refused(status: number, message: string): Answer {
  return { status, body: { status: 'error', message } };
}

function sameNames(tools: unknown): string | null {
  const names = (Array.isArray(tools) ? tools : []).map((tool: Fields) => tool.name);
  return new Set(names).size === names.length ? null : 'tool names must be unique';
}
