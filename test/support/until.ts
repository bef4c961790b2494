const PATIENCE_MS = 60_000;
const PAUSE_MS = 10;

/** Reads until it holds; gives what was read last. @throws Error after a minute, with that */
export async function until<T>(read: () => T | Promise<T>, holds: (found: T) => boolean = Boolean): Promise<T> {
  const untilMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = await read();
    if (holds(found)) return found;
    if (performance.now() > untilMs)
      throw new Error(`waited in vain for ${read.toString()}; last: ${JSON.stringify(found)?.slice(0, 1000)}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
