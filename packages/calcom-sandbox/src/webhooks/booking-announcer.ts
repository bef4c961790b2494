import { setTimeout as sleep } from 'node:timers/promises';
import { type BookingEvent } from '../bookings/booking-events';
import { type TimeSource } from '../sandbox-clock';
import { type Booking, organizerId, type Webhook } from '../world/booking';
import { type World } from '../world/world';
import { isoUtc } from '../world/zone-time';
import { bookingPayload, eventPayload, pingPayload } from './webhook-payload';
import { type WebhookSender } from './webhook-sender';

interface AnnouncerDeps {
  world: World;
  clock: TimeSource;
  sender: WebhookSender;
}

/**
 * Tells every subscriber what happened: webhooks of the event type, of the organizer for a personal event type, and of
 * the team for a team's. Webhooks of users stay silent for team event types.
 */
export class BookingAnnouncer {
  #meetingsCheckedUntilMs: number;

  constructor(private readonly deps: AnnouncerDeps) {
    this.#meetingsCheckedUntilMs = deps.clock.nowMs();
  }

  /** Resolves when the subscribers have answered, or when the world's patience with them ends. */
  async announce(event: BookingEvent): Promise<void> {
    const { world, sender } = this.deps;
    const deliveries = this.#subscribers(event.trigger, event.booking).map((webhook) =>
      sender.send(webhook, {
        triggerEvent: event.trigger,
        createdAt: this.#now(),
        payload: eventPayload(world, event, webhook.version),
      }),
    );
    const patienceMs = world.behaviour.subscriberWaitMs;
    if (deliveries.length === 0 || patienceMs === 0) return;
    const patience = new AbortController();
    const timeUp = sleep(patienceMs, undefined, { ref: false, signal: patience.signal }).catch(() => undefined);
    await Promise.race([Promise.all(deliveries), timeUp]);
    patience.abort();
  }

  /** MEETING_STARTED and MEETING_ENDED for everything that began or ended since the last look. */
  announceMeetings(): void {
    const fromMs = this.#meetingsCheckedUntilMs;
    const untilMs = this.deps.clock.nowMs();
    this.#meetingsCheckedUntilMs = untilMs;
    if (this.deps.world.webhooks.size === 0) return;
    const isDue = (atMs: number): boolean => fromMs < atMs && atMs <= untilMs;
    for (const booking of this.deps.world.bookings.all()) {
      if (booking.status !== 'accepted') continue;
      if (isDue(booking.startMs)) this.#announceMeeting('MEETING_STARTED', booking);
      if (isDue(booking.endMs)) this.#announceMeeting('MEETING_ENDED', booking);
    }
  }

  /** Any trigger on demand; without a booking or payload it is the test message. Returns how many were addressed. */
  emit(
    trigger: string,
    subject: { booking: Booking | undefined; payload: Record<string, unknown> | undefined },
  ): number {
    const webhooks = [...this.deps.world.webhooks.values()].filter((webhook) => webhook.active);
    for (const webhook of webhooks) {
      const payload =
        subject.payload ??
        (subject.booking
          ? bookingPayload(this.deps.world, subject.booking, webhook.version)
          : pingPayload(this.deps.clock.nowMs()));
      void this.deps.sender.send(webhook, { triggerEvent: trigger, createdAt: this.#now(), payload });
    }
    return webhooks.length;
  }

  /** These two have no payload object: the booking stands beside the trigger. */
  #announceMeeting(trigger: 'MEETING_STARTED' | 'MEETING_ENDED', booking: Booking): void {
    for (const webhook of this.#subscribers(trigger, booking)) {
      const fields = bookingPayload(this.deps.world, booking, webhook.version);
      void this.deps.sender.send(webhook, { ...fields, triggerEvent: trigger, createdAt: this.#now() });
    }
  }

  #subscribers(trigger: string, booking: Booking): Webhook[] {
    const { world } = this.deps;
    const teamId = world.eventTypes.get(booking.eventTypeId)?.teamId ?? null;
    const concerns = ({ owner }: Webhook): boolean => {
      switch (owner.kind) {
        case 'eventType':
          return owner.eventTypeId === booking.eventTypeId;
        case 'team':
          return owner.teamId === teamId;
        case 'user':
          if (teamId === null) return owner.userId === organizerId(booking);
          return world.behaviour.userWebhooksForTeamTypes && world.administersTeam(owner.userId, teamId);
      }
    };
    return [...world.webhooks.values()].filter(
      (webhook) => webhook.active && webhook.triggers.includes(trigger) && concerns(webhook),
    );
  }

  #now(): string {
    return isoUtc(this.deps.clock.nowMs());
  }
}
