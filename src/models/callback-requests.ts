import { Check, Entity, Index, Unique } from 'typeorm';
import {
  CALLBACK_EVENTS,
  CALLBACK_OUTCOMES,
  CALLBACK_PRIORITIES,
  CALLBACK_STATUSES,
  type CallbackStatus,
} from '../services/admin/callback-work';
import type { CallbackRequest } from '../services/voice/ports';
import { BranchEntity } from './branches';
import { CustomerEntity } from './customers';
import { among, column, SqlIndex, table, toSameCompany } from './table';

/** While the caller still waits. */
export const OPEN_STATUSES = ['pending', 'assigned', 'contacted'] as const satisfies CallbackStatus[];
/** Condition after the table's alias. */
export const OPEN = among('status', OPEN_STATUSES);
/** Condition on `t`: the caller still waits, and the due time has passed. */
export const IS_OVERDUE = `(t.${OPEN} and t.dueAt < now())`;

/** A caller who wants to be called back. */
@Entity('callback_requests')
@Unique('uq_callback_requests_company_id', ['companyId', 'id'])
@Check('ck_callback_requests_closed', `(status in ('completed', 'expired', 'cancelled')) = (closed_at is not null)`)
@Check('ck_callback_requests_attempts', 'attempts >= 0')
@SqlIndex(
  'uq_callback_requests_open',
  `(company_id, call_id, coalesce(phone, '')) where call_id is not null and ${OPEN}`,
  { unique: true },
)
@SqlIndex('idx_callback_requests_due', `(company_id, due_at) where ${OPEN}`)
@Index('idx_callback_requests_list', ['companyId', 'dueAt', 'id'])
export class CallbackRequestEntity
  extends table({
    id: column.id(),
    companyId: column.tenantId(),
    branchId: column.uuid(),
    /** Retell's call id. */
    callId: column.text().nullable(),
    customerId: column.uuid().nullable(),
    customerName: column.text().nullable(),
    phone: column.text().nullable(),
    reason: column.text(),
    priority: column.oneOf(CALLBACK_PRIORITIES).default('normal'),
    /** By then the caller must be rung back. */
    dueAt: column.instant().default(() => "(now() + '04:00:00')"),
    status: column.oneOf(CALLBACK_STATUSES).default('pending'),
    /** `user:<id>` for a person who signs in, else a name. */
    assignedTo: column.text().nullable(),
    /** Of the last try; null: not tried, or opened again. */
    outcome: column.oneOf(CALLBACK_OUTCOMES).nullable(),
    /** How often the caller was rung and not reached. */
    attempts: column.integer().default(0),
    lastAttemptAt: column.instant().nullable(),
    closedAt: column.instant().nullable(),
    createdAt: column.created(),
    updatedAt: column.updated(),
    branch: toSameCompany(() => BranchEntity, 'branchId'),
    customer: toSameCompany(() => CustomerEntity, 'customerId'),
  })
  implements CallbackRequest {}

/** What was done about a callback, with its author and time; the front desk reads it, unlike the audit log. */
@Entity('callback_notes')
@Check('ck_callback_notes_text', `event <> 'note' or text is not null`)
@Index('idx_callback_notes_callback', ['companyId', 'callbackId', 'createdAt'])
export class CallbackNoteEntity extends table({
  id: column.id(),
  companyId: column.tenantId(),
  callbackId: column.uuid(),
  /** As the audit log names them. */
  actor: column.text(),
  event: column.oneOf(CALLBACK_EVENTS),
  /** Who has it after `assigned`; as `assigned_to` of the callback. */
  assignedTo: column.text().nullable(),
  text: column.text().nullable(),
  createdAt: column.created(),
  callback: toSameCompany(() => CallbackRequestEntity, 'callbackId', 'CASCADE'),
}) {}
