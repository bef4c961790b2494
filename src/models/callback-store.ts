import { type DataSource, type EntityManager, In, IsNull, Not, type SelectQueryBuilder } from 'typeorm';
import type { TenantId } from '../domain';
import { Internal } from '../errors';
import { hasRole, nameOfPerson } from '../services/admin/actor';
import {
  type Assignee,
  type CallbackFields,
  type CallbackNote,
  type CallbackWorkStore,
  isClosed,
} from '../services/admin/callback-work';
import type { Fields } from '../services/admin/records';
import type { OverdueCallback } from '../services/admin/watch';
import type { CallbackRequest, CallbackStore } from '../services/voice/ports';
import { namingActor, record } from './admin-record-definitions';
import { recordsOf } from './admin-record-reader';
import { unlessChanged } from './admin-write-errors';
import { AlertEntity } from './alerts';
import { CallbackNoteEntity, CallbackRequestEntity, IS_OVERDUE, OPEN, OPEN_STATUSES } from './callback-requests';
import { CompanyEntity } from './companies';
import { inTransaction, managerOf, rows } from './sql';
import { UserEntity } from './users';

/** A pass looks at the longest overdue ones. */
const MOST_OVERDUE = 500;
/** A callback with more notes than this is shown with its last ones. */
const MOST_NOTES = 200;
const NOTES = record({
  entity: CallbackNoteEntity,
  hidden: ['companyId', 'callbackId'],
  extend: (query) => namingActor<CallbackNoteEntity>('assignedTo')(namingActor<CallbackNoteEntity>('actor')(query)),
});

export class PostgresCallbackStore implements CallbackStore, CallbackWorkStore {
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

  change(
    companyId: TenantId,
    id: string,
    fields: CallbackFields,
    note: CallbackNote | null,
    unchangedSince: Date | null,
  ): Promise<void> {
    const { status, outcome, assigned_to: assignedTo, due_at: dueAt } = fields;
    return inTransaction(this.source, async (_sql, manager) => {
      const update = manager
        .createQueryBuilder()
        .update(CallbackRequestEntity)
        .set({
          updatedAt: () => 'now()',
          ...(dueAt === undefined ? {} : { dueAt }),
          ...(assignedTo === undefined ? {} : { assignedTo }),
          ...(status === undefined
            ? {}
            : { status, closedAt: isClosed(status) ? (): string => 'coalesce(closed_at, now())' : null }),
          ...(outcome === undefined ? {} : { outcome }),
          ...(outcome ? { lastAttemptAt: (): string => 'now()' } : {}),
          ...(outcome === 'not_reached' ? { attempts: (): string => 'attempts + 1' } : {}),
        })
        .where({ companyId, id });
      await unlessChanged(update, unchangedSince);
      if (note) await addNote(manager, companyId, id, note);
    });
  }

  take(companyId: TenantId, id: string, assignee: string, note: CallbackNote): Promise<boolean> {
    return inTransaction(this.source, async (_sql, manager) => {
      const free = { companyId, id, status: In(OPEN_STATUSES), assignedTo: IsNull() };
      const taken = {
        assignedTo: assignee,
        status: (): string => `case when status = 'pending' then 'assigned' else status end`,
      };
      const { affected } = await manager.update(CallbackRequestEntity, free, taken);
      if (affected !== 1) return false;
      await addNote(manager, companyId, id, note);
      return true;
    });
  }

  async notes(companyId: TenantId, id: string): Promise<Fields[]> {
    const last = await recordsOf<Fields>(this.source, NOTES, { companyId, callbackId: id }, 'DESC', MOST_NOTES);
    return last.reverse();
  }

  async assignees(companyId: TenantId): Promise<Assignee[]> {
    const people = await managerOf(this.source).find(UserEntity, {
      select: { id: true, name: true, role: true },
      where: { companyId, state: Not('disabled' as const) },
      order: { name: 'ASC' },
    });
    return people
      .filter((person) => hasRole(person, 'front_desk'))
      .map(({ id, name }) => ({ id: nameOfPerson(id), name }));
  }
}

async function addNote(
  manager: EntityManager,
  companyId: TenantId,
  callbackId: string,
  note: CallbackNote,
): Promise<void> {
  await manager.insert(CallbackNoteEntity, { companyId, callbackId, ...note });
}
