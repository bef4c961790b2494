import type { TenantId } from '../../domain';
import type { SealedSecrets } from '../admin/company-secrets';
import { triesFor } from '../tenants/signature-owners';

interface WebhookSendersDeps {
  /** The gateway's own secret, which speaks for every company; null: none. */
  readonly common: string | null;
  readonly companies: {
    /** The secrets of companies with one of their own, sealed. */
    webhookSecrets(): Promise<{ companyId: TenantId; sealed: string }[]>;
  };
  readonly sealed: Pick<SealedSecrets, 'open'>;
  readonly verify: (rawBody: Buffer, signature: string | undefined, secret: string) => boolean;
  readonly nowMs: () => number;
}

const SECRETS_LIFE_MS = 30_000;
/** A webhook does not name its company. */
const MOST_TRIED = 2000;

/** Whose secret signed a webhook. A company's own secret speaks only for itself. */
export class WebhookSenders {
  #known: { companyId: TenantId; secret: string }[] = [];
  #untilMs = 0;

  constructor(private readonly deps: WebhookSendersDeps) {}

  /** @returns the company, `companyId: null` for all of them, or null when no known secret signed it */
  async of(rawBody: Buffer, signature: string | undefined): Promise<{ companyId: TenantId | null } | null> {
    const { common, verify } = this.deps;
    if (common && verify(rawBody, signature, common)) return { companyId: null };
    const own = await this.#own();
    const most = triesFor(rawBody, MOST_TRIED);
    const sender = own.slice(0, most).find(({ secret }) => verify(rawBody, signature, secret));
    if (!sender) return null;
    // Whose webhooks arrive is found first the next time, however many companies there are.
    if (this.#known === own) this.#known = [sender, ...own.filter((one) => one !== sender)];
    return { companyId: sender.companyId };
  }

  /** By which a company's webhooks are verified; null when there is none yet, or none that opens. */
  async secretOf(companyId: TenantId, usesPlatformKey: boolean): Promise<string | null> {
    const { common, companies, sealed } = this.deps;
    const own = (await companies.webhookSecrets()).find((one) => one.companyId === companyId);
    if (own) return sealed.open('calcom_webhook_secret', own);
    // Cal.com shows a webhook's secret to the account's owner, so the common one stays in the platform's account.
    return usesPlatformKey ? common : null;
  }

  /** Some company's secret or state changed, here or in another process. */
  forget(): void {
    this.#untilMs = 0;
  }

  /** While the database is away the secrets read last are used. */
  async #own(): Promise<{ companyId: TenantId; secret: string }[]> {
    if (this.#untilMs > this.deps.nowMs()) return this.#known;
    // Set before the read: a change announced meanwhile makes the next question read again.
    this.#untilMs = this.deps.nowMs() + SECRETS_LIFE_MS;
    const { companies, sealed } = this.deps;
    const read = await companies.webhookSecrets().catch(() => null);
    if (read)
      this.#known = read.flatMap((one) => {
        const secret = sealed.open('calcom_webhook_secret', one);
        return secret === null ? [] : [{ companyId: one.companyId, secret }];
      });
    return this.#known;
  }
}
