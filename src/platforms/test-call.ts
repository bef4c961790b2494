import type { Language } from '../domain';
import { LANGUAGES } from '../services/language/languages';
import type { PlatformCaller } from './callers/platform-caller';
import { type CallStep, nextWorkdayInWords, playConversation } from './conversation';

export interface TestCall {
  callId: string;
  /** What the agent would say first and after the question; what went wrong when `ok` is false. */
  heard: string[];
  ok: boolean;
}

/** A short call that books nothing: it rings, asks who is there and what is free next, and hangs up. */
export async function playTestCall(caller: PlatformCaller): Promise<TestCall> {
  const heard: string[] = [];
  const refused = (what: string, status: number): TestCall => ({
    callId: caller.callId,
    heard: [...heard, `${what} answered ${status}`],
    ok: false,
  });
  try {
    for (const { name, httpStatus } of await caller.ring()) if (httpStatus >= 300) return refused(name, httpStatus);
    for (const tool of ['current_context', 'find_next_available']) {
      const { httpStatus, answer } = await caller.tool(tool, {});
      if (httpStatus !== 200) return refused(tool, httpStatus);
      heard.push(String(answer.message));
      if (answer.status === 'unknown_tenant' || answer.status === 'error')
        return { callId: caller.callId, heard, ok: false };
    }
    await caller.hangUp();
    return { callId: caller.callId, heard, ok: true };
  } catch (error) {
    const cause =
      error instanceof Error ? [error.message, error.cause instanceof Error ? error.cause.message : ''] : [];
    return { callId: caller.callId, heard: [...heard, cause.filter(Boolean).join(': ')], ok: false };
  }
}

const TEST_NAME = 'Erika Beispiel';

/** A whole call in words; what it books is taken back. */
export async function playBookedCall(
  caller: PlatformCaller,
  { service, language, books }: { service: string; language: Language; books: boolean },
  show: (step: CallStep) => void,
): Promise<void> {
  const { time } = LANGUAGES[language].caller;
  const wish = { service, date: nextWorkdayInWords(language), time, name: TEST_NAME };
  await playConversation(caller, [], { ...wish, language, books, detours: false, cancelled: true }, show);
}
