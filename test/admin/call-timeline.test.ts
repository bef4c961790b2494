import fc from 'fast-check';
import { timelineOf } from '../../src/services/admin/call-trace';
import { tenantId } from '../../src/domain';
import { transcriptFrom, turnsOf } from '../../src/services/voice/transcript';

const RING = Date.parse('2026-11-24T13:00:00Z');
const at = (ms: number): string => new Date(RING + ms).toISOString();
const NOW = new Date(RING + 600_000);
const call = (more: object = {}) => ({
  ...{ id: 'x', company_id: tenantId('00000000-0000-4000-8000-000000000001'), platform: 'retell', status: 'analyzed' },
  ...{ started_at: at(0), ended_at: at(60_000), duration_ms: 60_000, erased_at: null, recording_consent: null },
  ...{ transcript: null, timing: null, ...more },
});
const tool = (ms: number, id: string | null = null) => ({
  ...{ started_at: at(ms), duration_ms: 400, tool_call_id: id },
});
const WORDS = 'Agent: Guten Tag.\nUser: Morgen um zehn?\nAgent: Ja, das geht.';
const timing = (...tools: { id: string | null; at: number | null }[]) => ({ turns: [500, 3000, 7000], tools });

describe('the timeline of a call', () => {
  test('puts turns onto the clock of the tools when both clocks agree', () => {
    const line = timelineOf(call({ transcript: WORDS, timing: timing({ id: 'a', at: 5000 }) }), [tool(6000, 'a')], NOW);
    expect(line).toEqual({
      ...{ starts_at: at(0), ends_at: at(60_000), clock_shift_ms: 0, transcript: 'kept' },
      turns: [
        { speaker: 'agent', text: 'Guten Tag.', at: at(500) },
        { speaker: 'user', text: 'Morgen um zehn?', at: at(3000) },
        { speaker: 'agent', text: 'Ja, das geht.', at: at(7000) },
      ],
    });
  });

  test.each([
    ['the platform’s clock is ahead', -20_000],
    ['the platform’s clock is behind', 95_000],
  ])('moves the turns when %s', (_what, shift) => {
    const reported = timing({ id: 'a', at: 5000 }, { id: 'b', at: 30_000 });
    const tools = [tool(5000 + shift, 'a'), tool(30_900 + shift, 'b')];
    const line = timelineOf(call({ transcript: WORDS, timing: reported }), tools, NOW);
    expect(line).toMatchObject({ clock_shift_ms: shift, starts_at: at(shift), ends_at: at(60_000 + shift) });
    expect(line.turns[1]!.at).toBe(at(3000 + shift));
  });

  test('matches tool calls without ids by their order, and compares nothing when their numbers differ', () => {
    const reported = timing({ id: null, at: 5000 }, { id: null, at: 9000 });
    const of = (...tools: ReturnType<typeof tool>[]) =>
      timelineOf(call({ transcript: WORDS, timing: reported }), tools, NOW).clock_shift_ms;
    expect(of(tool(-2000), tool(2000))).toBe(-7000);
    expect(of(tool(-2000))).toBe(0);
  });

  test('keeps turns without times in their order, and drops times of another version of the words', () => {
    const line = timelineOf(call({ transcript: WORDS, timing: { turns: [1, 2], tools: [] } }), [], NOW);
    expect(line.turns.map((turn) => [turn.text, turn.at])).toEqual([
      ...[
        ['Guten Tag.', null],
        ['Morgen um zehn?', null],
        ['Ja, das geht.', null],
      ],
    ]);
  });

  test.each([
    ['only its end was reported', {}, [], { transcript: 'none', ends_at: at(60_000) }],
    ['its transcript is on its way', { status: 'ended', ended_at: at(590_000) }, [], { transcript: 'coming' }],
    ['its transcript never came', { status: 'ended', ended_at: at(-7_200_000) }, [], { transcript: 'none' }],
    ['the caller refused a recording', { recording_consent: false }, [], { transcript: 'declined', turns: [] }],
    ['the person was erased', { erased_at: at(0) }, [], { transcript: 'erased' }],
    ['it goes on', { status: 'ongoing', ended_at: null, duration_ms: null }, [tool(1000)], { ends_at: null }],
    ['a tool answered after the end', {}, [tool(70_000)], { ends_at: at(70_400) }],
    ['a tool was called before the start that is known', {}, [tool(-3000)], { starts_at: at(-3000) }],
  ])('is whole when %s', (_what, more, tools, expected) => {
    expect(timelineOf(call(more), tools, NOW)).toMatchObject(expected);
  });

  test('holds every turn and tool between its ends, in the order that was reported, whatever the clocks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(600_000), { minLength: 1, maxLength: 200 }),
        fc.integer({ min: -86_400_000, max: 86_400_000 }),
        (offsets, skew) => {
          const sorted = [...offsets].sort((a, b) => a - b);
          const read = transcriptFrom(
            sorted.map((ms, i) =>
              i % 3 === 2 ? { toolCallId: `t${i}`, at: ms } : { said: `turn ${i}`, speaker: 'user', at: ms },
            ),
          );
          const tools = sorted.flatMap((ms, i) => (i % 3 === 2 ? [tool(ms + skew, `t${i}`)] : []));
          const line = timelineOf(call({ ...read, duration_ms: 600_000 }), tools, NOW);
          const times = line.turns.map((turn) => Date.parse(turn.at!));
          expect(times).toEqual([...times].sort((a, b) => a - b));
          for (const time of [...times, ...tools.map((one) => Date.parse(one.started_at))]) {
            expect(time).toBeGreaterThanOrEqual(Date.parse(line.starts_at));
            expect(time).toBeLessThanOrEqual(Date.parse(line.ends_at!));
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

test('a transcript is read back turn by turn as it was written', () => {
  const { transcript } = transcriptFrom([
    { said: 'Guten Tag.\nWas darf es sein?', speaker: 'agent', at: 0 },
    { said: '  ', speaker: 'user', at: 1 },
    { said: 'user: ich', speaker: 'user', at: 2 },
    { said: 'Kim hier.', speaker: 'other', at: null },
  ]);
  expect(turnsOf(transcript!)).toEqual([
    { speaker: 'agent', text: 'Guten Tag. Was darf es sein?' },
    { speaker: 'user', text: 'user: ich' },
    { speaker: 'other', text: 'Kim hier.' },
  ]);
  expect(turnsOf('Agent: eins\nzwei\n\nUSER: drei')).toEqual([
    { speaker: 'agent', text: 'eins zwei' },
    { speaker: 'user', text: 'drei' },
  ]);
});
