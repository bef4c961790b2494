import { Client } from 'pg';
import { z } from 'zod';
import { sleep } from './caller';
import type { Fleet } from './fleet';

const bookings = z.array(z.object({ uid: z.string(), status: z.string(), start: z.string(), eventTypeId: z.number() }));
const counted = z.object({ open: z.number() });

export interface LedgerVerdict {
  /** Operations still under way when patience ended. */
  open: number;
  /** Acknowledged to a caller, but not at Cal.com. */
  lost: number;
  /** At Cal.com without a confirmed operation of ours, or twice. */
  unknown: number;
  atCalcom: number;
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
    let state = await operations(client);
    while (state.open > 0 && Date.now() < untilMs) {
      await sleep(500);
      state = await operations(client);
    }
    const standing = bookings
      .parse(await fleet.control('/bookings'))
      .filter(({ status, eventTypeId }) => status.toLowerCase() === 'accepted' && eventTypeId >= 5000);
    const uids = new Set(standing.map(({ uid }) => uid));
    const { rows } = await client.query(`select calcom_booking_uid as uid from appointments`);
    const ours = new Set(
      z
        .array(z.object({ uid: z.string().nullable() }))
        .parse(rows)
        .map(({ uid }) => uid),
    );
    const starts = new Set(standing.map(({ eventTypeId, start }) => `${eventTypeId}/${start}`));
    return {
      open: state.open,
      lost: acknowledged.filter((uid) => !uids.has(uid)).length,
      unknown: standing.filter(({ uid }) => !ours.has(uid)).length + standing.length - starts.size,
      atCalcom: standing.length,
    };
  } finally {
    await client.end();
  }
}

async function operations(client: Client): Promise<z.infer<typeof counted>> {
  const { rows } = await client.query(
    `select count(*)::int as open from booking_operations where state in ('intended', 'sent', 'unknown')`,
  );
  return counted.parse(rows[0]);
}
