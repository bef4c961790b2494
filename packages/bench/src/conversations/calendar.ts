import { DateTime } from 'luxon';
import { z } from 'zod';
import { HOSTS, type Salon, type Stage } from './salons';

/** A booking that stands at Cal.com. */
export interface Standing {
  uid: string;
  service: string;
  startMs: number;
  endMs: number;
  hostId: number | null;
  name: string;
}

const ZONE = 'Europe/Berlin';
const listed = z.object({
  data: z.array(
    z.object({
      uid: z.string(),
      status: z.string(),
      start: z.string(),
      end: z.string(),
      eventTypeId: z.number(),
      hosts: z.array(z.object({ id: z.number() })),
      attendees: z.array(z.object({ name: z.string() })),
    }),
  ),
});

/** One day of one salon, as Cal.com has it. */
export class Calendar {
  /** Requests made here, which are not the gateway's. */
  looks = 0;

  constructor(
    private readonly stage: Stage,
    private readonly salon: Salon,
    readonly date: string,
  ) {}

  at(time: string): number {
    return DateTime.fromISO(`${this.date}T${time}`, { zone: ZONE }).toMillis();
  }

  minutesOf(service: string): number {
    return this.salon.eventTypes.get(service)?.minutes ?? 0;
  }

  async standing(): Promise<Standing[]> {
    this.looks++;
    const day = DateTime.fromISO(this.date, { zone: ZONE });
    const query = new URLSearchParams({
      ...{ afterStart: day.toUTC().toISO() ?? '', beforeEnd: day.plus({ days: 1 }).toUTC().toISO() ?? '' },
      ...{ status: 'upcoming,unconfirmed', take: '100' },
    });
    const answer = await fetch(`${this.stage.sandboxUrl}/bookings?${query.toString()}`, {
      headers: { authorization: `Bearer ${this.salon.key}`, 'cal-api-version': '2024-08-13' },
    });
    const { data } = listed.parse(await answer.json());
    const names = new Map([...this.salon.eventTypes].map(([name, { id }]) => [id, name]));
    return data
      .filter(({ status }) => status === 'accepted' || status === 'pending')
      .map(({ uid, start, end, eventTypeId, hosts, attendees }) => ({
        ...{ uid, service: names.get(eventTypeId) ?? '', hostId: hosts[0]?.id ?? null },
        ...{ startMs: Date.parse(start), endMs: Date.parse(end), name: attendees[0]?.name ?? '' },
      }));
  }

  /** Whether any host has that time for that service. */
  isFree(standing: readonly Standing[], startMs: number, service: string): boolean {
    const endMs = startMs + this.minutesOf(service) * 60_000;
    const busy = standing.filter((one) => one.startMs < endMs && startMs < one.endMs);
    return new Set(busy.map(({ hostId }) => hostId)).size < HOSTS;
  }
}
