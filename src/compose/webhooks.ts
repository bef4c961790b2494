import { verifyCalcomSignature } from '../calcom/webhook';
import { calcomWorker, receiveCalcomWebhook } from '../calcom/webhook-reception';
import { credentialOf } from '../services/calcom/calcom-accounts';
import { CallEvents } from '../services/webhooks/call-events';
import { callWorker } from '../services/webhooks/call-worker';
import { InboxProcessor } from '../services/webhooks/inbox';
import { WebhookSenders } from '../services/webhooks/webhook-senders';
import type { BookingChanges } from './booking-changes';
import type { Infrastructure } from './infrastructure';
import type { Ownership } from './ownership';
import { TENANT_CHANGED, type Upstream } from './upstream';
import type { Voice } from './voice';

export interface Webhooks {
  inbox: InboxProcessor;
  receiveCalcom: ReturnType<typeof receiveCalcomWebhook>;
  calls: CallEvents;
}

/** Events from outside: verified, stored, then worked off in any order and any number of times. */
export function composeWebhooks(
  base: Infrastructure,
  { push, sealed }: Upstream,
  { lifecycle }: Voice,
  { sync }: BookingChanges,
  { owners, heard, unknownLine }: Ownership,
): Webhooks {
  const { background, metrics, nowMs, stores, warn } = base;
  const { companies, inbox: store } = stores;
  const platformKeyId = credentialOf(base.backends.calcom.apiKey).id;
  const calls = callWorker(lifecycle, owners);
  const inbox = new InboxProcessor({
    inbox: store,
    workers: {
      calcom: calcomWorker({ sync, push, onPlatformKey: () => companies.idsOnKey(platformKeyId) }),
      retell: calls,
      vapi: calls,
      elevenlabs: calls,
    },
    log: warn,
  });
  const senders = new WebhookSenders({
    common: base.calcomWebhookSecret,
    own: () => companies.webhookSecrets(),
    open: (one) => sealed.open('calcom_webhook_secret', one),
    verify: verifyCalcomSignature,
    nowMs,
  });
  base.announcements.listen(TENANT_CHANGED, () => senders.forget());
  return {
    inbox,
    receiveCalcom: receiveCalcomWebhook({
      senders,
      store,
      inbox,
      background,
      count: (result) => metrics.count('askpro_webhooks_total', { provider: 'calcom', result }),
    }),
    calls: new CallEvents({ lifecycle, owners, heard, unknownLine, store, inbox, background }),
  };
}
