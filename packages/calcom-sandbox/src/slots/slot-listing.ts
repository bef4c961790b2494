import { notFound } from '../http/api-error';
import { type TimeSource } from '../sandbox-clock';
import { findBySlug } from '../world/event-type-lookup';
import { type World } from '../world/world';
import { type EventType, eventTypeSpec } from '../world/world-spec';
import { isoInZone, isoUtc, localDate, MINUTE_MS } from '../world/zone-time';
import { findSlots } from './slot-finder';
import { type SlotRequest, type SlotSelection } from './slot-query';

const CACHE_MS = 2_000;
const DYNAMIC_LENGTH_MINUTES = 30;
const MAX_CACHED = 5_000;

export interface DaySlots {
  date: string;
  slots: { startMs: number; endMs: number }[];
}

/** A meeting of several people that is no stored event type: all of them must be free. */
function dynamicEventType(
  world: World,
  selection: Extract<SlotSelection, { by: 'usernames' }>,
  duration = DYNAMIC_LENGTH_MINUTES,
): EventType {
  const organization = world.organizationBySlug(selection.organizationSlug);
  if (!organization) throw notFound(`Organization with slug ${selection.organizationSlug} not found`);
  const hosts = selection.usernames.map((username) => {
    const user = world.userByName(username);
    if (user?.organizationId !== organization.id) throw notFound(`User with username ${username} not found`);
    return { userId: user.id };
  });
  return eventTypeSpec.parse({
    id: Number.MAX_SAFE_INTEGER,
    title: 'Group meeting',
    slug: 'dynamic',
    lengthInMinutes: duration,
    lengthInMinutesOptions: [duration],
    teamId: organization.id,
    schedulingType: 'collective',
    hosts,
  });
}

function eventTypeOf(world: World, { selection, duration }: SlotRequest): EventType {
  if (selection.by === 'usernames') return dynamicEventType(world, selection, duration);
  if (selection.by === 'id') {
    const eventType = world.eventTypes.get(selection.eventTypeId);
    if (!eventType) throw notFound('Event Type not found');
    return eventType;
  }
  const eventType = findBySlug(world, selection);
  if (!eventType) throw notFound('Event Type not found');
  return eventType;
}

/** Answers both generations of slot requests; remembers answers for 2 s when the world's switch says so. */
export class SlotListing {
  readonly #cache = new Map<string, { untilMs: number; days: DaySlots[] }>();

  constructor(
    private readonly world: World,
    private readonly clock: TimeSource,
  ) {}

  /** Days with slots in order; a day without any is absent. @throws ApiError 400, 404 */
  days(request: SlotRequest): DaySlots[] {
    if (!this.world.behaviour.slotCache) return this.#compute(request);
    const nowMs = this.clock.nowMs();
    const key = JSON.stringify(request);
    const cached = this.#cache.get(key);
    if (cached && cached.untilMs > nowMs) return cached.days;
    if (this.#cache.size >= MAX_CACHED) this.#cache.clear();
    const days = this.#compute(request);
    this.#cache.set(key, { untilMs: nowMs + CACHE_MS, days });
    return days;
  }

  clearCache(): void {
    this.#cache.clear();
  }

  #compute(request: SlotRequest): DaySlots[] {
    const { world } = this;
    const eventType = eventTypeOf(world, request);
    const lengthMinutes = request.duration ?? eventType.lengthInMinutes;
    const subset = 'rrHostSubsetIds' in request.selection ? (request.selection.rrHostSubsetIds ?? []) : [];
    const narrows = eventType.rrHostSubsetEnabled && eventType.schedulingType === 'roundRobin' && subset.length > 0;
    const zone = request.timeZone ?? 'UTC';
    const starts = findSlots(world, {
      eventType,
      hostIds: world.hostIdsOf(eventType).filter((hostId) => !narrows || subset.includes(hostId)),
      window: { startMs: request.startMs, endMs: request.endMs },
      zone,
      lengthMinutes,
      requestedMinutes: request.duration,
      ignoreBookingUid: request.bookingUidToReschedule,
      nowMs: this.clock.nowMs(),
    });
    const days: DaySlots[] = [];
    for (const startMs of starts) {
      const date = localDate(zone, startMs);
      if (request.dates && (date < request.dates.first || date > request.dates.last)) continue;
      const slot = { startMs, endMs: startMs + lengthMinutes * MINUTE_MS };
      const today = days.at(-1);
      if (today?.date === date) today.slots.push(slot);
      else days.push({ date, slots: [slot] });
    }
    return days;
  }
}

/** An instant as a slot answer writes it. */
export const slotTime = (zone: string | undefined, atMs: number): string =>
  zone === undefined ? isoUtc(atMs) : isoInZone(zone, atMs);
