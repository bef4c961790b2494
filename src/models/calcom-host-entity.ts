import { Column, CreateDateColumn, Entity, PrimaryColumn, PrimaryGeneratedColumn, UpdateDateColumn } from 'typeorm';

/** A Cal.com user who takes appointments of the company. */
@Entity('calcom_host_mappings')
export class CalcomHostMappingEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  companyId!: string;

  /** null: nobody of ours is matched with this user yet. */
  @Column({ type: 'uuid', nullable: true })
  staffId!: string | null;

  @Column({ type: 'integer' })
  calcomHostId!: number;

  @Column({ type: 'integer', nullable: true })
  teamId!: number | null;

  @Column({ type: 'text', nullable: true })
  calcomName!: string | null;

  @Column({ type: 'text', nullable: true })
  calcomEmail!: string | null;

  @Column({ type: 'text', default: 'import' })
  mappingSource!: 'auto_email' | 'auto_name' | 'manual' | 'import';

  /** 0–100, of an automatic match. */
  @Column({ type: 'smallint', default: 100 })
  confidence!: number;

  @Column({ type: 'boolean', default: true })
  isActive!: boolean;

  @Column({ type: 'timestamptz', nullable: true })
  lastSyncedAt!: Date | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: Date;
}

/** Which hosts take which event type: what shares a host loses availability together. */
@Entity('calcom_event_type_hosts')
export class CalcomEventTypeHostEntity {
  @PrimaryColumn({ type: 'uuid' })
  companyId!: string;

  @PrimaryColumn({ type: 'integer' })
  calcomEventTypeId!: number;

  @PrimaryColumn({ type: 'integer' })
  calcomHostId!: number;
}
