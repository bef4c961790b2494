import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** Something an operator should know; one open row per `alertKey`. */
@Entity('alerts')
export class AlertEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  /** null: the platform's. */
  @Column({ type: 'uuid', nullable: true })
  companyId!: string | null;

  @Column({ type: 'text' })
  kind!: string;

  @Column({ type: 'text' })
  alertKey!: string;

  @Column({ type: 'text' })
  severity!: 'info' | 'warning' | 'critical';

  @Column({ type: 'text' })
  message!: string;

  @Column({ type: 'jsonb', default: {} })
  detail!: Record<string, unknown>;

  @Column({ type: 'integer', default: 1 })
  occurrences!: number;

  @Column({ type: 'timestamptz', default: () => 'now()' })
  firstSeenAt!: Date;

  @Column({ type: 'timestamptz', default: () => 'now()' })
  lastSeenAt!: Date;

  @Column({ type: 'timestamptz', nullable: true })
  notifiedAt!: Date | null;

  @Column({ type: 'timestamptz', nullable: true })
  resolvedAt!: Date | null;
}
