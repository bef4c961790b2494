import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { TenantId } from '../domain';
import type { CompanyEntity } from './companies';
import { ToCompany } from './table';

/** Which company an event type of a Cal.com account belongs to: at most one. */
@Entity('calcom_event_type_owners')
@Index('idx_calcom_event_type_owners_company', ['companyId'])
export class CalcomEventTypeOwnerEntity {
  /** Id of a company's own key, `platform` for the platform's. */
  @PrimaryColumn({ type: 'text' })
  calcomKeyId!: string;

  @PrimaryColumn({ type: 'integer' })
  calcomEventTypeId!: number;

  /** null: several companies used it before each had one owner, and the platform has not decided yet. */
  @Column({ type: 'uuid', nullable: true })
  companyId!: TenantId | null;

  @ToCompany()
  company?: CompanyEntity;
}
