import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const CLIENT = { id: 'askpro', secret: 'a-secret-of-the-client' };

interface Grant {
  challenge: string;
  nonce: string;
  redirectUri: string;
}

/** What the next sign-in says about its person, or how the token is forged. */
export interface NextSignIn {
  email: string;
  verified: boolean;
  /** Signs with a key that the provider never published. */
  forged?: boolean;
  nonce?: string;
  audience?: string;
}

/** An OpenID provider: discovery, authorization code with PKCE, RS256. Everyone is signed in as `next` says. */
export class OpenIdStandIn {
  next: NextSignIn = { email: 'unknown@example.org', verified: true };
  readonly #grants = new Map<string, Grant>();
  readonly #keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  readonly #otherKeys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((req, res) => void this.#answer(req, res));
  }

  static async start(): Promise<OpenIdStandIn> {
    const made = new OpenIdStandIn();
    await new Promise<void>((resolve) => made.#server.listen(0, '127.0.0.1', resolve));
    return made;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  get issuer(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async #answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = new URL(req.url ?? '/', this.issuer);
    const json = (status: number, body: object): void => {
      res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return json(200, {
          issuer: this.issuer,
          authorization_endpoint: `${this.issuer}/authorize`,
          token_endpoint: `${this.issuer}/token`,
          jwks_uri: `${this.issuer}/jwks`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256'],
          code_challenge_methods_supported: ['S256'],
        });
      case '/jwks':
        return json(200, {
          keys: [{ ...this.#keys.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }],
        });
      case '/authorize': {
        const given = (name: string): string => url.searchParams.get(name) ?? '';
        const isRight = given('client_id') === CLIENT.id && given('code_challenge_method') === 'S256';
        if (!isRight || !given('scope').includes('openid')) return json(400, { error: 'invalid_request' });
        const code = randomBytes(16).toString('hex');
        const grant = { challenge: given('code_challenge'), nonce: given('nonce'), redirectUri: given('redirect_uri') };
        this.#grants.set(code, grant);
        const back = new URL(grant.redirectUri);
        back.search = new URLSearchParams({ code, state: given('state') }).toString();
        return void res.writeHead(302, { location: back.href }).end();
      }
      case '/token': {
        let text = '';
        for await (const part of req) text += String(part);
        const form = new URLSearchParams(text);
        const grant = this.#grants.get(form.get('code') ?? '');
        this.#grants.delete(form.get('code') ?? '');
        const challenge = createHash('sha256')
          .update(form.get('code_verifier') ?? '')
          .digest('base64url');
        const isRight =
          grant?.challenge === challenge &&
          grant.redirectUri === form.get('redirect_uri') &&
          form.get('client_id') === CLIENT.id &&
          form.get('client_secret') === CLIENT.secret;
        if (!grant || !isRight) return json(400, { error: 'invalid_grant' });
        return json(200, { access_token: 'at', token_type: 'Bearer', expires_in: 60, id_token: this.#idToken(grant) });
      }
      default:
        return json(404, {});
    }
  }

  #idToken({ nonce }: Grant): string {
    const { email, verified, forged = false, nonce: wrongNonce, audience = CLIENT.id } = this.next;
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: this.issuer, aud: audience, sub: email, iat: now, exp: now + 60, nonce: wrongNonce ?? nonce };
    const key: KeyObject = forged ? this.#otherKeys.privateKey : this.#keys.privateKey;
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const head = `${part({ alg: 'RS256', kid: 'one' })}.${part({ ...claims, email, email_verified: verified })}`;
    return `${head}.${sign('RSA-SHA256', Buffer.from(head), key).toString('base64url')}`;
  }
}
