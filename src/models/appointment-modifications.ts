import { Check, Column, CreateDateColumn, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { TenantId } from '../domain';
import { AppointmentEntity } from './appointments';
import { ToSameCompany } from './table';

/** A move, a cancellation or a customer's absence that happened; `attended` takes an absence back. */
@Entity('appointment_modifications')
@Check('ck_appointment_modifications_type', `type in ('cancel', 'reschedule', 'no_show', 'attended')`)
@Check('ck_appointment_modifications_by', `modified_by in ('retell', 'calcom', 'admin')`)
@Index('idx_appointment_modifications_appointment', ['companyId', 'appointmentId', 'createdAt'])
export class AppointmentModificationEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  companyId!: TenantId;

  @Column({ type: 'uuid' })
  appointmentId!: string;

  @Column({ type: 'text' })
  type!: 'cancel' | 'reschedule' | 'no_show' | 'attended';

  @Column({ type: 'text', nullable: true })
  reason!: string | null;

  @Column({ type: 'text' })
  modifiedBy!: 'retell' | 'calcom' | 'admin';

  @Column({ type: 'jsonb', default: {} })
  metadata!: Record<string, unknown>;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @ToSameCompany(() => AppointmentEntity, 'appointmentId', 'CASCADE')
  appointment?: AppointmentEntity;
}
