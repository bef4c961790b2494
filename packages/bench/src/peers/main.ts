import express, { type Request, type Response } from 'express';
import Redis from 'ioredis';
import { createBento } from './bento';
import { createDirect } from './direct';
import type { Peer } from './peer';
import { nearestStarts, searchRanges } from './search-ranges';
import { createSourceDesign } from './source-design';
import { Upstream, UpstreamFault } from './upstream';

/** One process of a peer: `main.js <kind> <port> <upstream> <key> <redis port>`. */
const [kind = '', port = '', baseUrl = '', apiKey = '', redisPort = ''] = process.argv.slice(2);

async function createPeer(upstream: Upstream): Promise<Peer> {
  if (kind === 'source-design') return createSourceDesign(upstream, new Redis(Number(redisPort), '127.0.0.1'));
  if (kind === 'bento') return createBento(upstream, Number(redisPort));
  return createDirect(upstream);
}

async function alternatives(peer: Peer, eventTypeId: number, wished: string): Promise<object> {
  const ranges = searchRanges(Date.parse(wished));
  const found = await Promise.allSettled(ranges.map(([start, end]) => peer.slots(eventTypeId, start, end)));
  const slots = found.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  return { alternatives: nearestStarts(slots, Date.parse(wished)), failed: found.length - slots.length };
}

async function main(): Promise<void> {
  const peer = await createPeer(new Upstream({ baseUrl, apiKey }));
  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.use(express.json());
  const answering =
    (work: (request: Request) => Promise<unknown>) =>
    async (request: Request, response: Response): Promise<void> => {
      try {
        response.json(await work(request));
      } catch (error) {
        response.status(error instanceof UpstreamFault ? error.status : 502).json({ error: String(error) });
      }
    };
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  app.get(
    '/availability',
    answering(({ query }) => peer.slots(Number(query.eventTypeId), text(query.start), text(query.end))),
  );
  app.get(
    '/alternatives',
    answering(({ query }) => alternatives(peer, Number(query.eventTypeId), text(query.wished))),
  );
  app.post(
    '/book',
    answering(async ({ body }) => {
      const { eventTypeId, start } = body as { eventTypeId: number; start: string };
      await peer.book(eventTypeId, start);
      return { booked: true };
    }),
  );
  app.listen(Number(port), '127.0.0.1');
}

process.on('SIGTERM', () => process.exit(0));
void main();
