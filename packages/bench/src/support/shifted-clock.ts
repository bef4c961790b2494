/** From this real instant on the clock is that much ahead. Epoch milliseconds, real time. */
export interface ClockStep {
  fromMs: number;
  aheadMs: number;
}

export const CLOCK_PLAN = 'BENCH_CLOCK_PLAN';
const RealDate = Date;

/** Lets this process live at another time: `Date` alone is shifted, durations and timers are not. */
export function shiftClock(plan: readonly ClockStep[]): () => void {
  const now = (): number => {
    const realMs = RealDate.now();
    return realMs + (plan.findLast((step) => step.fromMs <= realMs)?.aheadMs ?? 0);
  };
  const shifted: DateConstructor = new Proxy(RealDate, {
    construct: (target, given, made) =>
      Reflect.construct(target, given.length > 0 ? given : [now()], made === shifted ? target : made) as Date,
    apply: (target) => new target(now()).toString(),
    get: (target, name) => (name === 'now' ? now : (Reflect.get(target, name) as unknown)),
  });
  globalThis.Date = shifted;
  return () => {
    globalThis.Date = RealDate;
  };
}

/** The other process's plan, when this file is its preload (`node -r`). */
const given = process.env[CLOCK_PLAN];
if (given !== undefined) shiftClock(JSON.parse(given) as ClockStep[]);
