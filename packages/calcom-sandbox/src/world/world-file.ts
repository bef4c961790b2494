import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { type Booking, type Reservation, type Webhook } from './booking';
import { type World } from './world';

const SAVE_EVERY_MS = 250;

const attendee = z.object({
  id: z.int(),
  name: z.string(),
  email: z.string(),
  timeZone: z.string(),
  language: z.string(),
  phoneNumber: z.string().optional(),
  absent: z.boolean(),
});

const booking: z.ZodType<Booking> = z.object({
  id: z.int(),
  uid: z.string(),
  icsUid: z.string(),
  icsSequence: z.int(),
  eventTypeId: z.int(),
  title: z.string(),
  description: z.string(),
  status: z.enum(['accepted', 'pending', 'cancelled', 'rejected']),
  hostIds: z.array(z.int()),
  startMs: z.number(),
  endMs: z.number(),
  attendee,
  guests: z.array(z.string()),
  recurringBookingUid: z.string().optional(),
  location: z.string(),
  metadata: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  responses: z.record(z.string(), z.unknown()),
  absentHost: z.boolean(),
  cancellationReason: z.string().optional(),
  cancelledByEmail: z.string().optional(),
  rejectionReason: z.string().optional(),
  reschedulingReason: z.string().optional(),
  rescheduledByEmail: z.string().optional(),
  rescheduledFromUid: z.string().optional(),
  rescheduledToUid: z.string().optional(),
  createdAtMs: z.number(),
  updatedAtMs: z.number(),
});

const reservation: z.ZodType<Reservation> = z.object({
  uid: z.string(),
  eventTypeId: z.int(),
  hostId: z.int(),
  startMs: z.number(),
  endMs: z.number(),
  reservationMinutes: z.number(),
  untilMs: z.number(),
});

const webhook: z.ZodType<Webhook> = z.object({
  id: z.string(),
  owner: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('user'), userId: z.int() }),
    z.object({ kind: z.literal('eventType'), eventTypeId: z.int() }),
    z.object({ kind: z.literal('team'), teamId: z.int() }),
  ]),
  subscriberUrl: z.string(),
  active: z.boolean(),
  triggers: z.array(z.string()),
  payloadTemplate: z.string().nullable(),
  secret: z.string().nullable(),
  version: z.string(),
});

const contents = z.object({
  bookings: z.array(booking),
  reservations: z.array(reservation),
  webhooks: z.array(webhook),
});

/**
 * Keeps bookings, holds and webhooks over a restart. People and event types are not kept: they come with the start.
 * A kill loses at most the last quarter of a second; a half-written file is never seen.
 */
export class WorldFile {
  #savedState = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly path: string,
    private readonly world: World,
  ) {}

  /** @throws ZodError or SyntaxError when the file is not ours */
  load(): void {
    if (!existsSync(this.path)) return;
    const stored = contents.parse(JSON.parse(readFileSync(this.path, 'utf8')));
    for (const entry of stored.bookings) {
      this.world.bookings.put(entry);
      this.world.continueIdsAfter(entry.id, entry.attendee.id);
    }
    for (const entry of stored.reservations) this.world.reservations.set(entry.uid, entry);
    for (const entry of stored.webhooks) this.world.webhooks.set(entry.id, entry);
  }

  /** Saves changes until `stop`. */
  start(): void {
    mkdirSync(dirname(this.path), { recursive: true });
    this.#timer = setInterval(() => this.#save(), SAVE_EVERY_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#save();
  }

  #save(): void {
    const { bookings, reservations, webhooks } = this.world;
    const rest = { reservations: [...reservations.values()], webhooks: [...webhooks.values()] };
    const state = `${bookings.revision} ${JSON.stringify(rest)}`;
    if (state === this.#savedState) return;
    const text = JSON.stringify({ bookings: [...bookings.all()], ...rest });
    const partial = `${this.path}.partial`;
    writeFileSync(partial, text, { mode: 0o600 });
    renameSync(partial, this.path);
    this.#savedState = state;
  }
}
