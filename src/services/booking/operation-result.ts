import type { GatewayError, UpstreamReason } from '../../errors';
import type { Appointment } from '../../domain';
import type { OperationReason } from './reason-texts';

export type OperationResult =
  | { kind: 'confirmed'; appointment: Appointment }
  | { kind: 'taken'; reason: OperationReason }
  /** Cal.com or the company's set-up refuses; trying the same again will not help. */
  | { kind: 'refused'; reason: UpstreamReason | 'already_cancelled' }
  /** Nothing was sent; the caller may try again. */
  | { kind: 'not_sent'; error: GatewayError }
  | { kind: 'unknown' };

export interface RunnerLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** First look by the settling job after an unknown outcome: Cal.com may still be working on the request. */
export const FIRST_SETTLE_MS = 3000;
/** The only look after a second try: what is absent this long after it was never made. */
export const REPOST_SETTLE_MS = 20_000;
