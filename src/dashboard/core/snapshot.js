/** The one place that knows how a snapshot or the status page is written on the wire. */
const list = (value) => (Array.isArray(value) ? value : value ? [value] : []);
const figure = (value) => (typeof value === 'number' && Number.isFinite(value) ? value : null);

/** The key that is closest to its limit: with several keys, that is the one to look at. */
function tightest(keys) {
  return keys.reduce(
    (worst, key) => (worst === null || (key.utilization_pct ?? 0) > (worst.utilization_pct ?? 0) ? key : worst),
    null,
  );
}

/** @returns what the page shows, every part possibly null when the server did not say */
export function snapshotOf(raw) {
  const keys = list(raw.rate_limit);
  const key = tightest(keys);
  const cache = raw.cache ?? {};
  const latency = raw.latency ?? {};
  return {
    atMs: Date.parse(raw.at ?? '') || Date.now(),
    keys,
    used: figure(key?.requests_last_60s),
    limit: figure(key?.limit),
    remaining: figure(key?.remaining),
    budgetState: key?.status ?? null,
    mode: key?.mode ?? null,
    blockedUntil: key?.blocked_until ?? null,
    backgroundSharePct: figure(raw.budget?.background_share_pct),
    readSharePct: figure(raw.budget?.read_share_pct),
    circuits: list(raw.circuit_breaker),
    hitRate: figure(cache.hit_rate),
    latency: { p50: figure(latency.p50_latency), p95: figure(latency.p95_latency), p99: figure(latency.p99_latency) },
    bookings: bookingsOf(raw.bookings_today),
    jobs: raw.jobs ?? null,
    alerts: list(raw.alerts),
    version: raw.version ?? null,
    embedded: raw.embedded ?? null,
  };
}

/** Bookings made today: in all, and per hour and what became of them. */
function bookingsOf(raw) {
  return raw === undefined ? null : { booked: raw.booked, total: raw.total, hours: raw.by_hour };
}
