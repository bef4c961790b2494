import { Check, Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { TenantId } from '../domain';
import type { CompanyEntity } from './companies';
import { SqlIndex, ToCompany } from './table';

/** Something an operator should know; one open row per `alertKey`. */
@Entity('alerts')
@Check('ck_alerts_severity', `severity in ('info', 'warning', 'critical')`)
@Check('ck_alerts_occurrences', 'occurrences >= 1')
@Index('uq_alerts_open', ['alertKey'], { unique: true, where: 'resolved_at is null' })
@SqlIndex('idx_alerts_seen', '(last_seen_at desc)')
export class AlertEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  /** null: the platform's. */
  @Column({ type: 'uuid', nullable: true })
  companyId!: TenantId | null;

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
  resolvedAt!: Date | null;

  @ToCompany()
  company?: CompanyEntity;
}
