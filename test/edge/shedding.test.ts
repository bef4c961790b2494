import request from 'supertest';
import { signBody } from '../../src/retell/signature';
import { ADMIN_TOKEN, openDay, RETELL_KEY, startTestGateway, toolBody, type TestGateway } from '../support/gateway';
import { expectDocumented } from '../support/openapi-validator';

const OTHER_NUMBER = '+4930777001';
const CALL = 'call_00000000000000000000000000cc';
const LINE = '+493012345678';
const wish = { service_name: 'Färben', desired_date: 'morgen' };
const json = { 'content-type': 'application/json' };

interface Door {
  path: string;
  body: object;
  headers: Record<string, string>;
  answerIn: (body: never) => { message: string }[];
}
/** A question that each platform asks, and where its agent reads the answer. */
const DOORS: Record<string, Door> = {
  Vapi: {
    path: '/api/vapi',
    headers: json,
    body: {
      message: {
        type: 'tool-calls',
        call: { id: CALL, type: 'inboundPhoneCall', customer: { number: '+4930901820' } },
        phoneNumber: { number: LINE },
        toolCallList: ['one', 'two'].map((id) => ({ id, name: 'check_availability', arguments: wish })),
      },
    },
    answerIn: ({ results }: { results: { toolCallId: string; result: string }[] }) => {
      expect(results.map(({ toolCallId }) => toolCallId)).toEqual(['one', 'two']);
      return results.map(({ result }) => JSON.parse(result) as { message: string });
    },
  },
  ElevenLabs: {
    path: '/api/elevenlabs/check_availability?from=agent',
    headers: { ...json, 'x-call-id': CALL, 'x-line-number': LINE, 'x-caller-number': '+4930901820' },
    body: wish,
    answerIn: (body: { message: string }) => [body],
  },
  MCP: {
    path: '/mcp',
    headers: { ...json, accept: 'application/json, text/event-stream', 'x-call-id': CALL, 'x-line-number': LINE },
    body: { jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: 'check_availability', arguments: wish } },
    answerIn: ({ id, result }: { id: number; result: { content: { text: string }[]; structuredContent: object } }) => {
      const answer = result.structuredContent as { message: string };
      expect([id, result.content[0]!.text]).toEqual([7, answer.message]);
      return [answer];
    },
  },
};
let t: TestGateway;

beforeAll(async () => {
  t = await startTestGateway({
    // Long enough for the questions that fill it to be still waiting when the next one comes, on a busy machine too.
    env: { MAX_INFLIGHT_REQUESTS: '10', VOICE_READ_DEADLINE_MS: '4000', CALCOM_SLOTS_TIMEOUT_MS: '3500' },
  });
  const admin = async (path: string, body: object): Promise<{ id: string }> =>
    (await request(t.gateway.server).post(`/api/admin${path}`).set('authorization', `Bearer ${ADMIN_TOKEN}`).send(body))
      .body.data as { id: string };
  const { id: company_id } = await admin('/companies', { name: 'Other Ltd', slug: 'other', language: 'en' });
  const { id: branch_id } = await admin('/branches', { company_id, name: 'City', time_zone: 'Europe/London' });
  await admin('/phone-numbers', { company_id, branch_id, number: OTHER_NUMBER });
});
afterAll(() => t.stop());

/** Questions that no cache answers, at a Cal.com that does: later. */
async function whileFull<T>(work: () => Promise<T>): Promise<T> {
  await t.control('/faults', { match: { method: 'GET', path: '/v2/slots' }, times: 1000, fault: { kind: 'hang' } });
  // What hung before has opened the circuit; behind an open one every question would be over at once.
  const { accounts, breaker } = t.gateway.parts.upstream;
  await Promise.all((await accounts.keys()).map(({ id }) => breaker.reset(id)));
  const { admission } = t.gateway.parts.voice;
  const waiting: PromiseLike<unknown>[] = [];
  // A question that is known, or that a circuit ends, gives its place back: more come until the gateway is full.
  for (let day = 0, full = 0; full < 10; day++) {
    if (day > 500) throw new Error('the gateway is never full');
    full = admission.inWork < 8 ? 0 : full + 1;
    if (full === 0)
      waiting.push(t.tool('check_availability', { service_name: 'Färben', desired_date: openDay(20 + (day % 100)) }));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  try {
    return await work();
  } finally {
    await fetch(`${t.sandbox.controlUrl}/faults`, { method: 'DELETE' });
    await Promise.all(waiting);
    expect(admission.inWork).toBe(0);
  }
}

test('a request without a place is refused at once, in a sentence, with all fields of the tool', async () => {
  const { busy, idle } = await whileFull(async () => ({
    busy: await t.tool('check_availability', { service_name: 'Färben', desired_date: 'morgen' }, { call_id: CALL }),
    idle: null,
  }));
  expect(idle).toBeNull();
  expect([busy.status, busy.body.status, busy.body.success, busy.body.call_id]).toEqual([200, 'busy', false, CALL]);
  expect(busy.body.message).toMatch(/^[^\n*_#]+[.?]$/);
  expect(busy.body.alternatives).toEqual([]);
  expectDocumented(busy);
});

test('the dispatcher’s refusal has the dispatcher’s shape, and the call’s own language wins', async () => {
  const busy = await whileFull(() =>
    t.post('/api/retell/function', toolBody('check_availability', { service_name: 'Färben' }, { language: 'en' })),
  );
  expect(busy.body.data.status).toBe('busy');
  expect(busy.body.message).toMatch(/\b(moment|busy|please)\b/i);
  expectDocumented(busy);
});

test.each(Object.keys(DOORS))(
  'at the door of %s the refusal comes before the token or secret is looked at',
  async (door) => {
    const { path, body, headers, answerIn } = DOORS[door]!;
    const secretless = { ...headers, 'x-forwarded-for': '10.0.0.7' };
    const ask = (): request.Test => request(t.gateway.server).post(path).set(secretless).send(body);
    const heard = await whileFull(async () => ask());
    expect(heard.status).toBe(200);
    const answers = answerIn(heard.body as never);
    expect(answers.length).toBeGreaterThan(0);
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 'busy', success: false, alternatives: [], call_id: CALL });
      expect(answer.message).toMatch(/^[^\n*_#]+[.?]$/);
    }
    expect((await ask()).status).toBe(401);
  },
);

test('another company still gets in, and is refused in its own language once it has had its share', async () => {
  const theirs = { to_number: OTHER_NUMBER, agent_id: 'agent_other' };
  await t.tool('current_context', {}, theirs);
  const heard = await whileFull(async () => {
    const first = await t.tool('current_context', {}, theirs);
    const crowd = await Promise.all(Array.from({ length: 12 }, () => t.tool('current_context', {}, theirs)));
    return { first, crowd };
  });
  expect(heard.first.body.status).toBe('ok');
  const refused = heard.crowd.filter((one) => one.body.status === 'busy');
  for (const one of refused) expect(one.body.message).not.toMatch(/[äöüß]|\bbitte\b/);
});

test('a booking takes a place that no question gets', async () => {
  const booked = await whileFull(async () => {
    const wish = {
      service_name: 'Bartpflege',
      desired_date: openDay(9),
      desired_time: '09:30',
      customer_name: 'Uli Eilig',
    };
    const crowd = Array.from({ length: 6 }, () => t.tool('current_context', {}));
    const one = await t.tool('create_booking', wish);
    await Promise.all(crowd);
    return one;
  });
  expect(booked.body.status).not.toBe('busy');
});

test('what is let in through the door is checked as always', async () => {
  const body = toolBody('current_context', {}, { to_number: OTHER_NUMBER });
  const answers = await whileFull(async () => {
    const raw = JSON.stringify(body);
    const send = (signature: string): request.Test =>
      request(t.gateway.server)
        .post('/api/retell/current_context')
        .set({ 'content-type': 'application/json', 'x-retell-signature': signature })
        .send(raw);
    return [await send('v=1,d=00'), await send(signBody(Buffer.from(raw), RETELL_KEY, Date.now()))];
  });
  expect(answers.map((answer) => answer.status)).toEqual([401, 200]);
});
