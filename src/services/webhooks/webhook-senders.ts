import type { TenantId } from '../../domain';
import { triesFor } from '../tenants/ownership';

export interface WebhookSendersDeps {
  /** The gateway's own secret, which speaks for every company; null: none. */
  readonly common: string | null;
  /** The secrets of companies with one of their own, sealed. */
  readonly own: () => Promise<{ companyId: TenantId; sealed: string }[]>;
  /** Null when the seal cannot be opened: that company alone sends no webhooks. */
  readonly open: (one: { companyId: TenantId; sealed: string }) => string | null;
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

  /** Some company's secret or state changed, here or in another process. */
  forget(): void {
    this.#untilMs = 0;
  }

  /** While the database is away the secrets read last are used. */
  async #own(): Promise<{ companyId: TenantId; secret: string }[]> {
    if (this.#untilMs > this.deps.nowMs()) return this.#known;
    // Set before the read: a change announced meanwhile makes the next question read again.
    this.#untilMs = this.deps.nowMs() + SECRETS_LIFE_MS;
    const { open, own } = this.deps;
    const read = await own().catch(() => null);
    if (read)
      this.#known = read.flatMap((one) => {
        const secret = open(one);
        return secret === null ? [] : [{ companyId: one.companyId, secret }];
      });
    return this.#known;
  }
}
