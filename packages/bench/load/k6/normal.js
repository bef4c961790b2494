// Normal load: 10 callers, 30 minutes, 40–60 questions a minute.   k6 run packages/bench/load/k6/normal.js
import { THRESHOLDS, call, figures } from './calls.js';

const MINUTES = Number(__ENV.MINUTES || 30);

export const options = {
  scenarios: { calls: { executor: 'constant-vus', vus: 10, duration: `${MINUTES}m`, gracefulStop: '30s' } },
  thresholds: Object.assign(
    { 'http_req_duration{scenario:calls}': ['p(95)<4000'] },
    THRESHOLDS,
    __ENV.ADMIN_TOKEN ? { cache_hit_rate: ['avg>75'] } : {},
  ),
};

export default function () {
  call(12);
}

export function teardown() {
  figures(MINUTES);
}
