import type { Request } from 'express';
import { ConfigError, type GatewayConfig } from '../config';
import { verifySignature } from '../retell/signature';
import type { Alerts } from '../services/admin/alerts';
import { retellKeyPlace } from '../services/admin/company-service';
import { onlyOne, SignatureOwners, type Speaker, type UnknownLine } from '../services/tenants/ownership';
import { e164, lineOf } from '../services/tenants/resolve-call';
import type { Infrastructure } from './infrastructure';
import { TENANT_CHANGED, type Upstream } from './upstream';

export interface Ownership {
  owners: SignatureOwners;
  /** Who signed a request of Retell's; null when no known key did. */
  speakerOf: (req: Request, rawBody: Buffer) => Promise<Speaker | null>;
  unknownLine: UnknownLine;
  /** @throws ConfigError when requests could be neither proven nor safely taken without proof */
  requireKeys: () => Promise<void>;
}

const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via'];

/** Whose key signed what, from the configuration and from the companies. */
export function composeOwnership(base: Infrastructure, upstream: Upstream, alerts: Alerts): Ownership {
  const { config, clock } = base;
  const owners = new SignatureOwners({
    platformKeys: config.RETELL_API_KEY ?? [],
    own: () => upstream.companies.retellKeys(),
    open: ({ companyId, sealed }) => upstream.secrets.open(sealed, retellKeyPlace(companyId)),
    verify: (rawBody, signature, key) => verifySignature(rawBody, signature, [key], clock.nowMs()),
    broken: (companyId) => upstream.unreadable(companyId, 'retell_api_key'),
    mayBeUnsigned: config.embedded.calcom || isPrivate(config),
    nowMs: () => clock.nowMs(),
  });
  base.announcements.listen(TENANT_CHANGED, () => owners.forget());
  return {
    owners,
    speakerOf: (req, rawBody) => {
      const signature = req.headers['x-retell-signature'];
      const isDirect = config.embedded.calcom || FORWARDED.every((name) => req.headers[name] === undefined);
      return owners.speakerOf(rawBody, typeof signature === 'string' ? signature : undefined, isDirect);
    },
    unknownLine: (speaker, call) => {
      if (speaker.unsigned) return;
      const line = e164(lineOf(call));
      const named = line ?? call.agentId;
      // Whatever else a caller's platform sends may be a person's.
      if (!named || !/^\+?[\w-]{1,100}$/.test(named)) return;
      const companyId = onlyOne(speaker);
      alerts.raise(
        'unknown_line',
        `unknown_line:${companyId ?? 'platform'}:${named}`,
        `Calls arrive for ${named}, which belongs to no company. Add it to the company's numbers or agents.`,
        companyId,
      );
    },
    requireKeys: async () => {
      if (config.embedded.calcom || isPrivate(config) || (await owners.hasKeys())) return;
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
