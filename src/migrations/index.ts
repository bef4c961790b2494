import type { MigrationInterface } from 'typeorm';
import { CreateTenants1763900000000 } from './1763900000000-create-tenants';
import { CreateCalls1763900100000 } from './1763900100000-create-calls';
import { CreateAppointments1763900200000 } from './1763900200000-create-appointments';
import { CreateOperations1763900300000 } from './1763900300000-create-operations';
import { AddPerformanceIndexes1763900400000 } from './1763900400000-add-performance-indexes';
import { AddOperatorIndexes1763900500000 } from './1763900500000-add-operator-indexes';
import { DropUnusedSchema1763900600000 } from './1763900600000-drop-unused-schema';
import { AddSearchIndexes1763900858000 } from './1763900858000-add-search-indexes';
import { AddServiceDetails1763900710000 } from './1763900710000-add-service-details';
import { AddRetellKeys1763900720000 } from './1763900720000-add-retell-keys';
import { LinkAppointmentsByNumber1763900735000 } from './1763900735000-link-appointments-by-number';
import { AddTokenRoles1763900740000 } from './1763900740000-add-token-roles';
import { AddPushEvidence1763900750000 } from './1763900750000-add-push-evidence';
import { AddHostsAndSettings1763900755000 } from './1763900755000-add-hosts-and-settings';
import { NoteGivenWebhookSecrets1763900760000 } from './1763900760000-note-given-webhook-secrets';
import { AddPlatforms1763900762000 } from './1763900762000-add-platforms';
import { AddEventTypeOwners1763900770000 } from './1763900770000-add-event-type-owners';
import { AddCallDays1763900866000 } from './1763900866000-add-call-days';
import { AddCallHours1763900835000 } from './1763900835000-add-call-hours';
import { AddCalcomHours1763900775000 } from './1763900775000-add-calcom-hours';
import { NoteMadeWebhooks1763900782000 } from './1763900782000-note-made-webhooks';
import { AddUnmappedCalls1763900784000 } from './1763900784000-add-unmapped-calls';
import { AddDisclosureAndConsent1763900785000 } from './1763900785000-add-disclosure-and-consent';
import { AddUsers1763900790000 } from './1763900790000-add-users';
import { AddJobProgress1763900795000 } from './1763900795000-add-job-progress';
import { AddConfirmations1763900797000 } from './1763900797000-add-confirmations';
import { AddHandOver1763900799000 } from './1763900799000-add-hand-over';
import { AddJobSteps1763900806000 } from './1763900806000-add-job-steps';
import { DropRevenueIndex1763900807000 } from './1763900807000-drop-revenue-index';
import { AddTokenMakers1763900831000 } from './1763900831000-add-token-makers';
import { AddAbsences1763900836000 } from './1763900836000-add-absences';
import { IndexOngoingCalls1763900841000 } from './1763900841000-index-ongoing-calls';
import { AddHolidays1763900846000 } from './1763900846000-add-holidays';
import { AddNotifications1763900853000 } from './1763900853000-add-notifications';
import { AddCallbackWork1763900856000 } from './1763900856000-add-callback-work';
import { AddCallTiming1763900877000 } from './1763900877000-add-call-timing';

/** Every migration, in order. */
export const migrations: (new () => MigrationInterface)[] = [
  CreateTenants1763900000000,
  CreateCalls1763900100000,
  CreateAppointments1763900200000,
  CreateOperations1763900300000,
  AddPerformanceIndexes1763900400000,
  AddOperatorIndexes1763900500000,
  DropUnusedSchema1763900600000,
  AddServiceDetails1763900710000,
  AddRetellKeys1763900720000,
  LinkAppointmentsByNumber1763900735000,
  AddTokenRoles1763900740000,
  AddPushEvidence1763900750000,
  AddHostsAndSettings1763900755000,
  NoteGivenWebhookSecrets1763900760000,
  AddPlatforms1763900762000,
  AddEventTypeOwners1763900770000,
  AddCalcomHours1763900775000,
  NoteMadeWebhooks1763900782000,
  AddUnmappedCalls1763900784000,
  AddDisclosureAndConsent1763900785000,
  AddUsers1763900790000,
  AddJobProgress1763900795000,
  AddConfirmations1763900797000,
  AddHandOver1763900799000,
  AddJobSteps1763900806000,
  DropRevenueIndex1763900807000,
  AddTokenMakers1763900831000,
  AddCallHours1763900835000,
  AddAbsences1763900836000,
  IndexOngoingCalls1763900841000,
  AddHolidays1763900846000,
  AddNotifications1763900853000,
  AddCallbackWork1763900856000,
  AddSearchIndexes1763900858000,
  AddCallDays1763900866000,
  AddCallTiming1763900877000,
];
