import { randomBytes } from 'node:crypto';
import type { TenantDirectory } from '../tenants/tenant-ports';
import { COMPANY_SECRETS, secretPlace } from './company-secrets';
import type { CompanyWriter, TenantChanged } from './records';
import type { TokenService } from './token-service';

/** What proves calls of the demo company, by the name of its file below `secrets` in DATA_DIR. */
export const DEMO_PROOFS = {
  vapi: 'demo-vapi-secret',
  elevenlabs: 'demo-elevenlabs-secret',
  elevenlabsReports: 'demo-elevenlabs-webhook-secret',
  mcp: 'demo-mcp-token',
} as const;

/**
 * Gives a demo company that was created just now what its calls are proven with on platforms that take none without a
 * proof, so that each platform can be tried at once.
 */
export async function proveDemo(deps: {
  tenants: Pick<TenantDirectory, 'demo'>;
  tokens: Pick<TokenService, 'create'>;
  companyWriter: Pick<CompanyWriter, 'update'>;
  secrets: { seal(secret: string, place: string): string };
  dataDir: { keepSecret(file: string, value: string): void };
  tenantChanged: TenantChanged;
}): Promise<void> {
  const demo = await deps.tenants.demo();
  if (!demo) return;
  const { companyId } = demo;
  const made = (file: string, secret: 'vapi_secret' | 'elevenlabs_secret' | 'elevenlabs_webhook_secret'): object => {
    const value = randomBytes(24).toString('hex');
    deps.dataDir.keepSecret(file, value);
    return { [COMPANY_SECRETS[secret]]: deps.secrets.seal(value, secretPlace(companyId, secret)) };
  };
  const sealed = {
    ...made(DEMO_PROOFS.vapi, 'vapi_secret'),
    ...made(DEMO_PROOFS.elevenlabs, 'elevenlabs_secret'),
    ...made(DEMO_PROOFS.elevenlabsReports, 'elevenlabs_webhook_secret'),
  };
  await deps.companyWriter.update(companyId, { fields: {}, ...sealed }, null);
  const { token } = await deps.tokens.create({ companyId, name: 'demo', role: 'voice' });
  deps.dataDir.keepSecret(DEMO_PROOFS.mcp, token);
  await deps.tenantChanged(companyId);
}
