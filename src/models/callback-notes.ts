import { Check, Column, CreateDateColumn, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { TenantId } from '../domain';
import type { CallbackEvent } from '../services/admin/callback-work';
import { CallbackRequestEntity } from './callback-requests';
import { ToSameCompany } from './table';

/** What was done about a callback, with its author and time; the front desk reads it, unlike the audit log. */
@Entity('callback_notes')
@Check(
  'ck_callback_notes_event',
  `event in ('note', 'assigned', 'released', 'closed', 'reopened', 'reached', 'booked', 'not_reached', 'not_wanted')`,
)
@Check('ck_callback_notes_text', `event <> 'note' or text is not null`)
@Index('idx_callback_notes_callback', ['companyId', 'callbackId', 'createdAt'])
export class CallbackNoteEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  companyId!: TenantId;

  @Column({ type: 'uuid' })
  callbackId!: string;

  /** As the audit log names them. */
  @Column({ type: 'text' })
  actor!: string;

  @Column({ type: 'text' })
  event!: CallbackEvent;

  /** Who has it after `assigned`; as `assigned_to` of the callback. */
  @Column({ type: 'text', nullable: true })
  assignedTo!: string | null;

  @Column({ type: 'text', nullable: true })
  text!: string | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @ToSameCompany(() => CallbackRequestEntity, 'callbackId', 'CASCADE')
  callback?: CallbackRequestEntity;
}
