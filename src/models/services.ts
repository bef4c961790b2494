import { Check, Entity, Index, Unique } from 'typeorm';
import { SCHEDULING_TYPES, type EventTypeSettings } from '../domain';
import { BranchEntity } from './branches';
import { toCompany } from './companies';
import { StaffEntity } from './staff';
import { column, SqlIndex, table, toSameCompany } from './table';

/** What can be booked: one Cal.com event type, in one branch or in all. */
@Entity('services')
@Unique('uq_services_company_id', ['companyId', 'id'])
@Check('ck_services_name', `name <> ''`)
@Check('ck_services_duration', 'duration_minutes between 1 and 1440')
@Check('ck_services_buffers', 'buffer_before_minutes >= 0 and buffer_after_minutes >= 0')
@Check('ck_services_notice', 'minimum_notice_minutes >= 0')
@Check('ck_services_price', 'price >= 0')
@Check('ck_services_event_type', 'calcom_event_type_id > 0')
@Check('ck_services_seats', 'seats >= 1')
@Check('ck_services_field_defaults', `jsonb_typeof(booking_field_defaults) = 'object'`)
@Check('ck_services_calcom_settings', `jsonb_typeof(calcom_settings) = 'object'`)
// One row per event type and branch; "every branch" counts as a branch of its own.
@SqlIndex(
  'uq_services_event_type',
  `(company_id, (coalesce(branch_id, '00000000-0000-0000-0000-000000000000'::uuid)), calcom_event_type_id)`,
  { unique: true },
)
@Index('idx_services_calcom_event_type', ['calcomEventTypeId'])
@Index('idx_services_company_calcom', ['companyId', 'calcomEventTypeId'])
export class ServiceEntity extends table({
  id: column.id(),
  companyId: column.tenantId(),
  /** null: offered in every branch. */
  branchId: column.uuid().nullable(),
  name: column.text(),
  durationMinutes: column.integer(),
  bufferBeforeMinutes: column.integer().default(0),
  bufferAfterMinutes: column.integer().default(0),
  minimumNoticeMinutes: column.integer().default(15),
  /** Decimal text, in the company's currency. */
  price: column.decimal().nullable(),
  /** For callers and agents, in the company's language. */
  description: column.text().nullable(),
  calcomEventTypeId: column.integer(),
  calcomTeamId: column.integer().nullable(),
  /** When the event type was last imported; null: entered by hand. */
  calcomSyncedAt: column.instant().nullable(),
  schedulingType: column.oneOf(SCHEDULING_TYPES, 'ck_services_scheduling').default('single'),
  seats: column.integer().default(1),
  requiresConfirmation: column.boolean().default(false),
  phoneOnly: column.boolean().default(false),
  /** Required custom booking fields by slug, and what to send when the caller gave none. */
  bookingFieldDefaults: column.json<Record<string, string>>().default({}),
  /** As of the last import; null: never imported. */
  calcomSettings: column.json<EventTypeSettings>().nullable(),
  isActive: column.boolean().default(true),
  isDefault: column.boolean().default(false),
  priority: column.integer().default(0),
  createdAt: column.created(),
  updatedAt: column.updated(),
  company: toCompany(),
  branch: toSameCompany(() => BranchEntity, 'branchId'),
}) {}

/** What is kept of an event type in `calcom_settings`. */
export const EVENT_TYPE_SETTINGS = [
  'hostSubsetEnabled',
  'cancellingDisabled',
  'reschedulingDisabled',
  'rescheduleNoticeMinutes',
  'lengthOptionsMinutes',
  'hidden',
  'price',
  'requiredFields',
  'locations',
  'bookingLimits',
  'obstacles',
] as const satisfies readonly (keyof EventTypeSettings)[];

/** Another word callers use for a service; unique per service, whatever its case. */
@Entity('service_synonyms')
@Check('ck_service_synonyms_synonym', `synonym <> ''`)
@Check('ck_service_synonyms_confidence', 'confidence between 0 and 100')
@SqlIndex('uq_service_synonyms', '(service_id, lower(synonym))', { unique: true })
@Index('idx_service_synonyms_service', ['companyId', 'serviceId'])
export class ServiceSynonymEntity extends table({
  id: column.id(),
  companyId: column.tenantId(),
  serviceId: column.uuid(),
  synonym: column.text(),
  /** 0–100; higher ones are preferred. */
  confidence: column.smallint().default(100),
  createdAt: column.created(),
  service: toSameCompany(() => ServiceEntity, 'serviceId', 'CASCADE'),
}) {}

/** Who provides a service. */
@Entity('service_staff')
@Index('idx_service_staff_staff', ['companyId', 'staffId'])
export class ServiceStaffEntity extends table({
  companyId: column.tenantId(),
  serviceId: column.uuid().primary(),
  staffId: column.uuid().primary(),
  /** The person's own event type for this service; null: the service's. */
  calcomEventTypeId: column.integer().nullable(),
  isActive: column.boolean().default(true),
  service: toSameCompany(() => ServiceEntity, 'serviceId', 'CASCADE'),
  staff: toSameCompany(() => StaffEntity, 'staffId', 'CASCADE'),
}) {}

/** Narrows a service without a branch of its own to the branches that are active here. */
@Entity('branch_service')
@Index('idx_branch_service_service', ['companyId', 'serviceId'])
export class BranchServiceEntity extends table({
  companyId: column.tenantId(),
  branchId: column.uuid().primary(),
  serviceId: column.uuid().primary(),
  isActive: column.boolean().default(true),
  branch: toSameCompany(() => BranchEntity, 'branchId', 'CASCADE'),
  service: toSameCompany(() => ServiceEntity, 'serviceId', 'CASCADE'),
}) {}
