import { createHash } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { Agent, request } from 'node:http';
import path from 'node:path';
import Redis from 'ioredis';
import { DateTime } from 'luxon';
import { z } from 'zod';
import { accepts, dieWithParent, freePort, stopChild } from '../../../../src/infra/child-process';
import { signBody } from '../../../../src/retell/signature';
import { ask, envelope } from '../support/caller';
import { API_KEY, RETELL_KEY, until, type Fleet } from '../support/fleet';
import type { BenchService } from '../support/workload';
import { startNginx } from './nginx';

export interface Wish {
  service: BenchService;
  /** Wall clock of the salon. */
  date: string;
  time: string;
}

export interface RawRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

export interface Answered {
  ms: number;
  /** A usable answer: what was asked for, completely. */
  good: boolean;
  /** Some of the searches behind it failed. */
  partial: boolean;
  /** The wished start is among what is offered. */
  offered: boolean;
}

/** One way of answering a voice agent, with as many processes as there are addresses. */
export interface Contestant {
  name: string;
  urls: readonly string[];
  apiKey: string;
  available(wish: Wish, index: number): Promise<Answered>;
  alternatives(wish: Wish, index: number): Promise<Answered>;
  book(wish: Wish, index: number): Promise<Answered>;
  /** The availability question as bytes, for a client that costs as little as possible. */
  hot(wish: Wish): RawRequest[];
  /** Tells its requests to Cal.com from the others'. */
  keyHash: string;
}

export interface Lineup {
  contestants: Contestant[];
  askpro: Contestant;
  /** nginx alone, when it is there: a proxy without any application. */
  nginxUrl: string | null;
  stop(): Promise<void>;
}

export const PATIENCE_MS = 8000;
const HOT_BODIES = 50;
const agent = new Agent({ keepAlive: true, maxSockets: 1000 });
const hashed = (key: string): string => createHash('sha256').update(key).digest('hex');

/** The peers beside a fleet of AskPro processes: same sandbox, same Redis server, each with a key of its own. */
export async function startLineup(fleet: Fleet, processes = 2): Promise<Lineup> {
  const children: ChildProcess[] = [];
  const redisPort = Number(new URL(fleet.redisUrl).port);
  const [owner] = z.array(z.object({ id: z.number() })).parse(await fleet.control('/hosts'));
  const startPeer = async (name: string, kind: string, upstream?: string): Promise<Contestant> => {
    const apiKey = `cal_bench_${name.replace(/\W+/g, '_')}`;
    await fleet.control('/api-keys', { key: apiKey, userId: owner?.id });
    const baseUrl = upstream ?? fleet.sandboxUrl;
    const urls: string[] = [];
    for (let index = 0; index < processes; index++) {
      const port = await freePort();
      const script = path.join(__dirname, 'main.js');
      const args = [script, kind, String(port), baseUrl, apiKey, String(redisPort)];
      const [command = process.execPath, ...rest] = [...dieWithParent('TERM'), process.execPath, ...args];
      const child = spawn(command, rest, { stdio: ['ignore', 'ignore', 'inherit'] });
      children.push(child);
      await until(() => accepts(port), child);
      urls.push(`http://127.0.0.1:${port}`);
    }
    return peerContestant(name, urls, apiKey);
  };
  const nginxKey = 'cal_bench_nginx';
  const nginx = await startNginx(fleet.sandboxUrl, nginxKey);
  const contestants = [
    await startPeer('direct calls', 'direct'),
    ...(nginx ? [await startPeer('nginx', 'direct', nginx.baseUrl)] : []),
    await startPeer('source design', 'source-design'),
    await startPeer('bentocache', 'bento'),
  ];
  const askpro = askproContestant(fleet);
  return {
    contestants: [...contestants, askpro],
    askpro,
    nginxUrl: nginx?.baseUrl ?? null,
    stop: async () => {
      await Promise.all(children.map((child) => stopChild(child, 'SIGTERM', 3000)));
      await nginx?.stop();
    },
  };
}

/** Forgets what the peers have cached in Redis and counted; AskPro's keys stay. */
export async function forgetPeers(fleet: Fleet): Promise<void> {
  const redis = new Redis(fleet.redisUrl);
  try {
    for (const pattern of ['calcom:slots:34209:*', 'calcom_api_rate_limit:*', 'bentocache:*']) {
      const keys = await redis.keys(pattern);
      if (keys.length > 0) await redis.del(...keys);
    }
  } finally {
    redis.disconnect();
  }
}

export function startOf({ date, time }: Wish): string {
  return new Date(DateTime.fromISO(`${date}T${time}`, { zone: 'Europe/Berlin' }).toMillis()).toISOString();
}

const daySlots = z.object({ data: z.record(z.string(), z.array(z.object({ start: z.string() }))) });
const found = z.object({ alternatives: z.array(z.string()), failed: z.number() });

function peerContestant(name: string, urls: string[], apiKey: string): Contestant {
  const where = ({ service, date }: Wish): string =>
    `/availability?eventTypeId=${service.eventTypeId}&start=${date}&end=${date}`;
  const url = (index: number): string => urls[index % urls.length] ?? '';
  return {
    name,
    urls,
    apiKey,
    keyHash: hashed(apiKey),
    available: async (wish, index) => {
      const { status, ms, body } = await send(`${url(index)}${where(wish)}`);
      const day = daySlots.safeParse(body);
      const wishedMs = Date.parse(startOf(wish));
      const starts = day.success ? Object.values(day.data.data).flat() : [];
      return {
        ms,
        good: status === 200,
        partial: false,
        offered: starts.some(({ start }) => Date.parse(start) === wishedMs),
      };
    },
    alternatives: async (wish, index) => {
      const query = `eventTypeId=${wish.service.eventTypeId}&wished=${startOf(wish)}`;
      const { ms, body } = await send(`${url(index)}/alternatives?${query}`);
      const answer = found.safeParse(body);
      const some = answer.success && answer.data.alternatives.length > 0;
      const whole = some && answer.data.failed === 0;
      return { ms, good: whole, partial: some && !whole, offered: false };
    },
    book: async (wish, index) => {
      const { status, ms } = await send(`${url(index)}/book`, {
        eventTypeId: wish.service.eventTypeId,
        start: startOf(wish),
      });
      return { ms, good: status === 200, partial: false, offered: false };
    },
    hot: (wish) => [{ method: 'GET', path: where(wish), headers: {}, body: '' }],
  };
}

function askproContestant(fleet: Fleet): Contestant {
  const { urls } = fleet;
  const url = (index: number): string => urls[index % urls.length] ?? '';
  const args = ({ service, date, time }: Wish): object => ({
    service_id: service.id,
    desired_date: date,
    desired_time: time,
  });
  const asked = async (tool: string, index: number, wish: object, good: readonly string[]): Promise<Answered> => {
    const { ms, body } = await ask(url(index), tool, wish, {}, PATIENCE_MS).catch(gone);
    const status = String(body.status);
    return { ms, good: good.includes(status), partial: false, offered: status === 'available' };
  };
  return {
    name: 'AskPro',
    urls,
    apiKey: API_KEY,
    keyHash: hashed(API_KEY),
    available: (wish, index) => asked('check_availability', index, args(wish), ['available', 'unavailable']),
    alternatives: (wish, index) => asked('find_alternatives', index, args(wish), ['found', 'none_found']),
    book: (wish, index) => asked('create_booking', index, { ...args(wish), customer_name: 'Bench Person' }, ['booked']),
    hot: askproRequests,
  };
}

/** A signature is good for minutes; callers differ, as they do in life. */
export function askproRequests({ service, date, time }: Wish): RawRequest[] {
  const args = { service_id: service.id, desired_date: date, desired_time: time };
  return Array.from({ length: HOT_BODIES }, () => {
    const body = envelope('check_availability', args);
    const signature = signBody(Buffer.from(body), RETELL_KEY, Date.now());
    const headers = { 'content-type': 'application/json', 'x-retell-signature': signature };
    return { method: 'POST', path: '/api/retell/check_availability', headers, body };
  });
}

const gone = (): { ms: number; body: Record<string, unknown> } => ({ ms: PATIENCE_MS, body: {} });

function send(where: string, body?: object): Promise<{ status: number; ms: number; body: unknown }> {
  const beganMs = performance.now();
  return new Promise((resolve) => {
    const done = (status: number, text: string): void => {
      let parsed: unknown = null;
      try {
        parsed = JSON.parse(text);
      } catch {
        // An answer without a body is an answer that says nothing.
      }
      resolve({ status, ms: performance.now() - beganMs, body: parsed });
    };
    const headers = body ? { 'content-type': 'application/json' } : {};
    const sent = request(where, { method: body ? 'POST' : 'GET', agent, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => done(answer.statusCode ?? 0, Buffer.concat(chunks).toString('utf8')));
      answer.on('error', () => done(0, ''));
    });
    sent.setTimeout(PATIENCE_MS, () => sent.destroy());
    sent.on('error', () => done(0, ''));
    sent.end(body ? JSON.stringify(body) : undefined);
  });
}
