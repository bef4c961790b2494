import type { ExternalBooking } from '../services/sync/external-booking';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { attendeeNumbers } from './attendee-number';
import type { BackgroundTasks } from '../background-tasks';
import type { TenantId } from '../domain';
import type { CatchUp, ExternalSync } from '../services/sync/external-sync';
import type { PushWatch } from '../services/sync/push-watch';
import type { GatewayMetrics } from '../metrics/instruments';
import type { EventWorker, InboxProcessor, WebhookInbox } from '../services/webhooks/inbox';
import type { WebhookSenders } from '../services/webhooks/webhook-senders';

/** Cal.com writes this instead of a signature when the webhook was made without a secret. */
const UNSIGNED = 'no-secret-provided';

/** Lower-case hex HMAC-SHA256 of the exact raw body. */
export function verifyCalcomSignature(rawBody: Buffer, signature: string | undefined, secret: string): boolean {
  if (!signature || signature === UNSIGNED || !/^[0-9a-f]{64}$/i.test(signature)) return false;
  const expected = createHmac('sha256', secret).update(rawBody).digest();
  return timingSafeEqual(expected, Buffer.from(signature, 'hex'));
}

const instant = z
  .string()
  .transform((text) => new Date(text))
  .refine((date) => !Number.isNaN(date.getTime()))
  .nullish()
  .catch(null);
const optionalText = z.string().min(1).nullish().catch(null);
const optionalId = z.coerce.number().int().positive().nullish().catch(null);

const record = z.record(z.string(), z.unknown()).nullish().catch(null);

const person = z.object({ id: optionalId, name: optionalText, email: optionalText, phoneNumber: optionalText });

const payload = z.object({
  uid: optionalText,
  /** In place of `uid` where attendees are marked as absent. */
  bookingUid: optionalText,
  bookingId: optionalId,
  eventTypeId: optionalId,
  startTime: instant,
  endTime: instant,
  status: optionalText,
  organizer: person.nullish().catch(null),
  attendees: z.array(person).nullish().catch(null),
  responses: record,
  userFieldsResponses: record,
  smsReminderNumber: optionalText,
  location: optionalText,
  metadata: record,
  rescheduleUid: optionalText,
  cancellationReason: optionalText,
  rejectionReason: optionalText,
});

const envelope = z.object({
  triggerEvent: z.string().min(1).max(100),
  createdAt: z.string().max(60).nullish().catch(null),
  payload: z.unknown().optional(),
});

/** What a Cal.com webhook says, as far as the gateway cares. */
interface CalcomEvent {
  trigger: string;
  /** Equal for every delivery of the same event. */
  dedupeKey: string;
  /** The state of its booking now; null when the event is about none, or changes none. */
  booking: ExternalBooking | null;
  /** Uid of a booking that changed in a way which the event does not describe in full. */
  reread: string | null;
}

/** What each event says of its booking. */
const STATUSES = new Map<string, ExternalBooking['status']>([
  ['BOOKING_CREATED', 'booked'],
  ['BOOKING_RESCHEDULED', 'booked'],
  ['BOOKING_CANCELLED', 'cancelled'],
  ['BOOKING_REQUESTED', 'pending'],
  ['BOOKING_REJECTED', 'rejected'],
]);

/** Names an attendee by an address that only Cal.com may know, and not whether it is the one who booked. */
const ABSENCE = 'BOOKING_NO_SHOW_UPDATED';

/** @returns null when the body is not a Cal.com event at all */
function parseCalcomEvent(rawBody: Buffer): CalcomEvent | null {
  let json: unknown;
  try {
    json = JSON.parse(rawBody.toString('utf8'));
  } catch {
    return null;
  }
  const outer = envelope.safeParse(json);
  if (!outer.success) return null;
  // MEETING_STARTED and its sibling are flat: the booking's fields stand beside the trigger.
  const inner = payload.safeParse(outer.data.payload ?? json);
  const facts = inner.success ? inner.data : payload.parse({});
  const { triggerEvent: trigger, createdAt } = outer.data;
  const status = STATUSES.get(trigger);
  const moment = createdAt ?? createHmac('sha256', 'body').update(rawBody).digest('hex').slice(0, 24);
  return {
    trigger,
    dedupeKey: `${trigger}:${facts.uid ?? facts.bookingUid ?? '-'}:${moment}`,
    booking: facts.uid && status ? bookingOf(facts, facts.uid, status, instant.parse(createdAt)) : null,
    reread: trigger === ABSENCE ? (facts.bookingUid ?? facts.uid ?? null) : null,
  };
}

function bookingOf(
  facts: z.output<typeof payload>,
  uid: string,
  status: ExternalBooking['status'],
  asOf: Date | null | undefined,
): ExternalBooking {
  const attendee = facts.attendees?.[0];
  const responses = { ...facts.userFieldsResponses, ...facts.responses };
  const key = facts.metadata?.gateway_key;
  return {
    uid,
    bookingId: facts.bookingId ?? null,
    previousUid: facts.rescheduleUid ?? null,
    nextUid: null,
    eventTypeId: facts.eventTypeId ?? null,
    startAt: facts.startTime ?? null,
    endAt: facts.endTime ?? null,
    status,
    hostId: facts.organizer?.id ?? null,
    hostName: facts.organizer?.name || null,
    attendee: attendee
      ? {
          name: attendee.name ?? null,
          email: attendee.email ?? null,
          ...attendeeNumbers({ ...facts, ...attendee, responses }),
        }
      : null,
    gatewayKey: typeof key === 'string' ? key : null,
    absent: null,
    reason: facts.cancellationReason ?? facts.rejectionReason ?? null,
    asOf: asOf ?? null,
  };
}

type WebhookReceipt = 'stored' | 'duplicate' | 'ignored';

interface CalcomWebhooksDeps {
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
  readonly catchUp: Pick<CatchUp, 'reread'>;
  readonly push: Pick<PushWatch, 'heard'>;
  readonly companies: { idsOnKey(keyId: string): Promise<readonly TenantId[]> };
  readonly platformKeyId: string;
}): EventWorker {
  return async (event) => {
    const { body, companyId } = event.payload as { body: unknown; companyId: TenantId | null };
    const { booking = null, reread = null } = parseCalcomEvent(Buffer.from(JSON.stringify(body))) ?? {};
    if (!booking && !reread) return { status: 'ignored', companyId };
    // The common secret speaks for the companies on the platform's key: the others' accounts have secrets of their own.
    const owners = new Set(companyId === null ? await deps.companies.idsOnKey(deps.platformKeyId) : [companyId]);
    if (!booking) {
      const owner = reread && (await deps.catchUp.reread(reread, owners));
      return { status: owner ? 'processed' : 'ignored', companyId: owner };
    }
    const taken = await deps.sync.take(booking, owners);
    if (taken && booking.eventTypeId !== null)
      await deps.push.heard(taken.companyId, booking.eventTypeId, booking.asOf ?? event.receivedAt);
    return { status: taken ? 'processed' : 'ignored', companyId: taken?.companyId ?? null };
  };
}
