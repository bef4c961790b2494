import type { TenantId } from '../domain';
import {
  changesBetween,
  contentChanges,
  engineVersionOf,
  flowOf,
  isEditedByHand,
  latestOf,
  variableOf,
  type Content,
  type Owned,
} from './agent-versions';
import {
  COMPANY_VARIABLE,
  DEFAULT_MODEL,
  initialAgent,
  KIT_VARIABLE,
  markOf,
  modelFields,
  ownedAgent,
  ownedEngine,
  type AgentWish,
} from './agent-settings';
import {
  ENGINES,
  RetellOutcomeUnknown,
  type Fields,
  type Flow,
  type RetellAgent,
  type RetellManagement,
  type RetellNumber,
} from './management';
import type { OnStep } from './connect-steps';
import { changesOf, fingerprintOf, foreignEntries, merged, type FieldChange } from './owned-fields';

export interface ConnectRequest extends AgentWish {
  companyId: TenantId;
  /** E.164; null: only the agent is set up. */
  number: string | null;
  /** Undefined: what the agent has, `single` for a new one. */
  flow: Flow | undefined;
  /** An agent made by hand that becomes the gateway's; null: only an agent with the mark is taken. */
  adopt: string | null;
  /** Publish a draft that was edited by hand. */
  force: boolean;
  /** Take Retell's own deprecated Cal.com tools out. */
  removeOldTools: boolean;
  dryRun: boolean;
}

export interface ConnectReport {
  workspace: string;
  outcome: 'planned' | 'created' | 'updated' | 'unchanged';
  /** null as long as it would only be made. */
  agentId: string | null;
  version: number | null;
  changes: FieldChange[];
  notes: string[];
}

interface ConnectRetellDeps {
  api: RetellManagement;
  /** Ids of Retell agents that are entered for the company. */
  knownAgents: (companyId: TenantId) => Promise<string[]>;
  /** Enters agent and number for the company, so that its calls find it. Safe to repeat. */
  remember: (companyId: TenantId, agentId: string, number: string | null) => Promise<void>;
  sleep: (ms: number) => Promise<void>;
  onStep: OnStep;
}

/** What stood in the way; nothing was overwritten. */
class ConnectStopped extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConnectStopped';
  }
}

/** How often, and after which pause, a lost answer is looked for. */
const LOOKS = 3;
const LOOK_PAUSE_MS = 2000;
const OLD_TOOLS = ['check_availability_cal', 'book_appointment_cal'];
/** Makes or updates a company's Retell agent. Safe to repeat: it looks for what it made before it makes anything. */
export class ConnectRetell {
  constructor(private readonly deps: ConnectRetellDeps) {}

  /** @throws ConnectStopped, RetellRefusal, RetellOutcomeUnknown */
  async run(request: ConnectRequest): Promise<ConnectReport> {
    const { api, onStep } = this.deps;
    const workspace = await api.workspace();
    onStep('workspace', {
      name: workspace.keyName === null ? workspace.name : `${workspace.name} (key ${workspace.keyName})`,
    });
    await this.#requireVoice(request);
    const agent = await this.#find(request);
    const number = await this.#numberOf(request, agent?.agent_id ?? null);
    const done = agent ? await this.#update(request, agent) : await this.#create(request);
    const report = { workspace: workspace.name, ...done };
    if (request.dryRun) {
      if (number)
        report.changes.push(...changesOf(numberFields(request, done.agentId ?? 'new agent'), number, 'number.'));
      return { ...report, outcome: report.changes.length > 0 ? 'planned' : 'unchanged' };
    }
    if (done.agentId === null) return report;
    await this.deps.remember(request.companyId, done.agentId, request.number);
    if (number) report.changes.push(...(await this.#point(request, number, done.agentId)));
    return { ...report, outcome: done.outcome === 'unchanged' && report.changes.length > 0 ? 'updated' : done.outcome };
  }

  async #requireVoice({ voice }: ConnectRequest): Promise<void> {
    if (voice === undefined) return;
    const voices = await this.deps.api.voices();
    if (voices.some((one) => one.voice_id === voice)) return;
    const some = voices.slice(0, 10).map((one) => `${one.voice_id} (${one.voice_name})`);
    throw new ConnectStopped(`Retell has no voice ${voice}. Among others it has: ${some.join(', ')}.`);
  }

  /** The company's agent; null when there is none yet. */
  async #find(request: ConnectRequest): Promise<RetellAgent | null> {
    const { api, knownAgents } = this.deps;
    if (request.adopt !== null) {
      const adopted = await api.agent(request.adopt);
      if (!adopted) throw new ConnectStopped(`This workspace has no agent ${request.adopt}.`);
      return adopted;
    }
    const marked = new Set((await api.agentsNamed(markOf(request.slug))).map((one) => one.agent_id));
    for (const id of await knownAgents(request.companyId)) {
      // It may have been renamed; its engine still names the company.
      if (!marked.has(id) && (await this.#isOurs(id, request.slug))) marked.add(id);
    }
    const [first, ...others] = marked;
    if (first === undefined) return null;
    if (others.length > 0)
      throw new ConnectStopped(
        `Several agents belong to ${request.slug}: ${[...marked].join(', ')}. Delete all but one at Retell, or take ${markOf(request.slug)} out of their names.`,
      );
    return api.agent(first);
  }

  async #isOurs(agentId: string, slug: string): Promise<boolean> {
    const agent = await this.deps.api.agent(agentId);
    if (!agent || flowOf(agent) === null) return false;
    const { engine } = await this.#content(agent);
    return variableOf(engine, COMPANY_VARIABLE) === slug;
  }

  async #numberOf({ number }: ConnectRequest, agentId: string | null): Promise<RetellNumber | null> {
    if (number === null) return null;
    const found = await this.deps.api.number(number);
    if (!found)
      throw new ConnectStopped(
        `This workspace has no number ${number}. German numbers are imported: at Retell, Phone Numbers → + → Connect to your number via SIP trunking.`,
      );
    const foreign = (found.inbound_agents ?? []).filter((one) => one.agent_id !== agentId);
    if (foreign.length > 0)
      throw new ConnectStopped(
        `${number} is answered by ${foreign.map((one) => one.agent_id).join(', ')}. Take that agent off the number at Retell, or name it with --agent to make it the gateway's.`,
      );
    return found;
  }

  async #create(request: ConnectRequest): Promise<Omit<ConnectReport, 'workspace'>> {
    const { onStep } = this.deps;
    const flow = request.flow ?? 'single';
    if (request.voice === undefined)
      throw new ConnectStopped('A new agent needs a voice: --voice. Retell’s page lists them, with samples.');
    const owned = this.#owned(request, flow, null);
    const engine = { ...modelFields(flow, request.model ?? DEFAULT_MODEL), ...owned.engine };
    const agent = { ...initialAgent(request), ...owned.agent };
    const changes = [...changesOf(engine, {}, `${ENGINES[flow].type}.`), ...changesOf(agent, {}, 'agent.')];
    if (request.dryRun) return { outcome: 'planned', agentId: null, version: null, changes, notes: [] };
    const engineId = await this.#createEngine(request, flow, engine);
    onStep('engine', { id: engineId });
    const response_engine = { type: ENGINES[flow].type, [ENGINES[flow].id]: engineId };
    const made = await this.#createAgent(request, { ...agent, response_engine });
    onStep('agent', { id: made.agent_id });
    await this.#publish(made.agent_id, made.version, owned.fingerprint);
    return { outcome: 'created', agentId: made.agent_id, version: made.version, changes, notes: [] };
  }

  /** An engine without an agent is what an interrupted run left. */
  async #createEngine({ slug }: ConnectRequest, flow: Flow, body: Fields): Promise<string> {
    const { api } = this.deps;
    const left = async (): Promise<string | null> => {
      const found = await api.enginesWith(flow, COMPANY_VARIABLE, slug);
      if (found.length <= 1) return found[0] ?? null;
      throw new ConnectStopped(
        `Retell has several engines of ${slug} without an agent: ${found.join(', ')}. Delete all but one.`,
      );
    };
    const earlier = await left();
    if (earlier !== null) {
      await api.updateEngine(flow, earlier, undefined, body);
      return earlier;
    }
    return this.#onceOrFound('the engine', () => api.createEngine(flow, body), left);
  }

  #createAgent({ slug }: ConnectRequest, body: Fields): Promise<RetellAgent> {
    const { api } = this.deps;
    return this.#onceOrFound(
      'the agent',
      () => api.createAgent(body),
      async () => {
        const [found] = await api.agentsNamed(markOf(slug));
        return found ? api.agent(found.agent_id) : null;
      },
    );
  }

  /** Whatever creates something is sent once; when its answer is lost, it is looked for. */
  async #onceOrFound<Made>(what: string, create: () => Promise<Made>, look: () => Promise<Made | null>): Promise<Made> {
    try {
      return await create();
    } catch (error) {
      if (!(error instanceof RetellOutcomeUnknown)) throw error;
      this.deps.onStep('looking', { what, problem: error.message });
      for (let looked = 1; looked <= LOOKS; looked += 1) {
        await this.deps.sleep(LOOK_PAUSE_MS);
        const found = await look();
        if (found !== null) return found;
      }
      throw new ConnectStopped(
        `It is not known whether Retell made ${what} (${error.message}). Nothing was repeated; run this again in a minute, it looks before it creates.`,
      );
    }
  }

  async #update(request: ConnectRequest, found: RetellAgent): Promise<Omit<ConnectReport, 'workspace'>> {
    const { published, draft } = latestOf(await this.deps.api.versions(found.agent_id));
    const live = published && (await this.#contentAt(found.agent_id, published.version));
    const begun = draft && (await this.#contentAt(found.agent_id, draft.version));
    const present = live ?? begun ?? (await this.#content(found));
    if (request.flow !== undefined && request.flow !== present.flow)
      throw new ConnectStopped(`This agent is a ${ENGINES[present.flow].type}; leave --flow out, or delete it first.`);
    const owned = this.#owned(request, present.flow, present.agent.agent_name ?? null);
    const old = oldTools(owned.engine, present);
    const removed = request.removeOldTools ? old : [];
    const changes = [
      ...changesBetween(owned, present),
      ...removed.map((name) => ({ path: `tool ${name}`, from: 'deprecated', to: 'removed' })),
    ];
    const notes =
      old.length > removed.length
        ? [`The agent still has Retell's own ${old.join(', ')}: deprecated. --remove-old-tools takes them out.`]
        : [];
    const base = { agentId: found.agent_id, changes, notes };
    if (live && changes.length === 0) return { ...base, outcome: 'unchanged', version: live.agent.version };
    if (begun && live && isEditedByHand(begun, live) && !request.force) {
      const edits = contentChanges(live, begun).map(({ path }) => path);
      throw new ConnectStopped(
        `Version ${begun.agent.version} is a draft that was edited by hand (${edits.slice(0, 8).join(', ')}). Publish or discard it at Retell, or let it be published together with the gateway's changes: --force.`,
      );
    }
    if (request.dryRun) return { ...base, outcome: 'planned', version: present.agent.version };
    const work = begun ?? (live ? await this.#draftOf(found.agent_id, live.agent.version) : present);
    await this.#write(owned, work, removed);
    this.deps.onStep('written', { version: String(work.agent.version), count: String(changes.length) });
    await this.#publish(found.agent_id, work.agent.version, owned.fingerprint);
    return { ...base, outcome: 'updated', version: work.agent.version };
  }

  /** A new version that begins as the published one. */
  async #draftOf(agentId: string, published: number): Promise<Content> {
    const { api } = this.deps;
    const draft = await this.#onceOrFound(
      'the new version',
      () => api.createVersion(agentId, published),
      async () => {
        const { draft: made } = latestOf(await api.versions(agentId));
        return made ? api.agent(agentId, made.version) : null;
      },
    );
    return this.#content(draft);
  }

  /** @param removed names of tools that are taken out */
  async #write(owned: Owned, present: Content, removed: string[]): Promise<void> {
    const { api } = this.deps;
    const engine = merged(owned.engine, present.engine);
    const list = toolListOf(present.flow);
    engine[list] = (engine[list] as Fields[]).filter((tool) => !removed.includes(String(tool.name)));
    const { agent, engineId, flow } = present;
    if (removed.length > 0 || changesOf(owned.engine, present.engine).length > 0)
      await api.updateEngine(flow, engineId, engineVersionOf(agent), engine);
    if (changesOf(owned.agent, agent).length > 0) await api.updateAgent(agent.agent_id, agent.version, owned.agent);
  }

  /** Publishes that version, and believes it only when it is read back. */
  async #publish(agentId: string, version: number, fingerprint: string): Promise<void> {
    const { api, onStep, sleep } = this.deps;
    const isPublished = async (): Promise<boolean> =>
      (await api.versions(agentId)).some((one) => one.version === version && one.is_published);
    for (let attempt = 1; attempt <= LOOKS; attempt += 1) {
      try {
        await api.publish(agentId, version, `askpro ${fingerprint}`);
      } catch (error) {
        if (!(error instanceof RetellOutcomeUnknown)) throw error;
      }
      if (await isPublished()) return onStep('published', { version: String(version) });
      await sleep(LOOK_PAUSE_MS);
    }
    throw new ConnectStopped(
      `Retell took the request to publish version ${version} of ${agentId}, but it is still a draft. Callers hear the version before; publish it on Retell's page.`,
    );
  }

  async #point(request: ConnectRequest, number: RetellNumber, agentId: string): Promise<FieldChange[]> {
    const { api, onStep } = this.deps;
    const wanted = numberFields(request, agentId);
    const changes = changesOf(wanted, number, 'number.');
    if (changes.length === 0) return [];
    await api.updateNumber(number.phone_number, wanted);
    const now = await api.number(number.phone_number);
    const missing = now ? changesOf(wanted, now) : [{ path: number.phone_number }];
    if (missing.length > 0)
      throw new ConnectStopped(`Retell took the change of ${number.phone_number}, but it has not come into effect.`);
    onStep('number', { number: number.phone_number, id: agentId });
    return changes;
  }

  #owned(request: ConnectRequest, flow: Flow, name: string | null): Owned {
    const agent = ownedAgent(request, name);
    const engine = {
      ...ownedEngine(flow, request),
      ...(request.model !== undefined && modelFields(flow, request.model)),
    };
    const fingerprint = fingerprintOf({ agent, engine });
    const variables = { ...(engine.default_dynamic_variables as Fields), [KIT_VARIABLE]: fingerprint };
    return { agent, engine: { ...engine, default_dynamic_variables: variables }, fingerprint };
  }

  async #contentAt(agentId: string, version: number): Promise<Content> {
    const agent = await this.deps.api.agent(agentId, version);
    if (!agent) throw new ConnectStopped(`Version ${version} of ${agentId} is gone.`);
    return this.#content(agent);
  }

  async #content(agent: RetellAgent): Promise<Content> {
    const flow = flowOf(agent);
    if (flow === null)
      throw new ConnectStopped(
        `${agent.agent_id} runs on ${agent.response_engine.type}, which the gateway cannot set up.`,
      );
    const engineId = String(agent.response_engine[ENGINES[flow].id]);
    return { agent, flow, engineId, engine: await this.deps.api.engine(flow, engineId, engineVersionOf(agent)) };
  }
}

const toolListOf = (flow: Flow): string => (flow === 'single' ? 'general_tools' : 'tools');

function oldTools(owned: Fields, { engine, flow }: Content): string[] {
  const foreign = foreignEntries(owned, engine, toolListOf(flow));
  return foreign.filter((tool) => OLD_TOOLS.includes(String(tool.type))).map((tool) => String(tool.name));
}

/** A version by number would go on answering after the next one is published. */
function numberFields({ gatewayUrl }: ConnectRequest, agentId: string): Fields {
  return {
    inbound_agents: [{ agent_id: agentId, agent_version: 'latest_published', weight: 1 }],
    inbound_webhook_url: `${gatewayUrl}/api/retell/webhook`,
  };
}
