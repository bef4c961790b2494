import type { DataSource } from 'typeorm';
import type { TenantId } from '../domain';
import type { Fields } from '../services/admin/records';
import type { OperationsStore } from '../services/admin/operator-actions';
import { eraseCustomer } from './admin-erasure';
import { writeError } from './admin-write-errors';
import { inTransaction, rows } from './sql';

/** Operators' hands on what happened. The caller has checked whose row it is. */
export class AdminOperationsStore implements OperationsStore {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    this.#source = source;
  }

  replayEvent(id: string): Promise<boolean> {
    return this.#changes(
      `update webhook_events set status = 'pending', attempts = 0, error = null, processed_at = null, lease_owner = null,
         lease_until = null
       where id = $1 and status in ('processed', 'ignored', 'failed') returning id`,
      [id],
    );
  }

  retryJob(id: string): Promise<boolean> {
    return this.#changes(
      `update jobs set status = 'queued', attempts = 0, run_at = now(), finished_at = null, lease_owner = null, lease_until = null
       where id = $1 and status = 'dead' returning id`,
      [id],
    );
  }

  async changeCallback(companyId: TenantId, id: string, fields: Fields): Promise<void> {
    await this.#changes(
      `update callback_requests set
         status = coalesce($3, status),
         assigned_to = case when $4 then $5 else assigned_to end,
         closed_at = case
           when coalesce($3, status) not in ('completed', 'expired', 'cancelled') then null
           else coalesce(closed_at, now()) end,
         updated_at = now()
       where company_id = $1 and id = $2 returning id`,
      [companyId, id, fields.status ?? null, fields.assigned_to !== undefined, fields.assigned_to ?? null],
    );
  }

  async resolveReview(companyId: TenantId, id: string, by: string, resolution: string): Promise<boolean> {
    return inTransaction(this.#source, async (sql) => {
      const [review] = await sql<{ subject_type: string; subject_id: string }>(
        `update manual_reviews set status = 'resolved', resolved_by = $3, resolution = $4, resolved_at = now()
         where company_id = $1 and id = $2 and status = 'open' returning subject_type, subject_id`,
        [companyId, id, by, resolution],
      );
      if (!review) return false;
      if (review.subject_type === 'appointment') {
        await sql(
          `update appointments set requires_manual_review = false, manual_review_reason = null, updated_at = now()
           where company_id = $1 and id::text = $2 and not exists (
             select 1 from manual_reviews r where r.company_id = $1 and r.subject_type = 'appointment'
               and r.subject_id = $2 and r.status = 'open')`,
          [companyId, review.subject_id],
        );
      }
      return true;
    });
  }

  closeAlert(id: string): Promise<boolean> {
    return this.#changes('update alerts set resolved_at = now() where id = $1 and resolved_at is null returning id', [
      id,
    ]);
  }

  async revokeToken(id: string): Promise<void> {
    await rows(this.#source, 'update api_tokens set revoked_at = coalesce(revoked_at, now()) where id = $1', [id]);
  }

  erase(companyId: TenantId, customerId: string): Promise<{ appointments: number; calls: number }> {
    return inTransaction(this.#source, (sql) => eraseCustomer(sql, companyId, customerId));
  }

  async #changes(text: string, params: unknown[]): Promise<boolean> {
    try {
      return (await rows(this.#source, text, params)).length > 0;
    } catch (error) {
      throw writeError(error);
    }
  }
}
