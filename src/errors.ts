import type { TenantId } from './domain';

/**
 * Every failure the gateway can name. An error says whose fault it is and what may be done next; the HTTP status is
 * not its business (see controllers/error-response.ts), nor is the sentence a caller hears (see
 * services/language/speaker/voice-errors.ts).
 */
export type ErrorCode =
  | 'invalid_input'
  | 'unauthorised'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'slot_taken'
  | 'rate_limited'
  | 'upstream_rejected'
  | 'upstream_malformed'
  | 'upstream_unavailable'
  | 'upstream_unauthorised'
  | 'outcome_unknown'
  | 'circuit_open'
  | 'deadline_exceeded'
  | 'overloaded'
  | 'store_unavailable'
  | 'internal';

export abstract class GatewayError extends Error {
  abstract readonly code: ErrorCode;
  /** Safe to show to a REST caller: no secrets, no personal data, no upstream text. */
  readonly publicMessage: string;

  constructor(publicMessage: string, options?: { cause?: unknown; detail?: string | undefined }) {
    super(options?.detail ? `${publicMessage} (${options.detail})` : publicMessage, { cause: options?.cause });
    this.publicMessage = publicMessage;
    this.name = new.target.name;
  }
}

export interface InputProblem {
  path: string;
  message: string;
  /** What stands there since another operator wrote it, as JSON. */
  value?: string;
  /** The same for German pages; absent: they show `message`. */
  message_de?: string;
  /** Names the problem for programs, where it has a code. */
  code?: string;
  /** Starts that could be had instead; ISO 8601. */
  alternatives?: string[];
}

/** The operator who changed a row after it was read. */
export interface ChangedBy {
  /** As the audit log names them. */
  actor: string;
  actor_name: string | null;
  /** ISO 8601. */
  at: string;
}

export class InvalidInput extends GatewayError {
  readonly code = 'invalid_input';
  constructor(
    message: string,
    readonly problems: InputProblem[] = [],
  ) {
    super(message);
  }
}

/**
 * One field is wrong.
 * @param problem goes on where the field's name ends: `is required`
 */
export function wrongField(path: string, problem: string, message = 'Please correct the marked fields.'): InvalidInput {
  return new InvalidInput(message, [{ path, message: problem }]);
}

export class Unauthorised extends GatewayError {
  readonly code = 'unauthorised';
  constructor(message = 'Authentication is missing or wrong.') {
    super(message);
  }
}

/** A known key signed for a company that it may not speak for; the answer is that of any wrong signature. */
export class ForeignSignature extends Unauthorised {
  /** @param signedBy the companies whose own key it is; none for the platform's */
  constructor(readonly signedBy: readonly TenantId[]) {
    super();
  }
}

export class Forbidden extends GatewayError {
  readonly code = 'forbidden';
  constructor(message = 'This token does not reach that company.') {
    super(message);
  }
}

export class NotFound extends GatewayError {
  readonly code = 'not_found';
  constructor(what: string) {
    super(`${what} was not found.`);
  }
}

export class Conflict extends GatewayError {
  readonly code = 'conflict';
}

/** The row was changed after it was read; `problems` says which of the fields that are to be written. */
export class ChangedMeanwhile extends Conflict {
  constructor(
    what = 'This was changed in the meantime.',
    readonly problems: InputProblem[] = [],
    readonly by: ChangedBy | null = null,
  ) {
    super(`${what} Read it again, then repeat the change.`);
  }
}

/** An operator's change that Cal.com or the ledger does not carry out; `problems` says why, and in which field. */
export class ChangeRefused extends Conflict {
  constructor(readonly problems: InputProblem[]) {
    super(`This change is refused: ${problems.map(({ message }) => message).join(', ')}.`);
  }
}

/** Cal.com (or our own ledger) says that the asked start is no longer free. */
export class SlotTaken extends GatewayError {
  readonly code = 'slot_taken';
  constructor(
    detail?: string,
    readonly problems: InputProblem[] = [],
  ) {
    super('That start is no longer available.', { detail });
  }
}

/** The same request may succeed after a while. */
export abstract class TryLater extends GatewayError {
  constructor(
    readonly retryAfterMs: number,
    publicMessage: string,
  ) {
    super(publicMessage);
  }
}

/** Our own budget for Cal.com is spent; nothing was sent. */
export class RateLimited extends TryLater {
  readonly code = 'rate_limited';
  constructor(retryAfterMs: number) {
    super(retryAfterMs, 'The request budget for Cal.com is spent for the moment.');
  }
}

/** Signatures from one address have failed too often. */
export class GuessedTooOften extends TryLater {
  readonly code = 'rate_limited';
  constructor(retryAfterMs: number) {
    super(retryAfterMs, 'Too many requests from this address.');
  }
}

/** Cal.com refused the request itself (4xx that is our fault or a configuration's). */
export class UpstreamRejected extends GatewayError {
  readonly code = 'upstream_rejected';
  constructor(
    readonly upstreamStatus: number,
    readonly reason: UpstreamReason,
    /** Cal.com's own words, cut to 300 characters: for logs and operators, never for callers. */
    readonly upstreamMessage: string,
  ) {
    super('Cal.com refused the request.', { detail: `${upstreamStatus} ${reason}` });
  }
}

/** What a refusal by Cal.com means to us, whatever envelope it came in. */
export type UpstreamReason =
  | 'slot_not_available'
  | 'start_out_of_bounds'
  | 'start_in_past'
  | 'booking_limit'
  | 'attendee_limit'
  | 'seats_full'
  | 'booking_conflict'
  /** The event type makes several bookings at once, which no caller asked for. */
  | 'recurring_event_type'
  /** Several people share a booking of the event type. */
  | 'seated_event_type'
  /** This Cal.com does not know how a request names the hosts that it may choose from. */
  | 'host_choice_unknown'
  | 'already_cancelled'
  | 'already_rescheduled'
  | 'already_ended'
  /** Only after its start can a customer be marked absent. */
  | 'not_started'
  | 'cancelling_disabled'
  | 'rescheduling_disabled'
  | 'reschedule_notice'
  | 'reservation_conflict'
  | 'blocked_attendee'
  | 'invalid_phone'
  | 'invalid_email'
  | 'invalid_attendee'
  /** A field of the attendee's own that a caller can still give. */
  | 'missing_attendee_field'
  /** A booking field that the company requires and the gateway has no value for. */
  | 'missing_field'
  | 'text_too_long'
  | 'location_not_valid'
  | 'event_type_gone'
  | 'event_type_forbidden'
  | 'not_found'
  | 'unknown_version'
  | 'validation'
  | 'other';

/** The Cal.com key is wrong, expired or not allowed. */
export class UpstreamUnauthorised extends GatewayError {
  readonly code = 'upstream_unauthorised';
  constructor(
    readonly upstreamStatus: number,
    message = 'Cal.com does not accept the configured API key.',
    /** Cal.com's words, without personal data; empty where it said none. */
    readonly upstreamMessage = '',
  ) {
    super(message, { detail: String(upstreamStatus) });
  }
}

/** The company's own key is sealed with a key that APP_KEY no longer holds, or was damaged: nothing can be asked with it. */
export class CalcomKeyUnreadable extends UpstreamUnauthorised {
  constructor() {
    super(0, 'The company’s Cal.com key cannot be opened with APP_KEY. Enter it again.');
  }
}

/** Cal.com answered 429: our budget was wrong or another program uses the key. Never a circuit failure. */
export class UpstreamThrottled extends TryLater {
  readonly code = 'rate_limited';
  constructor(retryAfterMs: number) {
    super(retryAfterMs, 'Cal.com is throttling this key.');
  }
}

export class UpstreamMalformed extends GatewayError {
  readonly code = 'upstream_malformed';
  constructor(detail: string, cause?: unknown) {
    super('Cal.com answered something unreadable.', { detail, cause });
  }
}

/** 5xx, reset, DNS, connect or read timeout. */
export class UpstreamUnavailable extends GatewayError {
  readonly code = 'upstream_unavailable';
  constructor(
    detail: string,
    /** True only when it is certain that Cal.com never saw the request (the connection was not made). */
    readonly neverSent: boolean,
    options?: { cause?: unknown; upstreamStatus?: number },
  ) {
    super('Cal.com cannot be reached.', { detail, cause: options?.cause });
    this.upstreamStatus = options?.upstreamStatus;
  }
  readonly upstreamStatus: number | undefined;
}

/**
 * HTTP 500 by Cal.com itself. For a booking it may be a conflict: collective event types answer every conflict with it,
 * so only a fresh listing tells whether it is a fault.
 */
export function isServerError(error: unknown): error is UpstreamUnavailable {
  return error instanceof UpstreamUnavailable && error.upstreamStatus === 500;
}

/** A write may or may not have happened at Cal.com; it is being settled. */
export class OutcomeUnknown extends GatewayError {
  readonly code = 'outcome_unknown';
  constructor(detail?: string) {
    super('The outcome is not known yet.', { detail });
  }
}

export class CircuitOpen extends TryLater {
  readonly code = 'circuit_open';
  constructor(retryAfterMs: number) {
    super(retryAfterMs, 'Cal.com is not being asked at the moment.');
  }
}

export class DeadlineExceeded extends GatewayError {
  readonly code = 'deadline_exceeded';
  constructor(
    detail?: string,
    /** True when the caller hung up; that is not a fault. */
    readonly callerGone = false,
    /** True when it is certain that nothing had been sent to Cal.com. */
    readonly neverSent = false,
  ) {
    super('The answer did not come in time.', { detail });
  }
}

/** We are over our own capacity and refuse at once. */
export class Overloaded extends TryLater {
  readonly code = 'overloaded';
  constructor(retryAfterMs = 1000) {
    super(retryAfterMs, 'The gateway is busy.');
  }
}

/** Postgres is away or too slow: nothing that needs a durable record may start. */
export class StoreUnavailable extends GatewayError {
  readonly code = 'store_unavailable';
  constructor(detail: string, cause?: unknown) {
    super('The database cannot be reached.', { detail, cause });
  }
}

export class Internal extends GatewayError {
  readonly code = 'internal';
  constructor(cause: unknown) {
    super('Something went wrong.', { cause });
  }
}

export type ClassifiedError = GatewayError & { code: ErrorCode };

/** Any thrown value as one of the above; unknown ones become `internal` and keep their cause for the log. */
export function classify(error: unknown): ClassifiedError {
  return error instanceof GatewayError ? error : new Internal(error);
}

/** What counts against a circuit: only faults of the other side. A caller who hung up, a 4xx and a 429 never do. */
export function isUpstreamFault(error: unknown): boolean {
  if (error instanceof DeadlineExceeded) return !error.callerGone;
  // A proxy's page with a 4xx is no answer of Cal.com's, but it is no breakdown either.
  if (error instanceof UpstreamUnavailable) {
    const { upstreamStatus = 0 } = error;
    return upstreamStatus < 400 || upstreamStatus >= 500;
  }
  return error instanceof UpstreamMalformed || error instanceof OutcomeUnknown;
}
