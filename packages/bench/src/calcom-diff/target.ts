import { setTimeout as sleep } from 'node:timers/promises';

export interface Ask {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the base address; with its query. */
  path: string;
  /** The `cal-api-version`; without, none is sent. */
  version?: string | undefined;
  body?: unknown;
  /** Whose key goes along: the account's (default), none, one that does not exist, or what is no key at all. */
  key?: 'own' | 'none' | 'unknown' | 'foreign';
}

export interface Reply {
  status: number;
  headers: Record<string, string>;
  /** Parsed JSON; the text itself when it is none. */
  body: unknown;
}

export interface TargetOptions {
  /** Ends in `/v2`. */
  baseUrl: string;
  apiKey: string;
  /** Requests per 60 s; undefined does not wait. */
  perMinute?: number;
  maxRequests: number;
  /** Stands for the attendees' made-up address; a suffix is added for each. Hosted services check its domain. */
  email?: string | undefined;
  /** Milliseconds for which the same listing is answered from a cache; undefined: never. */
  listingCacheMs?: number;
  /** Epoch ms after which nothing but cleaning up is sent. */
  deadlineMs: number;
}

/** The suite's own limit is reached, or it would have touched something that it did not make. */
export class RefusedToSend extends Error {}

const REQUEST_TIMEOUT_MS = 60_000;
const CLEANUP_MS = 120_000;
const UNKNOWN_SECRET = '0000000000000000000000000000diff';

/** An uid that no booking has. */
export const NO_BOOKING = 'askproDiffNoSuchBook1ng';

const textAt = (source: unknown, key: string): string | undefined => {
  const value = typeof source === 'object' && source !== null ? Reflect.get(source, key) : undefined;
  return typeof value === 'string' ? value : undefined;
};

export const dataOf = (reply: Reply): unknown =>
  typeof reply.body === 'object' && reply.body !== null ? Reflect.get(reply.body, 'data') : undefined;

/** A booking that a row has cancelled or moved already. */
const isCancelled = ({ status, body }: Reply): boolean =>
  status === 400 && JSON.stringify(body).includes('has been cancelled');

const isListing = (path: string): boolean => path.startsWith('/slots?');

/** One Cal.com. Sends within its bounds, remembers what it made there, and refuses to change anything else. */
export class Target {
  readonly #bookings = new Set<string>();
  readonly #reservations = new Set<string>();
  readonly #webhooks = new Set<string>();
  readonly #eventTypes = new Set<string>();
  readonly #locked = new Set<string>();
  readonly #sentAtMs: number[] = [];
  readonly #listedAtMs = new Map<string, number>();
  #cleaning = false;
  requests = 0;

  constructor(readonly options: TargetOptions) {}

  /** What the keys of this installation start with: `cal` on Cal.com. */
  get keyPrefix(): string {
    return this.options.apiKey.split('_')[0] ?? '';
  }

  /** @throws RefusedToSend, or the network's error */
  async send(ask: Ask): Promise<Reply> {
    this.#check(ask);
    await this.#pace();
    await this.#outliveCache(ask.path);
    this.requests += 1;
    const key = ask.key ?? 'own';
    const body = typeof ask.body === 'string' ? ask.body : JSON.stringify(ask.body);
    const response = await fetch(`${this.options.baseUrl}${this.#addressed(ask.path, encodeURIComponent)}`, {
      method: ask.method,
      redirect: 'manual',
      headers: {
        ...(ask.version !== undefined && { 'cal-api-version': ask.version }),
        ...(key !== 'none' && { authorization: `Bearer ${this.#keyOf(key)}` }),
        ...(ask.body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(ask.body !== undefined && { body: this.#addressed(body) }),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    const text = await response.text();
    if (isListing(ask.path)) this.#listedAtMs.set(ask.path, Date.now());
    const reply = { status: response.status, headers: Object.fromEntries(response.headers), body: parsed(text) };
    this.#remember(ask, reply);
    return reply;
  }

  /** Takes away everything that was made. Returns what could not be taken away. */
  async cleanUp(): Promise<string[]> {
    this.#cleaning = true;
    const left: string[] = [];
    const untilMs = Date.now() + CLEANUP_MS;
    const attempt = async (what: string, ask: Ask, isGone: (reply: Reply) => boolean): Promise<void> => {
      try {
        if (Date.now() > untilMs) throw new RefusedToSend('no time left');
        const reply = await this.send(ask);
        if (reply.status > 299 && !isGone(reply)) left.push(`${what} (${reply.status})`);
      } catch (error) {
        left.push(`${what} (${error instanceof Error ? error.message : String(error)})`);
      }
    };
    const unlocked = { disableCancelling: { disabled: false } };
    for (const path of this.#locked) {
      await attempt(path, { method: 'PATCH', path, version: '2024-06-14', body: unlocked }, () => false);
    }
    for (const uid of this.#bookings) {
      const body = { cancellationReason: 'AskPro: end of the comparison' };
      await attempt(
        `booking ${uid}`,
        { method: 'POST', path: `/bookings/${uid}/cancel`, version: '2024-08-13', body },
        isCancelled,
      );
    }
    for (const uid of this.#reservations) {
      await attempt(
        `reservation ${uid}`,
        { method: 'DELETE', path: `/slots/reservations/${uid}`, version: '2024-09-04' },
        ({ status }) => status === 404,
      );
    }
    for (const path of this.#webhooks)
      await attempt(path, { method: 'DELETE', path, version: '2024-08-13' }, ({ status }) => status === 404);
    for (const path of this.#eventTypes)
      await attempt(path, { method: 'DELETE', path, version: '2024-06-14' }, ({ status }) => status === 404);
    return left;
  }

  /** Registers an event type that the suite has made. A locked one forbids to cancel until the end. */
  ownsEventType(path: string, isLocked = false): void {
    this.#eventTypes.add(path);
    if (isLocked) this.#locked.add(path);
  }

  /** What an installation's keys start with tells them from access tokens. */
  #keyOf(which: 'own' | 'unknown' | 'foreign'): string {
    if (which === 'own') return this.options.apiKey;
    return which === 'unknown' ? `${this.keyPrefix}_${UNKNOWN_SECRET}` : UNKNOWN_SECRET;
  }

  #addressed(text: string, encode = (part: string): string => part): string {
    const [local = '', domain = ''] = this.options.email?.split('@') ?? [];
    if (local === '' || domain === '') return text;
    return text.replace(/askpro-diff(-\w+)?(?:@|%40)example\.com/g, (_whole, suffix: string | undefined) =>
      encode(`${local}+diff${suffix ?? ''}@${domain}`),
    );
  }

  #check({ method, path }: Ask): void {
    const uid = /^\/bookings\/([^/?]+)\//.exec(path)?.[1];
    if (method !== 'GET' && uid !== undefined && uid !== NO_BOOKING && !this.#bookings.has(uid)) {
      throw new RefusedToSend(`${method} ${path}: that booking was not made here`);
    }
    if (this.#cleaning) return;
    if (this.requests >= this.options.maxRequests) throw new RefusedToSend('the number of requests is used up');
    if (Date.now() > this.options.deadlineMs) throw new RefusedToSend('the time is used up');
  }

  async #pace(): Promise<void> {
    const { perMinute } = this.options;
    if (perMinute === undefined) return;
    const atMs = Math.max(Date.now(), (this.#sentAtMs[this.#sentAtMs.length - perMinute] ?? 0) + 60_000);
    this.#sentAtMs.push(atMs);
    if (atMs > Date.now()) await sleep(atMs - Date.now());
  }

  /** A listing that was asked for a moment ago would not show what happened since. */
  async #outliveCache(path: string): Promise<void> {
    const { listingCacheMs } = this.options;
    const listedAtMs = this.#listedAtMs.get(path);
    if (listingCacheMs === undefined || listedAtMs === undefined) return;
    const waitMs = listedAtMs + listingCacheMs - Date.now();
    if (waitMs > 0) await sleep(waitMs);
  }

  #remember({ method, path }: Ask, reply: Reply): void {
    if (reply.status < 200 || reply.status > 299 || method !== 'POST') return;
    const data = dataOf(reply);
    for (const one of Array.isArray(data) ? data : [data]) {
      const uid = textAt(one, 'uid') ?? (path === '/slots/reserve' && typeof one === 'string' ? one : undefined);
      if (path.startsWith('/slots/')) this.#reservations.add(textAt(one, 'reservationUid') ?? uid ?? '');
      else if (path.startsWith('/bookings') && uid !== undefined) this.#bookings.add(uid);
      else if (path.endsWith('/webhooks')) this.#webhooks.add(`${path}/${idAt(one)}`);
    }
    this.#reservations.delete('');
  }
}

function idAt(source: unknown): string {
  const id: unknown = typeof source === 'object' && source !== null ? Reflect.get(source, 'id') : undefined;
  return typeof id === 'string' || typeof id === 'number' ? String(id) : '';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
