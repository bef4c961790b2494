import { AlertEntity } from './alerts';
import { ApiTokenEntity } from './api-tokens';
import { AppointmentBookingUidEntity } from './appointment-booking-uids';
import { AppointmentModificationEntity } from './appointment-modifications';
import { AppointmentWishEntity } from './appointment-wishes';
import { AppointmentEntity } from './appointments';
import { AuditLogEntity } from './audit-log';
import { BookingOperationEntity } from './booking-operations';
import { BranchServiceEntity } from './branch-service';
import { BranchEntity } from './branches';
import { CalcomEventTypeHostEntity } from './calcom-event-type-hosts';
import { CalcomEventTypeOwnerEntity } from './calcom-event-type-owners';
import { CalcomHostMappingEntity } from './calcom-host-mappings';
import { CalcomHourEntity } from './calcom-hours';
import { CalcomPushEvidenceEntity } from './calcom-push-evidence';
import { CallToolInvocationEntity } from './call-tool-invocations';
import { CallbackNoteEntity } from './callback-notes';
import { CallbackRequestEntity } from './callback-requests';
import { CallDayEntity, CallHourEntity } from './call-hours';
import { CallEntity } from './calls';
import { CompanyEntity } from './companies';
import { CustomerEntity } from './customers';
import { HolidayEntity } from './holidays';
import { JobEntity } from './jobs';
import { ManualReviewEntity } from './manual-reviews';
import { NotificationChannelEntity } from './notification-channels';
import { NotificationItemEntity } from './notification-items';
import { NotificationMessageEntity } from './notification-messages';
import { PhoneNumberEntity } from './phone-numbers';
import { RetellAgentEntity } from './retell-agents';
import { ServiceStaffEntity } from './service-staff';
import { ServiceSynonymEntity } from './service-synonyms';
import { ServiceEntity } from './services';
import { StaffEntity } from './staff';
import { SyncCursorEntity } from './sync-cursors';
import { UnmappedCallEntity } from './unmapped-calls';
import { UserLinkEntity } from './user-links';
import { UserSessionEntity } from './user-sessions';
import { UserEntity } from './users';
import { WebhookEventEntity } from './webhook-events';

/** Every table. Its entity declares columns, constraints, relations and indexes; a test compares them with the migrations. */
export const entities: (new () => object)[] = [
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
  CalcomEventTypeOwnerEntity,
  CalcomPushEvidenceEntity,
  CalcomHourEntity,
  PhoneNumberEntity,
  RetellAgentEntity,
  CustomerEntity,
  CallEntity,
  CallToolInvocationEntity,
  CallHourEntity,
  CallDayEntity,
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
  ApiTokenEntity,
  AuditLogEntity,
  UserEntity,
  UserSessionEntity,
  UserLinkEntity,
  NotificationChannelEntity,
  NotificationMessageEntity,
  NotificationItemEntity,
];
