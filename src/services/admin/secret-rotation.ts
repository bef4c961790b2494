import type { TenantId } from '../../domain';
import { SECRET_PLACES, type SealedSecret, type SecretColumn } from './company-service';
import { channelSecretPlace } from '../notifications/message-sender';
import type { WebhookSetup } from './webhook-setup';

export interface SecretRotationDeps {
  companies: {
    sealedSecrets(): Promise<SealedSecret[]>;
    replaceSealed(secret: SealedSecret, resealed: string): Promise<void>;
    givenWebhookSecrets(): Promise<{ companyId: TenantId; name: string; secretId: string; hasOwn: boolean }[]>;
    nameGivenWebhookSecrets(secretId: string | null): Promise<void>;
    /** Companies that use the platform's Cal.com key. */
    onPlatformKey(): Promise<TenantId[]>;
  };
  /** Secrets of notification channels. */
  channels: {
    sealedSecrets(): Promise<{ id: string; company: string; sealed: string }[]>;
    replaceSealed(id: string, sealed: string, resealed: string): Promise<void>;
  };
  secrets: { reseal(sealed: string, place: string): string | null };
  webhooks: Pick<WebhookSetup, 'create'>;
  /** Of CALCOM_WEBHOOK_SECRET; null when there is none. */
  commonSecretId: string | null;
}

export interface ResealReport {
  resealed: number;
  unchanged: number;
  /** What no key of APP_KEY opens: it has to be entered again. */
  unreadable: { company: string; secret: SecretColumn | 'notification_channel' }[];
}

export interface RotatedWebhooks {
  company_id: TenantId;
  /** Null when it worked. */
  error: string | null;
}

/** Replaces keys and secrets that must not be used any longer. */
export class SecretRotation {
  constructor(private readonly deps: SecretRotationDeps) {}

  /** Seals everything with the first key of APP_KEY, so that the other ones can be taken out. Safe to repeat. */
  async reseal(): Promise<ResealReport> {
    const { channels, companies, secrets } = this.deps;
    const report: ResealReport = { resealed: 0, unchanged: 0, unreadable: [] };
    const all = [
      ...(await companies.sealedSecrets()).map((one) => ({
        ...{ company: one.company, secret: one.column, sealed: one.sealed },
        place: SECRET_PLACES[one.column](one.companyId),
        replace: (resealed: string) => companies.replaceSealed(one, resealed),
      })),
      ...(await channels.sealedSecrets()).map(({ id, company, sealed }) => ({
        ...{ company, secret: 'notification_channel' as const, sealed },
        place: channelSecretPlace(id),
        replace: (resealed: string) => channels.replaceSealed(id, sealed, resealed),
      })),
    ];
    for (const { company, secret, sealed, place, replace } of all) {
      try {
        const resealed = secrets.reseal(sealed, place);
        if (resealed === null) report.unchanged++;
        else {
          await replace(resealed);
          report.resealed++;
        }
      } catch {
        report.unreadable.push({ company, secret });
      }
    }
    return report;
  }

  /** To be called at every start: an upgraded database does not say which secret was given. */
  nameGivenSecrets(): Promise<void> {
    return this.deps.companies.nameGivenWebhookSecrets(this.deps.commonSecretId);
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
   */
  async rotateWebhooks(publicUrl: string): Promise<RotatedWebhooks[]> {
    const { companies, webhooks } = this.deps;
    const given = await companies.givenWebhookSecrets();
    const isSecret = (await this.companiesThatKnowCommonSecret()).length === 0;
    const ids = [
      ...given.filter(({ hasOwn }) => !hasOwn).map(({ companyId }) => companyId),
      ...(isSecret ? await companies.onPlatformKey() : []),
    ];
    const rotated: RotatedWebhooks[] = [];
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
