import fc from 'fast-check';
import type { HostileRequest, HostileRequests } from './hostile-requests';

export interface Family {
  name: string;
  /** Of a hundred cases. */
  share: number;
  requests: fc.Arbitrary<HostileRequest>;
}

/** Every public route, with and without what opens it. */
export function families(requests: HostileRequests): Family[] {
  return [
    { name: 'voice tools, signed', share: 34, requests: requests.voice('valid') },
    { name: 'voice tools, not or wrongly signed', share: 10, requests: requests.voice('untrusted') },
    { name: 'Retell webhook, signed', share: 11, requests: requests.retellWebhook('valid') },
    { name: 'Retell webhook, not or wrongly signed', share: 4, requests: requests.retellWebhook('untrusted') },
    { name: 'Cal.com webhook, signed', share: 11, requests: requests.calcomWebhook('valid') },
    { name: 'Cal.com webhook, not or wrongly signed', share: 4, requests: requests.calcomWebhook('untrusted') },
    { name: 'admin routes with a token', share: 14, requests: requests.admin('valid') },
    { name: 'admin routes without a token', share: 4, requests: requests.admin('untrusted') },
    { name: 'pages, health, addresses of nothing', share: 7, requests: requests.open() },
    { name: 'bodies larger than any route takes', share: 1, requests: requests.oversized() },
  ];
}

export interface Found {
  fault: string;
  /** Enough to repeat it: seed and number of the case. */
  where: string;
  request: string;
}

/** Signatures age, so that no more than this are made ahead. */
const CHUNK = 250;
const AT_ONCE = 4;
const LISTED = 8;

/** Sends `cases` requests of a family. @returns what went wrong, each kind of fault once */
export async function provoke(
  family: Family,
  cases: number,
  seed: number,
  faultOf: (asked: HostileRequest) => Promise<string | null>,
): Promise<Found[]> {
  const found = new Map<string, Found>();
  for (let begun = 0; begun < cases; begun += CHUNK) {
    const chunkSeed = seed + begun;
    const asked = fc.sample(family.requests, { numRuns: Math.min(CHUNK, cases - begun), seed: chunkSeed });
    let next = 0;
    const worker = async (): Promise<void> => {
      for (let index = next++; index < asked.length; index = next++) {
        const request = asked[index];
        if (!request) return;
        const fault = await faultOf(request);
        const kind = fault?.replaceAll(/\d{2,}|\/[^ ]+/g, '#').slice(0, 80) ?? '';
        if (fault === null || found.has(kind) || found.size >= LISTED) continue;
        found.set(kind, { fault, where: `seed ${seed}, case ${begun + index}`, request: described(request) });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }
  return [...found.values()];
}

function described({ method, path, what, headers, body }: HostileRequest): string {
  const shown = body === null ? 'no body' : body.subarray(0, 700).toString('utf8');
  return `${method} ${path.slice(0, 200)} (${what})\n  ${JSON.stringify(headers).slice(0, 400)}\n  ${shown}`;
}
