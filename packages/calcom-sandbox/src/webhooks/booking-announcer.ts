import { type BookingEvent } from '../bookings/booking-events';
import { type TimeSource } from '../sandbox-clock';
import { type Booking, type Webhook } from '../world/booking';
import { type World } from '../world/world';
import { isoUtc } from '../world/zone-time';
import { bookingPayload, eventPayload, pingPayload } from './webhook-payload';
import { type WebhookSender } from './webhook-sender';

interface AnnouncerDeps {
  world: World;
  clock: TimeSource;
  sender: WebhookSender;
}

/** Tells every subscriber what happened: webhooks of the people concerned and of the event type. */
export class BookingAnnouncer {
  #meetingsCheckedUntilMs: number;

  constructor(private readonly deps: AnnouncerDeps) {
    this.#meetingsCheckedUntilMs = deps.clock.nowMs();
  }

  announce(event: BookingEvent): void {
    for (const webhook of this.#subscribers(event.trigger, event.booking)) {
      this.deps.sender.send(webhook, {
        triggerEvent: event.trigger,
        createdAt: this.#now(),
        payload: eventPayload(this.deps.world, event, webhook.version),
      });
    }
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
  emit(trigger: string, subject: { booking?: Booking; payload?: Record<string, unknown> }): number {
    const webhooks = [...this.deps.world.webhooks.values()].filter((webhook) => webhook.active);
    for (const webhook of webhooks) {
      const payload =
        subject.payload ??
        (subject.booking
          ? bookingPayload(this.deps.world, subject.booking, webhook.version)
          : pingPayload(this.deps.clock.nowMs()));
      this.deps.sender.send(webhook, { triggerEvent: trigger, createdAt: this.#now(), payload });
    }
    return webhooks.length;
  }

  /** These two have no payload object: the booking stands beside the trigger. */
  #announceMeeting(trigger: 'MEETING_STARTED' | 'MEETING_ENDED', booking: Booking): void {
    for (const webhook of this.#subscribers(trigger, booking)) {
      const fields = bookingPayload(this.deps.world, booking, webhook.version);
      this.deps.sender.send(webhook, { ...fields, triggerEvent: trigger, createdAt: this.#now() });
    }
  }

  #subscribers(trigger: string, booking: Booking): Webhook[] {
    const { world } = this.deps;
    const eventType = world.eventTypes.get(booking.eventTypeId);
    const concerns = (webhook: Webhook): boolean => {
      const { owner } = webhook;
      if (owner.kind === 'eventType') return owner.eventTypeId === booking.eventTypeId;
      if (booking.hostIds.includes(owner.userId)) return true;
      return eventType !== undefined && world.managesEventType(owner.userId, eventType);
    };
    return [...world.webhooks.values()].filter(
      (webhook) => webhook.active && webhook.triggers.includes(trigger) && concerns(webhook),
    );
  }

  #now(): string {
    return isoUtc(this.deps.clock.nowMs());
  }
}
