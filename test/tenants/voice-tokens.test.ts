import { tenantId } from '../../src/domain';
import { VoiceTokens } from '../../src/services/tenants/voice-tokens';

const COMPANY = tenantId('00000000-0000-4000-8000-000000000001');

const ACTOR = { name: 'agent', companyId: COMPANY, tokenId: null, ancestorIds: [], expiresAt: null, address: null };

function tokensOf() {
  const state = { valid: true, down: false, reads: 0, nowMs: 0 };
  const tokens = new VoiceTokens({
    tokens: {
      authenticate: async (token) => {
        state.reads++;
        if (state.down) throw new Error('no database');
        if (!state.valid) return null;
        return { ...ACTOR, role: token === 'ask_voice' ? 'voice' : 'read_only' };
      },
    },
    nowMs: () => state.nowMs,
  });
  return { state, tokens };
}

test('the questions of a call read their token once', async () => {
  const { state, tokens } = tokensOf();
  for (let question = 0; question < 20; question++) expect(await tokens.companyOf('ask_voice')).toBe(COMPANY);
  expect(state.reads).toBe(1);
  expect(await tokens.companyOf('ask_another')).toBeNull();
});

test.each([1, 500, 1900, 2100, 4000])(
  'a token revoked when it was read %d ms ago is refused within five seconds',
  async (ageMs) => {
    const { state, tokens } = tokensOf();
    await tokens.companyOf('ask_voice');
    state.nowMs = ageMs;
    await tokens.companyOf('ask_voice');
    state.valid = false;
    const heard: unknown[] = [];
    for (; state.nowMs < ageMs + 5000; state.nowMs += 100) heard.push(await tokens.companyOf('ask_voice'));
    expect(heard.at(-1)).toBeNull();
    // Also one that was silent meanwhile.
    const silent = tokensOf();
    await silent.tokens.companyOf('ask_voice');
    silent.state.valid = false;
    silent.state.nowMs = 5000;
    expect(await silent.tokens.companyOf('ask_voice')).toBeNull();
  },
);

test('a company’s suspension is known at once, and an outage of the database ends no call', async () => {
  const { state, tokens } = tokensOf();
  await tokens.companyOf('ask_voice');
  state.down = true;
  state.nowMs = 60_000;
  expect(await tokens.companyOf('ask_voice')).toBe(COMPANY);
  state.down = false;
  state.valid = false;
  tokens.forget();
  expect(await tokens.companyOf('ask_voice')).toBeNull();
});
