import { Check, Column, CreateDateColumn, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { TenantId } from '../domain';
import type { CompanyEntity } from './companies';
import { ToCompany } from './table';

/** What a machine cannot decide. One open review per subject and kind. */
@Entity('manual_reviews')
@Check('ck_manual_reviews_status', `status in ('open', 'resolved')`)
@Check('ck_manual_reviews_resolved', `(status = 'resolved') = (resolved_at is not null)`)
@Index('uq_manual_reviews_open', ['companyId', 'subjectType', 'subjectId', 'kind'], {
  unique: true,
  where: `status = 'open'`,
})
@Index('idx_manual_reviews_status', ['companyId', 'status', 'createdAt'])
export class ManualReviewEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  companyId!: TenantId;

  @Column({ type: 'text' })
  kind!: string;

  @Column({ type: 'text' })
  subjectType!: string;

  @Column({ type: 'text' })
  subjectId!: string;

  @Column({ type: 'jsonb', default: {} })
  detail!: Record<string, unknown>;

  @Column({ type: 'text', default: 'open' })
  status!: 'open' | 'resolved';

  @Column({ type: 'text', nullable: true })
  resolvedBy!: string | null;

  @Column({ type: 'text', nullable: true })
  resolution!: string | null;

  @Column({ type: 'timestamptz', nullable: true })
  resolvedAt!: Date | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @ToCompany()
  company?: CompanyEntity;
}
