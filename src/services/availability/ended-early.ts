/** A signal that aborts with another one, or when `end` is called, whichever comes first; `end` leaves no listener. */
export function endedEarly(outer: AbortSignal): { signal: AbortSignal; end: () => void } {
  const controller = new AbortController();
  const follow = (): void => controller.abort(outer.reason);
  if (outer.aborted) follow();
  else outer.addEventListener('abort', follow, { once: true });
  return {
    signal: controller.signal,
    end: () => {
      outer.removeEventListener('abort', follow);
      controller.abort();
    },
  };
}
