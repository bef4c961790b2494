import { sleep } from './caller';

/**
 * So many questions a second, however long answers take, each timed from when it was due: a slow answer cannot hide
 * those that had to wait behind it.
 */
export async function paced(
  perSecond: number,
  seconds: number,
  ask: (index: number) => Promise<void>,
): Promise<number[]> {
  const beganMs = performance.now();
  const total = perSecond * seconds;
  const took: number[] = [];
  const pending: Promise<void>[] = [];
  for (let index = 0; index < total;) {
    const due = Math.min(total, Math.floor(((performance.now() - beganMs) / 1000) * perSecond) + 1);
    for (; index < due; index++) {
      const dueMs = beganMs + (index / perSecond) * 1000;
      pending.push(ask(index).then(() => void took.push(performance.now() - dueMs)));
    }
    await sleep(1);
  }
  await Promise.all(pending);
  return took;
}
