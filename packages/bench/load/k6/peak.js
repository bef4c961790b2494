// Peak burst: 0 to 25 callers within 30 s, 10 minutes, 100–120 questions a minute.   k6 run packages/bench/load/k6/peak.js
import { THRESHOLDS, call, figures } from './calls.js';

const MINUTES = Number(__ENV.MINUTES || 10);

export const options = {
  scenarios: {
    calls: {
      executor: 'ramping-vus',
      startVUs: 0,
      stages: [
        { duration: '30s', target: 25 },
        { duration: `${MINUTES * 60 - 30}s`, target: 25 },
      ],
      gracefulRampDown: '30s',
    },
  },
  thresholds: Object.assign({ 'http_req_duration{scenario:calls}': ['p(95)<5000'] }, THRESHOLDS),
};

export default function () {
  call(13.5);
}

export function teardown() {
  figures(MINUTES);
}
