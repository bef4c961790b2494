import type { Configuration } from 'openid-client';

/** What must be remembered between leaving for the provider and coming back. */
export interface SignInMemory {
  state: string;
  nonce: string;
  verifier: string;
}

interface OpenIdSettings {
  issuer: string;
  clientId: string;
  /** null: a public client, which PKCE protects alone. */
  clientSecret: string | null;
  /** Where the provider sends the browser back to. */
  returnTo: () => string;
}

const PATIENCE_SECONDS = 10;

/** OpenID Connect by authorization code with PKCE. The library is read, and the provider asked, at the first sign-in. */
export class OpenIdProvider {
  #configuration: Promise<Configuration> | undefined;

  constructor(private readonly settings: OpenIdSettings) {}

  /** @returns where to send the browser @throws when the provider cannot be reached */
  async begin(): Promise<{ address: string; memory: SignInMemory }> {
    const client = await import('openid-client');
    const configuration = await this.#discovered();
    const memory = {
      state: client.randomState(),
      nonce: client.randomNonce(),
      verifier: client.randomPKCECodeVerifier(),
    };
    const address = client.buildAuthorizationUrl(configuration, {
      redirect_uri: this.settings.returnTo(),
      scope: 'openid email profile',
      code_challenge: await client.calculatePKCECodeChallenge(memory.verifier),
      code_challenge_method: 'S256',
      state: memory.state,
      nonce: memory.nonce,
    });
    return { address: address.href, memory };
  }

  /**
   * @param query of the address at which the browser came back
   * @returns the person's address; null when the provider has not verified it
   * @throws when code, state, nonce or signature are not right
   */
  async finish(query: string, memory: SignInMemory): Promise<string | null> {
    const client = await import('openid-client');
    const configuration = await this.#discovered();
    const cameBackAt = new URL(this.settings.returnTo());
    cameBackAt.search = query;
    const tokens = await client.authorizationCodeGrant(configuration, cameBackAt, {
      pkceCodeVerifier: memory.verifier,
      expectedState: memory.state,
      expectedNonce: memory.nonce,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (claims === undefined) return null;
    const person =
      claims.email === undefined ? await client.fetchUserInfo(configuration, tokens.access_token, claims.sub) : claims;
    return typeof person.email === 'string' && person.email_verified === true ? person.email : null;
  }

  /** Asked again after a failure. */
  #discovered(): Promise<Configuration> {
    this.#configuration ??= this.#discover().catch((error: unknown) => {
      this.#configuration = undefined;
      throw error;
    });
    return this.#configuration;
  }

  async #discover(): Promise<Configuration> {
    const client = await import('openid-client');
    const { issuer, clientId, clientSecret } = this.settings;
    const secret = clientSecret ?? undefined;
    const authentication = secret === undefined ? client.None() : client.ClientSecretPost(secret);
    return client.discovery(new URL(issuer), clientId, secret, authentication, {
      timeout: PATIENCE_SECONDS,
      execute: [
        // Signatures are checked too, although the token comes over TLS from the provider itself.
        client.enableNonRepudiationChecks,
        // The configuration admits plain HTTP on this machine only.
        ...(issuer.startsWith('http:') ? [client.allowInsecureRequests] : []),
      ],
    });
  }
}
