import type { ErrorRequestHandler, Request, Response } from 'express';
import {
  type ChangedBy,
  ChangedMeanwhile,
  ChangeRefused,
  classify,
  type ClassifiedError,
  type ErrorCode,
  GuessedTooOften,
  type InputProblem,
  InvalidInput,
  SlotTaken,
  TryLater,
  Unauthorised,
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

interface Problem {
  code: string;
  message: string;
  details?: InputProblem[];
  changed?: ChangedBy;
}

/** @param waitMs after which the same request may succeed */
export function sendProblem(res: Response, status: number, error: Problem, waitMs?: number): void {
  if (waitMs !== undefined) res.setHeader('Retry-After', String(Math.max(1, Math.ceil(waitMs / 1000))));
  res.status(status).json({ error });
}

function problemOf(failure: ClassifiedError): Problem {
  const problem: Problem = { code: failure.code, message: failure.publicMessage };
  const namesFields =
    failure instanceof InvalidInput ||
    failure instanceof ChangedMeanwhile ||
    failure instanceof ChangeRefused ||
    failure instanceof SlotTaken;
  if (namesFields && failure.problems.length > 0) problem.details = failure.problems.map(inBothLanguages);
  if (failure instanceof ChangedMeanwhile && failure.by) problem.changed = failure.by;
  return problem;
}

/** The one place where an error becomes an HTTP answer. */
export function createErrorHandler(logger: Logger): ErrorRequestHandler {
  return (error: unknown, req: Request, res: Response, _next) => {
    if (res.headersSent) {
      req.socket.destroy();
      return;
    }
    if (isUnreadable(error)) {
      if (error.status !== 413)
        return sendProblem(res, 400, { code: 'invalid_input', message: 'The request cannot be read.' });
      const message = 'The body is larger than this route accepts.';
      return sendProblem(res, 413, { code: 'payload_too_large', message });
    }
    const failure = classify(tooManyGuesses(error, res) ?? error);
    const status = HTTP_STATUS[failure.code];
    if (status >= 500)
      logger.error({ err: error, path: req.path, request_id: res.locals.requestId }, 'a request failed');
    sendProblem(res, status, problemOf(failure), failure instanceof TryLater ? failure.retryAfterMs : undefined);
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
export function isUnreadable(error: unknown): error is Error & { status: number } {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return false;
  return error.status >= 400 && error.status < 500;
}
