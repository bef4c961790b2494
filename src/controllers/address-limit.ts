import type { RequestHandler, Response } from 'express';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** An address that keeps failing to authenticate is guessing. */
const FAILED_AUTHENTICATIONS_PER_MINUTE = 120;
const FAILURES_LAST_MS = 60_000;

/**
 * Requests per minute and address, on every route. Kept in memory per process: it protects this process, and must not
 * depend on Redis. Agents all come from Retell's few addresses, so the general limit is generous; an address whose
 * signatures or tokens fail is cut off much sooner.
 */
export function createAddressLimit(requestsPerMinute: number): RequestHandler {
  const all = new RateLimiterMemory({ points: requestsPerMinute, duration: 60 });
  const failures = new RateLimiterMemory({
    points: FAILED_AUTHENTICATIONS_PER_MINUTE,
    duration: FAILURES_LAST_MS / 1000,
  });
  let lastFailureMs = Number.NEGATIVE_INFINITY;
  return async (req, res, next) => {
    const address = req.ip ?? 'unknown';
    if (performance.now() - lastFailureMs < FAILURES_LAST_MS) {
      const failed = await failures.get(address);
      if (failed && failed.remainingPoints <= 0) return refuse(res, failed.msBeforeNext);
    }
    try {
      await all.consume(address);
    } catch (refusal) {
      return refuse(res, refusal instanceof RateLimiterRes ? refusal.msBeforeNext : 1000);
    }
    res.once('finish', () => {
      if (res.statusCode !== 401) return;
      lastFailureMs = performance.now();
      failures.consume(address).catch(() => undefined);
    });
    next();
  };
}

function refuse(res: Response, waitMs: number): void {
  res.locals.route = 'limited';
  res.setHeader('Retry-After', String(Math.max(1, Math.ceil(waitMs / 1000))));
  res.status(429).json({ error: { code: 'rate_limited', message: 'Too many requests from this address.' } });
}
