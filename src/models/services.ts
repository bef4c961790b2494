import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  PrimaryGeneratedColumn,
  Unique,
  UpdateDateColumn,
} from 'typeorm';
import type { EventTypeSettings, TenantId } from '../domain';
import { BranchEntity } from './branches';
import type { CompanyEntity } from './companies';
import { SqlIndex, ToCompany, ToSameCompany } from './table';

/** What can be booked: one Cal.com event type, in one branch or in all. */
@Entity('services')
@Unique('uq_services_company_id', ['companyId', 'id'])
@Check('ck_services_name', `name <> ''`)
@Check('ck_services_duration', 'duration_minutes between 1 and 1440')
@Check('ck_services_buffers', 'buffer_before_minutes >= 0 and buffer_after_minutes >= 0')
@Check('ck_services_notice', 'minimum_notice_minutes >= 0')
@Check('ck_services_price', 'price >= 0')
@Check('ck_services_event_type', 'calcom_event_type_id > 0')
@Check('ck_services_scheduling', `scheduling_type in ('single', 'roundRobin', 'collective')`)
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
export class ServiceEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  companyId!: TenantId;

  /** null: offered in every branch. */
  @Column({ type: 'uuid', nullable: true })
  branchId!: string | null;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'integer' })
  durationMinutes!: number;

  @Column({ type: 'integer', default: 0 })
  bufferBeforeMinutes!: number;

  @Column({ type: 'integer', default: 0 })
  bufferAfterMinutes!: number;

  @Column({ type: 'integer', default: 15 })
  minimumNoticeMinutes!: number;

  /** Decimal text, in the company's currency. */
  @Column({ type: 'numeric', precision: 10, scale: 2, nullable: true })
  price!: string | null;

  /** For callers and agents, in the company's language. */
  @Column({ type: 'text', nullable: true })
  description!: string | null;

  @Column({ type: 'integer' })
  calcomEventTypeId!: number;

  @Column({ type: 'integer', nullable: true })
  calcomTeamId!: number | null;

  /** When the event type was last imported; null: entered by hand. */
  @Column({ type: 'timestamptz', nullable: true })
  calcomSyncedAt!: Date | null;

  @Column({ type: 'text', default: 'single' })
  schedulingType!: 'single' | 'roundRobin' | 'collective';

  @Column({ type: 'integer', default: 1 })
  seats!: number;

  @Column({ type: 'boolean', default: false })
  requiresConfirmation!: boolean;

  @Column({ type: 'boolean', default: false })
  phoneOnly!: boolean;

  /** Required custom booking fields by slug, and what to send when the caller gave none. */
  @Column({ type: 'jsonb', default: {} })
  bookingFieldDefaults!: Record<string, string>;

  /** As of the last import; null: never imported. */
  @Column({ type: 'jsonb', nullable: true })
  calcomSettings!: EventTypeSettings | null;

  @Column({ type: 'boolean', default: true })
  isActive!: boolean;

  @Column({ type: 'boolean', default: false })
  isDefault!: boolean;

  @Column({ type: 'integer', default: 0 })
  priority!: number;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: Date;

  @ToCompany()
  company?: CompanyEntity;

  @ToSameCompany(() => BranchEntity, 'branchId')
  branch?: BranchEntity;
}

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
