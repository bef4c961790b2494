import { Check, Entity, Index, Unique } from 'typeorm';
import { BranchEntity } from './branches';
import { toCompany } from './companies';
import { boolean, created, id, table, tenantId, text, toSameCompany, updated, uuid } from './table';

/** A person who takes appointments. Who that is at Cal.com stands in `calcom_host_mappings`. */
@Entity('staff')
@Unique('uq_staff_company_id', ['companyId', 'id'])
@Check('ck_staff_email', `email <> ''`)
@Index('idx_staff_branch', ['companyId', 'branchId'])
export class StaffEntity extends table({
  id: id(),
  companyId: tenantId(),
  /** null: works in every branch. */
  branchId: uuid().nullable(),
  name: text(),
  email: text().nullable(),
  isActive: boolean().default(true),
  createdAt: created(),
  updatedAt: updated(),
  company: toCompany(),
  branch: toSameCompany(() => BranchEntity, 'branchId'),
}) {}
