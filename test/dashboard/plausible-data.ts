const MINUTE_MS = 60_000;
const NAMES = ['Maria Sommer', 'Jonas Weber', 'Aylin Kaya', 'Peter Lang', 'Eva Brandt', 'Tom Richter'];
const SERVICES = ['Herrenhaarschnitt', 'Damenhaarschnitt', 'Färben', 'Bart & Kontur'];
const STAFF = ['Anna', 'Fabian', 'Leyla'];

const wave = (n: number, low: number, high: number): number =>
  Math.round(low + ((Math.sin(n * 1.7) + Math.sin(n * 0.31) + 2) / 4) * (high - low));
const pick = <T>(all: readonly T[], n: number): T => all[n % all.length]!;
const iso = (ms: number): string => new Date(ms).toISOString();

export const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** Requests of the last minute as the nth snapshot tells them: another figure every time. */
export const requestsAt = (n: number): number => 40 + ((n * 7) % 61);

export function snapshot(n: number) {
  const used = requestsAt(n);
  const circuit = { key: 'k1', success_count: 0, failure_threshold: 5, recovery_timeout: 60 };
  return {
    at: iso(Date.now()),
    rate_limit: [
      {
        key: 'k1',
        main: true,
        requests_last_60s: used,
        limit: 120,
        remaining: 120 - used,
        utilization_pct: used / 1.2,
        status: 'ok',
        blocked_until: null,
        mode: 'shared',
      },
    ],
    circuit_breaker: [
      {
        ...circuit,
        service: 'calcom_api:reads',
        state: 'closed',
        failure_count: 0,
        opened_at: null,
        seconds_until_retry: 0,
      },
      {
        ...circuit,
        service: 'calcom_api:writes',
        state: 'open',
        failure_count: 5,
        opened_at: iso(Date.now()),
        seconds_until_retry: 42,
      },
    ],
    cache: { hit_rate: 91.4 },
    latency: { p50_latency: 182, p95_latency: 640, p99_latency: 1310 },
    bookings_today: {
      by_hour: Array.from({ length: 11 }, (_, i) => ({
        hour: 8 + i,
        outcomes: { booked: wave(i, 2, 14), cancelled: i % 3, failed: i % 4 === 0 ? 1 : 0 },
      })),
      total: 96,
      booked: 81,
    },
    jobs: { queued: 4, running: 1, dead: 1 },
    alerts: [
      {
        id: uuid(1),
        kind: 'breaker_open',
        severity: 'warning',
        message: 'Writes to Cal.com are paused.',
        occurrences: 1,
      },
    ],
  };
}

export const companies = [
  {
    id: uuid(20),
    name: 'Salon Sommer',
    slug: 'salon-sommer',
    language: 'de',
    time_zone: 'Europe/Berlin',
    has_calcom_api_key: true,
    is_active: true,
  },
  {
    id: uuid(21),
    name: 'Haarwerk Nord',
    slug: 'haarwerk-nord',
    language: 'de',
    time_zone: 'Europe/Berlin',
    has_calcom_api_key: false,
    is_active: true,
  },
];

export const calls = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    id: uuid(100 + i),
    platform: pick(['retell', 'vapi', 'elevenlabs', 'mcp'], i),
    retell_call_id: `call_${i}`,
    from_number: i % 7 === 3 ? null : `+4917${1_000_000 + i * 7919}`,
    started_at: iso(Date.now() - i * 11 * MINUTE_MS),
    duration_ms: wave(i, 45_000, 240_000),
    status: i === 0 ? 'ongoing' : 'analyzed',
    booked: i % 3 === 1,
    flags: i % 9 === 3 ? { spoken_confirmation_without_booking: true } : {},
  }));

export const appointments = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    id: uuid(200 + i),
    starts_at: iso(Date.now() + (i + 1) * 50 * MINUTE_MS),
    time_zone: 'Europe/Berlin',
    attendee_name: pick(NAMES, i),
    attendee_phone: `+4917${2_000_000 + i * 5711}`,
    service_name: pick(SERVICES, i),
    staff_name: pick(STAFF, i),
    status: i === 4 ? 'cancelled' : 'booked',
    requires_manual_review: i === 2,
  }));

export function trace() {
  const began = Date.now() - 200_000;
  const step = (
    operation: string,
    afterMs: number,
    durationMs: number,
    source: string,
    waitedMs = 0,
    status: number | null = 200,
  ) => ({
    operation,
    started_at: iso(began + afterMs),
    duration_ms: durationMs,
    status,
    source,
    waited_ms: waitedMs,
    attempts: 1,
    detail: null,
  });
  const tool = (n: number, name: string, afterMs: number, durationMs: number, steps: object[], status = 'success') => ({
    id: uuid(300 + n),
    tool: name,
    status,
    success: status === 'success',
    started_at: iso(began + afterMs),
    duration_ms: durationMs,
    steps,
    input: { date: 'morgen' },
    output: { success: true },
    error: null,
  });
  return {
    call: {
      id: uuid(100),
      platform: 'vapi',
      retell_call_id: 'call_0',
      from_number: '+491711234567',
      started_at: iso(began - 9000),
      duration_ms: 184_000,
      booked: true,
      status: 'analyzed',
      flags: {},
      ...{ transcript: 'Agent: Guten Tag!', recording_url: 'https://recordings.example/call_0.wav' },
      ...{ customer_name: 'Maria Sommer', company_name: 'Salon Sonnenschein', branch_name: 'Mitte' },
      ...{ time_zone: 'Europe/Berlin', language: 'de', disconnection_reason: 'user_hangup' },
    },
    timeline: {
      ...{ starts_at: iso(began - 9000), ends_at: iso(began + 175_000), clock_shift_ms: 4200, transcript: 'kept' },
      turns: Array.from({ length: 24 }, (_, i) => ({
        speaker: i % 2 === 0 ? 'agent' : 'user',
        text: i % 2 === 0 ? 'Guten Tag! Was darf ich für Sie tun?' : 'Haben Sie morgen um halb drei etwas frei?',
        at: i === 5 ? null : iso(began - 8000 + i * 7000),
      })),
    },
    tools: [
      tool(1, 'check_customer', 0, 18, []),
      tool(2, 'check_availability', 20_000, 940, [
        step('slots', 20_010, 12, 'cache'),
        step('slots', 20_030, 880, 'upstream', 420),
        step('slots', 20_040, 300, 'coalesced'),
      ]),
      tool(3, 'find_alternatives', 50_000, 60, [
        step('slots', 50_004, 8, 'stale'),
        step('slots', 50_020, 1, 'refused', 0, null),
      ]),
      tool(4, 'create_booking', 80_000, 720, [step('createBooking', 80_020, 690, 'upstream', 0, 201)], 'booked'),
    ].map((row) => ({ ...row, success: true })),
    appointments: [{ id: uuid(201), starts_at: iso(Date.now() + 86_400_000), status: 'booked' }],
    operations: [{ id: uuid(3), kind: 'book', state: 'confirmed', error: null, created_at: iso(began + 80_020) }],
    callbacks: [],
  };
}

export function metrics(minutes: number) {
  const minuteName = (ms: number): string => iso(ms).slice(0, 16).replace(/[T:]/g, '-');
  return ['/slots', '/bookings', '/bookings/cancel'].map((endpoint, e) => {
    const series = Array.from({ length: minutes }, (_, i) => ({
      minute: minuteName(Date.now() - (minutes - 1 - i) * MINUTE_MS),
      ...{ total_calls: wave(i + e, 2, 60 / (e + 1)), cached_calls: 1, error_calls: 0, refused_calls: 0 },
      ...{ avg_latency: wave(i + e * 3, 90, 320 + e * 120), p95_latency: wave(i * 1.3 + e, 250, 1100 + e * 600) },
    }));
    const total = series.reduce((sum, row) => sum + row.total_calls, 0);
    return {
      ...{
        endpoint,
        series,
        total_calls: total,
        cached_calls: total * 0.8,
        error_calls: e,
        coalesced_calls: 41,
        waited_calls: 6,
        refused_calls: 2,
      },
      ...{ p50_latency: 180, p95_latency: 640, p99_latency: 1300, avg_latency: 210, cache_hit_rate: 91 - e * 30 },
      buckets: {
        '87-100': 20,
        '100-115': 61,
        '115-132': 130,
        '132-152': 190,
        '152-175': 220,
        '175-201': 160,
        '201-231': 90,
        '231-266': 44,
        '306-352': 21,
        '405-466': 8,
        '811-933': 3,
      },
    };
  });
}

export const cacheReport = {
  ...{ stored_days: 320, reads: 18_240, hit_rate: 91.4 },
  event_types: [
    { company_id: uuid(20), event_type_id: 4711, reads: 9200, hit_rate: 94.2 },
    { company_id: uuid(20), event_type_id: 4712, reads: 3100, hit_rate: 71 },
  ],
};

export const checks = [
  {
    id: 'calcom_key',
    company_id: null,
    title: 'Cal.com key',
    title_de: 'Cal.com-Schlüssel',
    status: 'ok',
    detail: 'Accepted by Cal.com.',
    detail_de: 'Von Cal.com angenommen.',
    what_to_do: null,
    what_to_do_de: null,
  },
  {
    id: 'webhook',
    company_id: uuid(20),
    title: 'Cal.com webhook',
    title_de: 'Cal.com-Webhook',
    status: 'error',
    detail: 'Cal.com does not report bookings.',
    detail_de: 'Cal.com meldet keine Buchungen.',
    what_to_do: 'Create the webhook on the company’s page.',
    what_to_do_de: 'Bitte legen Sie den Webhook auf der Seite des Betriebs an.',
  },
];

const noCalls = {
  ...{ calls: 0, booked: 0, booked_share: null, booked_value: null, reasons: {}, lookups: 0, hit_rate: null },
  ...{ answers: 0, p50_latency: null, p95_latency: null },
};
const someCalls = {
  ...{ ...noCalls, calls: 12, booked: 5, booked_share: 41.7, booked_value: 231.5, reasons: { unavailable: 7 } },
  ...{ lookups: 9, hit_rate: 77.8, answers: 20, p50_latency: 40, p95_latency: 310 },
};

/** Ten days with calls, then none; the seven days before the last ones had none either. */
export function trend(days: number) {
  const start = (index: number): string => new Date(Date.UTC(2026, 8, 1 + index)).toISOString().slice(0, 10);
  const weekBefore = { calls_week_before: 0, booked_week_before: 0, booked_share_week_before: null };
  return {
    ...{ bucket: 'day', days, time_zone: 'Europe/Berlin', currency: 'EUR' },
    series: Array.from({ length: days }, (_, index) => ({
      ...{ start: start(index), ...(index < 10 ? someCalls : noCalls), ...weekBefore },
      ...{ booked_value_week_before: null, hit_rate_week_before: null, p95_latency_week_before: null },
    })),
    ...{ last_seven_days: someCalls, seven_days_before: noCalls, parts: [] },
  };
}
