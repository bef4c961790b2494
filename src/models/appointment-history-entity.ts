import { Column, CreateDateColumn, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

/** Every uid the appointment ever had: a move gives it a new one, and old ones go on arriving. */
@Entity('appointment_booking_uids')
export class AppointmentBookingUidEntity {
  @PrimaryColumn({ type: 'uuid' })
  companyId!: string;

  @PrimaryColumn({ type: 'text' })
  uid!: string;

  @Column({ type: 'uuid' })
  appointmentId!: string;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;
}

/** A move or cancellation that happened. */
@Entity('appointment_modifications')
export class AppointmentModificationEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  companyId!: string;

  @Column({ type: 'uuid' })
  appointmentId!: string;

  @Column({ type: 'text' })
  type!: 'cancel' | 'reschedule';

  @Column({ type: 'text', nullable: true })
  reason!: string | null;

  @Column({ type: 'text' })
  modifiedBy!: 'retell' | 'calcom' | 'admin';

  @Column({ type: 'jsonb', default: {} })
  metadata!: Record<string, unknown>;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;
}
