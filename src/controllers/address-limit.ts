import type { RequestHandler } from 'express';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { sendProblem } from './error-response';

/** An address that keeps failing to authenticate is guessing. */
const FAILED_AUTHENTICATIONS_PER_MINUTE = 120;
const FAILURES_LAST_MS = 60_000;

/** Where a request without a token is no guess: the dashboard asks like that before it knows one. */
const TOKEN_ROUTES = /^\/(?:api\/admin|metrics)(?:\/|$)/i;

/**
 * Requests per minute and address, on every route. Kept in memory per process: it protects this process, and must not
 * depend on Redis. Agents all come from Retell's few addresses, so the general limit is generous. An address whose
 * signatures or tokens fail is refused much sooner; but anybody's agent can be pointed here and fail from the very
 * addresses that the real calls come from, so the right signature or token is answered all the same.
 */
export function createAddressLimit(requestsPerMinute: number): RequestHandler {
  const all = new RateLimiterMemory({ points: requestsPerMinute, duration: 60 });
  const failures = new RateLimiterMemory({
    points: FAILED_AUTHENTICATIONS_PER_MINUTE,
    duration: FAILURES_LAST_MS / 1000,
  });
  let lastFailureMs = Number.NEGATIVE_INFINITY;
  return async (req, res, next) => {
    const isWithoutToken = TOKEN_ROUTES.test(req.path) && req.headers.authorization === undefined;
    const address = networkOf(req.ip ?? 'unknown');
    if (performance.now() - lastFailureMs < FAILURES_LAST_MS) {
      const failed = await failures.get(address);
      if (failed && failed.remainingPoints <= 0) res.locals.guessingMs = failed.msBeforeNext;
    }
    try {
      await all.consume(address);
    } catch (refusal) {
      res.locals.route = 'limited';
      const waitMs = refusal instanceof RateLimiterRes ? refusal.msBeforeNext : 1000;
      return sendProblem(res, 429, { code: 'rate_limited', message: 'Too many requests from this address.' }, waitMs);
    }
    res.once('finish', () => {
      if (res.statusCode !== 401 || isWithoutToken) return;
      lastFailureMs = performance.now();
      failures.consume(address).catch(() => undefined);
    });
    next();
  };
}

/** The owner of one IPv6 address has its whole /64, and could use another for every request. */
function networkOf(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address;
  const [head = '', tail] = address.toLowerCase().split('::');
  const front = head.split(':').filter(Boolean);
  const back = tail?.split(':').filter(Boolean) ?? [];
  const zeros =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0');
  return [...front, ...zeros, ...back].slice(0, 4).join(':');
}
