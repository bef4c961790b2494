import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn, UpdateDateColumn } from 'typeorm';

/** Somebody wants to be rung back. */
@Entity('callback_requests')
export class CallbackRequestEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  companyId!: string;

  @Column({ type: 'uuid' })
  branchId!: string;

  /** Retell's call id. */
  @Column({ type: 'text', nullable: true })
  callId!: string | null;

  @Column({ type: 'uuid', nullable: true })
  customerId!: string | null;

  @Column({ type: 'text', nullable: true })
  customerName!: string | null;

  @Column({ type: 'text', nullable: true })
  phone!: string | null;

  @Column({ type: 'text' })
  reason!: string;

  @Column({ type: 'text', default: 'normal' })
  priority!: 'normal' | 'high' | 'urgent';

  @Column({ type: 'text', default: 'pending' })
  status!: 'pending' | 'assigned' | 'contacted' | 'completed' | 'expired' | 'cancelled';

  @Column({ type: 'text', nullable: true })
  assignedTo!: string | null;

  @Column({ type: 'timestamptz', nullable: true })
  closedAt!: Date | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: Date;
}
