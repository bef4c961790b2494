import type { TenantId } from '../../domain';
import { ALERTS } from './alert-texts';
import type { Alerts } from './alerts';

/**
 * Secrets of a company beside its Cal.com key, by their name in the API: they go in, are sealed, and never come out.
 * Each with the property of its sealed column.
 */
export const COMPANY_SECRETS = {
  calcom_webhook_secret: 'calcomWebhookSecretCiphertext',
  retell_api_key: 'retellApiKeyCiphertext',
  vapi_secret: 'vapiSecretCiphertext',
  elevenlabs_secret: 'elevenlabsSecretCiphertext',
  elevenlabs_webhook_secret: 'elevenlabsWebhookSecretCiphertext',
} as const;

export type CompanySecret = keyof typeof COMPANY_SECRETS;
export type SealedColumn = (typeof COMPANY_SECRETS)[CompanySecret];

export const COMPANY_SECRET_NAMES = Object.keys(COMPANY_SECRETS) as CompanySecret[];

type SealedName = CompanySecret | 'calcom_api_key';

/** Where a secret of a company is kept; a sealed one opens nowhere else. */
export const secretPlace = (companyId: TenantId, secret: SealedName): string => `${companyId}:${secret}`;

interface SealedSecretsDeps {
  readonly secrets: { open(sealed: string, place: string): string };
  readonly alerts: Pick<Alerts, 'raise'>;
}

/** Opens companies' sealed secrets. One that cannot be opened stops its company alone, and its owner gets an alert. */
export class SealedSecrets {
  constructor(private readonly deps: SealedSecretsDeps) {}

  /** Null when no key of APP_KEY opens it. */
  open(name: SealedName, { companyId, sealed }: { companyId: TenantId; sealed: string }): string | null {
    try {
      return this.deps.secrets.open(sealed, secretPlace(companyId, name));
    } catch {
      this.deps.alerts.raise(ALERTS.secret_unreadable({ name }), `secret:${name}:${companyId}`, companyId);
      return null;
    }
  }
}
