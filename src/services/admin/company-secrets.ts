import type { TenantId } from '../../domain';

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

/** Where a secret of a company is kept; a sealed one opens nowhere else. */
export const secretPlace = (companyId: TenantId, secret: CompanySecret | 'calcom_api_key'): string =>
  `${companyId}:${secret}`;
