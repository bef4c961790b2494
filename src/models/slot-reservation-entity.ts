import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn, UpdateDateColumn } from 'typeorm';

/** Record of starts that were kept for a caller; what counts while it lasts is kept in Redis. */
@Entity('slot_reservations')
export class SlotReservationEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  companyId!: string;

  @Column({ type: 'text' })
  token!: string;

  @Column({ type: 'text', nullable: true })
  callId!: string | null;

  @Column({ type: 'uuid', nullable: true })
  serviceId!: string | null;

  @Column({ type: 'integer' })
  calcomEventTypeId!: number;

  /** null: kept in the gateway only. */
  @Column({ type: 'text', nullable: true })
  calcomReservationUid!: string | null;

  @Column({ type: 'timestamptz' })
  startsAt!: Date;

  @Column({ type: 'timestamptz' })
  endsAt!: Date;

  @Column({ type: 'text', default: 'active' })
  status!: 'active' | 'released' | 'converted' | 'expired';

  @Column({ type: 'timestamptz' })
  expiresAt!: Date;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: Date;
}
