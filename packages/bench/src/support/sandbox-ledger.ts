import { ADMIN_TOKEN, type Fleet } from './fleet';

export interface Counters {
  requestsTotal: number;
  byEndpoint: Record<string, number>;
  maxInAny60s: number;
  rateLimited: number;
}

export interface Arrived {
  method: string;
  path: string;
  /** Epoch milliseconds; the sandbox runs on this machine. */
  atMs: number;
  status: number;
  /** First characters of the key's SHA-256. */
  apiKeyHash: string | null;
}

export async function counters(fleet: Fleet): Promise<Counters> {
  return (await fleet.control('/counters')) as Counters;
}

/** Sets the counts back. */
export async function resetCounts(fleet: Fleet): Promise<void> {
  await fleet.control('/counters', undefined, 'DELETE');
}

export async function arrivals(fleet: Fleet, limit = 5000): Promise<Arrived[]> {
  return (await fleet.control(`/requests?limit=${limit}`)) as Arrived[];
}

/** Slot requests that have arrived since counting began. */
export async function slotRequests(fleet: Fleet): Promise<Arrived[]> {
  return (await arrivals(fleet)).filter((one) => one.method === 'GET' && one.path.startsWith('/v2/slots'));
}

/** From now on every slot request meets this fault, or none when null. */
export async function slotFault(fleet: Fleet, fault: Record<string, unknown> | null): Promise<void> {
  await fleet.control('/faults', undefined, 'DELETE');
  if (fault) await fleet.control('/faults', { match: { method: 'GET', path: '/v2/slots' }, probability: 1, fault });
}

/** What failed in one experiment must not colour the next. */
export async function closeCircuits(fleet: Fleet): Promise<void> {
  const answer = await fetch(`${fleet.urls[0] ?? ''}/api/admin/circuit-breaker/reset`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
  });
  if (!answer.ok) throw new Error(`the circuits could not be closed: ${answer.status}`);
}
