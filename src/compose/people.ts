import type { GatewayConfig } from '../config';
import { PROVIDER_CALLBACK } from '../controllers/admin/provider-routes';
import type { AdminDeps } from '../controllers/admin/route-spec';
import { SessionCookie } from '../controllers/admin/session-cookie';
import { OpenIdProvider } from '../infra/openid-provider';
import { argon2Hasher } from '../infra/password-hash';
import { People } from '../services/people/people';
import type { IdentityProvider } from '../services/people/people-ports';
import { Sessions } from '../services/people/sessions';
import { SignInThrottle } from '../services/people/sign-in-throttle';
import type { Infrastructure } from './infrastructure';
import type { Post } from './notifications';

export type PeopleParts = Pick<AdminDeps, 'sessions' | 'people' | 'users' | 'cookie' | 'provider'>;

/** People, and how they sign in. */
export function composePeople(base: Infrastructure, { address, mailer }: Post): PeopleParts {
  const { clock, config } = base;
  const { reader, users } = base.stores;
  const throttle = new SignInThrottle(clock);
  const shared = { users, hasher: argon2Hasher, throttle, clock };
  return {
    sessions: new Sessions({ ...shared, store: users }),
    people: new People({
      ...shared,
      reader,
      mailer,
      address,
      background: base.background,
      warn: base.warn,
    }),
    users,
    cookie: new SessionCookie(config.PUBLIC_URL ?? null),
    provider: providerOf(config, address),
  };
}

function providerOf(config: GatewayConfig, address: () => string): IdentityProvider | null {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret, OIDC_NAME: name } = config;
  if (issuer === undefined || clientId === undefined) return null;
  const returnTo = (): string => `${address()}${PROVIDER_CALLBACK}`;
  const provider = new OpenIdProvider({ issuer, clientId, clientSecret: clientSecret ?? null, returnTo });
  return Object.assign(provider, { name });
}
