import type { RequestPeek } from '../controllers/load-shedder';
import { languageIn } from '../retell/call-object';
import { toolByName } from '../retell/tool-names';
import { dispatcherAnswer, flatAnswer } from '../retell/wire-answer';
import type { Language } from '../domain';
import { LANGUAGES } from '../services/language/languages';
import { lineOf, resolveTenant } from '../services/tenants/resolve-call';
import { toolOf, type ToolName } from '../services/voice/tools';
import type { VoiceAnswer, VoiceRequest } from '../services/voice/voice-request';
import type { Infrastructure } from './infrastructure';
import type { Upstream } from './upstream';
import type { Voice } from './voice';

/** Stands for the call's id in a refusal that is kept ready. */
const ANY_CALL = 'any-call';
const MOST_SUBJECTS = 5000;
const NAMELESS = 'demo';

type Entry = { admitted: true; release: () => void } | { admitted: false; refusal: VoiceAnswer };

export interface VoiceGate {
  admit: (request: VoiceRequest) => Entry;
  crowded: () => boolean;
  /** The whole answer as JSON when there is no room for the request; null when there is. */
  refuse: (peek: RequestPeek) => string | null;
}

/** Who is let in to ask, and what the others hear: a sentence in the language of their call. */
export function composeVoiceGate(base: Infrastructure, upstream: Upstream, voice: Voice): VoiceGate {
  const { admission } = voice;
  const languages = new Map<string, Language>();
  const ready = new Map<string, string[]>();

  const counted = (tool: string): void => base.metrics.count('askpro_shed_total', { tool });

  /** Learned from requests that were checked; a refusal must not cost a look-up. */
  const learn = async (subject: string, request: VoiceRequest): Promise<void> => {
    const ref = await resolveTenant(upstream.tenants, request.call);
    const profile = ref && (await upstream.tenants.profile(ref.companyId, ref.branchId));
    const language = ref?.language ?? profile?.company.language;
    if (languages.size >= MOST_SUBJECTS) languages.clear();
    if (language) languages.set(subject, language);
  };

  const busy = (language: Language, callId: string | null): VoiceAnswer => ({
    success: false,
    status: 'busy',
    message: LANGUAGES[language].phrases.busy(),
    call_id: callId,
  });

  const readyRefusal = (tool: ToolName, dispatched: boolean, language: Language): string[] => {
    const key = `${tool}:${dispatched}:${language}`;
    const known = ready.get(key);
    if (known) return known;
    const answer = busy(language, ANY_CALL);
    const json = JSON.stringify(dispatched ? dispatcherAnswer(tool, answer) : flatAnswer(tool, answer));
    const parts = json.split(JSON.stringify(ANY_CALL));
    ready.set(key, parts);
    return parts;
  };

  return {
    admit: (request) => {
      const { agentId, callId, language } = request.call;
      const subject = lineOf(request.call) ?? agentId ?? NAMELESS;
      if (!languages.has(subject)) base.background.run('learn a language', learn(subject, request));
      const release = admission.enter(subject, toolOf(request.tool).effect === 'write');
      if (release) return { admitted: true, release };
      counted(request.tool);
      return { admitted: false, refusal: busy(language ?? languages.get(subject) ?? 'de', callId) };
    },
    crowded: () => admission.crowded,
    refuse: (peek) => {
      const pathTool = toolByName(peek.pathTool);
      const tool = pathTool ?? (peek.named === null ? null : toolByName(peek.named));
      const subject = lineOf(peek) ?? peek.agentId ?? NAMELESS;
      if (tool === null || admission.hasRoom(subject, toolOf(tool).effect === 'write')) return null;
      counted(tool);
      const language = languageIn(peek.language ?? undefined) ?? languages.get(subject) ?? 'de';
      return readyRefusal(tool, pathTool === null, language).join(JSON.stringify(peek.callId));
    },
  };
}
