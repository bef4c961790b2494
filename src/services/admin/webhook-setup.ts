import { randomBytes } from 'node:crypto';
import type { AccountsWith } from '../calcom/calcom-accounts';
import type { TeamEventType, UpstreamWebhook } from '../calcom/calcom-ports';
import type { TenantId } from '../../domain';
import type { PushWatch } from '../sync/push-watch';
import type { WebhookSenders } from '../webhooks/webhook-senders';
import type { CalcomReach } from './calcom-reach';
import { secretPlace } from './company-secrets';
import type { SecretSealer } from './company-service';
import type { CompanyWriter, RecordReader, TenantChanged } from './records';
import { orByHand, usedTeamEventTypes } from './team-event-types';

/** Triggers the gateway needs to keep its appointments in step with Cal.com. */
export const NEEDED_TRIGGERS = [
  'BOOKING_CREATED',
  'BOOKING_RESCHEDULED',
  'BOOKING_CANCELLED',
  'BOOKING_REQUESTED',
  'BOOKING_REJECTED',
  'BOOKING_NO_SHOW_UPDATED',
] as const;

const WEBHOOK_PATH = '/api/calcom/webhook';

type Outcome = 'created' | 'exists' | 'renewed';

interface WebhookSetupDeps {
  reader: RecordReader;
  writer: CompanyWriter;
  secrets: SecretSealer;
  accounts: AccountsWith<'teams' | 'teamEventTypes' | 'webhooks' | 'createWebhook' | 'updateWebhook'>;
  senders: Pick<WebhookSenders, 'secretOf'>;
  reach: Pick<CalcomReach, 'usesPlatformKey'>;
  tenantChanged: TenantChanged;
  push: Pick<PushWatch, 'webhooksMade'>;
}

/** Registers the gateway for booking webhooks at Cal.com. */
export class WebhookSetup {
  constructor(private readonly deps: WebhookSetupDeps) {}

  /**
   * Safe to repeat: a webhook that already points here with all triggers is left alone.
   * @param publicUrl where Cal.com reaches this gateway, without a path
   * @param renew gives every webhook its secret again; a company with a Cal.com key of its own gets a fresh one
   * @throws NotFound, or Cal.com's refusal
   */
  async create(companyId: TenantId, publicUrl: string, renew = false) {
    const company = await this.deps.reader.company(companyId);
    const subscriberUrl = `${publicUrl.replace(/(?<!\/)\/+$/, '')}${WEBHOOK_PATH}`;
    const calcom = await this.deps.accounts.forTenant(companyId);
    const isOnPlatformKey = this.deps.reach.usesPlatformKey(company);
    const isKept = !renew || isOnPlatformKey;
    const known = isKept ? await this.deps.senders.secretOf(companyId, isOnPlatformKey) : null;
    // The secret is stored first: a webhook whose secret is lost could never be verified.
    const secret = known ?? (await this.#newSecret(companyId));
    const hook = { subscriberUrl, triggers: [...NEEDED_TRIGGERS], secret };
    // Webhooks of null are those of the key's owner, which stay silent for event types of teams.
    const ensure = async (of: TeamEventType | null): Promise<{ outcome: Outcome; webhook: UpstreamWebhook }> => {
      // Cal.com takes one webhook per address.
      const standing = (await calcom.webhooks(of)).find((one) => one.subscriberUrl === subscriberUrl);
      if (!standing) return { outcome: 'created', webhook: await calcom.createWebhook(of, hook) };
      if (!renew && known !== null && tells(standing, subscriberUrl)) return { outcome: 'exists', webhook: standing };
      return { outcome: 'renewed', webhook: await calcom.updateWebhook(of, standing.id, hook) };
    };
    const services = await this.deps.reader.all('services', companyId, { is_active: true });
    const used = new Set(services.map((service) => Number(service.calcom_event_type_id)));
    const ofTeams = new Map<number, Outcome | 'by_hand'>();
    for (const { teamId, eventType } of await usedTeamEventTypes(company, calcom, used)) {
      const ensured = await orByHand(() => ensure({ teamId, eventTypeId: eventType.id }));
      ofTeams.set(eventType.id, ensured === 'by_hand' ? ensured : ensured.outcome);
    }
    // The owner's webhook comes last, because the check of the set-up takes it as a sign that all are there.
    const { outcome, webhook } = await ensure(null);
    const made = [...used].filter((id) => ['created', 'renewed'].includes(ofTeams.get(id) ?? outcome));
    await this.deps.push.webhooksMade(companyId, made);
    const outcomes = [...ofTeams.values()];
    return {
      outcome: outcomes.includes('created') ? 'created' : outcome,
      webhook_id: webhook.id,
      subscriber_url: webhook.subscriberUrl,
      triggers: webhook.triggers,
      // Event types of teams each need a webhook of their own.
      event_types: [...ofTeams].map(([id, one]) => ({ event_type_id: id, outcome: one })),
      what_to_do: outcomes.includes('by_hand') ? byHand(subscriberUrl) : null,
    };
  }

  async #newSecret(companyId: TenantId): Promise<string> {
    const secret = randomBytes(32).toString('hex');
    const ciphertext = this.deps.secrets.seal(secret, secretPlace(companyId, 'calcom_webhook_secret'));
    await this.deps.writer.update(companyId, { fields: {}, calcomWebhookSecretCiphertext: ciphertext }, null);
    await this.deps.tenantChanged(companyId);
    return secret;
  }
}

/** Active, and sends everything that is needed to this address. */
export function tells(hook: UpstreamWebhook, subscriberUrl: string): boolean {
  return (
    hook.active &&
    hook.subscriberUrl === subscriberUrl &&
    NEEDED_TRIGGERS.every((trigger) => hook.triggers.includes(trigger))
  );
}

function byHand(subscriberUrl: string): string {
  return [
    'This Cal.com lets no program make webhooks for the event types of your team, and webhooks of one person stay silent for them.',
    'As an administrator of the team, open Settings → Developer → Webhooks at Cal.com, choose New and the team,',
    `enter ${subscriberUrl} as the subscriber URL and the company’s webhook secret as the secret,`,
    'and switch on booking created, rescheduled, cancelled, requested, rejected and no-show updated.',
  ].join(' ');
}
