import { DEFAULT_LANGUAGE } from '../domain';
import { McpPlatform } from '../platforms/mcp-platform';
import { ElevenLabsPlatform } from '../platforms/elevenlabs-platform';
import { VapiPlatform } from '../platforms/vapi-platform';
import { RetellPlatform } from '../retell/retell-platform';
import { verifySignature } from '../retell/signature';
import type { CompanySecret } from '../services/admin/company-secrets';
import { TokenService } from '../services/admin/token-service';
import { LANGUAGES } from '../services/language/languages';
import { EventTypeAssignment } from '../services/tenants/event-type-owners';
import { LineProof } from '../services/tenants/line-proof';
import { SignatureOwners, type SignatureOwnersDeps } from '../services/tenants/signature-owners';
import { directionByLine } from '../services/tenants/resolve-call';
import { noteUnknownLine } from '../services/tenants/unknown-line';
import { VoiceTokens } from '../services/tenants/voice-tokens';
import type { CallEnds } from '../services/tenants/resolve-call';
import { VERSION } from '../version';
import type { Infrastructure } from './infrastructure';
import type { Upstream } from './upstream';

export type Platforms = ReturnType<typeof composePlatforms>;

/** The voice platforms, and whose key signed what: from the configuration and from the companies. */
export function composePlatforms(base: Infrastructure, upstream: Upstream) {
  const { announcements, config, nowMs, stores } = base;
  const shared = { ...base, ...stores, ...upstream };
  const { mayBeUnsigned } = config;
  const ofNoPlatform = { platformKeys: [], mayBeUnsigned: false, verify: () => false };
  const signers = (secret: CompanySecret, own: Omit<SignatureOwnersDeps, 'secret' | keyof typeof shared>) => {
    const owners = new SignatureOwners({ ...shared, ...own, secret });
    announcements.listen(() => owners.forget());
    return owners;
  };
  const owners = signers('retell_api_key', {
    platformKeys: config.RETELL_API_KEY ?? [],
    verify: (rawBody, signature, key) => verifySignature(rawBody, signature, [key], nowMs()),
    mayBeUnsigned,
  });
  const proof = new LineProof(shared);
  const tokens = new TokenService({
    store: stores.tokens,
    clock: base.clock,
    bootstrapToken: base.backends.adminToken.value,
  });
  const voiceTokens = new VoiceTokens({ tokens, nowMs });
  announcements.listen(() => {
    proof.forget();
    voiceTokens.forget();
  });
  const directionOf = (ends: Pick<CallEnds, 'fromNumber' | 'toNumber'>) => directionByLine(upstream.tenants, ends);
  return {
    owners,
    tokens,
    confirmLine: proof.confirm,
    unknownLine: noteUnknownLine({ ...shared, timeZone: config.APP_TIMEZONE }),
    assignment: new EventTypeAssignment(shared),
    retell: new RetellPlatform({ owners, isSandboxed: config.embedded.calcom }),
    vapi: new VapiPlatform({
      secrets: signers('vapi_secret', ofNoPlatform),
      noAgent: (language) => LANGUAGES[language ?? DEFAULT_LANGUAGE].phrases.unknownTenant(),
      nowMs,
    }),
    elevenlabs: new ElevenLabsPlatform({
      secrets: signers('elevenlabs_secret', ofNoPlatform),
      reportSecrets: signers('elevenlabs_webhook_secret', ofNoPlatform),
      directionOf,
      nowMs,
    }),
    mcp: new McpPlatform({ voiceTokens, directionOf, version: VERSION }),
  };
}
