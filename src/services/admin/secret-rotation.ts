import type { TenantId } from '../../domain';
import { SECRET_PLACES, type SealedSecret } from './company-service';
import { channelSecretPlace } from '../notifications/message-sender';
import type { WebhookSetup } from './webhook-setup';

interface SecretRotationDeps {
  companies: {
    sealedSecrets(): Promise<SealedSecret[]>;
    replaceSealed(secret: SealedSecret, resealed: string): Promise<void>;
    givenWebhookSecrets(): Promise<{ companyId: TenantId; name: string; secretId: string; hasOwn: boolean }[]>;
    nameGivenWebhookSecrets(secretId: string | null, platformKeyId: string): Promise<void>;
    idsOnKey(keyId: string): Promise<TenantId[]>;
  };
  /** Of the platform's Cal.com key. */
  platformKeyId: string;
  /** Secrets of notification channels. */
  notifications: {
    sealedSecrets(): Promise<{ id: string; company: string; sealed: string }[]>;
    replaceSealed(id: string, sealed: string, resealed: string): Promise<void>;
  };
  secrets: { reseal(sealed: string, place: string): string | null };
  webhooks: Pick<WebhookSetup, 'create'>;
  /** Of CALCOM_WEBHOOK_SECRET; null when there is none. */
  commonSecretId: string | null;
}

/** Replaces keys and secrets that must not be used any longer. */
export class SecretRotation {
  constructor(private readonly deps: SecretRotationDeps) {}

  /** Seals everything with the first key of APP_KEY, so that the other ones can be taken out. Safe to repeat. */
  async reseal() {
    const { notifications, companies, secrets } = this.deps;
    let [resealed, unchanged] = [0, 0];
    /** What no key of APP_KEY opens: it has to be entered again. */
    const unreadable: { company: string; secret: string }[] = [];
    const all = [
      ...(await companies.sealedSecrets()).map((one) => ({
        ...{ company: one.company, secret: one.column, sealed: one.sealed },
        place: SECRET_PLACES[one.column](one.companyId),
        replace: (fresh: string) => companies.replaceSealed(one, fresh),
      })),
      ...(await notifications.sealedSecrets()).map(({ id, company, sealed }) => ({
        ...{ company, secret: 'notification_channel', sealed },
        place: channelSecretPlace(id),
        replace: (fresh: string) => notifications.replaceSealed(id, sealed, fresh),
      })),
    ];
    for (const { company, secret, sealed, place, replace } of all) {
      try {
        const fresh = secrets.reseal(sealed, place);
        if (fresh !== null) await replace(fresh);
        if (fresh === null) unchanged++;
        else resealed++;
      } catch {
        unreadable.push({ company, secret });
      }
    }
    return { resealed, unchanged, unreadable };
  }

  /** To be called at every start: an upgraded database does not say which secret was given. */
  nameGivenSecrets(): Promise<void> {
    return this.deps.companies.nameGivenWebhookSecrets(this.deps.commonSecretId, this.deps.platformKeyId);
  }

  /** Names of the companies whose own Cal.com account knows today's common webhook secret. */
  async companiesThatKnowCommonSecret(): Promise<string[]> {
    const { companies, commonSecretId } = this.deps;
    if (commonSecretId === null) return [];
    const given = await companies.givenWebhookSecrets();
    return given.filter(({ secretId }) => [commonSecretId, 'unknown'].includes(secretId)).map(({ name }) => name);
  }

  /**
   * Gives every account that was given the common secret a fresh one, and the platform's account the common secret of
   * today, once that one is known to no company any longer.
   * @param publicUrl where Cal.com reaches this gateway, without a path
   * @returns with what went wrong; null when it worked
   */
  async rotateWebhooks(publicUrl: string): Promise<{ company_id: TenantId; error: string | null }[]> {
    const { companies, platformKeyId, webhooks } = this.deps;
    const given = await companies.givenWebhookSecrets();
    const isSecret = (await this.companiesThatKnowCommonSecret()).length === 0;
    const ids = [
      ...given.filter(({ hasOwn }) => !hasOwn).map(({ companyId }) => companyId),
      ...(isSecret ? await companies.idsOnKey(platformKeyId) : []),
    ];
    const rotated = [];
    for (const companyId of ids) {
      const error = await webhooks
        .create(companyId, publicUrl, true)
        .then(() => null)
        .catch((reason: unknown) => (reason instanceof Error ? reason.message : String(reason)));
      rotated.push({ company_id: companyId, error });
    }
    return rotated;
  }
}
