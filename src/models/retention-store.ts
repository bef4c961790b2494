import type { DataSource } from 'typeorm';
import type { RetentionStore } from '../jobs/retention-job';
import { rows } from './sql';

/** Rows are touched in batches, so that no statement holds a lock for long. */
const BATCH = 2000;
const MAX_BATCHES = 500;
const OPERATIONS_KEPT_DAYS = 30;

export class PostgresRetentionStore implements RetentionStore {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    this.#source = source;
  }

  async eraseOlderThan(days: number): Promise<{ calls: number; invocations: number; events: number; jobs: number }> {
    return {
      calls: await this.#inBatches(
        `update calls set transcript = null, analysis = null, updated_at = now()
         where id in (select id from calls where started_at < now() - $1 * interval '1 day' and (transcript is not null or analysis is not null) limit ${BATCH})
         returning id`,
        days,
      ),
      invocations: await this.#inBatches(
        `delete from call_tool_invocations where id in (select id from call_tool_invocations where started_at < now() - $1 * interval '1 day' limit ${BATCH}) returning id`,
        days,
      ),
      events: await this.#inBatches(
        `delete from webhook_events where id in (select id from webhook_events where received_at < now() - $1 * interval '1 day' limit ${BATCH}) returning id`,
        days,
      ),
      jobs: await this.#inBatches(
        `delete from jobs where id in (select id from jobs where status = 'done' and finished_at < now() - $1 * interval '1 day' limit ${BATCH}) returning id`,
        Math.min(days, OPERATIONS_KEPT_DAYS),
      ),
    };
  }

  async closeForgotten(): Promise<{ calls: number; callbacks: number }> {
    const calls = await rows(
      this.#source,
      `update calls set status = 'ended', ended_at = coalesce(ended_at, now()), disconnection_reason = coalesce(disconnection_reason, 'missing_end_event'), updated_at = now()
       where status = 'ongoing' and started_at < now() - interval '6 hours' returning id`,
    );
    const callbacks = await rows(
      this.#source,
      `update callback_requests set status = 'expired', closed_at = now(), updated_at = now()
       where status in ('pending', 'assigned', 'contacted') and created_at < now() - interval '30 days' returning id`,
    );
    return { calls: calls.length, callbacks: callbacks.length };
  }

  async #inBatches(statement: string, days: number): Promise<number> {
    let touched = 0;
    for (let batch = 0; batch < MAX_BATCHES; batch++) {
      const found = await rows(this.#source, statement, [days]);
      touched += found.length;
      if (found.length < BATCH) break;
    }
    return touched;
  }
}
