import { Check, Entity, Index, Unique } from 'typeorm';
import { MAPPING_SOURCES } from '../services/admin/event-type-import';
import { BranchEntity } from './branches';
import { toCompany } from './companies';
import { column, table, toSameCompany } from './table';

/** A person who takes appointments. Who that is at Cal.com stands in `calcom_host_mappings`. */
@Entity('staff')
@Unique('uq_staff_company_id', ['companyId', 'id'])
@Check('ck_staff_email', `email <> ''`)
@Index('idx_staff_branch', ['companyId', 'branchId'])
export class StaffEntity extends table({
  id: column.id(),
  companyId: column.tenantId(),
  /** null: works in every branch. */
  branchId: column.uuid().nullable(),
  name: column.text(),
  email: column.text().nullable(),
  isActive: column.boolean().default(true),
  createdAt: column.created(),
  updatedAt: column.updated(),
  company: toCompany(),
  branch: toSameCompany(() => BranchEntity, 'branchId'),
}) {}

/** A Cal.com user who takes appointments of the company. */
@Entity('calcom_host_mappings')
@Unique('uq_calcom_host_mappings_host', ['companyId', 'calcomHostId'])
@Check('ck_calcom_host_mappings_confidence', 'confidence between 0 and 100')
@Index('uq_calcom_host_mappings_staff', ['companyId', 'staffId'], {
  unique: true,
  where: 'is_active and staff_id is not null',
})
@Index('idx_calcom_host_team', ['teamId'])
export class CalcomHostMappingEntity extends table({
  id: column.id(),
  companyId: column.tenantId(),
  /** null: no member of staff is matched with this user yet. */
  staffId: column.uuid().nullable(),
  calcomHostId: column.integer(),
  teamId: column.integer().nullable(),
  calcomName: column.text().nullable(),
  calcomEmail: column.text().nullable(),
  mappingSource: column.oneOf(MAPPING_SOURCES, 'ck_calcom_host_mappings_source').default('import'),
  /** 0–100, of an automatic match. */
  confidence: column.smallint().default(100),
  isActive: column.boolean().default(true),
  lastSyncedAt: column.instant().nullable(),
  createdAt: column.created(),
  updatedAt: column.updated(),
  company: toCompany(),
  staff: toSameCompany(() => StaffEntity, 'staffId'),
}) {}
