import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { StoredEvent, WebhookInbox } from '../services/webhooks/inbox';
import { rows, toJson } from './sql';

interface EventRow {
  id: string;
  provider: StoredEvent['provider'];
  event_type: string;
  payload: unknown;
  attempts: number;
  received_at: Date;
}

const COLUMNS = 'id, provider, event_type, payload, attempts, received_at';

export class WebhookInboxStore implements WebhookInbox {
  readonly #source: DataSource;
  readonly #owner = randomUUID();

  constructor(source: DataSource) {
    this.#source = source;
  }

  async store(event: Parameters<WebhookInbox['store']>[0]): Promise<{ id: string; fresh: boolean }> {
    const [added] = await rows<{ id: string }>(
      this.#source,
      `insert into webhook_events (provider, dedupe_key, event_type, payload, company_id) values ($1, $2, $3, $4, $5)
       on conflict (provider, dedupe_key) do nothing returning id`,
      [event.provider, event.dedupeKey, event.eventType, toJson(event.payload), event.companyId],
    );
    if (added) return { id: added.id, fresh: true };
    const [known] = await rows<{ id: string }>(
      this.#source,
      `select id from webhook_events where provider = $1 and dedupe_key = $2`,
      [event.provider, event.dedupeKey],
    );
    return { id: known?.id ?? '', fresh: false };
  }

  async claim(id: string, leaseMs: number): Promise<StoredEvent | null> {
    const [row] = await this.#claim(
      `id = $3 and (status = 'pending' or (status = 'processing' and lease_until < now()))`,
      [id],
      leaseMs,
      1,
    );
    return row ?? null;
  }

  claimForgotten(olderThanMs: number, leaseMs: number, limit: number): Promise<StoredEvent[]> {
    return this.#claim(
      `(status = 'pending' and received_at < now() - $3 * interval '1 millisecond') or (status = 'processing' and lease_until < now())`,
      [olderThanMs],
      leaseMs,
      limit,
    );
  }

  async finish(id: string, result: Parameters<WebhookInbox['finish']>[1]): Promise<void> {
    await rows(
      this.#source,
      `update webhook_events set status = $3, company_id = coalesce($4, company_id), error = $5, lease_owner = null, lease_until = null,
         processed_at = case when $3 = 'pending' then null else now() end
       where id = $1 and lease_owner = $2`,
      [id, this.#owner, result.status, result.companyId, result.error],
    );
  }

  async #claim(condition: string, values: unknown[], leaseMs: number, limit: number): Promise<StoredEvent[]> {
    const found = await rows<EventRow>(
      this.#source,
      `update webhook_events set status = 'processing', attempts = attempts + 1, epoch = epoch + 1, lease_owner = $1,
         lease_until = now() + $2 * interval '1 millisecond'
       where id in (select id from webhook_events where ${condition} order by received_at limit ${Math.trunc(limit)} for update skip locked)
       returning ${COLUMNS}`,
      [this.#owner, leaseMs, ...values],
    );
    return found.map((row) => ({
      id: row.id,
      provider: row.provider,
      eventType: row.event_type,
      payload: row.payload,
      attempts: row.attempts,
      receivedAt: row.received_at,
    }));
  }
}
