import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import express, { type Express } from 'express';
import request, { type Response } from 'supertest';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../../src/models/data-source';
import { createAdminRouter } from '../../src/controllers/admin/admin-router';
import { LiveEvents } from '../../src/controllers/admin/live-events';
import { createErrorHandler } from '../../src/controllers/error-response';
import { type GatewayError } from '../../src/errors';
import { silentLogger } from '../../src/infra/logger';
import { maskPersonal } from '../../src/infra/masking';
import { SecretBox } from '../../src/infra/secret-box';
import { AdminAuditStore } from '../../src/models/admin-audit-store';
import { AdminCompanyWriter } from '../../src/models/admin-company-writer';
import { AdminFiguresStore } from '../../src/models/admin-figures-store';
import { PostgresAppointmentStore } from '../../src/models/appointment-store';
import { AdminImportStore } from '../../src/models/admin-import-store';
import { AdminOperationsStore } from '../../src/models/admin-operations-store';
import { AdminRecordReader } from '../../src/models/admin-record-reader';
import { AdminSetupWriter } from '../../src/models/admin-setup-writer';
import { CallHourStore } from '../../src/models/call-hour-store';
import { EventTypeClaims } from '../../src/models/event-type-owners';
import { UnmappedCallStore } from '../../src/models/call-store';
import { AdminTokenStore } from '../../src/models/admin-token-store';
import { TenantStore } from '../../src/models/tenant-store';
import { AppointmentHistory } from '../../src/services/admin/appointment-history';
import { AuditTrail } from '../../src/services/admin/audit-trail';
import { Calendar } from '../../src/services/admin/calendar';
import type { WantedStart } from '../../src/services/admin/free-starts';
import { CalcomReach } from '../../src/services/admin/calcom-reach';
import { CallTraces } from '../../src/services/admin/call-trace';
import { CompanyService } from '../../src/services/admin/company-service';
import { CompanySetup } from '../../src/services/admin/company-setup';
import { EventTypeImport } from '../../src/services/admin/event-type-import';
import { OperatorActions } from '../../src/services/admin/operator-actions';
import type { LineAtRetell } from '../../src/services/admin/setup-findings';
import { Overview } from '../../src/services/admin/overview';
import { MessageSender, type OutsidePost } from '../../src/services/notifications/message-sender';
import { NotificationChannels } from '../../src/services/notifications/notification-channels';
import { PostgresNotificationStore } from '../../src/models/notification-store';
import type { Mail, Mailer } from '../../src/services/people/people-ports';
import { People } from '../../src/services/people/people';
import { Sessions } from '../../src/services/people/sessions';
import { PostgresCallbackStore } from '../../src/models/callback-store';
import { CallbackWork } from '../../src/services/admin/callback-work';
import { OwnTryCounts, SignInThrottle } from '../../src/services/people/sign-in-throttle';
import { argon2Hasher } from '../../src/infra/password-hash';
import { PostgresUserStore } from '../../src/models/user-store';
import { SessionCookie } from '../../src/controllers/admin/session-cookie';
import { SetupCheck } from '../../src/services/admin/setup-check';
import { MaintenanceActions, type WarmRequest } from '../../src/services/admin/maintenance-actions';
import type { DisputedEventType } from '../../src/services/tenants/event-type-owners';
import type { PushEvidence } from '../../src/services/sync/push-watch';
import { Trends } from '../../src/services/admin/trends';
import { type TestCallOrder, TestCalls } from '../../src/services/admin/test-calls';
import { TokenService } from '../../src/services/admin/token-service';
import { HostChoice } from '../../src/services/admin/host-choice';
import { WebhookSetup } from '../../src/services/admin/webhook-setup';
import type { BookingOutcome } from '../../src/services/booking/booking-service';
import { tenantId, type TenantId } from '../../src/domain';
import { FakeClock } from '../support/fake-clock';
import { expectDocumented } from '../support/openapi-validator';
import { cloneDatabase } from '../support/servers';
import { FakeAccount } from './fake-account';
import { BOOKED, circuitOf, KEYS, limitOf, noFigures } from './figures';

export const BOOTSTRAP = 'bootstrap-token-of-tests';
export const APP_KEY = 'an application key of 32 letters or more';

/** The admin API over a real database of its own; Cal.com and bookings are played. */
export class AdminKit {
  readonly clock = new FakeClock();
  readonly account = new FakeAccount();
  readonly changedTenants: string[] = [];
  readonly bookings: { what: string; companyId: string; id: string; wish: object }[] = [];
  readonly worked: string[] = [];
  readonly forgottenCalls: string[] = [];
  readonly forgotten: { companyId: string; eventTypeIds: number[] }[] = [];
  readonly warmed: { companyId: string | null; wish: WarmRequest }[] = [];
  readonly resets: string[] = [];
  disputed: DisputedEventType[] = [];
  readonly testCalls: TestCallOrder[] = [];
  testCallFails = false;
  pushEvidence: PushEvidence[] = [];
  bookingP95Ms: number | null = null;
  readonly linesAtRetell: LineAtRetell[] = [];
  unknownRefusals: { message: string; occurrences: number }[] = [];
  outcome: BookingOutcome | null = null;
  keyCheckError: GatewayError | null = null;
  settings = { retellKeySet: true, calcomWebhookSecretSet: false, readDeadlineMs: 2500, writeDeadlineMs: 8000 };
  agentTools = [{ name: 'check_availability', timeoutMs: 10_000 }];
  /** Calls the live feed's tick, when a page is open. */
  tick: (() => void) | null = null;
  readonly app: Express;
  readonly reader: AdminRecordReader;
  readonly tokens: TokenService;
  readonly live: LiveEvents;
  readonly sessions: Sessions;
  readonly mails: Mail[] = [];
  mailFails = false;
  /** What was sent to webhooks. */
  readonly posted: { url: string; headers: Readonly<Record<string, string>>; body: string }[] = [];
  postAnswers = 200;
  /** The last work that goes on behind an answer. */
  background: Promise<unknown> = Promise.resolve();

  private constructor(
    readonly database: DataSource,
    private readonly drop: () => Promise<void>,
  ) {
    const reader = new AdminRecordReader(database);
    const secrets = new SecretBox([APP_KEY]);
    const claims = new EventTypeClaims('key-of-the-platform');
    const writer = new AdminCompanyWriter(database, claims);
    const tenantChanged = async (id: TenantId): Promise<void> => void this.changedTenants.push(id);
    const companyIds = async (): Promise<TenantId[]> => {
      const found = await this.sql<{ id: string }>('select id from companies where deleted_at is null');
      return found.map((row) => tenantId(row.id));
    };
    this.reader = reader;
    this.tokens = new TokenService({
      store: new AdminTokenStore(database),
      clock: this.clock,
      bootstrapToken: BOOTSTRAP,
    });
    const overview = new Overview({
      monitor: {
        getMetricsSummary: async (endpoint) => ({ endpoint, ...noFigures }),
        summaries: async () => [{ endpoint: '/slots', ...noFigures }],
        getRateLimitStatus: async (keyIds = []) => keyIds.map(limitOf),
        getCircuitBreakerStatus: async (keyIds) => keyIds.map(circuitOf),
        generateReport: async (minutes) => `Report over ${minutes} minutes`,
      },
      accounts: { keysOf: async (id) => (id === null ? KEYS : KEYS.slice(0, 1)) },
      slots: {
        cache: {
          stats: async (id) => ({
            storedDays: 3,
            eventTypes: [
              {
                tenantId: id,
                eventTypeId: 1001,
                reads: 4,
                bySource: { cache: 3, upstream: 1, coalesced: 0, stale: 0, failed: 0 },
                refreshes: 1,
              },
            ],
          }),
        },
      },
      companies: { ids: companyIds },
      figures: new AdminFiguresStore(database),
      clock: this.clock,
      facts: {
        ...{
          version: '1.0.0',
          node: 'v20',
          embedded: { postgres: true, redis: true, calcom: false },
          timeZone: 'Europe/Berlin',
        },
        budget: { limit_per_minute: 120, background_share_pct: 51, read_share_pct: 85 },
      },
    });
    const accounts = { forTenant: async (): Promise<FakeAccount> => this.account };
    const act =
      (what: string) =>
      async (companyId: TenantId, id: string, wish: object): Promise<BookingOutcome> => {
        this.bookings.push({ what, companyId, id, wish });
        return this.outcome ?? { kind: 'taken', reason: 'host_busy' };
      };
    const reach = new CalcomReach({ reader, platformKeyId: 'key-of-the-platform' });
    const imports = new EventTypeImport({
      reader,
      store: new AdminImportStore(database, claims),
      ...{ accounts, tenantChanged },
      alerts: { raise: () => undefined, settle: () => undefined },
    });
    const users = new PostgresUserStore(database);
    const throttle = new SignInThrottle(this.clock, new OwnTryCounts(this.clock));
    const signingIn = { users, hasher: argon2Hasher, throttle, clock: this.clock };
    this.sessions = new Sessions({ ...signingIn, store: users });
    this.live = new LiveEvents({
      ...{ overview, tokens: this.tokens, sessions: this.sessions },
      repeat: (_everyMs, work) => {
        this.tick = work;
        return () => (this.tick = null);
      },
      nowMs: () => this.clock.monotonicMs(),
      warn: () => undefined,
    });
    const mailer: Mailer = {
      send: async (mail) => (this.mailFails ? Promise.reject(new Error('refused')) : void this.mails.push(mail)),
    };
    const address = (): string => 'https://gateway.example.org';
    const people = new People({
      ...signingIn,
      ...{ reader, mailer, address },
      background: { run: (_name, work) => void (this.background = work) },
      warn: () => undefined,
    });
    const outside: OutsidePost = {
      post: async (url, headers, body) => ({ status: this.posted.push({ url, headers, body }) && this.postAnswers }),
    };
    const sender = new MessageSender({ mailer, outside, secrets, address, nowMs: () => this.clock.nowMs() });
    const history = new AppointmentHistory({ reader, store: new PostgresAppointmentStore(database) });
    const router = createAdminRouter({
      channels: new NotificationChannels({
        ...{ reader, store: new PostgresNotificationStore(database), secrets, sender, clock: this.clock },
        outside: { isPrivate: async (url) => url.includes('10.0.0.1') },
        notifier: { collect: async () => [] },
      }),
      history,
      calendar: new Calendar({
        ...{ reader, now: () => this.clock.now() },
        tenants: new TenantStore(database),
      }),
      ...{ sessions: this.sessions, people, users, provider: null },
      cookie: new SessionCookie('https://gateway.example.org'),
      reach,
      ...{ publicUrl: 'https://gateway.example.org/', connectAgent: async () => ({ queued: true, jobId: null }) },
      tokens: this.tokens,
      audit: new AuditTrail({
        store: new AdminAuditStore(database),
        maskPersonal: (value) => maskPersonal(value),
        nowMs: () => this.clock.nowMs(),
      }),
      warn: () => undefined,
      reader,
      companies: new CompanyService({
        ...{ reader, writer, secrets, tenantChanged, reach },
        accounts: {
          trial: () => ({
            testConnection: async () => {
              const error = this.keyCheckError;
              return { success: error === null, user: null, latencyMs: 0, error };
            },
          }),
        },
      }),
      setup: new CompanySetup({
        ...{ reader, writer: new AdminSetupWriter(database, claims), tenantChanged, reach },
        unmappedCalls: new UnmappedCallStore(database),
      }),
      actions: new OperatorActions({
        ...{ reader, store: new AdminOperationsStore(database) },
        appointments: {
          change: async (companyId, id, wish) => ({
            outcome: await act(wish.kind)(companyId, id, wish),
            wish: wish.kind === 'reschedule' ? { wanted: {} as WantedStart, startAt: wish.startAt } : null,
          }),
          book: async (id, wish) => ({
            outcome: await act('book')(id, '', wish),
            wish: { wanted: {} as WantedStart, startAt: wish.startAt },
          }),
          freeStarts: async (companyId, id, wish) => {
            this.bookings.push({ what: 'free starts', companyId, id, wish });
            return { starts: [], stale: false, isHostCertain: true, zone: 'Europe/Berlin' };
          },
          nearest: async () => [new Date('2026-12-04T09:00:00Z')],
        },
        history,
        inbox: { process: async (id) => void this.worked.push(id) },
        memories: { forget: async (_company, callIds) => void this.forgottenCalls.push(...callIds) },
      }),
      callbacks: new CallbackWork({
        ...{ reader, store: new PostgresCallbackStore(database) },
        callbacks: { dueFrom: async (from) => new Date(from.getTime() + 3_600_000) },
        now: () => this.clock.now(),
      }),
      traces: new CallTraces({ reader, traces: reader, now: () => this.clock.now() }),
      trends: new Trends({
        ...{ store: new CallHourStore(database), clock: this.clock, timeZone: 'Europe/Berlin' },
      }),
      overview,
      maintenance: new MaintenanceActions({
        reader,
        companies: {
          ids: companyIds,
          services: (id) =>
            this.sql(
              'select calcom_event_type_id as "calcomEventTypeId" from services where company_id = $1 and is_active',
              [id],
            ),
        },
        forgetAvailability: async (companyId, eventTypeIds) => void this.forgotten.push({ companyId, eventTypeIds }),
        warm: async (companyId, wish) => ({ queued: this.warmed.push({ companyId, wish }) === 1, jobId: null }),
        accounts: { keys: async () => KEYS },
        breaker: { reset: async (keyId) => void this.resets.push(keyId) },
      }),
      checks: new SetupCheck({
        push: { evidence: () => Promise.resolve(this.pushEvidence) },
        now: () => this.clock.now(),
        linesAtRetell: (_company, numbers) =>
          Promise.resolve(this.linesAtRetell.filter(({ number }) => numbers.includes(number))),
        monitor: { upstreamP95Ms: () => this.bookingP95Ms },
        companies: { commonAlerts: () => Promise.resolve(this.unknownRefusals) },
        ...{ reader, accounts, reach },
        rotation: { companiesThatKnowCommonSecret: async () => [] },
        eventTypes: { disputed: async () => [] },
        settings: Object.assign(this.settings, { retellManagementKeySet: false }),
        agentTools: () => this.agentTools,
        setupFaults: { open: async () => [] },
        effectOfTool: (name) => (name === 'check_availability' ? 'read' : null),
      }),
      imports,
      hostChoice: new HostChoice({ reader, accounts, imports }),
      webhooks: new WebhookSetup({
        ...{ reader, writer, secrets, accounts, tenantChanged, reach },
        push: { webhooksMade: async () => undefined },
        senders: {
          secretOf: async (id) => {
            const [row] = await this.sql<{ sealed: string | null }>(
              'select calcom_webhook_secret_ciphertext as sealed from companies where id = $1',
              [id],
            );
            return row?.sealed ? secrets.open(row.sealed, `${id}:calcom_webhook_secret`) : null;
          },
        },
      }),
      testCalls: new TestCalls<unknown>({
        reader,
        play: async (order, show) => {
          this.testCalls.push(order);
          show({ kind: 'ring', name: 'call_started', http_status: 204, ms: 1 });
          if (this.testCallFails) throw new Error('unreachable');
        },
      }),
      eventTypes: { disputed: async () => this.disputed },
      assignment: { assign: async (_eventTypeId, companyId) => [companyId] },
      live: this.live,
    });
    this.app = express().use(router).use(createErrorHandler(silentLogger));
  }

  static async start(): Promise<AdminKit> {
    const { url, drop } = await cloneDatabase();
    return new AdminKit(await createDataSource(url).initialize(), drop);
  }

  async stop(): Promise<void> {
    await this.database.destroy();
    await this.drop();
  }

  sql<T = Record<string, unknown>>(text: string, params: unknown[] = []): Promise<T[]> {
    return this.database.query(text, params) as Promise<T[]>;
  }

  /** One request, checked against the API's own document. */
  async ask(
    method: 'get' | 'post' | 'patch' | 'delete',
    path: string,
    options: { token?: string | null; body?: object; headers?: Record<string, string> } = {},
  ): Promise<Response> {
    const { token = BOOTSTRAP, body, headers = {} } = options;
    const asked = request(this.app)[method](`/api/admin${path}`).set(headers);
    if (token !== null) void asked.set('Authorization', `Bearer ${token}`);
    const response = await (body === undefined ? asked : asked.send(body));
    expectDocumented(response);
    return response;
  }

  /** A company with a branch, a service, and a token. @param calcomKey whether the company has a Cal.com key of its own, or is on the platform's */
  async tenant(name: string, calcomKey: 'own' | 'platform' = 'own'): Promise<Tenant> {
    const slug = `${name.toLowerCase()}-${randomUUID().slice(0, 8)}`;
    const [company] = await this.sql<{ id: string }>(
      `insert into companies (name, slug, calcom_api_key_ciphertext, calcom_key_id)
       values ($1, $2, $3::text, left($3::text, 16)) returning id`,
      [name, slug, calcomKey === 'own' ? `sealed-${slug}` : null],
    );
    const [branch] = await this.sql<{ id: string }>(
      "insert into branches (company_id, name, time_zone) values ($1, 'Mitte', 'Europe/Berlin') returning id",
      [company!.id],
    );
    const [service] = await this.sql<{ id: string }>(
      "insert into services (company_id, name, duration_minutes, calcom_event_type_id) values ($1, 'Haarschnitt', 30, 1001) returning id",
      [company!.id],
    );
    const { token } = await this.tokens.create({ companyId: tenantId(company!.id), name: `token of ${name}` });
    return { id: company!.id, slug, branchId: branch!.id, serviceId: service!.id, token };
  }

  async appointment(tenant: Tenant, more: Record<string, unknown> = {}): Promise<string> {
    const { id: company_id, branchId: branch_id, serviceId: service_id } = tenant;
    const calcom_booking_uid = `uid_${randomUUID()}`;
    const place = { company_id, branch_id, service_id };
    return this.insert('appointments', { ...BOOKED, ...place, calcom_booking_uid, ...more });
  }

  async insert(table: string, fields: Record<string, unknown>): Promise<string> {
    const names = Object.keys(fields);
    const places = names.map((_, i) => `$${i + 1}`);
    const [row] = await this.sql<{ id: string }>(
      `insert into ${table} (${names.join(', ')}) values (${places.join(', ')}) returning id`,
      Object.values(fields),
    );
    return row!.id;
  }

  audit(
    subjectId: string,
  ): Promise<{ actor: string; action: string; company_id: string | null; detail: Record<string, unknown> }[]> {
    return this.sql(
      'select actor, action, company_id, detail from audit_log where subject_id = $1 order by created_at',
      [subjectId],
    );
  }
}

export interface Tenant {
  id: string;
  slug: string;
  branchId: string;
  serviceId: string;
  token: string;
}
