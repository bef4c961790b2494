import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn, UpdateDateColumn } from 'typeorm';

/** What can be booked: one Cal.com event type, in one branch or in all. */
@Entity('services')
export class ServiceEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  companyId!: string;

  /** null: offered in every branch. */
  @Column({ type: 'uuid', nullable: true })
  branchId!: string | null;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'integer' })
  durationMinutes!: number;

  @Column({ type: 'integer', default: 0 })
  bufferBeforeMinutes!: number;

  @Column({ type: 'integer', default: 0 })
  bufferAfterMinutes!: number;

  @Column({ type: 'integer', default: 15 })
  minimumNoticeMinutes!: number;

  /** Decimal text, in the company's currency. */
  @Column({ type: 'numeric', precision: 10, scale: 2, nullable: true })
  price!: string | null;

  @Column({ type: 'integer' })
  calcomEventTypeId!: number;

  @Column({ type: 'integer', nullable: true })
  calcomTeamId!: number | null;

  /** When the event type was last imported; null: entered by hand. */
  @Column({ type: 'timestamptz', nullable: true })
  calcomSyncedAt!: Date | null;

  @Column({ type: 'text', default: 'single' })
  schedulingType!: 'single' | 'roundRobin' | 'collective';

  @Column({ type: 'integer', default: 1 })
  seats!: number;

  @Column({ type: 'boolean', default: false })
  requiresConfirmation!: boolean;

  @Column({ type: 'boolean', default: false })
  phoneOnly!: boolean;

  /** Required custom booking fields by slug, and what to send when the caller gave none. */
  @Column({ type: 'jsonb', default: {} })
  bookingFieldDefaults!: Record<string, string>;

  @Column({ type: 'boolean', default: true })
  isActive!: boolean;

  @Column({ type: 'boolean', default: false })
  isDefault!: boolean;

  @Column({ type: 'integer', default: 0 })
  priority!: number;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: Date;
}

/** Another word callers use for a service; unique per service, whatever its case. */
@Entity('service_synonyms')
export class ServiceSynonymEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  companyId!: string;

  @Column({ type: 'uuid' })
  serviceId!: string;

  @Column({ type: 'text' })
  synonym!: string;

  /** 0–100; higher ones are preferred. */
  @Column({ type: 'smallint', default: 100 })
  confidence!: number;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;
}
