import { tenantId } from '../../src/domain';
import { SignatureOwners, type SealedKeys } from '../../src/services/tenants/signature-owners';
import { WebhookSenders } from '../../src/services/webhooks/webhook-senders';

const COMPANIES = 300;
const line = (company: number): string => `+49307770${String(company).padStart(3, '0')}`;
const idOf = (company: number) => tenantId(`00000000-0000-4000-8000-${String(company).padStart(12, '0')}`);

/** A body that names lines, signed with a key: the digest is the key itself, so that tries can be counted. */
function ownersOf(change: Partial<SealedKeys> = {}) {
  const tried: string[] = [];
  const owners = new SignatureOwners({
    platformKeys: ['platform-key'],
    secret: 'retell_api_key',
    companies: {
      callSecrets: async () =>
        Array.from({ length: COMPANIES }, (_, company) => ({
          companyId: idOf(company),
          sealed: `key-${company}`,
          names: [line(company), `agent_${company}`],
          isActive: true,
          ...change,
        })),
    },
    sealed: { open: (_name, { sealed }) => sealed },
    verify: (_rawBody, signature, key) => {
      tried.push(key);
      return signature === key;
    },
    mayBeUnsigned: false,
    nowMs: () => 0,
  });
  return {
    tried,
    signedWith: (key: string, body: object) => owners.bySignature(Buffer.from(JSON.stringify(body)), key, false),
    withSecret: (secret: string) => owners.bySecret(secret),
  };
}

test.each([
  [
    'a tool call',
    (number: string) => ({ args: { name: 'x' }, call: { from_number: '+4930901820', to_number: number } }),
  ],
  [
    'an inbound call',
    (number: string) => ({ event: 'call_inbound', call_inbound: { agent_id: 'a', to_number: number } }),
  ],
  ['an outbound call', (number: string) => ({ call: { direction: 'outbound', from_number: number } })],
  ['a message of another platform', (number: string) => ({ message: { phoneNumber: { number } } })],
])('%s is proven with the first key that is tried: that of the company it names', async (_what, body) => {
  const { tried, signedWith } = ownersOf();
  expect(await signedWith('key-299', body(line(299)))).toMatchObject({ companyIds: [idOf(299)], platform: false });
  expect(tried).toEqual(['key-299']);
});

test('a body that names no company costs one key of the platform’s, or as many tries as its length allows', async () => {
  const { tried, signedWith } = ownersOf();
  expect(await signedWith('platform-key', { call: { to_number: '+493012345678' } })).toMatchObject({ platform: true });
  expect(tried).toEqual(['platform-key']);
  for (const [body, most] of [
    [{ call: { agent_id: 'agent_of_none' } }, 64],
    [{ transcript: 'x'.repeat(5_000_000) }, 4],
  ] as const) {
    tried.length = 0;
    expect(await signedWith('a key of no one', body)).toBeNull();
    expect(tried).toHaveLength(most);
    expect(new Set(tried).size).toBe(most);
  }
});

test('a company that signed lately is tried before the others, also for a line that no one has', async () => {
  const { tried, signedWith } = ownersOf();
  await signedWith('key-299', { to_number: line(299) });
  tried.length = 0;
  expect(await signedWith('key-299', { to_number: '+4930000000' })).toMatchObject({ companyIds: [idOf(299)] });
  expect(tried).toEqual(['platform-key', 'key-299']);
});

test('a key that names others’ lines speaks for its own company only', async () => {
  const { signedWith } = ownersOf();
  const lines = Array.from({ length: 20 }, (_, company) => ({ to_number: line(company) }));
  expect(await signedWith('key-40', { lines })).toMatchObject({ companyIds: [idOf(40)], platform: false });
});

test('one key of several companies speaks for all of them', async () => {
  const { signedWith } = ownersOf({ sealed: 'one-key, another-key' });
  expect((await signedWith('another-key', {}))?.companyIds).toHaveLength(COMPANIES);
});

test('a secret that is sent as it is costs no try, and a suspended company’s proves nothing', async () => {
  const { tried, withSecret } = ownersOf();
  expect(await withSecret('key-299')).toMatchObject({ companyIds: [idOf(299)] });
  expect(await withSecret('key-2999')).toBeNull();
  expect(tried).toEqual([]);
  expect(await ownersOf({ isActive: false }).withSecret('key-299')).toBeNull();
});

test('a webhook of Cal.com costs as many tries as its length allows, and none before that of the last sender', async () => {
  const tried: string[] = [];
  const senders = new WebhookSenders({
    common: null,
    companies: {
      webhookSecrets: async () =>
        Array.from({ length: COMPANIES }, (_, n) => ({ companyId: idOf(n), sealed: `s${n}` })),
    },
    sealed: { open: (_name, { sealed }) => sealed },
    verify: (_rawBody, signature, secret) => {
      tried.push(secret);
      return signature === secret;
    },
    nowMs: () => 0,
  });
  expect(await senders.of(Buffer.alloc(1_000_000), 's299')).toBeNull();
  expect(tried).toHaveLength(15);
  expect(await senders.of(Buffer.alloc(5000), 's299')).toEqual({ companyId: idOf(299) });
  tried.length = 0;
  expect(await senders.of(Buffer.alloc(1_000_000), 's299')).toEqual({ companyId: idOf(299) });
  expect(tried).toEqual(['s299']);
});
