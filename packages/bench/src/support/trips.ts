import path from 'node:path';
import { ask, nthWeekday, sleep } from './caller';
import { ADMIN_TOKEN, DIST, startFleet, subscribeToCalcom, type Fleet } from './fleet';

/** A question to a server and its answer; milliseconds of the gateway's own clock. */
export interface Trip {
  to: 'Redis' | 'Postgres' | 'Cal.com';
  what: string;
  /** Commands of the same pipeline beside the first. */
  more: number;
  beganMs: number;
  /** null while there is no answer. */
  endedMs: number | null;
}

/** A request to the gateway with the trips that it made, in their order. */
export interface ServedRequest {
  path: string;
  beganMs: number;
  endedMs: number | null;
  trips: Trip[];
}

export interface OrderedTrip extends Trip {
  /** Number of the trip whose answer came last before this one began, from 1; 0 for none. */
  after: number;
  /** The most trips that were made one after the other up to and with this one. */
  depth: number;
  /** Ended after the request's answer. */
  isBehind: boolean;
}

/** Which of a request's trips wait for which: one that began when another had ended may have needed its answer. */
export function ordered({ trips, endedMs }: ServedRequest): OrderedTrip[] {
  const known: OrderedTrip[] = [];
  for (const trip of [...trips].sort((one, other) => one.beganMs - other.beganMs)) {
    const ended = known.filter((one) => one.endedMs !== null && one.endedMs <= trip.beganMs);
    const last = Math.max(...ended.map((one) => one.endedMs ?? 0));
    known.push({
      ...trip,
      after: known.findIndex((one) => one.endedMs === last) + 1,
      depth: Math.max(0, ...ended.map(({ depth }) => depth)) + 1,
      isBehind: endedMs !== null && (trip.endedMs === null || trip.endedMs > endedMs),
    });
  }
  return known;
}

/** Trips that an answer waited for: how many there were, and how many of them one after the other. */
export function counted(request: ServedRequest): { all: number; inARow: number } {
  const before = ordered(request).filter(({ isBehind }) => !isBehind);
  return { all: before.length, inARow: Math.max(0, ...before.map(({ depth }) => depth)) };
}

const tool = async (url: string, name: string, args: object, wanted: string): Promise<void> => {
  const { body } = await ask(url, name, { service_name: 'Herrenhaarschnitt', ...args });
  if (body.status !== wanted) throw new Error(`${name}: ${JSON.stringify(body).slice(0, 200)}`);
};

const forgetSlots = async (url: string): Promise<void> => {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  const response = await fetch(`${url}/api/admin/cache?event_type_id=1001`, { method: 'DELETE', headers });
  if (!response.ok) throw new Error(`the slots were not forgotten: ${response.status}`);
};

const question = { desired_date: nthWeekday(2, 0), desired_time: '11:00' };
const check = (url: string): Promise<void> => tool(url, 'check_availability', question, 'available');

interface Way {
  name: string;
  before?: (url: string) => Promise<void>;
  once: (url: string, n: number) => Promise<void>;
}

const WAYS: Way[] = [
  { name: 'a known answer', once: check },
  { name: 'an answer that needs Cal.com', before: forgetSlots, once: check },
  {
    name: 'a booking',
    once: (url, n) => {
      const start = { desired_date: nthWeekday(3, Math.floor(n / 6)), desired_time: `${10 + (n % 6)}:00` };
      return tool(url, 'create_booking', { ...start, customer_name: 'Anna Beispiel' }, 'booked');
    },
  },
];

/** What goes on after an answer: the trace, the webhook, the outcome. */
const AFTERWARDS_MS = 300;

async function servedSince(fleet: Fleet): Promise<ServedRequest[]> {
  const heard = new Promise<{ served: ServedRequest[] }>((resolve) =>
    fleet.process(0).once('message', (answer) => resolve(answer as { served: ServedRequest[] })),
  );
  fleet.tell(0, { take: 'trips' });
  return (await heard).served;
}

/** The requests to one gateway, each time of one way, in as many rounds. */
export async function recordTrips(rounds: number): Promise<{ way: string; requests: ServedRequest[] }[]> {
  const preload = path.join(DIST, 'packages/bench/src/support/trips-preload.js');
  const fleet = await startFleet({ processes: 1, latencyScale: 0, rateLimit: 'off', ipc: true, preload });
  try {
    await subscribeToCalcom(fleet, '/teams/10/event-types/1001/webhooks');
    const [url = ''] = fleet.urls;
    const recorded = [];
    for (const { name, before, once } of WAYS) {
      await once(url, 0);
      const requests: ServedRequest[] = [];
      for (let n = 1; n <= rounds; n++) {
        await before?.(url);
        await sleep(AFTERWARDS_MS);
        await servedSince(fleet);
        await once(url, n);
        await sleep(AFTERWARDS_MS);
        requests.push(...(await servedSince(fleet)));
      }
      recorded.push({ way: name, requests });
    }
    return recorded;
  } finally {
    await fleet.stop();
  }
}
