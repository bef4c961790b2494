import { badRequest, forbidden, notFound, unauthorized, unprocessable } from '../http/api-error';
import { type TimeSource } from '../sandbox-clock';
import { isLive, type Reservation } from '../world/booking';
import { type Interval, overlaps } from '../world/intervals';
import { type World } from '../world/world';
import { type EventType, type User } from '../world/world-spec';
import { MINUTE_MS } from '../world/zone-time';

const DEFAULT_HOLD_MINUTES = 5;
const NO_HOST_LEFT =
  "Can't reserve the slot because the round robin event type has no available hosts left at this time slot.";
/** A lapsed hold can still be read for a while, until the service cleans up. */
const KEEP_EXPIRED_MS = 60 * MINUTE_MS;

export interface HoldRequest {
  eventTypeId: number;
  slotStart: number;
  /** Only the first generation says when the slot ends instead of how long it is. */
  slotEnd?: number;
  slotDuration?: number | undefined;
  reservationDuration?: number | undefined;
}

/** Holds on slots. They hide times from the listing and stop each other; a booking does not care about them. */
export class Reservations {
  constructor(
    private readonly world: World,
    private readonly clock: TimeSource,
  ) {}

  /** @throws ApiError 400, 401, 403, 404, 422 */
  hold(request: HoldRequest, caller: User | undefined): Reservation {
    return this.#store(this.world.random.uuid(), request, caller);
  }

  /**
   * Replaces a hold and restarts its time. The hold itself counts as taken: the same time again is refused.
   * @throws ApiError 400, 401, 403, 404, 422
   */
  change(uid: string, request: HoldRequest, caller: User | undefined): Reservation {
    if (!this.world.reservations.has(uid)) throw notFound(`Slot with uid=${uid} not found`);
    return this.#store(uid, request, caller);
  }

  find(uid: string): Reservation | undefined {
    return this.world.reservations.get(uid);
  }

  release(uid: string): void {
    this.world.reservations.delete(uid);
  }

  #store(uid: string, request: HoldRequest, caller: User | undefined): Reservation {
    const { world } = this;
    const eventType = world.eventTypes.get(request.eventTypeId);
    if (!eventType) throw notFound(`Event Type with ID=${request.eventTypeId} not found`);
    const reservationMinutes = this.#holdMinutes(eventType, request, caller);
    const startMs = request.slotStart;
    const endMs = request.slotEnd ?? startMs + slotMinutes(eventType, request.slotDuration) * MINUTE_MS;
    if (endMs <= startMs) throw badRequest('Invalid slot: it ends before it starts');
    const [hostId] = world.hostIdsOf(eventType);
    if (hostId === undefined) throw badRequest('Cannot reserve a slot for a team event without any hosts');
    this.#checkFree(eventType, { startMs, endMs });

    const nowMs = this.clock.nowMs();
    const untilMs = nowMs + reservationMinutes * MINUTE_MS;
    const reservation = { uid, eventTypeId: eventType.id, hostId, startMs, endMs, reservationMinutes, untilMs };
    this.#cleanUp(nowMs);
    world.reservations.set(uid, reservation);
    return reservation;
  }

  /** @throws ApiError 401 or 403 when the caller may not choose how long the hold lasts. */
  #holdMinutes(eventType: EventType, request: HoldRequest, caller: User | undefined): number {
    if (request.reservationDuration === undefined) return DEFAULT_HOLD_MINUTES;
    if (!caller)
      throw unauthorized(
        'reservationDuration can only be used for authenticated requests - use access token, api key or OAuth credentials',
      );
    const isRelated =
      this.world.managesEventType(caller.id, eventType) ||
      (eventType.teamId !== null && this.world.isTeamMember(caller.id, eventType.teamId)) ||
      this.#sharesTeam(caller.id, eventType);
    if (!isRelated) throw forbidden(`You have no relation to event type with ID=${eventType.id}`);
    return request.reservationDuration;
  }

  #sharesTeam(callerId: number, eventType: EventType): boolean {
    const { ownerId } = eventType;
    if (ownerId === null) return false;
    return [...this.world.teams.values()].some(
      (team) => this.world.isTeamMember(callerId, team.id) && this.world.isTeamMember(ownerId, team.id),
    );
  }

  /**
   * Working hours and notice are not looked at; of a round robin not even bookings: it can be held as often as it has
   * hosts, at any hour.
   * @throws ApiError 422
   */
  #checkFree(eventType: EventType, slot: Interval): void {
    const { world } = this;
    const held = world
      .unexpiredReservations(this.clock.nowMs())
      .filter((reservation) => reservation.eventTypeId === eventType.id && overlaps(reservation, slot));
    if (eventType.schedulingType === 'roundRobin') {
      const same = held.filter(({ startMs, endMs }) => startMs === slot.startMs && endMs === slot.endMs);
      const fixedHosts = eventType.hosts.filter((host) => host.mandatory).length;
      if (same.length >= (fixedHosts > 0 ? 1 : eventType.hosts.length)) throw unprocessable(NO_HOST_LEFT);
      return;
    }
    for (const booking of world.bookings.ofEventType(eventType.id)) {
      if (isLive(booking) && overlaps(booking, slot)) {
        throw unprocessable(`Can't reserve a slot if the event is already booked.`);
      }
    }
    if (held.length > 0) {
      throw unprocessable('This time slot is already reserved by another user. Please choose a different time.');
    }
  }

  #cleanUp(nowMs: number): void {
    for (const [uid, reservation] of this.world.reservations) {
      if (reservation.untilMs + KEEP_EXPIRED_MS < nowMs) this.world.reservations.delete(uid);
    }
  }
}

/** @throws ApiError 400 */
function slotMinutes(eventType: EventType, requested: number | undefined): number {
  if (requested === undefined) return eventType.lengthInMinutes;
  const options = eventType.lengthInMinutesOptions;
  if (!options) throw badRequest("You passed 'slotDuration' but this event type is not a variable length event type.");
  if (!options.includes(requested))
    throw badRequest(`Provided 'slotDuration' is not one of the possible lengths: ${options.join(', ')}`);
  return requested;
}
