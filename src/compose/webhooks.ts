import type { VoiceControllerDeps } from '../controllers/voice-controller';
import type { WebhookReceipt } from '../controllers/calcom-webhook-controller';
import { externalBookingOf, parseCalcomEvent, verifyCalcomSignature } from '../calcom/webhook';
import { calcomWebhookSecretPlace } from '../services/admin/company-service';
import { WebhookSenders } from '../services/webhooks/webhook-senders';
import { ForeignSignature, Unauthorised } from '../errors';
import { onlyOne, type Speaker } from '../services/tenants/ownership';
import { credentialOf } from '../services/calcom/calcom-accounts';
import { WebhookInboxStore } from '../models/webhook-inbox-store';
import type { TenantId } from '../domain';
import { InboxProcessor } from '../services/webhooks/inbox';
import type { InboundCall } from '../services/voice/call-lifecycle';
import { callWorker, storedCall } from '../services/webhooks/call-worker';
import type { BookingChanges } from './booking-changes';
import type { Infrastructure } from './infrastructure';
import type { Ownership } from './ownership';
import { TENANT_CHANGED, type Upstream } from './upstream';
import type { Voice } from './voice';

export interface Webhooks {
  inbox: InboxProcessor;
  receiveCalcom: (rawBody: Buffer, signature: string | undefined) => Promise<WebhookReceipt | null>;
  starting: VoiceControllerDeps['starting'];
  happened: VoiceControllerDeps['happened'];
}

/** Events from outside: verified, stored, then worked off in any order and any number of times. */
export function composeWebhooks(
  base: Infrastructure,
  upstream: Upstream,
  voice: Voice,
  { sync }: BookingChanges,
  { owners, unknownLine }: Ownership,
): Webhooks {
  const { background, clock, database, logger, metrics } = base;
  const store = new WebhookInboxStore(database);
  const platformKeyId = credentialOf(base.backends.calcom.apiKey).id;
  /** The common secret speaks for them alone: the other companies' accounts have secrets of their own. */
  const onPlatformKey = async (): Promise<ReadonlySet<TenantId>> =>
    new Set(await upstream.companies.idsOnKey(platformKeyId));
  const calls = callWorker(voice.lifecycle, owners);
  const inbox = new InboxProcessor({
    inbox: store,
    workers: {
      calcom: async (event) => {
        const { body, companyId } = event.payload as { body: unknown; companyId: TenantId | null };
        const parsed = parseCalcomEvent(Buffer.from(JSON.stringify(body)));
        if (!parsed?.change) return { status: 'ignored', companyId };
        const taken = await sync.take(
          externalBookingOf(parsed),
          companyId === null ? await onPlatformKey() : new Set([companyId]),
        );
        if (taken && parsed.eventTypeId !== null)
          await upstream.push.heard(taken.companyId, parsed.eventTypeId, parsed.createdAt ?? event.receivedAt);
        return { status: taken ? 'processed' : 'ignored', companyId: taken?.companyId ?? null };
      },
      retell: calls,
      vapi: calls,
      elevenlabs: calls,
    },
    log: (fields, message) => logger.warn(fields, message),
  });
  const senders = new WebhookSenders({
    common: base.calcomWebhookSecret,
    own: async () =>
      (await upstream.companies.webhookSecrets()).flatMap(({ companyId, sealed }) => {
        try {
          return [{ companyId, secret: upstream.secrets.open(sealed, calcomWebhookSecretPlace(companyId)) }];
        } catch {
          upstream.unreadable(companyId, 'calcom_webhook_secret');
          return [];
        }
      }),
    verify: verifyCalcomSignature,
    nowMs: () => clock.nowMs(),
  });
  base.announcements.listen(TENANT_CHANGED, () => senders.forget());

  /** @throws Unauthorised when the speaker may not speak for the call's company */
  const owned = async (speaker: Speaker, call: InboundCall): Promise<TenantId | null> => {
    const companyId = await voice.lifecycle.companyOf(call);
    if (companyId === null) unknownLine(speaker, call);
    else if (!(await owners.maySpeakFor(speaker, companyId))) throw new ForeignSignature(speaker.companyIds);
    return companyId;
  };

  return {
    inbox,
    receiveCalcom: async (rawBody, signature) => {
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
    },
    starting: (speaker, call) =>
      owned(speaker, call)
        .then(() => voice.lifecycle.inbound(call))
        .catch((error: unknown) => {
          if (error instanceof Unauthorised) throw error;
          return null;
        }),
    happened: async (platform, speaker, events) => {
      if (platform === 'mcp') return;
      for (const event of events) {
        const companyId = event.kind === 'other' ? null : await owned(speaker, event.call);
        const payload =
          event.kind === 'other'
            ? { event: event.event, call_id: event.callId }
            : { kind: event.kind, call: storedCall(event.call), speaker };
        const stored = await store.store({
          provider: platform,
          dedupeKey: event.dedupeKey,
          eventType: event.kind === 'other' ? event.event : event.kind,
          payload,
          companyId: companyId ?? onlyOne(speaker),
        });
        if (stored.fresh) background.run('process a webhook', inbox.process(stored.id));
      }
    },
  };
}
