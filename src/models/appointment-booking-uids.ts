import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';
import type { TenantId } from '../domain';
import { AppointmentEntity } from './appointments';
import { ToSameCompany } from './table';

/** Every uid the appointment ever had: a move gives it a new one, and old ones go on arriving. */
@Entity('appointment_booking_uids')
@Index('idx_appointment_booking_uids_appointment', ['companyId', 'appointmentId'])
// A webhook knows the uid before it knows the company.
@Index('idx_appointment_booking_uids_uid', ['uid'])
export class AppointmentBookingUidEntity {
  @PrimaryColumn({ type: 'uuid' })
  companyId!: TenantId;

  @PrimaryColumn({ type: 'text' })
  uid!: string;

  @Column({ type: 'uuid' })
  appointmentId!: string;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @ToSameCompany(() => AppointmentEntity, 'appointmentId', 'CASCADE')
  appointment?: AppointmentEntity;
}
