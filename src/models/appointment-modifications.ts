import { Check, Entity, Index } from 'typeorm';
import { AppointmentEntity } from './appointments';
import { created, id, json, table, tenantId, text, toSameCompany, uuid } from './table';

/** A move, a cancellation or a customer's absence that happened; `attended` takes an absence back. */
@Entity('appointment_modifications')
@Check('ck_appointment_modifications_type', `type in ('cancel', 'reschedule', 'no_show', 'attended')`)
@Check('ck_appointment_modifications_by', `modified_by in ('retell', 'calcom', 'admin')`)
@Index('idx_appointment_modifications_appointment', ['companyId', 'appointmentId', 'createdAt'])
export class AppointmentModificationEntity extends table({
  id: id(),
  companyId: tenantId(),
  appointmentId: uuid(),
  type: text<'cancel' | 'reschedule' | 'no_show' | 'attended'>(),
  reason: text().nullable(),
  modifiedBy: text<'retell' | 'calcom' | 'admin'>(),
  metadata: json<Record<string, unknown>>().default({}),
  createdAt: created(),
  appointment: toSameCompany(() => AppointmentEntity, 'appointmentId', 'CASCADE'),
}) {}
