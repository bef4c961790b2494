import { AlertEntity } from './alert-entity';
import { ApiTokenEntity } from './api-token-entity';
import { AppointmentEntity } from './appointment-entity';
import { AppointmentBookingUidEntity, AppointmentModificationEntity } from './appointment-history-entity';
import { AppointmentWishEntity } from './appointment-wish-entity';
import { AuditLogEntity } from './audit-log-entity';
import { BookingOperationEntity } from './booking-operation-entity';
import { BranchEntity } from './branch-entity';
import { CalcomEventTypeHostEntity, CalcomHostMappingEntity } from './calcom-host-entity';
import { CallEntity } from './call-entity';
import { CallToolInvocationEntity } from './call-tool-invocation-entity';
import { CallbackRequestEntity } from './callback-request-entity';
import { CompanyEntity } from './company-entity';
import { CustomerEntity } from './customer-entity';
import { JobEntity } from './job-entity';
import { ManualReviewEntity } from './manual-review-entity';
import { PhoneNumberEntity, RetellAgentEntity } from './phone-line-entity';
import { ServiceEntity, ServiceSynonymEntity } from './service-entity';
import { BranchServiceEntity, ServiceStaffEntity } from './service-offer-entity';
import { SlotReservationEntity } from './slot-reservation-entity';
import { StaffEntity } from './staff-entity';
import { SyncCursorEntity } from './sync-cursor-entity';
import { WebhookEventEntity } from './webhook-event-entity';

/** Every entity, listed for TypeORM. Constraints and indexes stand in the migrations, which are written by hand. */
export const entities: (new () => object)[] = [
  CompanyEntity,
  BranchEntity,
  StaffEntity,
  ServiceEntity,
  ServiceSynonymEntity,
  BranchServiceEntity,
  ServiceStaffEntity,
  CalcomHostMappingEntity,
  CalcomEventTypeHostEntity,
  PhoneNumberEntity,
  RetellAgentEntity,
  CustomerEntity,
  CallEntity,
  CallToolInvocationEntity,
  CallbackRequestEntity,
  AppointmentWishEntity,
  AppointmentEntity,
  AppointmentBookingUidEntity,
  AppointmentModificationEntity,
  BookingOperationEntity,
  SlotReservationEntity,
  ManualReviewEntity,
  WebhookEventEntity,
  JobEntity,
  SyncCursorEntity,
  AlertEntity,
  ApiTokenEntity,
  AuditLogEntity,
];
