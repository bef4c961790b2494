import { CallerAddresses } from '../calcom/attendee-address';
import { CalcomHttpClient } from '../calcom/calcom-http-client';
import { postTo } from '../infra/alert-post';
import { FencedCache } from '../infra/fenced-cache';
import { RedisCircuit } from '../infra/redis-circuit';
import { RedisCounters } from '../infra/redis-counters';
import { RedisLeases } from '../infra/redis-leases';
import { RedisMetricHashes } from '../infra/redis-metric-hashes';
import { RedisSendLog } from '../infra/redis-send-log';
import { SecretBox } from '../infra/secret-box';
import { createJobRunner } from '../jobs/background-work';
import { RetellAccess } from '../retell/retell-access';
import { SealedSecrets } from '../services/admin/company-secrets';
import { CalcomAccounts } from '../services/calcom/calcom-accounts';
import { ASKING_MS, FAVOURED_OWNER, REORDER_MS, WINDOW_MS } from '../services/calcom/calcom-budget';
import { CalcomApiRateLimiter } from '../services/calcom-api-rate-limiter';
import { GatewayLimits } from '../services/calcom/gateway-limits';
import { CalcomEgress } from '../services/calcom/calcom-egress';
import { CalcomPerformanceMonitor } from '../services/calcom/calcom-performance-monitor';
import { slotSampleKey } from '../services/calcom/calcom-account';
import { SetupFaults } from '../services/calcom/setup-faults';
import { Alerts } from '../services/admin/alerts';
import { CalcomReach } from '../services/admin/calcom-reach';
import { DriftWatch } from '../services/calcom/drift-watch';
import { CalcomService } from '../services/calcom-service';
import { CircuitBreaker } from '../services/circuit-breaker';
import type { TenantId } from '../domain';
import { CompanyHostIndex } from '../services/availability/shared-hosts';
import { createSlotCache } from '../services/availability/slot-cache';
import { longestLifeMs } from '../services/availability/fetch-plan';
import { SLOT_CACHE_DEFAULTS } from '../services/availability/ports';
import { PushWatch } from '../services/sync/push-watch';
import { CachedTenantDirectory } from '../services/tenants/tenant-directory';
import { VERSION } from '../version';
import type { Infrastructure } from './infrastructure';
import { slotReadMetrics, watchedLimiter, watchedMonitor } from '../metrics/instruments';

export type Upstream = ReturnType<typeof connectUpstream>;

/** The way out to Cal.com: budget, circuit, client, and the monitor of all three. */
function connectEgress(base: Infrastructure, drift: DriftWatch) {
  const { config, backends, clock, logger, redis, metrics, stores, warn } = base;
  const timeouts = {
    slotsMs: config.CALCOM_SLOTS_TIMEOUT_MS,
    bookingMs: config.CALCOM_BOOKING_TIMEOUT_MS,
    bookingCeilingMs: Math.max(config.CALCOM_BOOKING_TIMEOUT_MS, config.VOICE_WRITE_DEADLINE_MS),
    testMs: config.CALCOM_TEST_TIMEOUT_MS,
  };
  const client = new CalcomHttpClient(
    {
      baseUrl: backends.calcom.baseUrl,
      connectMs: config.CALCOM_CONNECT_TIMEOUT_MS,
      version: VERSION,
      http2: config.CALCOM_HTTP2,
      warn,
      observer: drift,
      versions: {
        slots: config.CALCOM_SLOTS_VERSION,
        bookings: config.CALCOM_BOOKINGS_VERSION,
        eventTypes: config.CALCOM_EVENT_TYPES_VERSION,
      },
      // Time limits that follow an account are set by the sender; the client only knows the longest.
      timeouts: { ...timeouts, bookingMs: timeouts.bookingCeilingMs },
    },
    clock,
  );
  const log = new RedisSendLog(redis, {
    prefix: 'calcom:budget',
    windowMs: WINDOW_MS,
    askingMs: ASKING_MS,
    reorderMs: REORDER_MS,
    favoured: FAVOURED_OWNER,
  });
  const budget = {
    limitPerMinute: config.CALCOM_RATE_LIMIT_PER_MINUTE,
    backgroundSharePct: config.CALCOM_BACKGROUND_SHARE_PCT,
    readSharePct: config.CALCOM_READ_SHARE_PCT,
    burstPerSecond: config.CALCOM_BURST_PER_SECOND,
    addressBurstPerSecond: Math.max(config.CALCOM_ADDRESS_BURST_PER_SECOND, config.CALCOM_BURST_PER_SECOND),
    fleetSize: config.CALCOM_FLEET_SIZE,
    mainKeyId: base.platformKeyId,
  };
  const counters = new RedisCounters(redis);
  const limiter = new CalcomApiRateLimiter({ log, counters, clock, logger }, budget);
  const breaker = new CircuitBreaker({ shared: new RedisCircuit(redis), clock, logger });
  const monitor = new CalcomPerformanceMonitor({
    store: new RedisMetricHashes(redis),
    hours: stores.hours,
    limiter,
    breaker,
    clock,
    logger,
  });
  const limits = new GatewayLimits({ log, keys: limiter, clock }, budget);
  const egress = new CalcomEgress({
    limiter: watchedLimiter(limits, metrics),
    breaker,
    monitor: watchedMonitor(monitor, metrics),
    clock,
  });
  return { client, limiter, breaker, monitor, egress, timeouts };
}

/** Everything between a question about Cal.com and the wire: cache, coalescing, budget, circuit, client. */
export function connectUpstream(base: Infrastructure) {
  const { config, backends, clock, guard, redis, metrics, stores } = base;
  const { companies } = stores;
  const post = config.ALERT_WEBHOOK_URL ? postTo(config.ALERT_WEBHOOK_URL) : null;
  const alerts = new Alerts({ ...base, companies, post });
  const secrets = new SecretBox(backends.appKeys);
  const sealed = new SealedSecrets({ secrets, alerts });
  const drift = new DriftWatch({ ...base, companies, alerts });
  const { client, limiter, breaker, monitor, egress, timeouts } = connectEgress(base, drift);
  const tenants = new CachedTenantDirectory({ ...base, ...stores });
  const hosts = new CompanyHostIndex({ ...base, companies });
  const faults = new SetupFaults({ ...base, store: stores.setupFaults, alerts });
  const { apiKey } = backends.calcom;
  const accounts = new CalcomAccounts({ ...base, companies, sealed, apiKey, api: client, egress, timeouts, faults });
  const settings = {
    ...SLOT_CACHE_DEFAULTS,
    horizonDays: config.CALCOM_HORIZON_DAYS,
    staleMs: config.CALCOM_STALE_TTL_MS,
    upstreamTimeoutMs: timeouts.slotsMs,
  };
  const push = new PushWatch({ ...base, ...stores });
  const leases = new RedisLeases(redis, guard);
  const slots = createSlotCache({
    store: new FencedCache(guard, clock, {
      longestLifeMs: longestLifeMs(settings.staleMs),
      settleMs: settings.settleMs,
    }),
    lock: leases,
    isSilent: (companyId, eventTypeId) => push.isSilent(companyId, eventTypeId),
    upstream: {
      fetchSlots: async (query, options) => (await accounts.forTenant(options.tenantId)).fetchSlots(query, options),
    },
    hosts,
    ledger: stores.appointments,
    metrics: slotReadMetrics(monitor, metrics),
    upstreamP95Ms: (eventTypeId) => monitor.upstreamP95Ms(slotSampleKey(eventTypeId)),
    upstreamFailing: (credentialId) => breaker.isFailing(credentialId, 'reads'),
    knownRefusal: ({ credentialId: id, tenantId, priority, deadline }) =>
      limiter.knownRefusal({ credential: { id }, tenantId, priority, maxWaitMs: deadline.remainingMs() }),
    clock,
    random: Math.random,
    settings,
  });
  base.announcements.listen((id) => {
    for (const one of [tenants, hosts, accounts]) one.forget(id as TenantId);
  });
  return {
    alerts,
    client,
    limiter,
    breaker,
    monitor,
    accounts,
    faults,
    calcom: async (companyId: TenantId) =>
      new CalcomService({ ...(await accounts.depsFor(companyId)), availability: slots.cache, clock }),
    slots,
    invalidation: slots.invalidation,
    addresses: new CallerAddresses({ domain: config.ATTENDEE_EMAIL_DOMAIN, secret: backends.appKeys.at(-1) ?? '' }),
    tenants,
    hosts,
    push,
    drift,
    leases,
    secrets,
    sealed,
    reach: new CalcomReach({ ...base, ...stores }),
    retellAccess: new RetellAccess(
      { ...base, companies, sealed, baseUrl: config.RETELL_BASE_URL },
      { signing: config.RETELL_API_KEY?.[0], management: config.RETELL_MANAGEMENT_KEY },
    ),
    /** Runs the queue's jobs; their kinds are added by the parts that make them. */
    jobs: createJobRunner({ ...base, store: stores.jobs, alerts }),
  };
}
