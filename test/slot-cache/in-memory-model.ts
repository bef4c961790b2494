import { FakeClock } from '../support/fake-clock';
import { eventType, FakeUpstream, LIMITS, openCache, TODAY } from './kit';
import { MemoryFetchLeases, MemorySlotStore } from './memory-store';
import { EVENT_TYPES, Model, type Step } from './model';

const sharing = EVENT_TYPES.map((id) => eventType(id));

/** Two processes, a store whose clock may step back, Cal.com up to two seconds late: all in virtual time. */
export async function inMemory(steps: readonly Step[]): Promise<Model> {
  const clock = new FakeClock(`${TODAY}T08:00:00Z`);
  let aheadMs = 0;
  const storeClock = Object.assign(Object.create(clock) as FakeClock, { nowMs: () => clock.nowMs() + aheadMs });
  const notes = new Map<string, { text: string; untilMs: number }>();
  const store = new MemorySlotStore(storeClock, LIMITS, notes);
  const lock = new MemoryFetchLeases(clock, notes);
  const upstream = new FakeUpstream();
  const open = (): ReturnType<typeof openCache> => openCache({ clock, store, lock, upstream, sharing: () => sharing });
  const model = new Model({
    units: [open(), open()],
    upstream,
    clock,
    patience: 200,
    turn: () => new Promise((resolve) => setImmediate(resolve)),
    pass: (ms) => clock.advance(ms),
    lose: async () => store.lose(),
    away: (away) => {
      store.away = away;
      lock.away = away;
    },
    stepBack: (ms) => {
      aheadMs -= ms;
    },
  });
  await model.run(steps);
  return model;
}
