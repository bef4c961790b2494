import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { StoredEvent, WebhookInbox } from '../services/webhooks/inbox';
import { given, insertInto, managerOf, prepared, rows, sqlOf, toJson } from './sql';
import { columns } from './table';
import { EVENT_FIELDS, WebhookEventEntity } from './webhook-events';

type NewEvent = Parameters<WebhookInbox['store']>[0];
type Finished = Parameters<WebhookInbox['finish']>[1] & { id: string; owner: string };

export class WebhookInboxStore implements WebhookInbox {
  readonly #owner = randomUUID();
  readonly #insert = prepared<NewEvent, { id: string }>(() =>
    insertInto(
      managerOf(this.source),
      WebhookEventEntity,
      given<WebhookEventEntity>('provider', 'dedupeKey', 'eventType', 'payload', 'companyId'),
    )
      .orIgnore()
      .returning('id'),
  );
  readonly #finish = prepared<Finished, { id: string }>(() =>
    managerOf(this.source)
      .createQueryBuilder()
      .update(WebhookEventEntity)
      .set({
        ...{ status: () => ':status', error: () => ':error', leaseOwner: () => 'null', leaseUntil: () => 'null' },
        companyId: () => 'coalesce(:companyId, company_id)',
        processedAt: () => `case when :status <> 'pending' then now() end`,
      })
      .where('id = :id')
      .andWhere('lease_owner = :owner'),
  );

  constructor(private readonly source: DataSource) {}

  async store(event: NewEvent): Promise<{ id: string; fresh: boolean }> {
    const sql = sqlOf(this.source);
    const [added] = await this.#insert(sql, { ...event, payload: toJson(event.payload) });
    if (added) return { id: added.id, fresh: true };
    const { provider, dedupeKey } = event;
    const events = managerOf(this.source).getRepository(WebhookEventEntity);
    const known = await events.findOne({ select: { id: true }, where: { provider, dedupeKey } });
    return { id: known?.id ?? '', fresh: false };
  }

  async claim(id: string, leaseMs: number): Promise<StoredEvent | null> {
    const [event] = await this.#claim(leaseMs, { id, limit: 1 });
    return event ?? null;
  }

  claimForgotten(olderThanMs: number, leaseMs: number, limit: number): Promise<StoredEvent[]> {
    return this.#claim(leaseMs, { olderThanMs, limit });
  }

  async finish(id: string, result: Parameters<WebhookInbox['finish']>[1]): Promise<void> {
    await this.#finish(sqlOf(this.source), { id, owner: this.#owner, ...result });
  }

  #claim(leaseMs: number, which: { id?: string; olderThanMs?: number; limit: number }): Promise<StoredEvent[]> {
    return rows<StoredEvent>(
      this.source,
      // SQL: a claim locks and marks its rows in one statement, and skips what others are claiming.
      `update webhook_events set status = 'processing', attempts = attempts + 1, epoch = epoch + 1, lease_owner = $1,
         lease_until = now() + $2 * interval '1 millisecond'
       where id in (
         select id from webhook_events
         where ($3::uuid is null or id = $3)
           and ((status = 'pending' and received_at <= now() - $4 * interval '1 millisecond')
             or (status = 'processing' and lease_until < now()))
         order by received_at limit $5 for update skip locked)
       returning ${columns(EVENT_FIELDS)}`,
      [this.#owner, leaseMs, which.id ?? null, which.olderThanMs ?? 0, which.limit],
    );
  }
}
