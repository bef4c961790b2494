import { Client } from 'pg';
import type { Fleet } from './fleet';

export interface BenchService {
  id: string;
  eventTypeId: number;
  hostId: number;
}

/**
 * More event types than the demo has, in the sandbox and in the database; each with a host of its own, so that misses
 * share nothing and bookings of one do not take the others' starts, or `perHost` with the same.
 */
export async function addServices(
  fleet: Fleet,
  count: number,
  options: {
    firstEventType?: number;
    minutes?: number;
    perHost?: number;
    /** Of the salon's team: strangers' bookings are not in the lists that the key may read. */
    ofTeam?: boolean;
    /** Of the salon's team too: these people of the demo serve it together, and no one is added. */
    together?: readonly number[];
  } = {},
): Promise<BenchService[]> {
  const first = options.firstEventType ?? 5000;
  const { minutes = 30, together } = options;
  const client = new Client({ connectionString: fleet.databaseUrl });
  await client.connect();
  try {
    const company = (await client.query(`select id from companies where slug = 'salon-sonnenschein'`)).rows[0] as {
      id: string;
    };
    const services: BenchService[] = [];
    for (let index = 0; index < count; index++) {
      const eventTypeId = first + index;
      const hostId = first + index - (index % (options.perHost ?? 1));
      const hostIds = together ?? [hostId];
      if (!together) await addHost(fleet, hostId);
      await fleet.control('/event-types', {
        id: eventTypeId,
        title: `Bench ${eventTypeId}`,
        slug: `bench-${eventTypeId}`,
        lengthInMinutes: minutes,
        ...(options.ofTeam || together ? { teamId: 10 } : { ownerId: hostId }),
        ...(together ? { schedulingType: 'collective' } : options.ofTeam && { schedulingType: 'roundRobin' }),
        hosts: hostIds.map((userId) => ({ userId })),
      });
      const inserted = await client.query(
        `insert into services (company_id, name, duration_minutes, calcom_event_type_id, scheduling_type, minimum_notice_minutes)
         values ($1, $2, $3, $4, $5, 0)
         on conflict do nothing returning id`,
        [company.id, `Bench ${eventTypeId}`, minutes, eventTypeId, together ? 'collective' : 'single'],
      );
      await client.query(
        `insert into calcom_event_type_owners (calcom_key_id, calcom_event_type_id, company_id)
         select coalesce(calcom_key_id, 'platform'), $2, id from companies where id = $1 on conflict do nothing`,
        [company.id, eventTypeId],
      );
      await client.query(
        `insert into calcom_event_type_hosts (company_id, calcom_event_type_id, calcom_host_id)
         select $1, $2, unnest($3::int[]) on conflict do nothing`,
        [company.id, eventTypeId, hostIds],
      );
      const known =
        inserted.rows[0] ??
        (
          await client.query(`select id from services where company_id = $1 and calcom_event_type_id = $2`, [
            company.id,
            eventTypeId,
          ])
        ).rows[0];
      services.push({ id: (known as { id: string }).id, eventTypeId, hostId });
    }
    return services;
  } finally {
    await client.end();
  }
}

async function addHost(fleet: Fleet, hostId: number): Promise<void> {
  await fleet.control('/accounts', {
    user: {
      id: hostId,
      username: `host-${hostId}`,
      email: `host-${hostId}@example.com`,
      name: `Host ${hostId}`,
      timeZone: 'Europe/Berlin',
    },
    schedule: {
      id: hostId,
      ownerId: hostId,
      name: 'Working hours',
      timeZone: 'Europe/Berlin',
      availability: [
        {
          days: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
          startTime: '08:00',
          endTime: '20:00',
        },
      ],
    },
  });
}
