import type { ErrorRequestHandler, Request, Response } from 'express';
import {
  type ChangedBy,
  ChangedMeanwhile,
  ChangeRefused,
  classify,
  InvalidInput,
  type ErrorCode,
  RateLimited,
  SlotTaken,
  CircuitOpen,
  GuessedTooOften,
  Overloaded,
  Unauthorised,
  UpstreamThrottled,
} from '../errors';
import { inBothLanguages } from '../field-texts';
import type { Logger } from '../infra/logger';

/** How REST and admin callers hear of each error. Voice callers never do: they get a sentence (services/speech). */
const HTTP_STATUS: Record<ErrorCode, number> = {
  invalid_input: 400,
  unauthorised: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  slot_taken: 409,
  rate_limited: 429,
  upstream_rejected: 502,
  upstream_malformed: 502,
  upstream_unavailable: 502,
  upstream_unauthorised: 502,
  outcome_unknown: 502,
  circuit_open: 503,
  overloaded: 503,
  store_unavailable: 503,
  deadline_exceeded: 504,
  internal: 500,
};

export interface HttpProblem {
  status: number;
  retryAfterSeconds: number | null;
  body: { error: { code: string; message: string; details?: unknown; changed?: ChangedBy } };
}

function toHttp(error: unknown): HttpProblem {
  const failure = classify(error);
  const waits =
    failure instanceof RateLimited ||
    failure instanceof GuessedTooOften ||
    failure instanceof CircuitOpen ||
    failure instanceof Overloaded ||
    failure instanceof UpstreamThrottled
      ? Math.max(1, Math.ceil(failure.retryAfterMs / 1000))
      : null;
  const namesFields =
    failure instanceof InvalidInput ||
    failure instanceof ChangedMeanwhile ||
    failure instanceof ChangeRefused ||
    failure instanceof SlotTaken;
  const details = namesFields && failure.problems.length > 0 ? { details: failure.problems.map(inBothLanguages) } : {};
  const changed = failure instanceof ChangedMeanwhile && failure.by ? { changed: failure.by } : {};
  return {
    status: HTTP_STATUS[failure.code],
    retryAfterSeconds: waits,
    body: { error: { code: failure.code, message: failure.publicMessage, ...details, ...changed } },
  };
}

export function sendProblem(res: Response, problem: HttpProblem): void {
  if (problem.retryAfterSeconds !== null) res.setHeader('Retry-After', String(problem.retryAfterSeconds));
  res.status(problem.status).json(problem.body);
}

/** The one place where an error becomes an HTTP answer. */
export function createErrorHandler(logger: Logger): ErrorRequestHandler {
  return (error: unknown, req: Request, res: Response, _next) => {
    if (res.headersSent) {
      req.socket.destroy();
      return;
    }
    const parserProblem = bodyParserProblem(error);
    if (parserProblem) return sendProblem(res, parserProblem);
    const problem = toHttp(tooManyGuesses(error, res) ?? error);
    if (problem.status >= 500)
      logger.error({ err: error, path: req.path, request_id: res.locals.requestId }, 'a request failed');
    sendProblem(res, problem);
  };
}

/** A wrong signature from an address that has shown too many of them. */
function tooManyGuesses(error: unknown, res: Response): GuessedTooOften | null {
  const waitMs: unknown = res.locals.guessingMs;
  return error instanceof Unauthorised && typeof waitMs === 'number' ? new GuessedTooOften(waitMs) : null;
}

/**
 * Express' own readers raise errors with an HTTP status: too large, an unknown coding, an address that cannot be
 * decoded, a connection that was cut. Callers meet two of them: too large, and not readable.
 */
function bodyParserProblem(error: unknown): HttpProblem | null {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return null;
  if (error.status < 400 || error.status >= 500) return null;
  const status = error.status === 413 ? 413 : 400;
  const code = status === 413 ? 'payload_too_large' : 'invalid_input';
  const message = status === 413 ? 'The body is larger than this route accepts.' : 'The request cannot be read.';
  return { status, retryAfterSeconds: null, body: { error: { code, message } } };
}
