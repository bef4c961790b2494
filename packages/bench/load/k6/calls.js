import crypto from 'k6/crypto';
import http from 'k6/http';
import { check, sleep } from 'k6';
import { Counter, Trend } from 'k6/metrics';

/**
 * Shared by the three scenarios. Environment:
 *   API_URL         the gateway, default http://127.0.0.1:3000
 *   RETELL_API_KEY  signs every request as Retell does; leave it out when the gateway has none
 *   ADMIN_TOKEN     reads the gateway's own figures at the end; without it their thresholds are not checked
 *   TO_NUMBER       the company's number, default the demo's
 *   SERVICES        comma list, default the demo's
 */
const API_URL = __ENV.API_URL || 'http://127.0.0.1:3000';
const KEY = __ENV.RETELL_API_KEY || '';
const ADMIN_TOKEN = __ENV.ADMIN_TOKEN || '';
const TO_NUMBER = __ENV.TO_NUMBER || '+493012345678';
const SERVICES = (__ENV.SERVICES || 'Herrenhaarschnitt,Damenhaarschnitt,Färben,Bartpflege').split(',');

export const violations = new Counter('rate_limit_violations');
export const circuitsOpen = new Counter('circuit_breaker_open');
export const hitRate = new Trend('cache_hit_rate');
const unanswered = new Counter('unanswered');

/** The same for every scenario; each adds its own. */
export const THRESHOLDS = {
  http_req_failed: ['rate<0.01'],
  unanswered: ['count==0'],
  rate_limit_violations: ['count==0'],
  circuit_breaker_open: ['count==0'],
};

function hex(bytes) {
  return Array.from(new Uint8Array(crypto.randomBytes(bytes)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** `v=<ms>,d=<HMAC-SHA256 of the body followed by the ms>` */
function signature(body) {
  const at = String(Date.now());
  return `v=${at},d=${crypto.hmac('sha256', KEY, body + at, 'hex')}`;
}

function ask(call, tool, args) {
  const toolCallId = `tc_${hex(8)}`;
  const body = JSON.stringify({
    name: tool,
    args,
    call: Object.assign({}, call, {
      transcript_with_tool_calls: [
        { role: 'tool_call_invocation', tool_call_id: toolCallId, name: tool, arguments: JSON.stringify(args) },
      ],
    }),
  });
  const headers = { 'Content-Type': 'application/json' };
  if (KEY) headers['X-Retell-Signature'] = signature(body);
  const response = http.post(`${API_URL}/api/retell/${tool}`, body, { headers, tags: { tool } });
  const answered = check(response, {
    'status 200': (r) => r.status === 200,
    'a sentence to say': (r) => r.status === 200 && typeof r.json('message') === 'string',
  });
  if (!answered) unanswered.add(1);
  return response.status === 200 ? response.json() : {};
}

function weekday(days) {
  const day = new Date(Date.now() + days * 86400000);
  while (day.getUTCDay() === 0 || day.getUTCDay() === 6) day.setUTCDate(day.getUTCDate() + 1);
  return day.toISOString().slice(0, 10);
}

/** One call: three questions, one for alternatives, one booking: 60 %, 20 %, 20 %. */
export function call(secondsBetween) {
  const conversation = {
    call_id: `call_${hex(14)}`,
    agent_id: 'agent_demo',
    from_number: `+49301${1000000 + Math.floor(Math.random() * 8999999)}`,
    to_number: TO_NUMBER,
    start_timestamp: Date.now(),
  };
  const wish = {
    service_name: SERVICES[Math.floor(Math.random() * SERVICES.length)],
    desired_date: weekday(1 + Math.floor(Math.random() * 10)),
    desired_time: `${9 + Math.floor(Math.random() * 9)}:${Math.random() < 0.5 ? '00' : '30'}`,
  };
  const tools = [
    'check_availability',
    'check_availability',
    'find_alternatives',
    'check_availability',
    'create_booking',
  ];
  for (const tool of tools) {
    const args = tool === 'create_booking' ? Object.assign({ customer_name: 'Lena Lastprobe' }, wish) : wish;
    const answer = ask(conversation, tool, args);
    const other = answer.available === true ? undefined : (answer.alternatives || [])[0];
    if (other) {
      wish.desired_date = other.date;
      wish.desired_time = other.time;
    }
    sleep(secondsBetween * (0.5 + Math.random()));
  }
}

/** The gateway's own figures, once at the end: what a client cannot see. */
export function figures(minutes) {
  if (!ADMIN_TOKEN) return;
  const get = (path) =>
    http.get(`${API_URL}/api/admin${path}`, { headers: { Authorization: `Bearer ${ADMIN_TOKEN}` } }).json();
  const slots = get(`/metrics?endpoint=/slots&minutes=${minutes}`);
  const summary = [].concat(slots.data || slots)[0] || {};
  hitRate.add(summary.cache_hit_rate);
  violations.add(Number((summary.statuses || {})['429'] || 0));
  const circuits = get('/circuit-breaker');
  for (const circuit of circuits.data || circuits) circuitsOpen.add(circuit.state === 'open' ? 1 : 0);
}
