let lastMinute = Number.NaN;
let lastName = '';

/** `2026-11-24-08-05`: the minute of an instant in UTC, as the counters and metrics name it. */
export function utcMinute(at: Date): string {
  const minute = Math.floor(at.getTime() / 60_000);
  // Every answer asks for the running one.
  if (minute !== lastMinute) {
    lastMinute = minute;
    lastName = at.toISOString().slice(0, 16).replace('T', '-').replace(':', '-');
  }
  return lastName;
}
