import { type SeededRandom } from '../seeded-random';
import { type Behaviour, type BehaviourInput, behaviourSpec } from './behaviour';
import { type Reservation, type Webhook } from './booking';
import { BookingBook } from './booking-book';
import {
  type ApiKey,
  type EventType,
  type Organization,
  type Schedule,
  type Team,
  type User,
  type WorldInput,
  worldSpec,
} from './world-spec';

interface Identified {
  id: number;
}

function mapById<Item extends Identified>(items: readonly Item[]): Map<number, Item> {
  return new Map(items.map((item) => [item.id, item]));
}

/** Everything the sandbox knows: people, teams, event types, keys, bookings, holds, webhooks. All in memory. */
export class World {
  users = new Map<number, User>();
  schedules = new Map<number, Schedule>();
  organizations = new Map<number, Organization>();
  teams = new Map<number, Team>();
  eventTypes = new Map<number, EventType>();
  apiKeys = new Map<string, ApiKey>();
  undeliverableEmailDomains: string[] = [];
  behaviour: Behaviour = behaviourSpec.parse({});
  readonly bookings = new BookingBook();
  readonly reservations = new Map<string, Reservation>();
  readonly webhooks = new Map<string, Webhook>();
  #lastBookingId = 0;
  #lastAttendeeId = 0;

  constructor(
    input: WorldInput,
    readonly random: SeededRandom,
    behaviour: BehaviourInput = {},
  ) {
    this.reset(input, behaviour);
  }

  /** Forgets everything and starts from the given people and event types. @throws ZodError on a bad world. */
  reset(input: WorldInput, behaviour: BehaviourInput = {}): void {
    const spec = worldSpec.parse(input);
    this.users = mapById(spec.users);
    this.schedules = mapById(spec.schedules);
    this.organizations = mapById(spec.organizations);
    this.teams = mapById(spec.teams);
    this.eventTypes = mapById(spec.eventTypes);
    this.apiKeys = new Map(spec.apiKeys.map((apiKey) => [apiKey.key, apiKey]));
    this.undeliverableEmailDomains = spec.undeliverableEmailDomains;
    this.behaviour = behaviourSpec.parse(behaviour);
    this.bookings.clear();
    this.reservations.clear();
    this.webhooks.clear();
    this.#lastBookingId = 0;
    this.#lastAttendeeId = 0;
  }

  nextBookingId(): number {
    this.#lastBookingId += 1;
    return this.#lastBookingId;
  }

  nextAttendeeId(): number {
    this.#lastAttendeeId += 1;
    return this.#lastAttendeeId;
  }

  /** After a restore: identifiers go on behind the highest known one. */
  continueIdsAfter(bookingId: number, attendeeId: number): void {
    this.#lastBookingId = Math.max(this.#lastBookingId, bookingId);
    this.#lastAttendeeId = Math.max(this.#lastAttendeeId, attendeeId);
  }

  userByName(username: string): User | undefined {
    return [...this.users.values()].find((user) => user.username === username);
  }

  teamBySlug(slug: string): Team | undefined {
    return [...this.teams.values()].find((team) => team.slug === slug);
  }

  organizationBySlug(slug: string): Organization | undefined {
    return [...this.organizations.values()].find((organization) => organization.slug === slug);
  }

  /** Who takes this event type's appointments, in the configured order. */
  hostIdsOf(eventType: EventType): number[] {
    if (eventType.ownerId !== null) return [eventType.ownerId];
    return eventType.hosts.map((host) => host.userId);
  }

  /** The hours that count for this host on this event type; a host without any schedule is never available. */
  scheduleFor(eventType: EventType, hostId: number): Schedule | undefined {
    const scheduleId = eventType.scheduleId ?? this.users.get(hostId)?.defaultScheduleId ?? null;
    return scheduleId === null ? undefined : this.schedules.get(scheduleId);
  }

  /** The zone in which "per day" limits and booking windows of an event type are counted. */
  zoneOf(eventType: EventType): string {
    const [firstHost] = this.hostIdsOf(eventType);
    if (firstHost === undefined) return 'UTC';
    return this.scheduleFor(eventType, firstHost)?.timeZone ?? this.users.get(firstHost)?.timeZone ?? 'UTC';
  }

  administersTeam(userId: number, teamId: number): boolean {
    const team = this.teams.get(teamId);
    return team?.members.some((member) => member.userId === userId && member.role !== 'MEMBER') ?? false;
  }

  isTeamMember(userId: number, teamId: number): boolean {
    return this.teams.get(teamId)?.members.some((member) => member.userId === userId && member.accepted) ?? false;
  }

  /** Owner, host, or administrator of the owning team. */
  managesEventType(userId: number, eventType: EventType): boolean {
    if (this.hostIdsOf(eventType).includes(userId)) return true;
    return eventType.teamId !== null && this.administersTeam(userId, eventType.teamId);
  }

  unexpiredReservations(nowMs: number): Reservation[] {
    return [...this.reservations.values()].filter((reservation) => reservation.untilMs > nowMs);
  }
}
