import { z } from 'zod';

/** Switches for what differs between installations of Cal.com, or is only sometimes seen there. */
export const behaviourSpec = z.strictObject({
  /** Identical slot requests within 2 s get the same, possibly stale, answer. */
  slotCache: z.boolean().default(false),
  /** What a fully busy round robin answers: the mapped 400 or the unmapped 500. */
  exhaustedRoundRobin: z.enum(['bad_request', 'server_error']).default('bad_request'),
  /** The hosted service refuses http:// and private webhook addresses. */
  privateWebhookUrls: z.boolean().default(true),
  /** Older versions lose the caller's metadata in BOOKING_CANCELLED. */
  metadataInCancelledWebhook: z.boolean().default(false),
});

export type Behaviour = z.output<typeof behaviourSpec>;
export type BehaviourInput = z.input<typeof behaviourSpec>;
