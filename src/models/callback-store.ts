import { In, IsNull, type DataSource, type SelectQueryBuilder } from 'typeorm';
import type { OverdueCallback } from '../services/admin/watch';
import { Internal } from '../errors';
import type { CallbackRequest, CallbackStore } from '../services/voice/ports';
import { AlertEntity } from './alerts';
import { CallbackRequestEntity, IS_OVERDUE, OPEN } from './callback-requests';
import { CompanyEntity } from './companies';
import { managerOf, rows } from './sql';

/** A pass looks at the longest overdue ones. */
const MOST_OVERDUE = 500;

export class PostgresCallbackStore implements CallbackStore {
  constructor(private readonly source: DataSource) {}

  /** A request outside of any call is always a new one. */
  async record(request: CallbackRequest): ReturnType<CallbackStore['record']> {
    const { companyId, branchId, callId, customerId, customerName, phone, reason, priority, dueAt } = request;
    const [row] = await rows<Awaited<ReturnType<CallbackStore['record']>>>(
      this.source,
      // SQL: the conflict is about an expression; touching the known row returns it even to the loser of a race.
      `insert into callback_requests
         (company_id, branch_id, call_id, customer_id, customer_name, phone, reason, priority, due_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       on conflict (company_id, call_id, coalesce(phone, ''))
         where call_id is not null and ${OPEN}
         do update set updated_at = callback_requests.updated_at
       returning id, (xmax = 0) as created, due_at as "dueAt"`,
      [companyId, branchId, callId, customerId, customerName, phone, reason, priority, dueAt],
    );
    if (!row) throw new Internal(new Error('the callback was neither found nor made'));
    return row;
  }

  /** Open callbacks past their due time, and the ids of those that are no longer but still have an open alert. */
  async overdue(): Promise<{ late: OverdueCallback[]; over: string[] }> {
    const callbacks = (): SelectQueryBuilder<CallbackRequestEntity> =>
      managerOf(this.source).createQueryBuilder(CallbackRequestEntity, 't');
    const late = callbacks()
      .innerJoinAndSelect('t.branch', 'b')
      // SQL: a callback has no relation to its company; one that is suspended or deleted rings no one back.
      .innerJoin(CompanyEntity, 'c', 'c.id = t.companyId and c.isActive and c.deletedAt is null')
      .where(IS_OVERDUE)
      .orderBy('t.dueAt')
      .limit(MOST_OVERDUE);
    const manager = managerOf(this.source);
    const alerts = await manager.findBy(AlertEntity, { kind: 'callback_overdue', resolvedAt: IsNull() });
    const alerted = alerts.map(({ alertKey }) => alertKey.slice(alertKey.indexOf(':') + 1));
    const still = await callbacks()
      .select('t.id')
      .where(IS_OVERDUE)
      .andWhere({ id: In(alerted) })
      .getMany();
    return {
      late: (await late.getMany()).flatMap(({ branch, ...one }) =>
        branch ? [{ ...one, branchName: branch.name, timeZone: branch.timeZone }] : [],
      ),
      over: alerted.filter((id) => !still.some((one) => one.id === id)),
    };
  }
}
