import fc from 'fast-check';
import { mostIn, simulate, type Demand, type Schedule, type Trouble } from './fleet-simulation';

const PRIORITIES = ['booking', 'live', 'background'] as const;

const demand: fc.Arbitrary<Demand> = fc
  .record({
    fromMs: fc.integer({ min: 0, max: 90_000 }),
    shape: fc.oneof(
      fc.record({ forMs: fc.integer({ min: 1, max: 300 }), sends: fc.integer({ min: 20, max: 200 }) }),
      fc.record({ forMs: fc.integer({ min: 2000, max: 10_000 }), sends: fc.integer({ min: 20, max: 130 }) }),
      fc.record({ forMs: fc.integer({ min: 20_000, max: 90_000 }), sends: fc.integer({ min: 20, max: 250 }) }),
    ),
    priority: fc.constantFrom(...PRIORITIES),
    tenant: fc.integer({ min: 0, max: 3 }),
  })
  .map(({ shape, ...rest }) => ({ ...rest, forMs: shape.forMs, perSecond: (shape.sends * 1000) / shape.forMs }));

const trouble: fc.Arbitrary<Trouble> = fc.record({
  atMs: fc.integer({ min: 0, max: 100_000 }),
  kind: fc.constantFrom('restart-empty', 'restart-behind', 'away', 'frozen', 'clock-forward', 'clock-back', 'paused'),
  forMs: fc.oneof(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 3000, max: 40_000 })),
});

/** At most one trouble within any 65 s: what a second one adds before the first is over is another question. */
function apart(troubles: Trouble[]): Trouble[] {
  const kept: Trouble[] = [];
  for (const next of [...troubles].sort((a, b) => a.atMs - b.atMs)) {
    const last = kept.at(-1);
    if (!last || next.atMs > last.atMs + last.forMs + 65_000) kept.push(next);
  }
  return kept;
}

/** Demand of any shape by up to four processes whose clocks are up to 2 s wrong, with what may happen to the log. */
export const schedules: fc.Arbitrary<Schedule> = fc.record({
  seed: fc.nat(),
  processes: fc.integer({ min: 1, max: 4 }),
  jitterMs: fc.integer({ min: 0, max: 500 }),
  demands: fc.array(demand, { minLength: 1, maxLength: 5 }),
  troubles: fc.array(trouble, { maxLength: 2 }).map(apart),
  lastsMs: fc.constant(130_000),
});

/** Runs it and says what was wrong with it; empty when nothing was. */
export async function verdict(schedule: Schedule): Promise<string[]> {
  const { sends, refused } = await simulate(schedule);
  const wrong: string[] = [];
  const arrived = (of: readonly string[]): number[] =>
    sends.filter((send) => of.includes(send.priority)).map((send) => send.arrivesAtMs);
  const expectAtMost = (what: string, of: readonly string[], limit: number): void => {
    const most = mostIn(arrived(of), 60_000);
    if (most > limit) wrong.push(`${most} ${what} arrived within 60 s, ${limit} are allowed`);
  };
  expectAtMost('requests', PRIORITIES, 120);
  expectAtMost('reads', ['live', 'background'], 100);
  expectAtMost('background requests', ['background'], 60);
  const slowest = Math.max(
    0,
    ...refused.filter((refusal) => refusal.priority !== 'background').map((refusal) => refusal.afterMs),
  );
  if (schedule.troubles.length === 0 && slowest > 50) wrong.push(`a refusal took ${slowest} ms`);
  return wrong;
}
