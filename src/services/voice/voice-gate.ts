import type { BackgroundTasks } from '../../background-tasks';
import { DEFAULT_LANGUAGE, type Language } from '../../domain';
import { LANGUAGES } from '../language/languages';
import { lineOf, resolveTenant } from '../tenants/resolve-call';
import type { TenantDirectory } from '../tenants/tenant-ports';
import type { Admission } from './admission';
import { toolOf, type ToolName } from './tools';
import type { RequestPeek } from './voice-platform';
import type { VoiceAnswer, VoiceRequest } from './voice-request';
import type { GatewayMetrics } from '../../metrics/instruments';

/** Stands for the call's id in a refusal that is kept ready. */
const ANY_CALL = 'any-call';
const MOST_SUBJECTS = 5000;
const NAMELESS = 'demo';

export type Admitted = { admitted: true; release: () => void } | { admitted: false; refusal: VoiceAnswer };

interface VoiceGateDeps {
  readonly admission: Admission;
  readonly tenants: TenantDirectory;
  readonly background: BackgroundTasks;
  readonly metrics: Pick<GatewayMetrics, 'count'>;
  /** The tool with that name or alias. */
  readonly toolByName: (name: string) => ToolName | null;
  /** An answer as the platform expects it. */
  readonly wireAnswer: (tool: ToolName, answer: VoiceAnswer, isDispatched: boolean) => object;
}

/** Admits voice requests while there is room, and refuses the others with a sentence in the language of their call. */
export class VoiceGate {
  readonly #languages = new Map<string, Language>();
  readonly #ready = new Map<string, string[]>();

  constructor(private readonly deps: VoiceGateDeps) {}

  readonly admit = (request: VoiceRequest): Admitted => {
    const { admission, background } = this.deps;
    const { agentId, callId, language } = request.call;
    const subject = lineOf(request.call) ?? agentId ?? NAMELESS;
    if (!this.#languages.has(subject)) background.run('learn a language', this.#learn(subject, request));
    const release = admission.enter(subject, toolOf(request.tool).effect === 'write');
    if (release) return { admitted: true, release };
    this.#countRefusal(request.tool);
    return { admitted: false, refusal: busy(language ?? this.#languages.get(subject) ?? DEFAULT_LANGUAGE, callId) };
  };

  /** Whether requests may have to be refused at present. */
  readonly crowded = (): boolean => this.deps.admission.crowded;

  /** The whole answer as JSON when there is no room for the request; null when there is. */
  readonly refuse = (peek: RequestPeek): string | null => {
    const { admission, toolByName } = this.deps;
    const tools = peek.tools.map(toolByName).filter((tool) => tool !== null);
    const [first] = tools;
    // What the gateway does not know is answered by the platform's own rules.
    if (first === undefined || tools.length < peek.tools.length) return null;
    const subject = lineOf(peek) ?? peek.agentId ?? NAMELESS;
    if (admission.hasRoom(subject, toolOf(first).effect === 'write')) return null;
    const language = peek.language ?? this.#languages.get(subject) ?? DEFAULT_LANGUAGE;
    const answers = tools.map((tool) => {
      this.#countRefusal(tool);
      return this.#readyRefusal(tool, peek.isDispatched ?? false, language).join(JSON.stringify(peek.callId));
    });
    return peek.respond ? peek.respond(answers) : (answers[0] ?? null);
  };

  #countRefusal(tool: ToolName): void {
    this.deps.metrics.count('askpro_shed_total', { tool });
  }

  /** Learned from requests that were checked; a refusal must not cost a look-up. */
  async #learn(subject: string, request: VoiceRequest): Promise<void> {
    const { tenants } = this.deps;
    const ref = await resolveTenant(tenants, request.call);
    const profile = ref && (await tenants.profile(ref.companyId, ref.branchId));
    const language = ref?.language ?? profile?.company.language;
    if (this.#languages.size >= MOST_SUBJECTS) this.#languages.clear();
    if (language) this.#languages.set(subject, language);
  }

  #readyRefusal(tool: ToolName, isDispatched: boolean, language: Language): string[] {
    const key = `${tool}:${isDispatched}:${language}`;
    const known = this.#ready.get(key);
    if (known) return known;
    const json = JSON.stringify(this.deps.wireAnswer(tool, busy(language, ANY_CALL), isDispatched));
    const parts = json.split(JSON.stringify(ANY_CALL));
    this.#ready.set(key, parts);
    return parts;
  }
}

function busy(language: Language, callId: string | null): VoiceAnswer {
  return { success: false, status: 'busy', message: LANGUAGES[language].phrases.busy(), call_id: callId };
}
