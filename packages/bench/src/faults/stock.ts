import { DateTime } from 'luxon';
import type { Random } from './random';
import type { Rig } from './rig';

/** A service that callers book here, and its starts that are not used yet. */
export interface StockedService {
  id: string;
  eventTypeId: number;
  hostIds: number[];
}

export interface Start {
  service: StockedService;
  atMs: number;
  date: string;
  time: string;
}

const FIRST_ID = 6000;
const MINUTES = 30;
const ZONE = 'Europe/Berlin';
/** Starts of one day that never touch each other nor the closing time. */
const TIMES = Array.from({ length: 17 }, (_, index) => 9 * 60 + index * MINUTES);
const DAYS = 50;

/**
 * Services with hosts of their own. `single`: one host, and Cal.com answers a repeated request with a refusal; `pairs`:
 * two hosts in a round robin, where it answers with the booking that was made before.
 */
export class Stock {
  readonly #unused = new Map<number, Start[]>();

  private constructor(
    readonly singles: StockedService[],
    readonly pairs: StockedService[],
    private readonly random: Random,
  ) {
    for (const service of [...singles, ...pairs]) this.#unused.set(service.eventTypeId, startsOf(service));
  }

  static async lay(rig: Rig, counts: { singles: number; pairs: number }, random: Random): Promise<Stock> {
    const singles: StockedService[] = [];
    const pairs: StockedService[] = [];
    let next = FIRST_ID;
    for (let index = 0; index < counts.singles; index++) singles.push(await addService(rig, next++, 1));
    // A pair shares its first host with a single service: their bookings must keep out of each other's way.
    for (let index = 0; index < counts.pairs; index++) {
      const shared = singles[index % singles.length]?.hostIds[0];
      pairs.push(await addService(rig, next++, 2, shared));
    }
    return new Stock(singles, pairs, random);
  }

  /** Single services whose host is in no pair: no other service can have taken their starts. */
  get alone(): StockedService[] {
    const shared = new Set(this.pairs.flatMap((pair) => pair.hostIds));
    return this.singles.filter((service) => !service.hostIds.some((id) => shared.has(id)));
  }

  /** A start not asked for yet, of one of these services. */
  take(services: readonly StockedService[] = this.singles): Start {
    const service = this.random.of(services);
    const start = service && this.#unused.get(service.eventTypeId)?.pop();
    if (start) return start;
    const other = services.find((one) => (this.#unused.get(one.eventTypeId)?.length ?? 0) > 0);
    if (!other) throw new Error('no start is left');
    return this.take([other]);
  }

  /** The same instant at another service. */
  at(start: Start, service: StockedService): Start {
    const unused = this.#unused.get(service.eventTypeId) ?? [];
    this.#unused.set(
      service.eventTypeId,
      unused.filter((one) => one.atMs !== start.atMs),
    );
    return { ...start, service };
  }
}

function startsOf(service: StockedService): Start[] {
  const starts: Start[] = [];
  let day = DateTime.now().setZone(ZONE).plus({ days: 3 }).startOf('day');
  for (let count = 0; count < DAYS; day = day.plus({ days: 1 })) {
    if (day.weekday > 5) continue;
    count++;
    for (const minutes of TIMES) {
      const at = day.set({ hour: Math.floor(minutes / 60), minute: minutes % 60 });
      starts.push({ service, atMs: at.toMillis(), date: at.toFormat('yyyy-MM-dd'), time: at.toFormat('HH:mm') });
    }
  }
  return starts.reverse();
}

async function addService(rig: Rig, eventTypeId: number, hosts: number, shared?: number): Promise<StockedService> {
  const hostIds = Array.from({ length: hosts }, (_, index) =>
    index === 0 && shared !== undefined ? shared : eventTypeId * 10 + index,
  );
  for (const hostId of hostIds.filter((id) => id !== shared)) {
    await rig.fleet.control('/accounts', {
      user: { id: hostId, username: `host-${hostId}`, email: `host-${hostId}@example.com`, name: `Host ${hostId}` },
      schedule: {
        id: hostId,
        ownerId: hostId,
        name: 'Working hours',
        timeZone: ZONE,
        availability: [
          { days: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'], startTime: '08:00', endTime: '20:00' },
        ],
      },
    });
  }
  await rig.fleet.control('/event-types', {
    id: eventTypeId,
    title: `Faults ${eventTypeId}`,
    slug: `faults-${eventTypeId}`,
    lengthInMinutes: MINUTES,
    teamId: 10,
    // The key belongs to the team's owner; a personal event type would hide its bookings from it.
    schedulingType: hosts === 1 ? 'collective' : 'roundRobin',
    hosts: hostIds.map((userId) => ({ userId })),
    bookingFields: [
      { slug: 'name', type: 'name', label: 'Name', required: true },
      { slug: 'email', type: 'email', label: 'E-Mail', required: false },
      { slug: 'attendeePhoneNumber', type: 'phone', label: 'Telefon', required: false },
    ],
  });
  const [service] = await rig.sql<{ id: string }>(
    `insert into services (company_id, name, duration_minutes, calcom_event_type_id, scheduling_type, minimum_notice_minutes)
     select id, $1, $2, $3, $4, 0 from companies where slug = 'salon-sonnenschein' returning id`,
    [`Faults ${eventTypeId}`, MINUTES, eventTypeId, hosts === 1 ? 'single' : 'roundRobin'],
  );
  await rig.sql(
    `insert into calcom_event_type_owners (calcom_key_id, calcom_event_type_id, company_id)
     select 'platform', $1, id from companies where slug = 'salon-sonnenschein'`,
    [eventTypeId],
  );
  for (const hostId of hostIds) {
    await rig.sql(
      `insert into calcom_event_type_hosts (company_id, calcom_event_type_id, calcom_host_id)
       select id, $1, $2 from companies where slug = 'salon-sonnenschein' on conflict do nothing`,
      [eventTypeId, hostId],
    );
  }
  return { id: service?.id ?? '', eventTypeId, hostIds };
}
