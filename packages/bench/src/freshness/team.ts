import { Client } from 'pg';
import { sleep, summary, weekday, type Report } from '../support/caller';
import { API_KEY, type Fleet } from '../support/fleet';
import type { BenchService } from '../support/workload';
import { becomesOffered, bookOutside, isOffered, upstream } from './outside';

const TEAM = 10;
const LOOK_EVERY_MS = 1000;
/** Two of the usual comparisons, the second of which knows since when it compares. */
const LEARNED_WITHIN_MS = 400_000;
const PATIENCE_MS = 330_000;

/** A team's webhook for each event type; those of a person are silent for them. */
export async function pushFor(fleet: Fleet, services: readonly BenchService[]): Promise<void> {
  for (const { eventTypeId } of services) {
    await upstream(
      fleet,
      `/teams/${TEAM}/event-types/${eventTypeId}/webhooks`,
      {
        active: true,
        subscriberUrl: `${fleet.urls[0] ?? ''}/api/calcom/webhook`,
        secret: 'bench-webhook-secret',
        triggers: ['BOOKING_CREATED'],
      },
      API_KEY,
    );
  }
}

/** Until the gateway has seen that no webhook tells of these event types. */
async function untilSilent(fleet: Fleet, services: readonly BenchService[]): Promise<void> {
  const client = new Client({ connectionString: fleet.databaseUrl });
  await client.connect();
  try {
    for (const untilMs = Date.now() + LEARNED_WITHIN_MS; Date.now() < untilMs; await sleep(1000)) {
      const { rows } = await client.query(
        `select 1 from calcom_push_evidence
         where calcom_event_type_id = any($1) and heard_at is null and changed_at < now() - interval '40 seconds'`,
        [services.map(({ eventTypeId }) => eventTypeId)],
      );
      if (rows.length === services.length) return;
    }
    throw new Error('the gateway never learned that no webhook arrives');
  } finally {
    await client.end();
  }
}

/** How long after a booking on Cal.com's page its start is still offered, milliseconds; asked about every second. */
async function offeredFor(fleet: Fleet, service: BenchService, date: string, time: string): Promise<number> {
  const [url = ''] = fleet.urls;
  await becomesOffered(url, service, date, time);
  await bookOutside(fleet, service, date, time);
  const beganMs = Date.now();
  let lastOfferedMs = 0;
  for (;;) {
    const askedMs = Date.now() - beganMs;
    const offered = await isOffered(url, service, date, time);
    if (offered === false || askedMs > PATIENCE_MS) return lastOfferedMs;
    if (offered) lastOfferedMs = askedMs;
    await sleep(LOOK_EVERY_MS);
  }
}

/** A team salon, whose customers also book on Cal.com's page, with or without webhooks that arrive. */
export async function teamSalon(
  fleet: Fleet,
  services: readonly BenchService[],
  report: Report,
  { push, rounds }: { push: boolean; rounds: number },
): Promise<void> {
  const [date, learnedFrom] = [weekday(3), weekday(8)];
  if (!push) {
    for (const service of services) await bookOutside(fleet, service, learnedFrom, '10:00');
    await untilSilent(fleet, services);
  }
  const lastedMs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const time = `${String(9 + round).padStart(2, '0')}:00`;
    // Not all at the same moment of what is asked every so often.
    const each = services.map(async (service, index) => {
      await sleep(index * 4000);
      return offeredFor(fleet, service, date, time);
    });
    lastedMs.push(...(await Promise.all(each)));
  }
  const { p50, max } = summary(lastedMs);
  const longest = push ? 5000 : 60_000;
  report.check(
    `team salon ${push ? 'with' : 'without'} webhooks: ${lastedMs.length} outside bookings, last offered after`,
    `p50 ${Math.round(p50 / 100) / 10} s, longest ${Math.round(max / 100) / 10} s`,
    `p50 <= ${longest / 1000} s`,
    p50 <= longest,
  );
}
