import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** Demand that could not be met. */
@Entity('appointment_wishes')
export class AppointmentWishEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  companyId!: string;

  @Column({ type: 'uuid' })
  branchId!: string;

  @Column({ type: 'text', nullable: true })
  callId!: string | null;

  @Column({ type: 'uuid', nullable: true })
  customerId!: string | null;

  @Column({ type: 'uuid', nullable: true })
  serviceId!: string | null;

  @Column({ type: 'text', nullable: true })
  serviceText!: string | null;

  @Column({ type: 'timestamptz', nullable: true })
  desiredAt!: Date | null;

  @Column({ type: 'date', nullable: true })
  desiredDate!: string | null;

  @Column({ type: 'jsonb', default: [] })
  alternatives!: unknown[];

  @Column({ type: 'text', default: 'open' })
  status!: 'open' | 'fulfilled' | 'dismissed';

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;
}
