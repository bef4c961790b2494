/**
 * Loaded into a gateway before its own code (`node -r`): answers each message with the requests that were served since,
 * and the round trips that each of them made.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { subscribe } from 'node:diagnostics_channel';
import { Server, type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import Redis, { type Command } from 'ioredis';
import { Client } from 'pg';
import { luaScripts } from '../../../../src/infra/redis';
import type { ServedRequest, Trip } from './trips';

type Method = (this: unknown, ...args: unknown[]) => unknown;

const scripts = new Map(
  Object.entries(luaScripts()).map(([name, { lua }]) => [createHash('sha1').update(lua).digest('hex'), name]),
);
const current = new AsyncLocalStorage<ServedRequest>();
let served: ServedRequest[] = [];

/** @returns a function that ends the trip; undefined for work that no request asked for */
function begin(to: Trip['to'], what: string): (() => void) | undefined {
  const request = current.getStore();
  if (!request) return undefined;
  const trip: Trip = { to, what, more: 0, beganMs: performance.now(), endedMs: null };
  request.trips.push(trip);
  return () => (trip.endedMs = performance.now());
}

function replace(owner: object, name: string, wrap: (original: Method) => Method): void {
  const methods = owner as Record<string, Method>;
  const original = methods[name];
  if (!original) throw new Error(`${name} does not exist any more`);
  Object.defineProperty(owner, name, { value: wrap(original), writable: true, configurable: true });
}

function whenOver(result: unknown, over: (() => void) | undefined): unknown {
  if (over && result instanceof Promise) result.then(over, over);
  return result;
}

replace(
  Server.prototype,
  'emit',
  (emit) =>
    function (event, ...args) {
      if (event !== 'request') return emit.call(this, event, ...args);
      const [req, res] = args as [IncomingMessage, ServerResponse];
      const request: ServedRequest = { path: req.url ?? '', beganMs: performance.now(), endedMs: null, trips: [] };
      served.push(request);
      res.once('finish', () => (request.endedMs = performance.now()));
      // The body arrives later than the request, in the context of the connection.
      replace(
        req,
        'emit',
        (own) =>
          (...given) =>
            current.run(request, () => own.apply(req, given)),
      );
      return current.run(request, () => emit.call(this, event, ...args));
    },
);

/** Commands of one pipeline are one trip. */
const pipelines = new WeakMap<object, Trip>();

function nameOf({ name, args }: Command): string {
  const [first, , key] = args.map(String);
  const isScript = name === 'evalsha' || name === 'eval';
  const called = isScript ? (scripts.get(first ?? '') ?? name) : name;
  return `${called} ${(isScript ? key : first) ?? ''}`.trim().replace(/[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{12,}/g, '…');
}

replace(
  Redis.prototype,
  'sendCommand',
  (send) =>
    function (...args) {
      const [command, stream] = args as [Command, object | undefined];
      const known = stream && pipelines.get(stream);
      if (known) {
        known.more += 1;
        return send.apply(this, args);
      }
      const over = begin('Redis', nameOf(command));
      const trip = current.getStore()?.trips.at(-1);
      if (stream && trip) pipelines.set(stream, trip);
      return whenOver(send.apply(this, args), over);
    },
);

/** The verb and the tables. */
function summaryOf(text: string): string {
  const verb = /^\s*(\w+)/.exec(text)?.[1]?.toLowerCase() ?? '';
  const tables = [...text.matchAll(/\b(?:from|join|into|update)\s+"?([a-z_]{3,})"?/gi)].map(([, table]) => table);
  return [verb, [...new Set(tables)].filter((one) => one !== 'set').join(', ')].join(' ').trim();
}

replace(
  Client.prototype,
  'query',
  (query) =>
    function (...args) {
      const [text] = args;
      const over = typeof text === 'string' ? begin('Postgres', summaryOf(text)) : undefined;
      return whenOver(query.apply(this, args), over);
    },
);

const exchanges = new WeakMap<ClientRequest, () => void>();
subscribe('http.client.request.start', (message) => {
  const { request } = message as { request: ClientRequest };
  const over = begin('Cal.com', `${request.method} ${request.path.split('?')[0]}`);
  if (over) exchanges.set(request, over);
});
subscribe('http.client.response.finish', (message) => {
  const { request } = message as { request: ClientRequest };
  exchanges.get(request)?.();
});

process.on('message', () => {
  process.send?.({ served });
  served = [];
});
process.channel?.unref();
