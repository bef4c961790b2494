import { z } from 'zod';
import { faultRuleSpec } from '../http/fault-book';
import { TRIGGERS } from '../webhooks/webhook-input';
import { behaviourSpec } from '../world/behaviour';
import { accountSpec, apiKeySpec, eventTypeSpec, scheduleSpec, worldSpec } from '../world/world-spec';
import { parseInstant } from '../world/zone-time';

const instant = z
  .union([
    z.number(),
    z.string().transform((value, context) => {
      const atMs = parseInstant(value);
      if (atMs !== undefined) return atMs;
      context.addIssue({ code: 'custom', message: 'must be an ISO 8601 instant or epoch milliseconds' });
      return z.NEVER;
    }),
  ])
  .describe('ISO 8601 or epoch milliseconds');

export const resetInput = z.strictObject({ world: worldSpec.optional(), behaviour: behaviourSpec.optional() });

export const faultsInput = z.union([faultRuleSpec.transform((rule) => [rule]), z.array(faultRuleSpec)]);

/** Exactly one of the four. */
export const clockInput = z.union([
  z.strictObject({ offsetMs: z.number() }),
  z.strictObject({ freezeAt: instant }),
  z.strictObject({ advanceMs: z.number() }),
  z.strictObject({ unfreeze: z.literal(true) }),
]);

export const latencyInput = z.strictObject({ scale: z.number().min(0).max(100) });

export const rateLimitInput = z.strictObject({
  enabled: z.boolean().optional(),
  limit: z.int().positive().exactOptional(),
  windowMs: z.int().positive().exactOptional(),
  blockMs: z.int().positive().exactOptional(),
});

/** The person's own fields are checked with the rest of the person. */
export const hostInput = z.looseObject({
  /** Replaces the person's default schedule. */
  schedule: scheduleSpec.omit({ id: true, ownerId: true }).optional(),
});

export const eventTypeInput = eventTypeSpec;
export const accountInput = accountSpec;
export const apiKeyInput = apiKeySpec;

/**
 * Bookings that are simply there: no checks, no webhooks. `count` bookings of the event type, one every `everyMinutes`
 * from `start` on; `{n}` in name and address becomes the booking's number.
 */
export const seedInput = z.strictObject({
  eventTypeId: z.int().positive(),
  count: z.int().min(1).max(100_000).default(1),
  start: instant,
  everyMinutes: z.int().positive().default(60),
  /** Default: the event type's first host. */
  hostIds: z.array(z.int().positive()).min(1).optional(),
  status: z.enum(['accepted', 'pending', 'cancelled', 'rejected']).default('accepted'),
  attendee: z
    .strictObject({
      name: z.string().default('Gast {n}'),
      email: z.string().default('gast{n}@example.com'),
      phoneNumber: z.string().optional(),
      timeZone: z.string().default('Europe/Berlin'),
      language: z.string().default('de'),
    })
    .prefault({}),
  metadata: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  /** Default: the sandbox's time. */
  createdAt: instant.optional(),
  /** Default: `createdAt`. */
  updatedAt: instant.optional(),
});
export type SeedInput = z.output<typeof seedInput>;

/** A webhook that people make in Cal.com's page, for the API has no way: a team's. */
export const webhookInput = z.strictObject({
  teamId: z.int().positive(),
  subscriberUrl: z.url(),
  triggers: z.array(z.enum(TRIGGERS)),
  secret: z.string().nullable().default(null),
  active: z.boolean().default(true),
});

export const emitInput = z.strictObject({
  trigger: z.enum([...TRIGGERS, 'PING']),
  bookingUid: z.string().optional(),
  payload: z.record(z.string(), z.unknown()).optional(),
});
