import { Check, Entity, Index } from 'typeorm';
import type { CallbackEvent } from '../services/admin/callback-work';
import { CallbackRequestEntity } from './callback-requests';
import { created, id, table, tenantId, text, toSameCompany, uuid } from './table';

/** What was done about a callback, with its author and time; the front desk reads it, unlike the audit log. */
@Entity('callback_notes')
@Check(
  'ck_callback_notes_event',
  `event in ('note', 'assigned', 'released', 'closed', 'reopened', 'reached', 'booked', 'not_reached', 'not_wanted')`,
)
@Check('ck_callback_notes_text', `event <> 'note' or text is not null`)
@Index('idx_callback_notes_callback', ['companyId', 'callbackId', 'createdAt'])
export class CallbackNoteEntity extends table({
  id: id(),
  companyId: tenantId(),
  callbackId: uuid(),
  /** As the audit log names them. */
  actor: text(),
  event: text<CallbackEvent>(),
  /** Who has it after `assigned`; as `assigned_to` of the callback. */
  assignedTo: text().nullable(),
  text: text().nullable(),
  createdAt: created(),
  callback: toSameCompany(() => CallbackRequestEntity, 'callbackId', 'CASCADE'),
}) {}
