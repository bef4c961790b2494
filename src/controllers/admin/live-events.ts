import type { Response } from 'express';
import { Overloaded } from '../../errors';
import type { TenantId } from '../../domain';
import type { Actor } from '../../services/admin/actor';
import type { Overview } from '../../services/admin/overview';
import type { TokenService } from '../../services/admin/token-service';
import type { Sessions } from '../../services/people/sessions';

interface LiveEventsDeps {
  overview: Pick<Overview, 'snapshot'>;
  tokens: Pick<TokenService, 'stillValid'>;
  sessions: Pick<Sessions, 'stillValid'>;
  /** Calls `work` every `everyMs` until the returned function is called. */
  repeat: (everyMs: number, work: () => void) => () => void;
  nowMs: () => number;
  warn: (fields: object, message: string) => void;
}

interface Client {
  res: Response;
  actor: Actor;
  companyId: TenantId | null;
  sinceMs: number;
}

const EVERY_MS = 1000;
const MOST_CLIENTS = 200;
/** The platform finds room however many streams companies open. */
const MOST_OF_COMPANIES = 150;
const MOST_OF_ONE_COMPANY = 20;
const MOST_OF_ONE_TOKEN = 10;
/** A token revoked in any process ends its streams within this time and one tick. */
const VALIDITY_EVERY_MS = 3000;
/** Streams end after this long, so that connections do not pile up behind proxies. */
const LONGEST_STREAM_MS = 15 * 60_000;
/** A reader this far behind is gone or asleep. */
const MOST_UNREAD_BYTES = 256 * 1024;

/**
 * Server-sent events for the dashboard: one snapshot a second for each scope with a client, however many clients it has.
 * Nothing is computed without clients, and a snapshot that takes longer than its second delays the next one.
 */
export class LiveEvents {
  readonly #clients = new Set<Client>();
  readonly #running = new Set<string>();
  #stopRepeating: (() => void) | null = null;
  #checkedMs = 0;

  constructor(private readonly deps: LiveEventsDeps) {}

  get clients(): number {
    return this.#clients.size;
  }

  /** @throws Overloaded when too many watch already */
  join(res: Response, actor: Actor, companyId: TenantId | null): void {
    if (!this.#hasRoomFor(actor)) throw new Overloaded();
    const client: Client = { res, actor, companyId, sinceMs: this.deps.nowMs() };
    openStream(res);
    this.#clients.add(client);
    res.once('close', () => this.#leave(client));
    this.#stopRepeating ??= this.deps.repeat(EVERY_MS, () => this.#tick());
    void this.#tell(companyId);
  }

  /** Ends every stream. */
  stop(): void {
    for (const client of [...this.#clients]) this.#end(client);
  }

  /** A database that is away shows no figures either; the streams stay. */
  async #endInvalid(): Promise<void> {
    const clients = [...this.#clients];
    try {
      const valid = await this.#stillValid(clients.map(({ actor }) => actor));
      for (const client of clients) if (!valid.has(client.actor)) this.#end(client);
    } catch (error) {
      this.deps.warn({ err: error }, 'the tokens of live streams could not be checked');
    }
  }

  async #stillValid(actors: readonly Actor[]): Promise<ReadonlySet<Actor>> {
    const programs = actors.filter(({ person }) => person === undefined);
    return new Set([
      ...(await this.deps.tokens.stillValid(programs)),
      ...(await this.deps.sessions.stillValid(actors)),
    ]);
  }

  #hasRoomFor({ name, companyId }: Actor): boolean {
    const held = (belongs: (actor: Actor) => boolean): number =>
      [...this.#clients].filter(({ actor }) => belongs(actor)).length;
    if (this.#clients.size >= MOST_CLIENTS || held((one) => one.name === name) >= MOST_OF_ONE_TOKEN) return false;
    if (companyId === null) return true;
    return (
      held((one) => one.companyId !== null) < MOST_OF_COMPANIES &&
      held((one) => one.companyId === companyId) < MOST_OF_ONE_COMPANY
    );
  }

  #tick(): void {
    const nowMs = this.deps.nowMs();
    if (nowMs - this.#checkedMs >= VALIDITY_EVERY_MS) {
      this.#checkedMs = nowMs;
      void this.#endInvalid();
    }
    for (const client of [...this.#clients]) {
      const late = nowMs - client.sinceMs > LONGEST_STREAM_MS;
      if (late || client.res.writableLength > MOST_UNREAD_BYTES) this.#end(client);
    }
    for (const companyId of new Set([...this.#clients].map((client) => client.companyId))) void this.#tell(companyId);
  }

  async #tell(companyId: TenantId | null): Promise<void> {
    const scope = companyId ?? '';
    if (this.#running.has(scope)) return;
    this.#running.add(scope);
    try {
      const event = `event: snapshot\ndata: ${JSON.stringify(await this.deps.overview.snapshot(companyId))}\n\n`;
      for (const client of this.#clients) if (client.companyId === companyId) client.res.write(event);
    } catch (error) {
      this.deps.warn({ err: error }, 'the live figures could not be read');
      // A line that is no event: the reader learns that the stream lives.
      for (const client of this.#clients) if (client.companyId === companyId) client.res.write(': no figures\n\n');
    } finally {
      this.#running.delete(scope);
    }
  }

  #end(client: Client): void {
    this.#leave(client);
    client.res.end();
  }

  #leave(client: Client): void {
    this.#clients.delete(client);
    if (this.#clients.size > 0) return;
    this.#stopRepeating?.();
    this.#stopRepeating = null;
  }
}

/** Begins an answer of server-sent events, which no proxy may hold back. */
export function openStream(res: Response): void {
  res.status(200).set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
  res.flushHeaders();
}
