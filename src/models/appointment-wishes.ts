import { Entity, Index } from 'typeorm';
import { BranchEntity } from './branches';
import { CustomerEntity } from './customers';
import { ServiceEntity } from './services';
import { created, id, instant, table, tenantId, text, toSameCompany, uuid } from './table';

/** Demand that could not be met. */
@Entity('appointment_wishes')
@Index('idx_appointment_wishes_company', ['companyId', 'createdAt'])
export class AppointmentWishEntity extends table({
  id: id(),
  companyId: tenantId(),
  branchId: uuid(),
  callId: text().nullable(),
  customerId: uuid().nullable(),
  serviceId: uuid().nullable(),
  desiredAt: instant().nullable(),
  createdAt: created(),
  branch: toSameCompany(() => BranchEntity, 'branchId'),
  customer: toSameCompany(() => CustomerEntity, 'customerId'),
  service: toSameCompany(() => ServiceEntity, 'serviceId'),
}) {}
