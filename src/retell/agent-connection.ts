import { InvalidInput } from '../errors';
import type { Language, TenantId } from '../domain';
import { playTestCall, type TestCall } from '../platforms/conversation';
import type { Actor } from '../services/admin/actor';
import type { AgentLines } from '../services/admin/agent-lines';
import type { RecordReader } from '../services/admin/records';
import type { CheckResult, SetupCheck } from '../services/admin/setup-check';
import { LANGUAGES } from '../services/language/languages';
import { e164 } from '../services/tenants/resolve-call';
import { openingOf, type OpeningSettings } from '../services/voice/disclosure';
import { TOOLS } from '../services/voice/tools';
import { isReadOnly } from '../services/voice/tools/define-tool';
import { promptFile } from './agent-kit';
import type { AgentWish } from './agent-settings';
import { ConnectRetell, type ConnectReport } from './connect-retell';
import type { OnStep } from './connect-steps';
import type { Flow, RetellManagement } from './management';
import type { RetellAccess } from './retell-access';

export interface AgentOrder {
  companyId: TenantId;
  number?: string | undefined;
  branchId?: string | undefined;
  voice?: string | undefined;
  model?: string | undefined;
  flow?: Flow | undefined;
  /** Where Retell reaches the gateway; without it the configuration says so. */
  publicUrl?: string | undefined;
  adopt?: string | undefined;
  force?: boolean | undefined;
  removeOldTools?: boolean | undefined;
  dryRun?: boolean | undefined;
}

export interface ConnectedAgent extends ConnectReport {
  /** Only after something could have been written. */
  checks: CheckResult[];
  testCall: TestCall | null;
  /** What Retell's own agent said when it was asked in writing, or why that did not work. */
  asked: { ok: boolean; text: string } | null;
}

interface AgentConnectionDeps {
  reader: RecordReader;
  lines: AgentLines;
  retellAccess: RetellAccess;
  /** Where Retell reaches the gateway. */
  publicUrl: string | null;
  retentionDays: number;
  checks: Pick<SetupCheck, 'run'>;
  sleep: (ms: number) => Promise<void>;
}

const QUESTION: Record<Language, string> = {
  de: 'Guten Tag, wann ist der nächste freie Termin?',
  en: 'Hello, when is the next free appointment?',
};
/** While it is only being tried, the agent must change nothing. */
const MOCKED = { success: false, status: 'busy', message: '' };

/** Sets a company's Retell agent up, from the order to the first test call. */
export class AgentConnection {
  constructor(private readonly deps: AgentConnectionDeps) {}

  /**
   * Everything that can be refused before Retell is asked; the number is entered for the company.
   * @throws NotFound, InvalidInput, Conflict
   */
  async prepare(actor: Actor, order: AgentOrder): Promise<void> {
    const { number, branchId } = await this.#ends(order);
    await this.#wish(order);
    if (number !== null && order.dryRun !== true)
      await this.deps.lines.enterNumber(actor, order.companyId, number, branchId);
  }

  /** Safe to repeat. @throws as `prepare`, and what `ConnectRetell` throws */
  async run(actor: Actor, order: AgentOrder, onStep: OnStep): Promise<ConnectedAgent> {
    const { lines, retellAccess, sleep } = this.deps;
    const { companyId } = order;
    await this.prepare(actor, order);
    const { wish, api } = await this.#wish(order);
    const { number, branchId } = await this.#ends(order);
    const connect = new ConnectRetell({
      ...{ api, sleep, onStep },
      knownAgents: (company) => lines.agentIds(company),
      remember: (company, agentId, at) =>
        lines.enterAgent(actor, company, { agentId, branchId, name: wish.companyName, number: at }),
    });
    const report = await connect.run({
      ...wish,
      ...{ companyId, number, flow: order.flow, adopt: order.adopt ?? null },
      ...{ force: order.force === true, removeOldTools: order.removeOldTools === true, dryRun: order.dryRun === true },
    });
    const { agentId, version } = report;
    for (const { path, from, to } of report.changes) onStep('change', { path, from: from ?? '–', to });
    for (const text of report.notes) onStep('note', { text });
    onStep(report.outcome, { id: agentId ?? '' });
    if (order.dryRun === true || agentId === null || version === null)
      return { ...report, checks: [], testCall: null, asked: null };
    const { gatewayUrl, language } = wish;
    const testCall = await playTestCall(
      await retellAccess.caller(companyId, { baseUrl: gatewayUrl, number, agentId, language }),
    );
    onStep(testCall.ok ? 'rung' : 'not_rung', { heard: testCall.heard.at(-1) ?? '' });
    const asked = await askAgent(api, agentId, version, language);
    onStep(asked.ok ? 'asked' : 'not_asked', { text: asked.text });
    const checks = await this.deps.checks.run(companyId);
    return { ...report, checks, testCall, asked };
  }

  async #ends({
    companyId,
    number: given,
    branchId,
  }: AgentOrder): Promise<{ number: string | null; branchId: string }> {
    const number = given === undefined ? null : e164(given);
    if (given !== undefined && number === null)
      throw new InvalidInput('This is not a telephone number.', [
        { path: 'number', message: 'must be like +493012345678' },
      ]);
    return { number, branchId: await this.deps.lines.branchFor(companyId, number, branchId) };
  }

  async #wish(order: AgentOrder): Promise<{ wish: AgentWish; api: RetellManagement }> {
    const { reader, retellAccess, retentionDays } = this.deps;
    const company = await reader.company(order.companyId);
    const gatewayUrl = (order.publicUrl ?? this.deps.publicUrl)?.replace(/\/$/, '');
    if (gatewayUrl === undefined)
      throw new InvalidInput('Retell must know where the gateway is.', [
        { path: 'public_url', message: 'is missing, and PUBLIC_URL is not set' },
      ]);
    const api = await retellAccess.forSetup(order.companyId);
    if (api === null)
      throw new InvalidInput('No key of Retell is known.', [
        { path: 'retell_api_key', message: 'of the company, or RETELL_MANAGEMENT_KEY or RETELL_API_KEY, must be set' },
      ]);
    const language = company.language as Language;
    const companyName = String(company.name);
    const settings = {
      aiDisclosure: company.ai_disclosure as OpeningSettings['aiDisclosure'],
      recordingNotice: company.recording_notice as OpeningSettings['recordingNotice'],
    };
    const wish: AgentWish = {
      ...{ companyName, language, gatewayUrl, retentionDays },
      slug: String(company.slug),
      timeZone: String(company.time_zone),
      prompt: await promptFile(language),
      greeting: LANGUAGES[language].phrases.greeting(companyName, null, openingOf(settings, language)),
      recordingNotice: settings.recordingNotice,
      model: order.model,
      voice: order.voice,
    };
    return { wish, api };
  }
}

/** Proves that Retell reaches the gateway with a signature it accepts; only reading tools are really called. */
async function askAgent(
  api: RetellManagement,
  agentId: string,
  version: number,
  language: Language,
): Promise<{ ok: boolean; text: string }> {
  const mocked = [...TOOLS.filter((tool) => !isReadOnly(tool)).map(({ name }) => name), 'end_call', 'transfer_call'];
  try {
    const messages = await api.ask(agentId, version, {
      messages: [{ role: 'user', content: QUESTION[language] }],
      dynamic_variables: { language },
      tool_mocks: mocked.map((name) => ({
        ...{ tool_name: name, input_match_rule: { type: 'any' }, output: JSON.stringify(MOCKED) },
      })),
    });
    const failed = messages.find((one) => one.role === 'tool_call_result' && one.successful === false);
    if (failed) return { ok: false, text: failed.content ?? 'a tool failed' };
    const said = messages.findLast((one) => one.role === 'agent')?.content;
    return { ok: said !== undefined, text: said ?? 'it said nothing' };
  } catch (error) {
    return { ok: false, text: error instanceof Error ? error.message : 'failed' };
  }
}
