import type { Response } from 'express';
import { Overloaded } from '../../errors';
import type { TenantId } from '../../domain';

export interface LiveEventsDeps {
  snapshot: (companyId: TenantId | null) => Promise<unknown>;
  /** Calls `work` every `everyMs` until the returned function is called. */
  repeat: (everyMs: number, work: () => void) => () => void;
  nowMs: () => number;
  warn: (fields: object, message: string) => void;
}

interface Client {
  res: Response;
  companyId: TenantId | null;
  sinceMs: number;
}

const EVERY_MS = 1000;
const MOST_CLIENTS = 50;
/** Streams end after this long, so that the client has to show its token again: it may have been revoked. */
const LONGEST_STREAM_MS = 15 * 60_000;
/** A reader this far behind is gone or asleep. */
const MOST_UNREAD_BYTES = 256 * 1024;

/**
 * Server-sent events for the dashboard: one snapshot a second for each scope with a client, however many clients it has.
 * Nothing is computed without clients, and a snapshot that takes longer than its second delays the next one.
 */
export class LiveEvents {
  readonly #deps: LiveEventsDeps;
  readonly #clients = new Set<Client>();
  readonly #running = new Set<string>();
  #stopRepeating: (() => void) | null = null;

  constructor(deps: LiveEventsDeps) {
    this.#deps = deps;
  }

  get clients(): number {
    return this.#clients.size;
  }

  /** @throws Overloaded when too many watch already */
  join(res: Response, companyId: TenantId | null): void {
    if (this.#clients.size >= MOST_CLIENTS) throw new Overloaded();
    const client: Client = { res, companyId, sinceMs: this.#deps.nowMs() };
    res
      .status(200)
      .set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
    res.flushHeaders();
    this.#clients.add(client);
    res.once('close', () => this.#leave(client));
    this.#stopRepeating ??= this.#deps.repeat(EVERY_MS, () => this.#tick());
    void this.#tell(companyId);
  }

  /** Ends every stream. */
  stop(): void {
    for (const client of [...this.#clients]) {
      this.#leave(client);
      client.res.end();
    }
  }

  #tick(): void {
    const nowMs = this.#deps.nowMs();
    for (const client of [...this.#clients]) {
      const late = nowMs - client.sinceMs > LONGEST_STREAM_MS;
      if (!late && client.res.writableLength <= MOST_UNREAD_BYTES) continue;
      this.#leave(client);
      client.res.end();
    }
    for (const companyId of new Set([...this.#clients].map((client) => client.companyId))) void this.#tell(companyId);
  }

  async #tell(companyId: TenantId | null): Promise<void> {
    const scope = companyId ?? '';
    if (this.#running.has(scope)) return;
    this.#running.add(scope);
    try {
      const event = `event: snapshot\ndata: ${JSON.stringify(await this.#deps.snapshot(companyId))}\n\n`;
      for (const client of this.#clients) if (client.companyId === companyId) client.res.write(event);
    } catch (error) {
      this.#deps.warn({ err: error }, 'the live figures could not be read');
      // A line that is no event: the reader learns that the stream lives.
      for (const client of this.#clients) if (client.companyId === companyId) client.res.write(': no figures\n\n');
    } finally {
      this.#running.delete(scope);
    }
  }

  #leave(client: Client): void {
    this.#clients.delete(client);
    if (this.#clients.size > 0) return;
    this.#stopRepeating?.();
    this.#stopRepeating = null;
  }
}
