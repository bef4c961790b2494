import { type FaultBook } from '../http/fault-book';
import { type RateLimit, type RateLimiter } from '../http/rate-limiter';
import { type RequestLedger } from '../http/request-ledger';
import { type LatencyModel } from '../latency';
import { type SandboxClock } from '../sandbox-clock';
import { type SlotListing } from '../slots/slot-listing';
import { type BookingAnnouncer } from '../webhooks/booking-announcer';
import { type WebhookSender } from '../webhooks/webhook-sender';
import { type World } from '../world/world';
import { type WorldInput } from '../world/world-spec';

export interface ControlDeps {
  world: World;
  clock: SandboxClock;
  latency: LatencyModel;
  limiter: RateLimiter;
  faults: FaultBook;
  ledger: RequestLedger;
  listing: SlotListing;
  sender: WebhookSender;
  announcer: BookingAnnouncer;
  /** What the sandbox was started with; a reset without a world goes back to it. */
  initial: { world: WorldInput; latencyScale: number; rateLimit: RateLimit; rateLimited: boolean };
}

export interface ControlCall {
  /** What `*` in the route stood for. */
  subject: string;
  search: URLSearchParams;
  body: unknown;
}

export interface ControlRoute {
  method: string;
  /** After the prefix; `*` is one segment. */
  path: string;
  handle: (call: ControlCall) => unknown;
}

/** Answered with 404. */
export class UnknownSubjectError extends Error {}
