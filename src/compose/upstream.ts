import { CallerAddresses } from '../calcom/attendee-address';
import { CalcomHttpClient } from '../calcom/calcom-http-client';
import { FencedCache } from '../infra/fenced-cache';
import { RedisCircuit } from '../infra/redis-circuit';
import { RedisCounters } from '../infra/redis-counters';
import { RedisLeases } from '../infra/redis-leases';
import { RedisMetricHashes } from '../infra/redis-metric-hashes';
import { RedisSendLog } from '../infra/redis-send-log';
import { SecretBox } from '../infra/secret-box';
import { SealedSecrets } from '../services/admin/company-secrets';
import { CalcomKeyUnreadable } from '../errors';
import { CalcomAccounts, credentialOf } from '../services/calcom/calcom-accounts';
import { ASKING_MS, FAVOURED_OWNER, REORDER_MS, WINDOW_MS } from '../services/calcom/calcom-budget';
import { CalcomApiRateLimiter } from '../services/calcom-api-rate-limiter';
import { GatewayLimits } from '../services/calcom/gateway-limits';
import { CalcomEgress } from '../services/calcom/calcom-egress';
import { CalcomPerformanceMonitor } from '../services/calcom/calcom-performance-monitor';
import { slotSampleKey, type CalcomTimeouts } from '../services/calcom/calcom-account';
import { SetupFaults } from '../services/calcom/setup-faults';
import type { Alerts } from '../services/admin/alerts';
import { DriftWatch } from '../services/calcom/drift-watch';
import { CalcomService } from '../services/calcom-service';
import { CircuitBreaker } from '../services/circuit-breaker';
import type { TenantId } from '../domain';
import { CompanyHostIndex } from '../services/availability/shared-hosts';
import { createSlotCache, type SlotCacheUnit } from '../services/availability/slot-cache';
import { longestLifeMs } from '../services/availability/fetch-plan';
import { SLOT_CACHE_DEFAULTS } from '../services/availability/ports';
import { PushWatch } from '../services/sync/push-watch';
import { CachedTenantDirectory } from '../services/tenants/tenant-directory';
import { VERSION } from '../version';
import type { Infrastructure } from './infrastructure';
import { slotReadMetrics, watchedLimiter, watchedMonitor } from '../metrics/instruments';

/** Tenants may be read again after this long even if an announcement got lost. */
const TENANT_LIFE_MS = 30_000;
/** Whether webhooks arrive is looked up again after this long. */
const PUSH_LIFE_MS = 10_000;
export const TENANT_CHANGED = 'askpro:tenant-changed';

export interface Upstream {
  client: CalcomHttpClient;
  limiter: CalcomApiRateLimiter;
  breaker: CircuitBreaker;
  monitor: CalcomPerformanceMonitor;
  egress: CalcomEgress;
  accounts: CalcomAccounts;
  faults: SetupFaults;
  calcom: (companyId: TenantId) => Promise<CalcomService>;
  slots: SlotCacheUnit;
  addresses: CallerAddresses;
  tenants: CachedTenantDirectory;
  hosts: CompanyHostIndex;
  push: PushWatch;
  drift: DriftWatch;
  leases: RedisLeases;
  secrets: SecretBox;
  sealed: SealedSecrets;
  tenantChanged: (companyId: TenantId) => Promise<void>;
}

type Egress = Pick<Upstream, 'client' | 'limiter' | 'breaker' | 'monitor' | 'egress'> & { timeouts: CalcomTimeouts };

/** The way out to Cal.com: budget, circuit, client, and the monitor of all three. */
function connectEgress(base: Infrastructure, drift: DriftWatch): Egress {
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
  const limiter = new CalcomApiRateLimiter(
    {
      log,
      counters: new RedisCounters(redis),
      clock,
      logger,
    },
    {
      limitPerMinute: config.CALCOM_RATE_LIMIT_PER_MINUTE,
      backgroundSharePct: config.CALCOM_BACKGROUND_SHARE_PCT,
      readSharePct: config.CALCOM_READ_SHARE_PCT,
      burstPerSecond: config.CALCOM_BURST_PER_SECOND,
      fleetSize: config.CALCOM_FLEET_SIZE,
      mainKeyId: credentialOf(backends.calcom.apiKey).id,
    },
  );
  const breaker = new CircuitBreaker({ shared: new RedisCircuit(redis), clock, logger });
  const monitor = new CalcomPerformanceMonitor({
    store: new RedisMetricHashes(redis),
    hours: stores.hours,
    limiter,
    breaker,
    clock,
    logger,
  });
  const limits = new GatewayLimits(
    { log, keys: limiter, clock },
    {
      limitPerMinute: config.CALCOM_RATE_LIMIT_PER_MINUTE,
      addressBurstPerSecond: Math.max(config.CALCOM_ADDRESS_BURST_PER_SECOND, config.CALCOM_BURST_PER_SECOND),
      fleetSize: config.CALCOM_FLEET_SIZE,
    },
  );
  const egress = new CalcomEgress({
    limiter: watchedLimiter(limits, metrics),
    breaker,
    monitor: watchedMonitor(monitor, metrics),
    clock,
  });
  return { client, limiter, breaker, monitor, egress, timeouts };
}

/** Everything between a question about Cal.com and the wire: cache, coalescing, budget, circuit, client. */
export function connectUpstream(base: Infrastructure, alerts: Alerts): Upstream {
  const { config, backends, clock, guard, nowMs, redis, metrics, stores } = base;
  const secrets = new SecretBox(backends.appKeys);
  const sealed = new SealedSecrets({ box: secrets, alerts });
  const { companies } = stores;
  const drift = new DriftWatch({
    raise: alerts.raise,
    settle: (keys) => alerts.settle(keys),
    countRefusal: (alert) => base.background.run('count a refusal', companies.alert(alert)),
  });
  const { client, limiter, breaker, monitor, egress, timeouts } = connectEgress(base, drift);
  const tenants = new CachedTenantDirectory({
    source: stores.tenantStore,
    nowMs,
    lifeMs: TENANT_LIFE_MS,
  });
  const hosts = new CompanyHostIndex({
    services: (id) => companies.services(id),
    nowMs,
    lifeMs: TENANT_LIFE_MS,
  });
  const faults = new SetupFaults({
    store: stores.setupFaults,
    alert: alerts.raise,
    background: base.background,
    nowMs,
  });
  const accounts = new CalcomAccounts({
    apiKey: backends.calcom.apiKey,
    ownKey: async (companyId) => {
      const ciphertext = await companies.calcomKey(companyId);
      if (ciphertext === null) return null;
      const key = sealed.open('calcom_api_key', { companyId, sealed: ciphertext });
      if (key === null) throw new CalcomKeyUnreadable();
      return key;
    },
    api: client,
    egress,
    timeouts,
    faults,
    companies: () => companies.calcomKeyIds(),
    nowMs,
    lifeMs: TENANT_LIFE_MS,
  });
  const settings = {
    ...SLOT_CACHE_DEFAULTS,
    horizonDays: config.CALCOM_HORIZON_DAYS,
    staleMs: config.CALCOM_STALE_TTL_MS,
    upstreamTimeoutMs: timeouts.slotsMs,
  };
  const push = new PushWatch({
    store: stores.pushStore,
    nowMs,
    lifeMs: PUSH_LIFE_MS,
  });
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
  const forget = (id: string): void => {
    const companyId = id as TenantId;
    tenants.forget(companyId);
    hosts.forget(companyId);
    accounts.forget(companyId);
  };
  base.announcements.listen(TENANT_CHANGED, forget);
  return {
    client,
    limiter,
    breaker,
    monitor,
    egress,
    accounts,
    faults,
    calcom: async (companyId) =>
      new CalcomService({ ...(await accounts.depsFor(companyId)), availability: slots.cache, clock }),
    slots,
    addresses: new CallerAddresses({ domain: config.ATTENDEE_EMAIL_DOMAIN, secret: backends.appKeys.at(-1) ?? '' }),
    tenants,
    hosts,
    push,
    drift,
    leases,
    secrets,
    sealed,
    tenantChanged: (companyId) => base.announcements.say(TENANT_CHANGED, companyId),
  };
}
