import { In, Raw, type DataSource, type EntityTarget, type FindOperator, type FindOptionsWhere } from 'typeorm';
import type { Erased, RetentionStore } from '../jobs/scheduled-jobs';
import { CallEntity, CallToolInvocationEntity, UnmappedCallEntity, WITHOUT_WORDS } from './calls';
import { CallbackRequestEntity, OPEN_STATUSES } from './callback-requests';
import { CalcomHourEntity } from './calcom-hours';
import { CallDayEntity, CallHourEntity } from './call-hours';
import { JobEntity } from './jobs';
import { NotificationMessageEntity } from './notifications';
import { managerOf, type Values, values } from './sql';
import { UserEntity, UserLinkEntity, UserSessionEntity } from './users';
import { WebhookEventEntity } from './webhook-events';

/** Rows are touched in batches, so that no statement holds a lock for long. */
const BATCH = 2000;
const MAX_BATCHES = 500;
const OPERATIONS_KEPT_DAYS = 30;
/** Longer than anything is notified after it began, so that nothing is notified twice. */
const MESSAGES_KEPT = '60 days';
const FIGURES_KEPT = '13 months';
/** Longer than callers think about an offer. */
const SILENCE = '5 minutes';

/** TypeORM types a raw condition as one on anything; these are on instants. */
const onInstant: (condition: (column: string) => string) => FindOperator<Date> = Raw;
/** By the database's clock. */
const before = (ago: string): FindOperator<Date> => onInstant((column) => `${column} < now() - interval '${ago}'`);

/** When the gateway last answered a question of a call; null when it was asked none. */
const LAST_ANSWER = `(select max(t.started_at + t.duration_ms * interval '1 millisecond') from call_tool_invocations t
  where t.company_id = calls.company_id and t.call_id = calls.retell_call_id)`;
const END = `coalesce(ended_at, ${LAST_ANSWER}, started_at)`;

export class PostgresRetentionStore implements RetentionStore {
  constructor(private readonly source: DataSource) {}

  async eraseOlderThan(days: number): Promise<Erased> {
    const old = before(`${days} days`);
    const oldJobs = before(`${Math.min(days, OPERATIONS_KEPT_DAYS)} days`);
    const manager = managerOf(this.source);
    const deleted = <E extends { id: string }>(entity: EntityTarget<E>, where: FindOptionsWhere<E>): Promise<number> =>
      this.#inBatches(entity, [where], (ids) => manager.delete(entity, ids));
    const kept = Raw((column) => `${column} is not null`);
    return {
      calls: await this.#inBatches(
        CallEntity,
        [
          { startedAt: old, transcript: kept },
          { startedAt: old, analysis: kept },
          { startedAt: old, handOver: kept },
          { startedAt: old, recordingUrl: kept },
        ],
        (ids) => manager.update(CallEntity, ids, { ...WITHOUT_WORDS, handOver: null }),
      ),
      invocations: await deleted(CallToolInvocationEntity, { startedAt: old }),
      events: await deleted(WebhookEventEntity, { receivedAt: old }),
      unmapped: await deleted(UnmappedCallEntity, { startedAt: old }),
      jobs: await deleted(JobEntity, { status: 'done', finishedAt: oldJobs }),
      messages: await deleted(NotificationMessageEntity, { finishedAt: before(MESSAGES_KEPT) }),
      hours: await this.#forgetFigures(),
      people: await this.#forgetPeople(),
    };
  }

  async #forgetFigures(): Promise<number> {
    const manager = managerOf(this.source);
    const old = { hour: before(FIGURES_KEPT) };
    const gone = [
      await manager.delete(CalcomHourEntity, old),
      await manager.delete(CallHourEntity, old),
      await manager.delete(CallDayEntity, { day: Raw((column) => `${column} < now() - interval '${FIGURES_KEPT}'`) }),
    ];
    return gone.reduce((sum, { affected }) => sum + (affected ?? 0), 0);
  }

  async #forgetPeople(): Promise<number> {
    const manager = managerOf(this.source);
    const gone = [
      await manager.delete(UserSessionEntity, { lastSeenAt: before('1 day') }),
      await manager.delete(UserLinkEntity, { expiresAt: before('7 days') }),
      await manager.delete(UserEntity, { state: 'invited', updatedAt: before('90 days') }),
    ];
    return gone.reduce((sum, { affected }) => sum + (affected ?? 0), 0);
  }

  async closeForgotten(): Promise<{ calls: number; callbacks: number }> {
    const manager = managerOf(this.source);
    const calls = await this.#close(
      { status: 'ongoing', startedAt: before('6 hours') },
      { disconnectionReason: () => `coalesce(disconnection_reason, 'missing_end_event')` },
    );
    const callbacks = await manager.update(
      CallbackRequestEntity,
      { status: In(OPEN_STATUSES), createdAt: before('30 days') },
      { status: 'expired', closedAt: () => 'now()' },
    );
    return { calls, callbacks: callbacks.affected ?? 0 };
  }

  closeSilent(): Promise<number> {
    const isSilent = onInstant((column) => `coalesce(${LAST_ANSWER}, ${column}) < now() - interval '${SILENCE}'`);
    return this.#close({ platform: 'mcp', status: 'ongoing', startedAt: isSilent });
  }

  /** A call without a report of its end was over, as far as anyone knows, with the last answer. */
  async #close(which: FindOptionsWhere<CallEntity>, more: Values<CallEntity> = {}): Promise<number> {
    const { affected } = await managerOf(this.source).update(
      CallEntity,
      which,
      values<CallEntity>({
        status: 'ended',
        endedAt: () => END,
        durationMs: () => `coalesce(duration_ms, greatest(0, extract(epoch from ${END} - started_at) * 1000)::integer)`,
        ...more,
      }),
    );
    return affected ?? 0;
  }

  async #inBatches<E extends { id: string }>(
    entity: EntityTarget<E>,
    where: FindOptionsWhere<E>[],
    change: (ids: string[]) => Promise<unknown>,
  ): Promise<number> {
    let touched = 0;
    for (let batch = 0; batch < MAX_BATCHES; batch++) {
      const due = managerOf(this.source).createQueryBuilder(entity, 't').select('t.id').where(where).limit(BATCH);
      const ids = (await due.getMany()).map(({ id }) => id);
      if (ids.length > 0) await change(ids);
      touched += ids.length;
      if (ids.length < BATCH) break;
    }
    return touched;
  }
}
