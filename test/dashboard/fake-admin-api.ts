import { createServer, type Server } from 'node:http';
import express, { type Request } from 'express';
import { ADMIN_ROUTES } from '../../src/controllers/admin/admin-router';
import { sharedWords } from '../../src/compose/shared-words';
import { agentFolder } from '../../src/retell/agent-kit';
import { createDashboardRouter } from '../../src/controllers/dashboard-controller';
import {
  appointments,
  calls,
  cacheReport,
  checks,
  companies,
  metrics,
  snapshot,
  trace,
  trend,
  uuid,
} from './plausible-data';

export const TOKEN = 'ask_test';

export interface Asked {
  method: string;
  path: string;
  body: unknown;
}

export interface FakeAdminApi {
  url: string;
  /** Writes, in order. */
  asked: Asked[];
  /** Makes the next answers of a path fail with this status. */
  fail: Map<string, number>;
  streams: boolean;
  stop(): Promise<void>;
}

/** The admin API over real HTTP with made-up records: just enough for the page, and it keeps what it was asked. */
export async function startFakeAdminApi(): Promise<FakeAdminApi> {
  const asked: Asked[] = [];
  const fail = new Map<string, number>();
  const app = express();
  app.set('etag', false);
  app.use(express.json());
  const api: FakeAdminApi = { url: '', asked, fail, streams: true, stop: async () => undefined };

  app.get('/api/admin/session/options', (_req, res) => {
    res.json({ data: { signed_in: false, mail: false, provider: null } });
  });
  app.use('/api/admin', (req, res, next) => {
    if (req.headers.authorization !== `Bearer ${TOKEN}`) {
      res.status(401).json({ error: { code: 'unauthorised', message: 'Authentication is missing or wrong.' } });
      return;
    }
    if (req.method !== 'GET')
      asked.push({ method: req.method, path: req.originalUrl.replace('/api/admin', ''), body: req.body });
    const status = fail.get(req.path);
    if (status !== undefined) {
      res.status(status).json({
        error: {
          code: status === 400 ? 'invalid_input' : 'internal',
          message: 'The input is not valid.',
          details: [{ path: 'calcom_api_key', message: 'is not accepted by Cal.com' }],
        },
      });
      return;
    }
    next();
  });

  app.get('/api/admin/session', (_req, res) => {
    const about = { kind: 'program', id: null, name: 'bootstrap', email: null, role: 'platform', company_id: null };
    const may = ADMIN_ROUTES.map(({ method, path }) => `${method} ${path.replace('/api/admin', '')}`);
    res.json({ data: { ...about, company_name: null, language: null, may, csrf_token: null } });
  });
  let tick = 0;
  app.get('/api/admin/events', (req, res) => {
    if (!api.streams) return void res.status(503).json({ error: { code: 'overloaded', message: 'busy' } });
    res.set({ 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    const send = (): void => void res.write(`event: snapshot\ndata: ${JSON.stringify(snapshot((tick += 1)))}\n\n`);
    send();
    const timer = setInterval(send, 200);
    req.once('close', () => clearInterval(timer));
  });
  const list = (path: string, rows: (req: Request) => unknown[]): void =>
    void app.get(
      `/api/admin${path}`,
      (req, res) => void res.json({ data: rows(req), pagination: { next_cursor: null } }),
    );
  const one = (path: string, data: (req: Request) => unknown): void =>
    void app.get(`/api/admin${path}`, (req, res) => void res.json({ data: data(req) }));

  const budget = { limit_per_minute: 120, background_share_pct: 51, read_share_pct: 85 };
  one('/status', () => ({
    ...snapshot(tick),
    version: '1.0.0',
    budget,
    uptime_seconds: 900,
    embedded: { postgres: true, redis: true, calcom: true },
  }));
  list('/companies', () => companies);
  one('/companies/:id', () => companies[0]);
  list('/calls', (req) => calls(40).filter((call) => req.query.outcome !== 'booked' || call.booked));
  one('/calls/:id/trace', () => trace());
  list('/appointments', (req) => appointments(Math.min(12, Number(req.query.limit))));
  list('/customers', () => [
    {
      id: uuid(5),
      name: 'Maria Sommer',
      phone: '+491711234567',
      email: null,
      erased_at: null,
      created_at: new Date().toISOString(),
    },
  ]);
  const callback = {
    id: uuid(6),
    company_id: uuid(1),
    customer_name: 'Jonas Weber',
    phone: '+491701112223',
    reason: 'Möchte zu zweit kommen',
    priority: 'high',
    status: 'pending',
    outcome: 'not_reached',
    attempts: 1,
    assigned_to: null,
    assigned_to_name: null,
    branch_name: 'Mitte',
    time_zone: 'Europe/Berlin',
    call_id: 'call_1',
    updated_at: new Date().toISOString(),
    created_at: new Date(Date.now() - 5 * 3_600_000).toISOString(),
    due_at: new Date(Date.now() - 3_600_000).toISOString(),
  };
  list('/callbacks', (req) => (req.query.overdue === 'false' ? [] : [callback]));
  one('/callbacks/:id', () => ({
    ...callback,
    history: [
      {
        ...{ id: uuid(60), actor: 'user:x', actor_name: 'Anna Beck', event: 'not_reached', text: 'Mailbox besprochen' },
        ...{ assigned_to: null, assigned_to_name: null, created_at: new Date(Date.now() - 1_800_000).toISOString() },
      },
    ],
  }));
  one('/callback-assignees', () => [{ id: 'user:x', name: 'Anna Beck' }]);
  list('/jobs', () => [
    {
      id: uuid(7),
      name: 'warm-calcom-cache',
      queue: 'cache',
      status: 'dead',
      attempts: 3,
      max_attempts: 3,
      last_error: 'Cal.com cannot be reached.',
      run_at: new Date().toISOString(),
      finished_at: new Date(Date.now() - 900_000).toISOString(),
    },
  ]);
  list('/webhook-events', () => [
    {
      id: uuid(8),
      provider: 'calcom',
      event_type: 'BOOKING_CREATED',
      status: 'failed',
      error: 'unknown booking',
      received_at: new Date(Date.now() - 120_000).toISOString(),
    },
  ]);
  list('/audit', () => [
    {
      id: uuid(11),
      actor: 'admin',
      action: 'patch /api/admin/services/:id',
      subject_type: 'service',
      subject_id: uuid(12),
      detail: { outcome: 'done', before: { name: 'Schnitt' }, after: { name: 'Herrenhaarschnitt' } },
      created_at: new Date(Date.now() - 60_000).toISOString(),
    },
  ]);
  list('/unmapped-calls', () =>
    ['+4930111', '+4930222', '+4930111'].map((line, at) => ({
      ...{ id: uuid(70 + at), company_id: null, platform: 'retell', call_id: `call_unmapped_${at}`, line },
      started_at: new Date(Date.now() - (at + 1) * 3_600_000).toISOString(),
    })),
  );
  list('/manual-reviews', () => [
    {
      id: uuid(9),
      kind: 'booking_unsettled',
      subject_type: 'booking_operation',
      subject_id: uuid(3),
      detail: { attempts: 4 },
      status: 'open',
      resolution: null,
      created_at: new Date(Date.now() - 7_200_000).toISOString(),
    },
  ]);
  list('/branches', () => [{ id: uuid(10), name: 'Mitte' }]);
  list('/phone-numbers', () => [{ id: uuid(11), number: '+493012345678', agent_id: 'agent_1', is_active: true }]);
  list('/services', () => [
    {
      ...{ id: uuid(12), name: 'Herrenhaarschnitt', duration_minutes: 55, is_active: true, seats: 1 },
      ...{ scheduling_type: 'roundRobin', requires_confirmation: false, minimum_notice_minutes: 60 },
      calcom_synced_at: '2027-03-01T08:00:00Z',
      calcom_settings: {
        ...{ host_subset_enabled: false, cancelling_disabled: true, rescheduling_disabled: false },
        ...{ reschedule_notice_minutes: 120, length_options_minutes: [30, 45], hidden: true, price: 45 },
        ...{ required_fields: ['allergien'], locations: ['attendeeAddress'], booking_limits: { day: 3 } },
        obstacles: ['payment_required', 'place_unknown'],
      },
    },
    { id: uuid(13), name: 'Von Hand angelegt', duration_minutes: 20, is_active: false, calcom_settings: null },
  ]);
  one('/search', ({ query }) =>
    query.q === 'sommer'
      ? {
          calls: calls(1),
          customers: [{ name: 'Maria Sommer', phone: '+491711234567', email: null }],
          appointments: appointments(1),
        }
      : { calls: [], customers: [], appointments: [] },
  );
  one('/metrics', (req) => metrics(Number(req.query.minutes ?? 60)));
  one('/trends', (req) => trend(Number(req.query.days ?? 28)));
  one('/cache', () => cacheReport);
  one('/check-setup', () => checks);
  one('/calcom/disputed-event-types', () => [
    { key_id: 'platform', event_type_id: 1004, companies: companies.map(({ id, name }) => ({ id, name })) },
  ]);
  app.get(
    '/api/admin/performance-report',
    (_req, res) => void res.type('text/plain').send('Cal.com Performance Report (Last 60 minutes)\n'),
  );
  app.post('/api/admin/companies', (_req, res) => void res.status(201).json({ data: companies[0] }));
  app.post(
    '/api/admin/calcom/test-connection',
    (_req, res) =>
      void res.json({ data: { success: true, user: { name: 'Salon Sommer' }, latency_ms: 143, error: null } }),
  );
  app.post('/api/admin/calcom/import-event-types', (_req, res) => {
    const items = [
      { title: 'Herrenhaarschnitt', outcome: 'created', reason: null, obstacles: [] },
      { title: 'Vorlage', outcome: 'refused', reason: 'managed_parent', obstacles: [] },
    ];
    res.json({ data: { items, hosts: [{ host_id: 7, name: 'Anna', outcome: 'created' }] } });
  });
  app.post(
    '/api/admin/phone-numbers',
    (req, res) => void res.status(201).json({ data: { ...req.body, id: uuid(13), is_active: true } }),
  );
  app.post('/api/admin/retell/connect-agent', (_req, res) => {
    res.status(202).json({ data: { queued: true, job_id: 'connecting' } });
  });
  app.get('/api/admin/jobs/connecting', (_req, res) => {
    const progress = [
      { step: 'workspace', values: { name: 'Salon Workspace' } },
      { step: 'rung', values: { heard: 'Guten Tag.' } },
    ];
    res.json({ data: { id: 'connecting', status: 'done', last_error: null, progress } });
  });
  app.post('/api/admin/calcom/create-webhook', (_req, res) => void res.json({ data: { outcome: 'created' } }));
  app.all('/api/admin/{*rest}', (req, res) => {
    if (req.method === 'GET') return void res.status(404).json({ error: { code: 'not_found', message: req.path } });
    res.json({ data: {} });
  });
  app.use(createDashboardRouter({ words: sharedWords, kit: agentFolder() }));

  const server: Server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('no address');
  api.url = `http://127.0.0.1:${address.port}`;
  api.stop = () => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return api;
}
