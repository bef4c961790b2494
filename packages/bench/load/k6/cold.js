// Cold start: the cache is emptied, then 15 callers at once, 5 minutes, 60–80 questions a minute.
//   k6 run -e ADMIN_TOKEN=… -e COMPANY_ID=… packages/bench/load/k6/cold.js
import http from 'k6/http';
import { THRESHOLDS, call, figures } from './calls.js';

const MINUTES = Number(__ENV.MINUTES || 5);

export const options = {
  scenarios: { calls: { executor: 'constant-vus', vus: 15, duration: `${MINUTES}m`, gracefulStop: '30s' } },
  thresholds: Object.assign(
    { 'http_req_duration{scenario:calls}': ['p(95)<5000'] },
    THRESHOLDS,
    __ENV.ADMIN_TOKEN ? { cache_hit_rate: ['avg>60'] } : {},
  ),
};

export function setup() {
  if (!__ENV.ADMIN_TOKEN) return;
  http.del(
    `${__ENV.API_URL || 'http://127.0.0.1:3000'}/api/admin/cache${__ENV.COMPANY_ID ? `?company_id=${__ENV.COMPANY_ID}` : ''}`,
    null,
    {
      headers: { Authorization: `Bearer ${__ENV.ADMIN_TOKEN}` },
    },
  );
}

export default function () {
  call(13);
}

export function teardown() {
  // The last minute: the hit rate has to have grown by then.
  figures(1);
}
