/** `2026-11-24-08-05`: the minute of an instant in UTC, as the counters and metrics name it. */
export function utcMinute(at: Date): string {
  return at.toISOString().slice(0, 16).replace('T', '-').replace(':', '-');
}
