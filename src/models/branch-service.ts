import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { TenantId } from '../domain';
import { BranchEntity } from './branches';
import { ServiceEntity } from './services';
import { ToSameCompany } from './table';

/** Narrows a service without a branch of its own to the branches that are active here. */
@Entity('branch_service')
@Index('idx_branch_service_service', ['companyId', 'serviceId'])
export class BranchServiceEntity {
  @Column({ type: 'uuid' })
  companyId!: TenantId;

  @PrimaryColumn({ type: 'uuid' })
  branchId!: string;

  @PrimaryColumn({ type: 'uuid' })
  serviceId!: string;

  @Column({ type: 'boolean', default: true })
  isActive!: boolean;

  @ToSameCompany(() => BranchEntity, 'branchId', 'CASCADE')
  branch?: BranchEntity;

  @ToSameCompany(() => ServiceEntity, 'serviceId', 'CASCADE')
  service?: ServiceEntity;
}
