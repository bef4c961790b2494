import { readFileSync } from 'node:fs';
import { z } from 'zod';

const profileSchema = z.object({
  nodes: z.array(z.object({ id: z.number(), callFrame: z.object({ functionName: z.string(), url: z.string() }) })),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
});

/** By the file a function stands in, else by its name; the first that fits. */
const AREAS: readonly (readonly [area: string, where: RegExp])[] = [
  ['collecting garbage', /garbage collector/],
  ['signatures', /node:internal\/crypto|^(?:Hmac|timingSafeEqual)$|src\/retell\/signature/],
  [
    'Express and its routers',
    /node_modules\/(?:express|router|body-parser|raw-body|parseurl|on-finished|proxy-addr|forwarded|ipaddr\.js|finalhandler|path-to-regexp|rate-limiter-flexible)\//,
  ],
  [
    'log and metrics',
    /node_modules\/(?:pino|@pinojs|sonic-boom|prom-client)|src\/(?:controllers\/request-log|infra\/(?:logger|metrics)|services\/(?:calcom-performance-monitor|latency-histogram))/,
  ],
  [
    'trace: masking, rows, Postgres',
    /node_modules\/(?:pg|pg-\w+|typeorm|postgres-\w+)\/|src\/(?:models|infra\/masking|services\/voice\/trace-writer)/,
  ],
  [
    'Redis',
    /node_modules\/(?:ioredis|@ioredis|redis-parser|denque)\/|src\/infra\/(?:redis|write-together|interval-leases|fence)/,
  ],
  ['understanding and speaking', /src\/services\/(?:language|voice\/understanding)|node_modules\/luxon/],
  ['cache, holds, tools', /src\/(?:services|compose)/],
  ['reading and writing JSON, checking it', /src\/(?:retell|controllers)|node_modules\/zod|^(?:parse|stringify)$/],
  [
    'sockets and HTTP',
    /node:(?:_http|net|stream|events|buffer|internal\/(?:streams?|stream_base|http|net|url|buffer))|^(?:writev|writeUtf8String|writeLatin1String|writeString|readStart)$/,
  ],
  ['promises and timers', /node:|^(?:runMicrotasks|runAsyncCallback)$/],
];

/** Where a process spent its working time: shares of 1, largest first. Waiting is not counted. */
export function profileAreas(file: string): { area: string; share: number }[] {
  const { nodes, samples, timeDeltas } = profileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const areaOf = new Map(nodes.map(({ id, callFrame }) => [id, areaNamed(callFrame.functionName, callFrame.url)]));
  const sums = new Map<string, number>();
  let all = 0;
  samples.forEach((sample, index) => {
    const area = areaOf.get(sample);
    if (!area) return;
    const tookUs = timeDeltas[index] ?? 0;
    sums.set(area, (sums.get(area) ?? 0) + tookUs);
    all += tookUs;
  });
  return [...sums].map(([area, sum]) => ({ area, share: sum / all })).sort((a, b) => b.share - a.share);
}

function areaNamed(name: string, url: string): string | null {
  if (name === '(idle)' || name === '(program)' || name === '(root)') return null;
  const where = url === '' ? name : url;
  return AREAS.find(([, fits]) => fits.test(where))?.[0] ?? 'the rest';
}
