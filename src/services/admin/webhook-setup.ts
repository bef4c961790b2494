import { randomBytes } from 'node:crypto';
import { NotFound, UpstreamRejected, UpstreamUnauthorised } from '../../errors';
import type { NewWebhook, TeamEventType, UpstreamEventType, UpstreamWebhook } from '../calcom/calcom-ports';
import type { TenantId } from '../../domain';
import { secretPlace } from './company-secrets';
import type { SecretSealer } from './company-service';
import { allRecords, type AdminRecord, type CompanyWriter, type RecordReader, type TenantChanged } from './records';

/** Triggers the gateway needs to keep its appointments in step with Cal.com. */
export const NEEDED_TRIGGERS = [
  'BOOKING_CREATED',
  'BOOKING_RESCHEDULED',
  'BOOKING_CANCELLED',
  'BOOKING_REQUESTED',
  'BOOKING_REJECTED',
] as const;

const WEBHOOK_PATH = '/api/calcom/webhook';

export interface WebhookAccount {
  teams(): Promise<{ id: number; name: string }[]>;
  teamEventTypes(teamId: number): Promise<UpstreamEventType[]>;
  /** null: those of the key's owner, which hear nothing of event types of teams. */
  webhooks(of: TeamEventType | null): Promise<UpstreamWebhook[]>;
  createWebhook(of: TeamEventType | null, hook: NewWebhook): Promise<UpstreamWebhook>;
  updateWebhook(of: TeamEventType | null, id: string, hook: NewWebhook): Promise<UpstreamWebhook>;
}

type Outcome = 'created' | 'exists' | 'renewed';

export interface WebhookReport {
  outcome: Outcome;
  webhook_id: string;
  subscriber_url: string;
  triggers: string[];
  /** Event types of teams each need a webhook of their own. */
  event_types: { event_type_id: number; outcome: Outcome | 'by_hand' }[];
  /** What is left to do in Cal.com's own page; null: nothing. */
  what_to_do: string | null;
}

export interface WebhookSetupDeps {
  reader: RecordReader;
  writer: CompanyWriter;
  secrets: SecretSealer;
  calcomOf: (companyId: TenantId) => Promise<WebhookAccount>;
  /** The secret by which this company's webhooks are verified; null when there is none yet, or none that opens. */
  secretOf: (companyId: TenantId) => Promise<string | null>;
  /** Whether the company's webhooks lie in the platform's account, whose secret comes with the configuration. */
  usesPlatformKey: (company: AdminRecord) => boolean;
  tenantChanged: TenantChanged;
  /** Webhooks about these event types were made or made right just now. */
  webhooksMade: (companyId: TenantId, eventTypeIds: number[]) => Promise<void>;
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
  async create(companyId: TenantId, publicUrl: string, renew = false): Promise<WebhookReport> {
    const company = await this.deps.reader.find('companies', companyId, companyId);
    if (!company) throw new NotFound('The company');
    const subscriberUrl = `${publicUrl.replace(/(?<!\/)\/+$/, '')}${WEBHOOK_PATH}`;
    const calcom = await this.deps.calcomOf(companyId);
    const known = renew && !this.deps.usesPlatformKey(company) ? null : await this.deps.secretOf(companyId);
    // The secret is stored first: a webhook whose secret is lost could never be verified.
    const secret = known ?? (await this.#newSecret(companyId));
    const hook = { subscriberUrl, triggers: [...NEEDED_TRIGGERS], secret };
    const ensure = async (of: TeamEventType | null): Promise<Ensured> => {
      // Cal.com takes one webhook per address.
      const standing = (await calcom.webhooks(of)).find((one) => one.subscriberUrl === subscriberUrl);
      if (!standing) return { outcome: 'created', webhook: await calcom.createWebhook(of, hook) };
      if (!renew && known !== null && tells(standing, subscriberUrl)) return { outcome: 'exists', webhook: standing };
      return { outcome: 'renewed', webhook: await calcom.updateWebhook(of, standing.id, hook) };
    };
    const eventTypes: WebhookReport['event_types'] = [];
    const services = await allRecords(this.deps.reader, 'services', companyId, { is_active: true });
    const used = new Set(services.map((service) => Number(service.calcom_event_type_id)));
    for (const of of await this.#teamEventTypes(used, company, calcom))
      eventTypes.push({ event_type_id: of.eventTypeId, outcome: await ofTeam(() => ensure(of)) });
    // The owner's webhook comes last, because the check of the set-up takes it as a sign that all are there.
    const { outcome, webhook } = await ensure(null);
    const outcomes = new Map([...used].map((id): [number, Outcome | 'by_hand'] => [id, outcome]));
    for (const one of eventTypes) outcomes.set(one.event_type_id, one.outcome);
    const isMade = (id: number): boolean => outcomes.get(id) === 'created' || outcomes.get(id) === 'renewed';
    await this.deps.webhooksMade(companyId, [...used].filter(isMade));
    return {
      outcome: eventTypes.some((one) => one.outcome === 'created') ? 'created' : outcome,
      webhook_id: webhook.id,
      subscriber_url: webhook.subscriberUrl,
      triggers: webhook.triggers,
      event_types: eventTypes,
      what_to_do: eventTypes.some((one) => one.outcome === 'by_hand') ? byHand(subscriberUrl) : null,
    };
  }

  /** Those that the company's active services use. */
  async #teamEventTypes(
    used: ReadonlySet<number>,
    company: AdminRecord,
    calcom: WebhookAccount,
  ): Promise<TeamEventType[]> {
    const left = new Set(used);
    const teamIds =
      typeof company.calcom_team_id === 'number'
        ? [company.calcom_team_id]
        : (await calcom.teams()).map((team) => team.id);
    const found: TeamEventType[] = [];
    for (const teamId of left.size === 0 ? [] : teamIds) {
      for (const { id } of await calcom.teamEventTypes(teamId))
        if (left.delete(id)) found.push({ teamId, eventTypeId: id });
    }
    return found;
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

interface Ensured {
  outcome: Outcome;
  webhook: UpstreamWebhook;
}

/** Beyond the key's rights a person makes the webhook. */
async function ofTeam(ensure: () => Promise<Ensured>): Promise<Outcome | 'by_hand'> {
  try {
    return (await ensure()).outcome;
  } catch (error) {
    if (isBeyondKey(error)) return 'by_hand';
    throw error;
  }
}

/** A self-hosted Cal.com may lack the route, and a plain member of a team may not use it. */
export function isBeyondKey(error: unknown): boolean {
  const isRefusal = error instanceof UpstreamRejected || error instanceof UpstreamUnauthorised;
  return isRefusal && [403, 404].includes(error.upstreamStatus);
}

function byHand(subscriberUrl: string): string {
  return [
    'This Cal.com lets no program make webhooks for the event types of your team, and webhooks of one person stay silent for them.',
    'As an administrator of the team, open Settings → Developer → Webhooks at Cal.com, choose New and the team,',
    `enter ${subscriberUrl} as the subscriber URL and the company’s webhook secret as the secret,`,
    'and switch on booking created, rescheduled, cancelled, requested and rejected.',
  ].join(' ');
}
