import type { BackgroundTasks } from '../background-tasks';
import type { TenantId } from '../domain';
import type { ExternalSync } from '../services/sync/external-sync';
import type { PushWatch } from '../services/sync/push-watch';
import type { EventWorker, InboxProcessor, WebhookInbox } from '../services/webhooks/inbox';
import type { WebhookSenders } from '../services/webhooks/webhook-senders';
import { parseCalcomEvent } from './webhook';

export type WebhookReceipt = 'stored' | 'duplicate' | 'ignored';

export interface CalcomWebhooksDeps {
  readonly senders: Pick<WebhookSenders, 'of'>;
  readonly store: Pick<WebhookInbox, 'store'>;
  readonly inbox: Pick<InboxProcessor, 'process'>;
  readonly background: BackgroundTasks;
  readonly count: (result: 'accepted' | 'refused') => void;
}

/**
 * Verifies and stores a webhook of Cal.com; the work follows.
 * @returns null when no known secret made the signature
 */
export function receiveCalcomWebhook({ senders, store, inbox, background, count }: CalcomWebhooksDeps) {
  return async (rawBody: Buffer, signature: string | undefined): Promise<WebhookReceipt | null> => {
    const sender = await senders.of(rawBody, signature);
    count(sender ? 'accepted' : 'refused');
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
  /** The companies that the common secret speaks for: the others' accounts have secrets of their own. */
  readonly onPlatformKey: () => Promise<readonly TenantId[]>;
}): EventWorker {
  return async (event) => {
    const { body, companyId } = event.payload as { body: unknown; companyId: TenantId | null };
    const booking = parseCalcomEvent(Buffer.from(JSON.stringify(body)))?.booking;
    if (!booking) return { status: 'ignored', companyId };
    const owners = new Set(companyId === null ? await deps.onPlatformKey() : [companyId]);
    const taken = await deps.sync.take(booking, owners);
    if (taken && booking.eventTypeId !== null)
      await deps.push.heard(taken.companyId, booking.eventTypeId, booking.asOf ?? event.receivedAt);
    return { status: taken ? 'processed' : 'ignored', companyId: taken?.companyId ?? null };
  };
}
