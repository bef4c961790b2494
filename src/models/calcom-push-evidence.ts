import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { TenantId } from '../domain';
import type { CompanyEntity } from './companies';
import { ToCompany } from './table';

/** By which it is known whether webhooks about an event type arrive. What happened is by Cal.com's clock. */
@Entity('calcom_push_evidence')
// "Which companies hear nothing?" every few seconds.
@Index('idx_calcom_push_evidence_unheard', ['companyId'], {
  where: 'changed_at is not null and (heard_at is null or changed_at > heard_at)',
})
export class CalcomPushEvidenceEntity {
  @PrimaryColumn({ type: 'uuid' })
  companyId!: TenantId;

  @PrimaryColumn({ type: 'integer' })
  calcomEventTypeId!: number;

  /** Of the last change that a webhook reported. */
  @Column({ type: 'timestamptz', nullable: true })
  heardAt!: Date | null;

  /** Of the last change that a listing showed. */
  @Column({ type: 'timestamptz', nullable: true })
  changedAt!: Date | null;

  /** When the gateway last made its webhook, or made it right. */
  @Column({ type: 'timestamptz', nullable: true })
  madeAt!: Date | null;

  @ToCompany()
  company?: CompanyEntity;
}
