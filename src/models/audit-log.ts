import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { TenantId } from '../domain';
import type { CompanyEntity } from './companies';
import { SqlIndex, ToCompany } from './table';

/** Who changed what. */
@Entity('audit_log')
@SqlIndex('idx_audit_log_company', '(company_id, created_at desc)')
@SqlIndex('idx_audit_log_created', '(created_at desc, id desc)')
export class AuditLogEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  /** null: the platform's. */
  @Column({ type: 'uuid', nullable: true })
  companyId!: TenantId | null;

  /** Name of the token, or of the part of the gateway that did it. */
  @Column({ type: 'text' })
  actor!: string;

  /** IP address that the request came from; null for the gateway's own work. */
  @Column({ type: 'text', nullable: true })
  address!: string | null;

  @Column({ type: 'text' })
  action!: string;

  @Column({ type: 'text' })
  subjectType!: string;

  @Column({ type: 'text', nullable: true })
  subjectId!: string | null;

  @Column({ type: 'jsonb', default: {} })
  detail!: Record<string, unknown>;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @ToCompany()
  company?: CompanyEntity;
}
