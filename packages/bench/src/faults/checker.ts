import { sleep } from '../support/caller';
import type { Rig } from './rig';
import type { Story } from './story';

interface SandboxBooking {
  uid: string;
  status: string;
  start: string;
  end: string;
  hosts: { id: number }[];
  metadata: Record<string, string>;
  rescheduledFromUid?: string;
  rescheduledToUid?: string;
  attendees: { phoneNumber?: string; email: string }[];
}

interface Row {
  id: string;
  status: string;
  uid: string | null;
  starts_at: Date;
  host: number | null;
  phone: string | null;
  review: boolean;
}

export interface Verdicts {
  stories: number;
  bookings: number;
  rows: number;
  /** Acknowledged, and not there. */
  lost: string[];
  /** More than one booking of one wish, or two at one host's time. */
  doubled: string[];
  /** At another start than the caller was told. */
  misplaced: string[];
  /** Said to have failed, and there. */
  denied: string[];
  /** At Cal.com without exactly one row, or a row without its booking. */
  unmatched: string[];
  /** At Cal.com by us without an intent in the ledger. */
  unintended: string[];
  /** Operations that are not at an end. */
  open: string[];
  /** Contradictions that callers heard. */
  heard: string[];
  /** For a person to look at. */
  reviews: number;
  longestSettlingMs: number;
  /** Of those that ended before the first process was killed. */
  longestUnkilledMs: number;
  /** The operation that took so long. */
  slowest: string;
  /** What happened to it, and how many seconds after its beginning. */
  slowestCourse: string[];
}

/** Waits until no operation is under way any more; returns how long it took. */
export async function quiet(rig: Rig, patienceMs: number): Promise<number> {
  const beganMs = Date.now();
  for (;;) {
    const [found] = await rig
      .sql<{ n: string }>(`select count(*) as n from booking_operations where state in ('intended', 'sent', 'unknown')`)
      .catch(() => [{ n: '1' }]);
    if (found?.n === '0' || Date.now() - beganMs > patienceMs) return Date.now() - beganMs;
    await sleep(500);
  }
}

/** One comparison of the whole ledger with Cal.com. */
export async function reconcile(rig: Rig): Promise<void> {
  const [job] = await rig.sql<{ id: string }>(
    `insert into jobs (queue, name, payload, run_at, max_attempts, backoff_ms, timeout_ms)
     values ('sync', 'ReconcileBookingsFullJob', '{"everything":true}', now(), 10, 3000, 240000) returning id`,
  );
  for (let tries = 0; tries < 1200; tries++) {
    const [found] = await rig.sql<{ status: string; last_error: string | null }>(
      `select status, last_error from jobs where id = $1`,
      [job?.id],
    );
    if (found?.status === 'done') return;
    if (found?.status === 'dead') throw new Error(`reconciliation failed: ${found.last_error ?? ''}`);
    await sleep(250);
  }
  throw new Error('reconciliation did not end');
}

/** @param killsFrom when the first process was killed; null when none was */
export async function compare(rig: Rig, stories: readonly Story[], killsFrom: Date | null): Promise<Verdicts> {
  const bookings = (await rig.fleet.control('/bookings')) as SandboxBooking[];
  const rows = await rig.sql<Row>(
    `select id, status, calcom_booking_uid as uid, starts_at, calcom_host_id as host, attendee_phone as phone,
       requires_manual_review as review from appointments`,
  );
  const operations = await rig.sql<{
    id: string;
    state: string;
    kind: string;
    key: string;
    call: string;
    error: string | null;
    reposts: number;
  }>(
    `select id, state, kind, gateway_key as key, call_id as call, error, reposts from booking_operations order by created_at`,
  );
  const operationsOf = groupBy(operations, (one) => one.call);
  const [settling] = await rig.sql<{ id: string; ms: string; what: string }>(
    `select id, extract(epoch from settled_at - created_at) * 1000 as ms,
       concat_ws(' ', kind, state, error, 'sent again', reposts) as what
     from booking_operations where settled_at is not null order by 2 desc limit 1`,
  );
  const [unkilled] = await rig.sql<{ ms: string | null }>(
    `select max(extract(epoch from settled_at - created_at)) * 1000 as ms from booking_operations
     where settled_at < coalesce($1::timestamptz, 'infinity')`,
    [killsFrom],
  );
  const course = await rig.sql<{ at: string; step: string }>(
    `select round(extract(epoch from c.at - o.created_at), 1) as at, c.step from operation_course c
     join booking_operations o on o.id = c.operation_id where o.id = $1 order by c.at`,
    [settling?.id ?? null],
  );
  const verdicts: Verdicts = {
    stories: stories.length,
    bookings: bookings.length,
    rows: rows.length,
    lost: [],
    doubled: [],
    misplaced: [],
    denied: [],
    unmatched: [],
    unintended: [],
    open: operations
      .filter((one) => ['intended', 'sent', 'unknown'].includes(one.state))
      .map((one) => `${one.kind} ${one.state} ${one.error ?? ''}`),
    heard: stories.flatMap((story) => story.wrong.map((wrong) => `${wrong} (${story.heard.join('; ')})`)),
    reviews: rows.filter((row) => row.review).length,
    longestSettlingMs: Math.round(Number(settling?.ms ?? 0)),
    longestUnkilledMs: Math.round(Number(unkilled?.ms ?? 0)),
    slowest: settling?.what ?? '',
    slowestCourse: course.map(({ at, step }) => `${at} s: ${step}`),
  };
  const active = bookings.filter((one) => one.status === 'accepted' || one.status === 'pending');
  judgeHosts(active, verdicts);
  judgeRows(active, rows, verdicts);
  const keys = new Set(operations.map((one) => one.key));
  for (const one of bookings)
    if (one.metadata.gateway_key && !keys.has(one.metadata.gateway_key)) verdicts.unintended.push(one.uid);
  const byCall = groupBy(active, (one) => one.metadata.call_id ?? '');
  for (const story of stories) {
    const ledger = (operationsOf.get(story.callId) ?? []).map((one) =>
      `${one.kind} ${one.state} ${one.error ?? ''} ${one.reposts > 0 ? 'reposted' : ''}`.trim(),
    );
    const before = verdicts.lost.length;
    judgeStory(story, byCall.get(story.callId) ?? [], ledger, verdicts);
    if (verdicts.lost.length > before)
      verdicts.lost[before] = `${verdicts.lost[before] ?? ''} | ${await evidence(rig, story, bookings)}`;
  }
  return verdicts;
}

/** All that both sides know of a caller whose booking is not there. */
async function evidence(rig: Rig, story: Story, bookings: readonly SandboxBooking[]): Promise<string> {
  const at = [...story.possible].filter((one) => one !== null);
  const near = bookings.filter((one) => one.metadata.call_id === story.callId || at.includes(Date.parse(one.start)));
  const rows = await rig.sql(
    `select a.*, (select json_agg(o order by o.created_at) from booking_operations o where o.appointment_id = a.id) as operations,
       (select json_agg(u.uid) from appointment_booking_uids u where u.appointment_id = a.id) as uids
     from appointments a where a.id in (select appointment_id from booking_operations where call_id = $1)`,
    [story.callId],
  );
  return `Cal.com: ${JSON.stringify(near)}; ledger: ${JSON.stringify(rows)}`;
}

/** Two active bookings of one host never overlap. */
function judgeHosts(active: readonly SandboxBooking[], verdicts: Verdicts): void {
  const byHost = new Map<number, SandboxBooking[]>();
  for (const one of active) for (const { id } of one.hosts) byHost.set(id, [...(byHost.get(id) ?? []), one]);
  for (const [host, list] of byHost) {
    list.sort((a, b) => Date.parse(a.start) - Date.parse(b.start));
    for (let index = 1; index < list.length; index++) {
      const [earlier, later] = [list[index - 1], list[index]];
      if (earlier && later && Date.parse(later.start) < Date.parse(earlier.end))
        verdicts.doubled.push(`host ${host}: ${earlier.uid} and ${later.uid} at ${later.start}`);
    }
  }
}

/** Every active booking has exactly one row with its start and host, and the reverse. */
function judgeRows(active: readonly SandboxBooking[], rows: readonly Row[], verdicts: Verdicts): void {
  const standing = rows.filter((row) => row.status === 'booked' || row.status === 'pending');
  const byUid = groupBy(standing, (row) => row.uid ?? `without uid: ${row.id}`);
  for (const one of active) {
    const found = byUid.get(one.uid) ?? [];
    byUid.delete(one.uid);
    const [row] = found;
    if (!row || found.length > 1) {
      verdicts.unmatched.push(`${one.uid} at ${one.start} has ${found.length} rows`);
      continue;
    }
    if (row.starts_at.getTime() !== Date.parse(one.start))
      verdicts.misplaced.push(`${one.uid}: row says ${row.starts_at.toISOString()}, Cal.com ${one.start}`);
    if (row.host !== null && !one.hosts.some(({ id }) => id === row.host))
      verdicts.misplaced.push(`${one.uid}: row says host ${row.host}`);
  }
  for (const [uid, found] of byUid)
    for (const row of found)
      verdicts.unmatched.push(`row ${row.id} (${row.status}, ${JSON.stringify(row)}) has no booking ${uid}`);
}

function judgeStory(
  story: Story,
  standing: readonly SandboxBooking[],
  ledger: readonly string[],
  verdicts: Verdicts,
): void {
  const tale = (): string =>
    `${story.callId.slice(0, 12)} heard ${story.heard.join('; ')} | ledger: ${ledger.join('; ')}`;
  if (standing.length > 1) {
    verdicts.doubled.push(`${standing.length} bookings of one wish (${tale()})`);
    return;
  }
  const [booking] = standing;
  const actual = booking ? Date.parse(booking.start) : null;
  if (story.possible.has(actual)) return;
  if (actual === null) verdicts.lost.push(tale());
  else if (story.possible.size === 1 && story.possible.has(null))
    verdicts.denied.push(`${booking?.start ?? ''} (${tale()})`);
  else verdicts.misplaced.push(`${booking?.start ?? ''} (${tale()})`);
}

function groupBy<T, K>(list: readonly T[], keyOf: (one: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const one of list) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return groups;
}
