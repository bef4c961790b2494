import { Entity, Index } from 'typeorm';
import { BranchEntity } from './branches';
import { ServiceEntity } from './services';
import { boolean, table, tenantId, toSameCompany, uuid } from './table';

/** Narrows a service without a branch of its own to the branches that are active here. */
@Entity('branch_service')
@Index('idx_branch_service_service', ['companyId', 'serviceId'])
export class BranchServiceEntity extends table({
  companyId: tenantId(),
  branchId: uuid().primary(),
  serviceId: uuid().primary(),
  isActive: boolean().default(true),
  branch: toSameCompany(() => BranchEntity, 'branchId', 'CASCADE'),
  service: toSameCompany(() => ServiceEntity, 'serviceId', 'CASCADE'),
}) {}
