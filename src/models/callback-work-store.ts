import { In, IsNull, Not, type DataSource, type EntityManager } from 'typeorm';
import type { TenantId } from '../domain';
import { hasRole, nameOfPerson } from '../services/admin/actor';
import {
  isClosed,
  type Assignee,
  type CallbackFields,
  type CallbackNote,
  type CallbackWorkStore,
} from '../services/admin/callback-work';
import type { Fields } from '../services/admin/records';
import { namingActor, record } from './admin-record-definitions';
import { recordsOf } from './admin-record-reader';
import { unlessChanged } from './admin-write-errors';
import { CallbackNoteEntity, CallbackRequestEntity, OPEN_STATUSES } from './callback-requests';
import { inTransaction, managerOf } from './sql';
import { UserEntity } from './users';

/** A callback with more notes than this is shown with its last ones. */
const MOST_NOTES = 200;
const NOTES = record({
  entity: CallbackNoteEntity,
  hidden: ['companyId', 'callbackId'],
  extend: (query) => namingActor<CallbackNoteEntity>('assignedTo')(namingActor<CallbackNoteEntity>('actor')(query)),
});

export class PostgresCallbackWorkStore implements CallbackWorkStore {
  constructor(private readonly source: DataSource) {}

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
