import { AlertEntity, ManualReviewEntity } from './alerts';
import { ApiTokenEntity } from './api-tokens';
import {
  AppointmentBookingUidEntity,
  AppointmentEntity,
  AppointmentModificationEntity,
  AppointmentWishEntity,
} from './appointments';
import { AuditLogEntity } from './audit-log';
import { BookingOperationEntity } from './booking-operations';
import { BranchServiceEntity, ServiceEntity, ServiceStaffEntity, ServiceSynonymEntity } from './services';
import { BranchEntity, HolidayEntity } from './branches';
import {
  CalcomEventTypeHostEntity,
  CalcomEventTypeOwnerEntity,
  CalcomPushEvidenceEntity,
  SyncCursorEntity,
} from './calcom-event-types';
import { CalcomHostMappingEntity, StaffEntity } from './staff';
import { CalcomHourEntity } from './calcom-hours';
import { CallEntity, CallToolInvocationEntity, UnmappedCallEntity } from './calls';
import { CallbackNoteEntity, CallbackRequestEntity } from './callback-requests';
import { CallDayEntity, CallHourEntity } from './call-hours';
import { CompanyEntity } from './companies';
import { CustomerEntity } from './customers';
import { JobEntity } from './jobs';
import { NotificationChannelEntity, NotificationItemEntity, NotificationMessageEntity } from './notifications';
import { PhoneNumberEntity, RetellAgentEntity } from './phone-numbers';
import { UserEntity, UserLinkEntity, UserSessionEntity } from './users';
import { WebhookEventEntity } from './webhook-events';

type EntityClass = new () => object;

/** What a company says about itself and its staff, and figures. No caller is named in it. */
export const setupEntities: EntityClass[] = [
  CompanyEntity,
  BranchEntity,
  HolidayEntity,
  StaffEntity,
  ServiceEntity,
  ServiceSynonymEntity,
  BranchServiceEntity,
  ServiceStaffEntity,
  CalcomHostMappingEntity,
  CalcomEventTypeHostEntity,
  PhoneNumberEntity,
  RetellAgentEntity,
  ApiTokenEntity,
  CalcomHourEntity,
  CallHourEntity,
  CallDayEntity,
  UserEntity,
  UserSessionEntity,
  UserLinkEntity,
  NotificationChannelEntity,
  NotificationMessageEntity,
  NotificationItemEntity,
];

/** Every table. Its entity declares columns, constraints, relations and indexes; a test compares them with the migrations. */
export const entities: EntityClass[] = [
  ...setupEntities,
  CalcomEventTypeOwnerEntity,
  CalcomPushEvidenceEntity,
  CustomerEntity,
  CallEntity,
  CallToolInvocationEntity,
  UnmappedCallEntity,
  CallbackRequestEntity,
  CallbackNoteEntity,
  AppointmentWishEntity,
  AppointmentEntity,
  AppointmentBookingUidEntity,
  AppointmentModificationEntity,
  BookingOperationEntity,
  ManualReviewEntity,
  WebhookEventEntity,
  JobEntity,
  SyncCursorEntity,
  AlertEntity,
  AuditLogEntity,
];
