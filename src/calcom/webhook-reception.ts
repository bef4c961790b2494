import type { BackgroundTasks } from '../background-tasks';
import type { TenantId } from '../domain';
import type { ExternalSync } from '../services/sync/external-sync';
import type { PushWatch } from '../services/sync/push-watch';
import type { GatewayMetrics } from '../metrics/instruments';
import type { EventWorker, InboxProcessor, WebhookInbox } from '../services/webhooks/inbox';
import type { WebhookSenders } from '../services/webhooks/webhook-senders';
import { parseCalcomEvent } from './webhook';

export type WebhookReceipt = 'stored' | 'duplicate' | 'ignored';

export interface CalcomWebhooksDeps {
  readonly senders: Pick<WebhookSenders, 'of'>;
  readonly store: Pick<WebhookInbox, 'store'>;
  readonly inbox: Pick<InboxProcessor, 'process'>;
  readonly background: BackgroundTasks;
  readonly metrics: Pick<GatewayMetrics, 'count'>;
}

/**
 * Verifies and stores a webhook of Cal.com; the work follows.
 * @returns null when no known secret made the signature
 */
export function receiveCalcomWebhook({ senders, store, inbox, background, metrics }: CalcomWebhooksDeps) {
  return async (rawBody: Buffer, signature: string | undefined): Promise<WebhookReceipt | null> => {
    const sender = await senders.of(rawBody, signature);
    metrics.count('askpro_webhooks_total', { provider: 'calcom', result: sender ? 'accepted' : 'refused' });
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
  };
}

/** Takes over what a stored webhook of Cal.com reports. */
export function calcomWorker(deps: {
  readonly sync: Pick<ExternalSync, 'take'>;
  readonly push: Pick<PushWatch, 'heard'>;
  readonly companies: { idsOnKey(keyId: string): Promise<readonly TenantId[]> };
  readonly platformKeyId: string;
}): EventWorker {
  return async (event) => {
    const { body, companyId } = event.payload as { body: unknown; companyId: TenantId | null };
    const booking = parseCalcomEvent(Buffer.from(JSON.stringify(body)))?.booking;
    if (!booking) return { status: 'ignored', companyId };
    // The common secret speaks for the companies on the platform's key: the others' accounts have secrets of their own.
    const owners = new Set(companyId === null ? await deps.companies.idsOnKey(deps.platformKeyId) : [companyId]);
    const taken = await deps.sync.take(booking, owners);
    if (taken && booking.eventTypeId !== null)
      await deps.push.heard(taken.companyId, booking.eventTypeId, booking.asOf ?? event.receivedAt);
    return { status: taken ? 'processed' : 'ignored', companyId: taken?.companyId ?? null };
  };
}
