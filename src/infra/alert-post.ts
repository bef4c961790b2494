const PATIENCE_MS = 5000;

/** Sends alerts as JSON to an address. */
export function postTo(url: string): (alert: object) => Promise<void> {
  return async (alert) => {
    await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(alert),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  };
}
