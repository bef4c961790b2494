import {
  CircuitOpen,
  DeadlineExceeded,
  type GatewayError,
  InvalidInput,
  RateLimited,
  UpstreamThrottled,
  UpstreamUnauthorised,
  UpstreamUnavailable,
} from '../../errors';

/** Nothing can have happened at Cal.com. */
export function neverReached(failure: GatewayError): boolean {
  return (
    failure instanceof RateLimited ||
    failure instanceof CircuitOpen ||
    failure instanceof UpstreamThrottled ||
    failure instanceof UpstreamUnauthorised ||
    // A write that has left is never cut off by a deadline: only its own time limit ends it, as UpstreamUnavailable.
    failure instanceof DeadlineExceeded ||
    failure instanceof InvalidInput ||
    (failure instanceof UpstreamUnavailable && failure.neverSent)
  );
}
