import type { Request, Response } from 'express';
import { Forbidden } from '../../errors';

const PLAIN = 'askpro_session';
/** Browsers take this name only over TLS, for this host and for no other path. */
const OVER_TLS = `__Host-${PLAIN}`;
/** An hour longer than an unused session lives, so that the server is the one to end it. */
const KEPT_MS = 13 * 3_600_000;

/** The cookie of people who are signed in, and which requests may carry it. */
export class SessionCookie {
  readonly #publicUrl: URL | null;

  /** @param publicUrl where browsers reach the gateway when a proxy ends TLS */
  constructor(publicUrl: string | null) {
    this.#publicUrl = publicUrl === null ? null : new URL(publicUrl);
  }

  read(req: Request): string | null {
    const name = this.isOverTls(req) ? OVER_TLS : PLAIN;
    const pair = (req.headers.cookie ?? '').split(/; */).find((one) => one.startsWith(`${name}=`));
    return pair === undefined ? null : pair.slice(name.length + 1);
  }

  set(req: Request, res: Response, token: string): void {
    const secure = this.isOverTls(req);
    res.cookie(secure ? OVER_TLS : PLAIN, token, { ...this.#attributes(secure), maxAge: KEPT_MS });
  }

  clear(req: Request, res: Response): void {
    const secure = this.isOverTls(req);
    res.clearCookie(secure ? OVER_TLS : PLAIN, this.#attributes(secure));
  }

  /** @throws Forbidden when another site's page sent the request */
  requireOwnPage(req: Request): void {
    const site = req.get('sec-fetch-site');
    const origin = req.get('origin');
    const isForeignSite = site !== undefined && !['same-origin', 'none'].includes(site);
    if (isForeignSite || (origin !== undefined && !this.#isOwn(req, origin))) {
      throw new Forbidden('This request was sent by another site.');
    }
  }

  #isOwn(req: Request, origin: string): boolean {
    const host = URL.canParse(origin) ? new URL(origin).host : null;
    return host !== null && (host === req.get('host') || host === this.#publicUrl?.host);
  }

  /** Whether the browser speaks TLS; behind a proxy that is not named in TRUST_PROXY the public address tells. */
  isOverTls(req: Request): boolean {
    const { protocol, host } = this.#publicUrl ?? {};
    return req.secure || (protocol === 'https:' && host === req.get('host'));
  }

  #attributes(secure: boolean): object {
    return { httpOnly: true, sameSite: 'strict', secure, path: '/' };
  }
}
