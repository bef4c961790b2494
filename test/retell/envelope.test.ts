import fc from 'fast-check';
import { parseBody, type BodySource, type ToolRequest } from '../../src/retell/envelope';
import { RetellPlatform } from '../../src/retell/retell-platform';
import type { PlatformMessage } from '../../src/services/voice/voice-platform';

const bytes = (body: unknown): Buffer => Buffer.from(JSON.stringify(body));
const toTool = (pathTool: string | null, callIdHeader?: string): BodySource => ({ pathTool, callIdHeader });

function request(body: unknown, source: BodySource = toTool('check_availability')): ToolRequest {
  const parsed = parseBody(bytes(body), source);
  if (parsed.kind !== 'request') throw new Error(`expected a request, got ${parsed.kind}`);
  return parsed.request;
}

const CALL = {
  call_id: 'call_0123456789abcdef0123456789a',
  call_type: 'phone_call',
  agent_id: 'agent_demo',
  from_number: '+49301111111',
  to_number: '+493012345678',
  start_timestamp: 1_795_500_000_000,
  transcript: 'Agent: Hallo',
};
const ARGS = { service_name: 'Färben', desired_date: 'morgen' };
const READ = { service_name: 'Färben', desired_date: 'morgen' };

describe('body shapes', () => {
  test("Retell's envelope", () => {
    const { tool, args, call, shape } = request({ name: 'check_availability', args: ARGS, call: CALL });
    expect({ tool, args, shape }).toEqual({ tool: 'check_availability', args: READ, shape: 'envelope' });
    expect(call).toEqual({
      platform: 'retell',
      home: null,
      callId: CALL.call_id,
      toolCallId: null,
      direction: null,
      toNumber: CALL.to_number,
      fromNumber: CALL.from_number,
      agentId: 'agent_demo',
      startedAt: new Date(CALL.start_timestamp),
      language: null,
      hasCallObject: true,
      callType: 'phone_call',
      dynamicVariables: {},
      metadata: {},
    });
  });

  test.each([
    ['arguments alone', ARGS],
    ['arguments with a call beside them', { ...ARGS, call: CALL }],
    ['`arguments`', { arguments: ARGS }],
    ['`parameters`', { parameters: ARGS, call: CALL }],
    ['arguments as JSON text', { args: JSON.stringify(ARGS), call: CALL }],
    ['empty args and the arguments at top level', { args: {}, ...ARGS }],
    ["the tool's name beside the arguments", { name: 'check_availability', ...ARGS }],
  ])('%s', (_what, body) => {
    expect(request(body).args).toEqual(READ);
  });

  test('the path names the tool, whatever the body says', () => {
    expect(request({ name: 'cancel_appointment', args: ARGS, call: CALL }).tool).toBe('check_availability');
  });

  test.each(['name', 'function_name'])('the dispatcher reads the tool from %s', (key) => {
    const parsed = request({ [key]: 'check_availability_v17', args: ARGS, call: CALL }, toTool(null));
    expect({ tool: parsed.tool, calledAs: parsed.calledAs }).toEqual({
      tool: 'check_availability',
      calledAs: 'check_availability_v17',
    });
  });

  test("in flat arguments `name` is the customer's, in an envelope it is the tool's", () => {
    const booking = toTool('create_booking');
    expect(request({ name: 'Anna Müller', datum: 'morgen' }, booking).args.customer_name).toBe('Anna Müller');
    expect(request({ name: 'our_booking', args: {}, call: CALL }, booking).args).toEqual({});
    expect(request({ name: 'book', args: { name: 'Anna Müller' }, call: CALL }, booking).args).toEqual({
      customer_name: 'Anna Müller',
    });
  });

  test.each([[[]], ['text'], [42], [null], [true], [{}], [[{ args: ARGS }]]])(
    '%j is a request without arguments',
    (body) => {
      const parsed = request(body);
      expect(parsed.args).toEqual({});
      expect(parsed.call.hasCallObject).toBe(false);
    },
  );

  test.each(['', '{', 'null,', '{"a":1}}', "{'a':1}", '\u0000'])('%p is not JSON', (text) => {
    expect(parseBody(Buffer.from(text), toTool('check_availability'))).toEqual({ kind: 'not_json' });
  });

  test('a byte order mark before the JSON does no harm', () => {
    expect(parseBody(Buffer.from(`\ufeff${JSON.stringify(ARGS)}`), toTool('check_availability')).kind).toBe('request');
  });
});

describe('which call', () => {
  test('the call object, then the header, then the arguments', () => {
    const inArgs = { ...ARGS, call_id: 'call_in_args' };
    expect(request({ args: inArgs, call: CALL }, toTool('check_availability', 'call_in_header')).call.callId).toBe(
      CALL.call_id,
    );
    expect(request(inArgs, toTool('check_availability', 'call_in_header')).call.callId).toBe('call_in_header');
    expect(request(inArgs).call.callId).toBe('call_in_args');
    expect(request({ args: ARGS, call_id: 'call_at_top' }).call.callId).toBe('call_at_top');
  });

  test.each([
    '',
    'None',
    'null',
    'undefined',
    'current',
    'CURRENT_CALL',
    'call_1',
    'call_001',
    'dummy_call_id',
    '1',
    '123',
    '12345',
    '{{call_id}}',
    ' {{ call_id }} ',
    'a b',
    `call_${'a'.repeat(200)}`,
    "x'; drop table calls",
    7,
    null,
    {},
    'call_0123456789abcdef012345',
    'call_0123456789abcdef0123456789',
  ])('%p from a model is no call id', (callId) => {
    expect(request({ ...ARGS, call_id: callId }).call.callId).toBeNull();
  });

  test.each(['{{call_id}}', 'None', ''])('a header of %p counts as absent', (header) => {
    expect(request({ ...ARGS, call_id: 'call_in_args' }, toTool('check_availability', header)).call.callId).toBe(
      'call_in_args',
    );
  });

  test('with arguments only, the number rung may come as a constant; who is calling may not', () => {
    const { call } = request({
      ...ARGS,
      to_number: '+493012345678',
      agent_id: 'agent_demo',
      from_number: '+49301111111',
    });
    expect(call).toMatchObject({
      toNumber: '+493012345678',
      agentId: 'agent_demo',
      fromNumber: null,
      hasCallObject: true,
    });
  });

  test('beside a call object the arguments name no other tenant', () => {
    const { call } = request({
      args: { ...ARGS, to_number: '+49999', agent_id: 'agent_other' },
      call: { call_id: CALL.call_id },
    });
    expect(call).toMatchObject({ toNumber: null, agentId: null });
  });

  test('a call with wrong types in every field is a call that says nothing', () => {
    const wrong = Object.fromEntries(
      [...Object.keys(CALL), 'metadata', 'transcript_with_tool_calls'].map((key) => [key, [{}]]),
    );
    expect(request({ args: ARGS, call: wrong }).call).toMatchObject({
      callId: null,
      toNumber: null,
      fromNumber: null,
      agentId: null,
      startedAt: null,
      language: null,
      metadata: {},
      hasCallObject: true,
    });
  });

  test.each([
    ['de', 'de'],
    ['de-AT', 'de'],
    ['German', 'de'],
    ['Deutsch', 'de'],
    ['en-US', 'en'],
    ['English', 'en'],
    ['fr', null],
    ['', null],
    ['{{language}}', null],
  ])('the dynamic variable language %p means %p', (said, language) => {
    const call = { ...CALL, retell_llm_dynamic_variables: { language: said, other: 7, nested: {} } };
    const parsed = request({ args: ARGS, call }).call;
    expect(parsed.language).toBe(language);
    expect(parsed.dynamicVariables).toEqual({ language: said, other: '7' });
  });
});

describe('which invocation', () => {
  const invoked = (id: string, args: unknown = ARGS, name = 'check_availability'): object => ({
    role: 'tool_call_invocation',
    tool_call_id: id,
    name,
    arguments: typeof args === 'string' ? args : JSON.stringify(args),
  });
  const answered = (id: string): object => ({
    role: 'tool_call_result',
    tool_call_id: id,
    content: '{}',
    successful: true,
  });
  const idOf = (transcript: unknown): string | null =>
    request({ name: 'check_availability', args: ARGS, call: { ...CALL, transcript_with_tool_calls: transcript } }).call
      .toolCallId;

  test.each<[string, unknown[], string | null]>([
    ['the last one of this tool', [invoked('t1'), invoked('t2'), { role: 'agent', content: 'Moment' }], 't2'],
    ['not one of another tool', [invoked('t1'), invoked('t2', ARGS, 'cancel_appointment')], 't1'],
    ['one under an alias of the tool', [invoked('t1', ARGS, 'check_availability_v17')], 't1'],
    ['not one that has its answer', [invoked('t1'), answered('t1')], null],
    ['the open one among answered ones', [invoked('t1'), answered('t1'), invoked('t2')], 't2'],
    ['not one that asked for something else', [invoked('t1', { ...ARGS, desired_date: 'heute' })], null],
    [
      'one whose arguments are in another order',
      [invoked('t1', { desired_date: 'morgen', service_name: 'Färben' })],
      't1',
    ],
    ['one whose arguments cannot be read', [invoked('t1', '{"service_na')], 't1'],
    ['none in an empty transcript', [], null],
    [
      'none in nonsense',
      [null, 7, {}, { role: 'tool_call_invocation' }, { role: 'tool_call_invocation', tool_call_id: 5 }],
      null,
    ],
  ])('%s', (_what, transcript, id) => {
    expect(idOf(transcript)).toBe(id);
  });

  test('a transcript that is no list is none', () => {
    expect(idOf('text')).toBeNull();
  });
});

describe('parsed for the controller', () => {
  const platform = new RetellPlatform({ owners: { bySignature: async () => null }, isSandboxed: false });
  const parse = (body: unknown, pathTool: string | null): PlatformMessage =>
    platform.read({ pathTool, headers: {}, rawBody: bytes(body), isForm: false });
  const answer = {
    success: true,
    status: 'found',
    message: 'Wir bieten Färben an.',
    call_id: null,
    count: 1,
    services: [],
  };

  test('a path that names no tool is no path; the dispatcher says so in a sentence', () => {
    expect(parse(ARGS, 'make_coffee').kind).toBe('no_such_path');
    const call = { ...CALL, retell_llm_dynamic_variables: { language: 'en' } };
    const unknown = parse({ name: 'make_coffee', args: {}, call }, null);
    if (unknown.kind !== 'tools') throw new Error(unknown.kind);
    expect(unknown.asked).toMatchObject([{ unknown: { callId: CALL.call_id, language: 'en' } }]);
    const said = { success: false, status: 'error', message: 'unknown tool', call_id: CALL.call_id };
    expect(unknown.respond([said])).toEqual({ ...said, data: said, error: 'unknown tool' });
    expect(parse({}, null)).toMatchObject({ kind: 'tools', asked: [{ unknown: { callId: null } }] });
  });

  test('a tool of its own URL answers flat, the dispatcher in its envelope', () => {
    const direct = parse({}, 'list-services');
    const dispatched = parse({ name: 'list_services' }, null);
    if (direct.kind !== 'tools' || dispatched.kind !== 'tools') throw new Error('expected requests');
    const flat = direct.respond([answer]);
    expect(flat).toMatchObject({ success: true, status: 'found', count: 1 });
    expect(dispatched.respond([answer])).toEqual({
      ...(flat as object),
      success: true,
      message: answer.message,
      status: 'found',
      data: flat,
      error: null,
    });
  });
});

test('no JSON value makes the parser throw, with or without a tool in the path', () => {
  const part = fc.jsonValue();
  const body = fc.oneof(
    part,
    fc.record({ name: part, args: part, call: part }, { requiredKeys: [] }),
    fc.record({
      name: fc.constantFrom('check_availability', 'book_appointment', 'nothing'),
      args: fc.dictionary(fc.string(), part),
      call: fc.record(
        {
          call_id: part,
          to_number: part,
          start_timestamp: part,
          metadata: part,
          retell_llm_dynamic_variables: part,
          transcript_with_tool_calls: part,
        },
        { requiredKeys: [] },
      ),
    }),
  );
  fc.assert(
    fc.property(
      body,
      fc.constantFrom(null, 'create_booking', 'v4/x'),
      fc.option(fc.string(), { nil: undefined }),
      (value, pathTool, header) => {
        expect(['request', 'unknown_tool']).toContain(parseBody(bytes(value), { pathTool, callIdHeader: header }).kind);
      },
    ),
    { numRuns: 1000 },
  );
});

test('JSON nested a hundred thousand levels deep is read without falling over', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const body = `{"args":{"service_name":${deep}},"call":{"metadata":{"x":${deep}},"transcript_with_tool_calls":[{"role":"tool_call_invocation","tool_call_id":"t","name":"check_availability","arguments":{"service_name":${deep}}}]}}`;
  const parsed = parseBody(Buffer.from(body), toTool('check_availability'));
  expect(parsed.kind).toBe('request');
});
