import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { tenantId } from '../domain';
import type { StoredEvent, WebhookInbox } from '../services/webhooks/inbox';
import { managerOf, rows, values } from './sql';
import { columns } from './table';
import { EVENT_FIELDS, WebhookEventEntity } from './webhook-events';

export class WebhookInboxStore implements WebhookInbox {
  readonly #source: DataSource;
  readonly #owner = randomUUID();

  constructor(source: DataSource) {
    this.#source = source;
  }

  async store(event: Parameters<WebhookInbox['store']>[0]): Promise<{ id: string; fresh: boolean }> {
    const events = managerOf(this.#source).getRepository(WebhookEventEntity);
    const companyId = event.companyId === null ? null : tenantId(event.companyId);
    const { raw } = await events
      .createQueryBuilder()
      .insert()
      .values(values<WebhookEventEntity>({ ...event, companyId }))
      .orIgnore()
      .returning('id')
      .updateEntity(false)
      .execute();
    const [added] = raw as { id: string }[];
    if (added) return { id: added.id, fresh: true };
    const { provider, dedupeKey } = event;
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
    const { status, error, companyId } = result;
    await managerOf(this.#source).update(
      WebhookEventEntity,
      { id, leaseOwner: this.#owner },
      values<WebhookEventEntity>({
        ...{ status, error, leaseOwner: null, leaseUntil: null },
        ...(companyId === null ? {} : { companyId: tenantId(companyId) }),
        processedAt: status === 'pending' ? null : (): string => 'now()',
      }),
    );
  }

  #claim(leaseMs: number, which: { id?: string; olderThanMs?: number; limit: number }): Promise<StoredEvent[]> {
    return rows<StoredEvent>(
      this.#source,
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
