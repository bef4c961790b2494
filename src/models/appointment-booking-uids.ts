import { Entity, Index } from 'typeorm';
import { AppointmentEntity } from './appointments';
import { created, table, tenantId, text, toSameCompany, uuid } from './table';

/** Every uid the appointment ever had: a move gives it a new one, and old ones go on arriving. */
@Entity('appointment_booking_uids')
@Index('idx_appointment_booking_uids_appointment', ['companyId', 'appointmentId'])
// A webhook knows the uid before it knows the company.
@Index('idx_appointment_booking_uids_uid', ['uid'])
export class AppointmentBookingUidEntity extends table({
  companyId: tenantId().primary(),
  uid: text().primary(),
  appointmentId: uuid(),
  createdAt: created(),
  appointment: toSameCompany(() => AppointmentEntity, 'appointmentId', 'CASCADE'),
}) {}
