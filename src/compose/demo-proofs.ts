import { randomBytes } from 'node:crypto';
import type { DataDir } from '../infra/data-dir';
import { COMPANY_SECRETS, secretPlace } from '../services/admin/company-secrets';
import type { TokenService } from '../services/admin/token-service';
import type { Infrastructure } from './infrastructure';
import type { Upstream } from './upstream';

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
export async function proveDemo(
  { stores, isDemoNew }: Infrastructure,
  { secrets, tenants, tenantChanged }: Upstream,
  tokens: TokenService,
  dataDir: Pick<DataDir, 'keepSecret'>,
): Promise<void> {
  const demo = isDemoNew ? await tenants.demo() : null;
  if (!demo) return;
  const { companyId } = demo;
  const made = (file: string, secret: 'vapi_secret' | 'elevenlabs_secret' | 'elevenlabs_webhook_secret'): object => {
    const value = randomBytes(24).toString('hex');
    dataDir.keepSecret(file, value);
    return { [COMPANY_SECRETS[secret]]: secrets.seal(value, secretPlace(companyId, secret)) };
  };
  const sealed = {
    ...made(DEMO_PROOFS.vapi, 'vapi_secret'),
    ...made(DEMO_PROOFS.elevenlabs, 'elevenlabs_secret'),
    ...made(DEMO_PROOFS.elevenlabsReports, 'elevenlabs_webhook_secret'),
  };
  await stores.companyWriter.update(companyId, { fields: {}, ...sealed }, null);
  const { token } = await tokens.create({ companyId, name: 'demo', role: 'voice' });
  dataDir.keepSecret(DEMO_PROOFS.mcp, token);
  await tenantChanged(companyId);
}
