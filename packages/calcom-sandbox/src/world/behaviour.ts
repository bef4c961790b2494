import { z } from 'zod';

/** Switches for what differs between installations of Cal.com, or is only sometimes seen there. */
export const behaviourSpec = z.strictObject({
  /** Identical slot requests within 2 s get the same, possibly stale, answer. */
  slotCache: z.boolean().default(false),
  /** Between availability check and insert lies at least this time, milliseconds: concurrent requests race in it. */
  raceWindowMs: z.int().min(0).max(60_000).default(0),
  /** The loser of a race for one start: production hides the violated constraint, a development server names it. */
  lostRace: z.enum(['database_error', 'conflict']).default('database_error'),
  /** What a fully busy round robin answers: the mapped 400 or the unmapped 500. */
  exhaustedRoundRobin: z.enum(['bad_request', 'server_error']).default('bad_request'),
  /** What a collective type answers when a host is busy: the unmapped 500, or a 400 as documented. */
  collectiveConflict: z.enum(['bad_request', 'server_error']).default('server_error'),
  /** A booking that waits for confirmation is accepted at once when its organizer's key moves it. */
  organizerMoveConfirms: z.boolean().default(true),
  /** Writes wait this long for each webhook subscriber's answer, milliseconds; 0 delivers in the background. */
  subscriberWaitMs: z.int().min(0).max(120_000).default(30_000),
  /** Self-hosted installations without teams answer 404 on every path below `/v2/teams`. */
  teams: z.boolean().default(true),
  /** Webhooks of a team's owners and administrators fire for its event types; the real service keeps them silent. */
  userWebhooksForTeamTypes: z.boolean().default(false),
  /** Webhooks of a team event type can be made over the API; self-hosted versions have only the page. */
  teamEventTypeWebhooks: z.boolean().default(true),
  /** The hosted service refuses http:// and private webhook addresses. */
  privateWebhookUrls: z.boolean().default(true),
  /** Older versions lose the caller's metadata in BOOKING_CANCELLED. */
  metadataInCancelledWebhook: z.boolean().default(false),
});

export type Behaviour = z.output<typeof behaviourSpec>;
/** Switches whose routes do not exist while they are off. */
export type OptionalRoutes = 'teams' | 'teamEventTypeWebhooks';
export type BehaviourInput = z.input<typeof behaviourSpec>;
