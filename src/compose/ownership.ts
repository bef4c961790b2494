import { DateTime } from 'luxon';
import { ConfigError, type GatewayConfig } from '../config';
import { ElevenLabsPlatform } from '../platforms/elevenlabs-platform';
import { VapiPlatform } from '../platforms/vapi-platform';
import { RetellPlatform } from '../retell/retell-platform';
import { verifySignature } from '../retell/signature';
import type { VoicePlatform } from '../services/voice/voice-platform';
import type { Alerts } from '../services/admin/alerts';
import type { CompanySecret } from '../services/admin/company-secrets';
import { LANGUAGES } from '../services/language/languages';
import { EventTypeAssignment } from '../services/tenants/event-type-owners';
import { LineProof } from '../services/tenants/line-proof';
import { SignatureOwners, type UnknownLine } from '../services/tenants/ownership';
import { directionByLine } from '../services/tenants/resolve-call';
import { noteUnknownLine } from '../services/tenants/unknown-line';
import type { Infrastructure } from './infrastructure';
import { TENANT_CHANGED, type Upstream } from './upstream';

export interface Ownership {
  owners: SignatureOwners;
  retell: VoicePlatform;
  vapi: VoicePlatform;
  elevenlabs: VoicePlatform;
  unknownLine: UnknownLine;
  heard: LineProof['heard'];
  eventTypes: EventTypeAssignment;
  /**
   * @returns what the operator should know while the platform has no Retell key; null when it has one
   * @throws ConfigError when requests could be neither proven nor safely taken without proof
   */
  requireKeys: () => Promise<string | null>;
}

/** Whose key signed what, from the configuration and from the companies. */
export function composeOwnership(base: Infrastructure, upstream: Upstream, alerts: Alerts): Ownership {
  const { config, nowMs, stores } = base;
  const owners = new SignatureOwners({
    platformKeys: config.RETELL_API_KEY ?? [],
    own: () => stores.companies.callSecrets('retell_api_key'),
    open: (keys) => upstream.sealed.open('retell_api_key', keys),
    verify: (rawBody, signature, key) => verifySignature(rawBody, signature, [key], nowMs()),
    mayBeUnsigned: config.embedded.calcom || isPrivate(config),
    nowMs,
  });
  /** Of platforms whose secrets belong to one company each. */
  const holders = (secret: CompanySecret): SignatureOwners =>
    new SignatureOwners({
      platformKeys: [],
      own: () => stores.companies.callSecrets(secret),
      open: (keys) => upstream.sealed.open(secret, keys),
      verify: () => false,
      mayBeUnsigned: false,
      nowMs,
    });
  const vapi = holders('vapi_secret');
  const elevenlabs = holders('elevenlabs_secret');
  const reports = holders('elevenlabs_webhook_secret');
  const proof = new LineProof({
    tenants: upstream.tenants,
    confirm: (...asked) => stores.tenantStore.confirm(...asked),
    tenantChanged: upstream.tenantChanged,
    nowMs,
  });
  base.announcements.listen(TENANT_CHANGED, () => {
    proof.forget();
    for (const one of [owners, vapi, elevenlabs, reports]) one.forget();
  });
  return {
    owners,
    heard: proof.heard,
    vapi: new VapiPlatform({
      secrets: vapi,
      noAgent: (language) => LANGUAGES[language ?? 'de'].phrases.unknownTenant(),
      nowMs,
    }),
    elevenlabs: new ElevenLabsPlatform({
      secrets: elevenlabs,
      reportSecrets: reports,
      directionOf: (ends) => directionByLine(upstream.tenants, ends),
      nowMs,
    }),
    retell: new RetellPlatform({
      speakerOf: (rawBody, signature, isDirect) =>
        owners.speakerOf(rawBody, signature, config.embedded.calcom || isDirect),
    }),
    eventTypes: new EventTypeAssignment({
      owners: stores.eventTypes,
      raise: alerts.raise,
      settle: (keys) => alerts.settle(keys),
      tenantChanged: upstream.tenantChanged,
    }),
    unknownLine: noteUnknownLine({
      calls: stores.unmappedCalls,
      raise: alerts.raise,
      startOfToday: () => DateTime.fromMillis(nowMs(), { zone: config.APP_TIMEZONE }).startOf('day').toJSDate(),
      background: base.background,
    }),
    requireKeys: async () => {
      if (config.RETELL_API_KEY) return null;
      if (await owners.hasKeys())
        return 'RETELL_API_KEY is not set: Retell reaches only the companies that have keys of their own.';
      if (config.embedded.calcom || isPrivate(config))
        return 'RETELL_API_KEY is not set: requests are accepted without a signature.';
      const problem = 'is required: requests without a signature are accepted on loopback or from the sandbox only';
      throw new ConfigError([{ name: 'RETELL_API_KEY', problem }]);
    },
  };
}

/** Nothing but this machine reaches the gateway. */
function isPrivate({ listenHost, PUBLIC_URL, TRUST_PROXY }: GatewayConfig): boolean {
  const isLoopback = /^(?:localhost|::1|127\.\d{1,3}\.\d{1,3}\.\d{1,3})$/.test(listenHost);
  return isLoopback && PUBLIC_URL === undefined && TRUST_PROXY === undefined;
}
