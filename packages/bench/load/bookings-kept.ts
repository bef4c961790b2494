import { Client } from 'pg';
import { sleep, type Report } from '../src/support/caller';
import type { Fleet } from '../src/support/fleet';
import type { Asked } from './callers';

const SETTLE_MS = 90_000;

interface SandboxBooking {
  uid: string;
  status: string;
  start: string;
  eventTypeId: number;
  attendees: { email: string }[];
}

/** Every booking that a caller was promised stands at Cal.com once, and the database knows every one that stands there. */
export async function checkBookings(fleet: Fleet, asked: readonly Asked[], report: Report): Promise<void> {
  const client = new Client({ connectionString: fleet.databaseUrl });
  await client.connect();
  try {
    const open = await settled(client);
    report.check('bookings still open a minute and a half after the end', open, '0', open === 0);
    const all = (await fleet.control('/bookings')) as SandboxBooking[];
    const standing = all.filter((one) => one.status === 'accepted');
    const starts = new Map(standing.map((one) => [one.uid, Date.parse(one.start)]));
    const promised = asked.flatMap(({ heard }) => (heard?.body.booked === true ? [heard.body] : []));
    const lost = promised.filter((one) => starts.get(String(one.booking_uid)) !== Date.parse(String(one.datetime)));
    report.check(`bookings promised (${promised.length}) and not at Cal.com`, lost.length, '0', lost.length === 0);
    const rows = await client.query(`select calcom_booking_uid as uid from appointments where status = 'booked'`);
    const known = new Set((rows.rows as { uid: string }[]).map((row) => row.uid));
    const orphans = standing.filter((one) => !known.has(one.uid)).length;
    report.note(`operations: ${await endings(client)}`);
    report.check(
      `bookings at Cal.com (${standing.length}) that the database does not know`,
      orphans,
      '0',
      orphans === 0,
    );
    const wishes = standing.map((one) => `${one.eventTypeId} ${one.start} ${one.attendees[0]?.email}`);
    const doubled = wishes.length - new Set(wishes).size;
    report.check('bookings made twice', doubled, '0', doubled === 0);
  } finally {
    await client.end();
  }
}

async function endings(client: Client): Promise<string> {
  const found = await client.query(
    `select concat_ws(' ', operation.state, appointment.status, operation.error) as ending, count(*)::int as n
     from booking_operations operation left join appointments appointment on appointment.id = operation.appointment_id
     group by 1 order by 2 desc`,
  );
  return (found.rows as { ending: string; n: number }[]).map((row) => `${row.n} ${row.ending}`).join(', ');
}

async function settled(client: Client): Promise<number> {
  for (const untilMs = performance.now() + SETTLE_MS; ; await sleep(1000)) {
    const open = await client.query(
      `select count(*)::int as n from booking_operations where state in ('intended', 'sent', 'unknown')`,
    );
    const { n } = open.rows[0] as { n: number };
    if (n === 0 || performance.now() > untilMs) return n;
  }
}
