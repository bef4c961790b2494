import { UNSIGNED } from '../../src/services/tenants/signature-owners';
import { SystemClock } from '../../src/infra/clock';
import { RequestDeadline } from '../../src/infra/deadline';
import { currentRequest } from '../../src/request-context';
import { emptyMemory } from '../../src/services/voice/call-memory';
import type { Conversation } from '../../src/services/voice/conversation';
import type { VoiceRequest } from '../../src/services/voice/voice-request';
import { VoiceTools, type VoiceToolsDeps } from '../../src/services/voice/voice-tools';
import { silentLogger } from '../../src/infra/logger';
import { LANGUAGES } from '../../src/services/language/languages';

const request = {
  tool: 'check_availability',
  args: {},
  call: { callId: 'call_1', toolCallId: 'tool_1', language: 'de' },
} as unknown as VoiceRequest;

/** A conversation that notes whether a tool looked at it; while it is opened `meanwhile` happens. */
function makeTools(meanwhile: (abort: () => void) => void): { tools: VoiceTools; begun: () => boolean } {
  let begun = false;
  const conversation = {
    companyId: 'company',
    language: 'de',
    callId: 'call_1',
    get memory() {
      begun = true;
      return emptyMemory();
    },
  } as unknown as Conversation;
  const deadline = new RequestDeadline(new SystemClock(), 60_000);
  const deps = {
    opener: {
      open: () => {
        expect(currentRequest()?.deadline).toBe(deadline);
        meanwhile(() => deadline.abandon());
        return Promise.resolve(conversation);
      },
    },
    deadline: () => deadline,
    now: () => new Date('2026-11-24T08:00:00Z'),
    clock: { monotonicMs: () => 0 },
    tools: {},
    trace: { record: () => undefined },
    logger: silentLogger,
    metrics: { count: () => undefined, time: () => undefined },
  } as unknown as VoiceToolsDeps;
  return { tools: new VoiceTools(deps), begun: () => begun };
}

test('a question whose time is over before its tool begins is answered, and the tool is not begun', async () => {
  const { tools, begun } = makeTools((abort) => abort());
  const { answer } = await tools.answer(request, { requestId: 'r1', speaker: UNSIGNED, onGone: () => undefined });
  expect(answer).toMatchObject({
    success: false,
    status: 'upstream_unavailable',
    message: LANGUAGES.de.phrases.unavailableUpstream(),
  });
  expect(begun()).toBe(false);
});

test('in time the tool is begun', async () => {
  const { tools, begun } = makeTools(() => undefined);
  await tools.answer(request, { requestId: 'r2', speaker: UNSIGNED, onGone: () => undefined });
  expect(begun()).toBe(true);
});
