import fc from 'fast-check';
import { INBOUND_VARIABLES, inboundAnswer } from '../../src/retell/inbound-answer';
import { parseRetellEvent } from '../../src/retell/webhook-events';

const bytes = (body: unknown): Buffer => Buffer.from(JSON.stringify(body));
const CALL = {
  call_id: 'call_abc',
  agent_id: 'agent_demo',
  call_type: 'phone_call',
  from_number: '+49301111111',
  to_number: '+493012345678',
  direction: 'inbound',
  start_timestamp: 1_795_500_000_000,
};

describe('Retell webhook events', () => {
  test('call_ended carries what an ended call knows', () => {
    const ended = {
      ...CALL,
      end_timestamp: 1_795_500_060_000,
      duration_ms: 60_000,
      disconnection_reason: 'user_hangup',
      transcript: 'Agent: Hallo',
    };
    expect(parseRetellEvent(bytes({ event: 'call_ended', call: ended }))).toEqual({
      kind: 'call_ended',
      dedupeKey: 'call_ended:call_abc',
      call: {
        platform: 'retell',
        home: null,
        callId: 'call_abc',
        agentId: 'agent_demo',
        fromNumber: '+49301111111',
        toNumber: '+493012345678',
        direction: 'inbound',
        startedAt: new Date(1_795_500_000_000),
        endedAt: new Date(1_795_500_060_000),
        durationMs: 60_000,
        disconnectionReason: 'user_hangup',
        transcript: 'Agent: Hallo',
        timing: null,
        recordingUrl: null,
        analysis: null,
        agentVersion: null,
        heard: null,
        language: null,
      },
    });
  });

  test('call_analyzed adds the summary and success of the analysis, and nothing about how the caller felt', () => {
    const analysis = {
      ...{ call_summary: 'Termin', call_successful: true, in_voicemail: false, user_sentiment: 'Negative' },
      custom_analysis_data: { mood: 'angry' },
    };
    const event = parseRetellEvent(bytes({ event: 'call_analyzed', call: { ...CALL, call_analysis: analysis } }));
    if (event?.kind !== 'call_analyzed') throw new Error('expected call_analyzed');
    expect(event.call.analysis).toEqual({ call_summary: 'Termin', call_successful: true, in_voicemail: false });
  });

  test('call_ended has the turns with their times, the tool calls between them and the recording', () => {
    const said = (role: string, content: string, ...words: [number, number][]) => ({
      ...{ role, content, words: words.map(([start, end]) => ({ word: 'x', start, end })) },
    });
    const ended = {
      ...{ ...CALL, transcript: 'Agent: x', recording_url: 'https://recordings.example/a.wav' },
      transcript_with_tool_calls: [
        said('agent', 'Guten Tag.\nWas darf es sein?', [0.5, 0.9], [1, 1.6]),
        said('user', 'Morgen um zehn.', [2.25, 3]),
        { role: 'tool_call_invocation', tool_call_id: 'tool_1', name: 'check_availability', arguments: '{}' },
        { role: 'tool_call_result', tool_call_id: 'tool_1', content: '{}' },
        said('agent', 'Ja.'),
        ...['nonsense', null, { role: 'dtmf', digit: '1' }],
        said('transfer_target', 'Kim hier.', [9, 10]),
      ],
    };
    const event = parseRetellEvent(bytes({ event: 'call_ended', call: ended }));
    if (event?.kind !== 'call_ended') throw new Error('expected call_ended');
    expect(event.call).toMatchObject({
      transcript: 'Agent: Guten Tag. Was darf es sein?\nUser: Morgen um zehn.\nAgent: Ja.\nOther: Kim hier.',
      timing: { turns: [500, 2250, null, 9000], tools: [{ id: 'tool_1', at: 3000 }] },
      recordingUrl: 'https://recordings.example/a.wav',
    });
  });

  test.each(['javascript:alert(1)', 'http://recordings.example/a.wav', 'a.wav', 7, null])(
    'a recording at %p is none',
    (recording_url) => {
      const event = parseRetellEvent(bytes({ event: 'call_ended', call: { ...CALL, recording_url } }));
      expect(event).toMatchObject({ call: { recordingUrl: null } });
    },
  );

  test('a repeated delivery has the same key, another event of the call another one', () => {
    const key = (event: string, call: object = CALL): string | undefined =>
      parseRetellEvent(bytes({ event, call }))?.dedupeKey;
    expect(key('call_started')).toBe(key('call_started', { ...CALL, transcript: 'more' }));
    expect(new Set(['call_started', 'call_ended', 'call_analyzed'].map((event) => key(event))).size).toBe(3);
    expect(key('call_started')).not.toBe(key('call_started', { ...CALL, call_id: 'call_other' }));
  });

  test('two transfers of one call are two events, told apart without keeping the number', () => {
    const transfer = (to: unknown): string =>
      parseRetellEvent(bytes({ event: 'transfer_started', call: CALL, transfer_destination: to }))?.dedupeKey ?? '';
    expect(transfer('+491111')).not.toBe(transfer('+492222'));
    expect(transfer({ type: 'predefined', number: '+491111' })).toBe(transfer('+491111'));
    expect(transfer('+491111')).not.toContain('1111');
  });

  test('call_inbound with and without a call id', () => {
    const inbound = { agent_id: 'agent_demo', from_number: '+49301111111', to_number: '+493012345678' };
    const named = parseRetellEvent(bytes({ event: 'call_inbound', call_inbound: { ...inbound, call_id: 'call_abc' } }));
    const unnamed = parseRetellEvent(bytes({ event: 'call_inbound', event_timestamp: 1, call_inbound: inbound }));
    expect(named).toEqual({
      kind: 'call_inbound',
      dedupeKey: 'call_inbound:call_abc',
      language: null,
      platform: 'retell',
      home: null,
      callId: 'call_abc',
      direction: null,
      agentId: 'agent_demo',
      fromNumber: '+49301111111',
      toNumber: '+493012345678',
    });
    expect(unnamed?.dedupeKey).toMatch(/^call_inbound:[0-9a-f]{40}$/);
    expect(
      parseRetellEvent(bytes({ event: 'call_inbound', event_timestamp: 2, call_inbound: inbound }))?.dedupeKey,
    ).not.toBe(unnamed?.dedupeKey);
  });

  test.each([
    ['transcript_updated', { event: 'transcript_updated', call: CALL }, 'call_abc'],
    ['chat_started', { event: 'chat_started', chat: { chat_id: 'chat_1x' } }, 'chat_1x'],
    ['an unknown event', { event: 'call_teleported', call: CALL }, 'call_abc'],
    ['call_started without an id', { event: 'call_started', call: {} }, null],
    ['no event at all', {}, null],
    ['an event of a wrong type', { event: 7, call: 'x' }, null],
  ])('%s is kept and not acted upon', (_what, body, callId) => {
    expect(parseRetellEvent(bytes(body))).toMatchObject({ kind: 'other', callId });
  });

  test.each(['', '[]', '"x"', 'null', '{'])('%p is no event', (text) => {
    expect(parseRetellEvent(Buffer.from(text))).toBeNull();
  });

  test('no JSON value makes it throw', () => {
    const part = fc.jsonValue();
    const event = fc.constantFrom('call_inbound', 'call_started', 'call_analyzed', 'transfer_ended', 'x');
    fc.assert(
      fc.property(
        fc.oneof(part, fc.record({ event, call: part, call_inbound: part, transfer_destination: part })),
        (body) => {
          const parsed = parseRetellEvent(bytes(body));
          if (parsed !== null) expect(parsed.dedupeKey.length).toBeLessThan(250);
        },
      ),
    );
  });
});

describe('the answer to call_inbound', () => {
  const facts = {
    language: 'de' as const,
    businessName: 'Salon Sonnenschein',
    timeZone: 'Europe/Berlin',
    todaySpoken: 'Dienstag, den 24. November',
    currentDate: '2026-11-24',
    currentTime: '14:05',
    weekday: 'Dienstag',
    recordingNotice: 'ask' as const,
    prefersHuman: false,
    greeting: 'Guten Tag.\nWas kann ich für Sie tun?',
    customerFirstName: null,
    upcomingBookingSpoken: null,
    nextSlotsSpoken: 'morgen um zehn Uhr',
    agentId: null,
  };

  test('holds every variable as a string, empty when not known, on one line', () => {
    const variables = inboundAnswer(facts).call_inbound.dynamic_variables;
    expect(Object.keys(variables)).toEqual([...INBOUND_VARIABLES]);
    expect(variables).toMatchObject({
      known_customer_name: '',
      next_slots_spoken: 'morgen um zehn Uhr',
      language: 'de',
    });
    expect(variables.greeting).toBe('Guten Tag. Was kann ich für Sie tun?');
  });

  test('without facts there is an empty set of variables, which Retell accepts', () => {
    expect(inboundAnswer(null)).toEqual({ call_inbound: { dynamic_variables: {} } });
  });
});
