import { Client } from 'pg';
import { z } from 'zod';
import { sleep } from './caller';
import type { Fleet } from './fleet';

const bookings = z.array(z.object({ uid: z.string(), status: z.string(), start: z.string(), eventTypeId: z.number() }));
const counted = z.array(z.object({ state: z.string(), count: z.number() }));
const known = z.array(z.object({ uid: z.string().nullable() }));
const UNDER_WAY = ['intended', 'sent', 'unknown'];
/** The bench's own; the sandbox has bookings of its own for the demo salon. */
const FIRST_EVENT_TYPE = 5000;

export interface LedgerVerdict {
  /** Operations still under way when patience ended. */
  open: number;
  /** Acknowledged to a caller, but not at Cal.com. */
  lost: number;
  /** At Cal.com without a confirmed operation of ours, or twice. */
  unknown: number;
  atCalcom: number;
  /** What the ledger knows about the event type and start of each booking that has no owner. */
  ownerless: string[];
  /** Operations by state, to find out why. */
  states: string;
}

/** Compares what callers were told, what Postgres knows and what stands at Cal.com, once everything under way has settled. */
export async function compareLedgers(
  fleet: Fleet,
  acknowledged: readonly string[],
  patienceMs: number,
): Promise<LedgerVerdict> {
  const client = new Client({ connectionString: fleet.databaseUrl });
  await client.connect();
  try {
    const untilMs = Date.now() + patienceMs;
    let verdict = await compare(fleet, client, acknowledged);
    // What got lost on its way is found by the comparison that runs every three minutes.
    while (verdict.open + verdict.unknown + verdict.lost > 0 && Date.now() < untilMs) {
      await sleep(1000);
      verdict = await compare(fleet, client, acknowledged);
    }
    return verdict;
  } finally {
    await client.end();
  }
}

async function compare(fleet: Fleet, client: Client, acknowledged: readonly string[]): Promise<LedgerVerdict> {
  const found = await client.query('select state, count(*)::int as count from booking_operations group by state');
  const states = counted.parse(found.rows);
  const standing = bookings
    .parse(await fleet.control('/bookings'))
    .filter(({ status, eventTypeId }) => status.toLowerCase() === 'accepted' && eventTypeId >= FIRST_EVENT_TYPE);
  const uids = new Set(standing.map(({ uid }) => uid));
  const { rows } = await client.query(`select calcom_booking_uid as uid from appointments`);
  const ours = new Set(known.parse(rows).map(({ uid }) => uid));
  const starts = new Set(standing.map(({ eventTypeId, start }) => `${eventTypeId}/${start}`));
  const ownerless = standing.filter(({ uid }) => !ours.has(uid));
  const stories: string[] = [];
  for (const one of ownerless) stories.push(await story(client, one));
  return {
    ownerless: stories,
    open: states.filter(({ state }) => UNDER_WAY.includes(state)).reduce((sum, { count }) => sum + count, 0),
    lost: acknowledged.filter((uid) => !uids.has(uid)).length,
    unknown: ownerless.length + standing.length - starts.size,
    atCalcom: standing.length,
    states: states.map(({ state, count }) => `${count} ${state}`).join(', '),
  };
}

async function story(
  client: Client,
  { uid, start, eventTypeId }: { uid: string; start: string; eventTypeId: number },
): Promise<string> {
  const { rows } = await client.query(
    `select state, error, reposts, upstream_uid, created_at, sent_at, updated_at from booking_operations
     where calcom_event_type_id = $1 and starts_at = $2 order by created_at`,
    [eventTypeId, start],
  );
  return `${uid} at ${start}, event type ${eventTypeId}: ${JSON.stringify(rows)}`;
}
