/** The one place that knows how a snapshot or the status page is written on the wire. */
const list = (value) => (Array.isArray(value) ? value : value ? [value] : []);
const figure = (value) => (typeof value === 'number' && Number.isFinite(value) ? value : null);

/** The key that is closest to its limit: with several keys, that is the one to look at. */
function tightest(keys) {
  return keys.reduce((worst, key) => (worst === null || (key.utilization_pct ?? 0) > (worst.utilization_pct ?? 0) ? key : worst), null);
}

/** @returns what the page shows, every part possibly null when the server did not say */
export function snapshotOf(raw) {
  const keys = list(raw.rate_limit);
  const key = tightest(keys);
  const cache = raw.cache ?? {};
  const latency = raw.latency ?? {};
  return {
    atMs: Date.parse(raw.at ?? raw.generated_at ?? '') || Date.now(),
    keys,
    used: figure(key?.requests_last_60s),
    limit: figure(key?.limit),
    remaining: figure(key?.remaining),
    budgetState: key?.status ?? null,
    mode: key?.mode ?? null,
    blockedUntil: key?.blocked_until ?? null,
    backgroundSharePct: figure(raw.budget?.background_share_pct),
    readSharePct: figure(raw.budget?.read_share_pct),
    circuits: list(raw.circuit_breaker ?? raw.circuit),
    hitRate: figure(raw.hit_rate ?? cache.hit_rate),
    latency: { p50: figure(latency.p50_latency ?? latency.p50), p95: figure(latency.p95_latency ?? latency.p95), p99: figure(latency.p99_latency ?? latency.p99) },
    bookings: bookingsOf(raw.bookings_today ?? raw.bookings),
    jobs: raw.jobs ?? null,
    alerts: list(raw.alerts),
    version: raw.version ?? raw.versions?.gateway ?? null,
    embedded: raw.embedded ?? null,
  };
}

/** Bookings of today: in all, and per hour and outcome. */
function bookingsOf(raw) {
  if (raw === undefined || raw === null) return null;
  const hours = list(raw.by_hour).map(({ hour, ...outcomes }) => ({ hour: Number(hour), outcomes: outcomes.outcomes ?? outcomes }));
  const total = figure(raw.booked) ?? figure(raw.total) ?? hours.reduce((sum, { outcomes }) => sum + (outcomes.booked ?? 0), 0);
  return { total, hours };
}
