import { randomBytes } from 'node:crypto';
import { NotFound } from '../../errors';
import type { UpstreamWebhook } from '../calcom/calcom-ports';
import type { TenantId } from '../../domain';
import { calcomWebhookSecretPlace, type SecretSealer } from './company-service';
import type { CompanyWriter, RecordReader, TenantChanged } from './records';

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
  webhooks(): Promise<UpstreamWebhook[]>;
  createWebhook(hook: { subscriberUrl: string; triggers: string[]; secret: string }): Promise<UpstreamWebhook>;
}

export interface WebhookReport {
  outcome: 'created' | 'exists';
  webhook_id: string;
  subscriber_url: string;
  triggers: string[];
}

export interface WebhookSetupDeps {
  reader: RecordReader;
  writer: CompanyWriter;
  secrets: SecretSealer;
  calcomOf: (companyId: TenantId) => Promise<WebhookAccount>;
  /** The secret by which this company's webhooks are verified; null when there is none yet. */
  secretOf: (companyId: TenantId) => Promise<string | null>;
  tenantChanged: TenantChanged;
}

/** Registers the gateway for booking webhooks at Cal.com. */
export class WebhookSetup {
  readonly #deps: WebhookSetupDeps;

  constructor(deps: WebhookSetupDeps) {
    this.#deps = deps;
  }

  /**
   * Safe to repeat: a webhook that already points here with all triggers is left alone.
   * @param publicUrl where Cal.com reaches this gateway, without a path
   * @throws NotFound, or Cal.com's refusal
   */
  async create(companyId: TenantId, publicUrl: string): Promise<WebhookReport> {
    if (!(await this.#deps.reader.find('companies', companyId, companyId))) throw new NotFound('The company');
    const subscriberUrl = `${publicUrl.replace(/(?<!\/)\/+$/, '')}${WEBHOOK_PATH}`;
    const calcom = await this.#deps.calcomOf(companyId);
    const secret = await this.#deps.secretOf(companyId);
    const known = secret === null ? undefined : (await calcom.webhooks()).find((hook) => tells(hook, subscriberUrl));
    if (known) return report('exists', known);
    const made = await calcom.createWebhook({
      subscriberUrl,
      triggers: [...NEEDED_TRIGGERS],
      // The secret is stored first: a webhook whose secret is lost could never be verified.
      secret: secret ?? (await this.#newSecret(companyId)),
    });
    return report('created', made);
  }

  async #newSecret(companyId: TenantId): Promise<string> {
    const secret = randomBytes(32).toString('hex');
    const ciphertext = this.#deps.secrets.seal(secret, calcomWebhookSecretPlace(companyId));
    await this.#deps.writer.update(companyId, { fields: {}, calcomWebhookSecretCiphertext: ciphertext }, null);
    await this.#deps.tenantChanged(companyId);
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

function report(outcome: WebhookReport['outcome'], hook: UpstreamWebhook): WebhookReport {
  return { outcome, webhook_id: hook.id, subscriber_url: hook.subscriberUrl, triggers: hook.triggers };
}
