import type { RetellWebhookReply } from '../controllers/retell-webhook-controller';
import type { WebhookReceipt } from '../controllers/calcom-webhook-controller';
import { parseCalcomEvent, verifyCalcomSignature, type CalcomEvent } from '../calcom/webhook';
import { emptyInboundAnswer, inboundAnswer } from '../retell/inbound-answer';
import { parseRetellEvent } from '../retell/webhook-events';
import { UpstreamRejected } from '../errors';
import { SyncStorePostgres } from '../models/sync-store';
import { WebhookInboxStore } from '../models/webhook-inbox-store';
import type { TenantId } from '../domain';
import type { ExternalBooking } from '../services/sync/external-booking';
import { ExternalSync } from '../services/sync/external-sync';
import { InboxProcessor } from '../services/webhooks/inbox';
import { retellWorker, storedCall } from '../services/webhooks/retell-worker';
import type { Infrastructure } from './infrastructure';
import type { Upstream } from './upstream';
import type { AfterChange, Voice } from './voice';

const SECRETS_LIFE_MS = 30_000;

export interface Webhooks {
  inbox: InboxProcessor;
  sync: ExternalSync;
  syncStore: SyncStorePostgres;
  receiveCalcom: (rawBody: Buffer, signature: string | undefined) => Promise<WebhookReceipt | null>;
  receiveRetell: (rawBody: Buffer) => Promise<RetellWebhookReply>;
}

/** Events from outside: verified, stored, then worked off in any order and any number of times. */
export function composeWebhooks(
  base: Infrastructure,
  upstream: Upstream,
  voice: Voice,
  afterChange: AfterChange,
): Webhooks {
  const { background, clock, database, logger, metrics } = base;
  const store = new WebhookInboxStore(database);
  const syncStore = new SyncStorePostgres(database);
  const externalChange = async (companyId: TenantId, eventTypeId: number, at: Date[], hostId: number | null) => {
    const days = neighbours(at.map((day) => day.toISOString().slice(0, 10)));
    const { invalidation } = upstream.slots;
    const report = await invalidation.externalChange(companyId, [eventTypeId], days.length > 0 ? days : 'all', hostId);
    // Cal.com itself goes on answering from its cache for a moment.
    for (const id of hostId === null ? [eventTypeId] : report.eventTypeIds) afterChange(companyId, id, 'foreign', days);
  };
  const sync = new ExternalSync({
    store: syncStore,
    changes: {
      taken: async (...booking) => {
        await upstream.slots.invalidation.booked(...booking);
      },
      changed: (companyId, eventTypeId, _hostId, days) => externalChange(companyId, eventTypeId, days, null),
      hostChanged: (companyId, eventTypeId, hostId, days) => externalChange(companyId, eventTypeId, days, hostId),
    },
    withdraw: async (companyId, uid) => {
      const calcom = await upstream.accounts.forTenant(companyId);
      await calcom.cancelBooking(uid, 'The start could not be confirmed in time').catch((error: unknown) => {
        if (!(error instanceof UpstreamRejected && error.reason === 'already_cancelled')) throw error;
      });
    },
    log: logger,
  });
  const inbox = new InboxProcessor({
    inbox: store,
    workers: {
      calcom: async (event) => {
        const { body, companyId } = event.payload as { body: unknown; companyId: TenantId | null };
        const parsed = parseCalcomEvent(Buffer.from(JSON.stringify(body)));
        if (!parsed?.change) return { status: 'ignored', companyId };
        const taken = await sync.take(toExternal(parsed), companyId === null ? null : new Set([companyId]));
        return { status: taken ? 'processed' : 'ignored', companyId: taken?.companyId ?? null };
      },
      retell: retellWorker(voice.lifecycle),
    },
    log: (fields, message) => logger.warn(fields, message),
  });
  const secrets = cachedSecrets(upstream, () => clock.nowMs());

  return {
    inbox,
    sync,
    syncStore,
    receiveCalcom: async (rawBody, signature) => {
      const sender = await whoSigned(rawBody, signature, base.calcomWebhookSecret, secrets);
      metrics.count('askpro_webhooks_total', 'Webhook deliveries', {
        provider: 'calcom',
        result: sender ? 'accepted' : 'refused',
      });
      if (!sender) return null;
      const event = parseCalcomEvent(rawBody);
      if (!event) return 'ignored';
      const stored = await store.store({
        provider: 'calcom',
        // Two companies' hooks on one booking are two deliveries; each may touch only its own rows.
        dedupeKey: `${sender.companyId ?? 'all'}:${event.dedupeKey}`,
        eventType: event.trigger,
        payload: { body: JSON.parse(rawBody.toString('utf8')) as unknown, companyId: sender.companyId },
        companyId: sender.companyId,
      });
      if (!stored.fresh) return 'duplicate';
      background.run('process a webhook', inbox.process(stored.id));
      return 'stored';
    },
    receiveRetell: async (rawBody) => {
      const event = parseRetellEvent(rawBody);
      if (!event) return { kind: 'unreadable' };
      if (event.kind === 'call_inbound') {
        const facts = await voice.lifecycle.inbound(event).catch(() => null);
        return { kind: 'variables', body: facts ? inboundAnswer(facts) : emptyInboundAnswer() };
      }
      const payload =
        event.kind === 'other'
          ? { event: event.event, call_id: event.callId }
          : { kind: event.kind, call: storedCall(event.call) };
      const stored = await store.store({
        provider: 'retell',
        dedupeKey: event.dedupeKey,
        eventType: event.kind === 'other' ? event.event : event.kind,
        payload,
        companyId: null,
      });
      if (stored.fresh) background.run('process a webhook', inbox.process(stored.id));
      return { kind: 'accepted' };
    },
  };
}

/** A UTC date may be another day on the branch's wall clock. */
function neighbours(dates: string[]): string[] {
  const all = dates.flatMap((date) =>
    [-1, 0, 1].map((shift) =>
      new Date(Date.parse(`${date}T12:00:00Z`) + shift * 86_400_000).toISOString().slice(0, 10),
    ),
  );
  return [...new Set(all)];
}

function toExternal(event: CalcomEvent): ExternalBooking {
  const status =
    event.change === 'cancelled'
      ? 'cancelled'
      : event.change === 'rejected'
        ? 'rejected'
        : event.change === 'requested'
          ? 'pending'
          : 'booked';
  return {
    uid: event.uid ?? '',
    bookingId: event.bookingId,
    previousUid: event.previousUid,
    nextUid: null,
    eventTypeId: event.eventTypeId,
    startAt: event.startAt,
    endAt: event.endAt,
    status,
    hostId: event.hostId,
    attendee: event.attendee,
    gatewayKey: event.gatewayKey,
    reason: event.reason,
    asOf: event.createdAt,
  };
}

type OwnSecrets = () => Promise<{ companyId: TenantId; secret: string }[]>;

/** The gateway's own secret speaks for every company, a company's own only for itself. */
async function whoSigned(
  rawBody: Buffer,
  signature: string | undefined,
  common: string | null,
  own: OwnSecrets,
): Promise<{ companyId: TenantId | null } | null> {
  if (common && verifyCalcomSignature(rawBody, signature, common)) return { companyId: null };
  for (const { companyId, secret } of await own()) {
    if (verifyCalcomSignature(rawBody, signature, secret)) return { companyId };
  }
  return null;
}

function cachedSecrets(upstream: Upstream, nowMs: () => number): OwnSecrets {
  let known: { companyId: TenantId; secret: string }[] = [];
  let untilMs = 0;
  return async () => {
    if (untilMs > nowMs()) return known;
    const sealed = await upstream.companies.webhookSecrets().catch(() => null);
    if (sealed)
      known = sealed.map((one) => ({
        companyId: one.companyId,
        secret: upstream.secrets.open(one.sealed, `${one.companyId}:calcom_webhook_secret`),
      }));
    untilMs = nowMs() + SECRETS_LIFE_MS;
    return known;
  };
}
