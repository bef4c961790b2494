import type { DataSource } from 'typeorm';
import { AdminAuditStore } from './admin-audit-store';
import { AdminCompanyWriter } from './admin-company-writer';
import { AdminFiguresStore } from './admin-figures-store';
import { AdminImportStore } from './admin-import-store';
import { AdminOperationsStore } from './admin-operations-store';
import { AdminRecordReader } from './admin-record-reader';
import { AdminSetupWriter } from './admin-setup-writer';
import { AdminTokenStore } from './admin-token-store';
import { PostgresAppointmentStore } from './appointment-store';
import { BookingLedgerStore } from './booking-ledger-store';
import { PostgresCalcomHourStore } from './calcom-hour-store';
import { CallHourStore } from './call-hour-store';
import { PostgresCallStore, PostgresInvocationStore, UnmappedCallStore } from './call-store';
import { PostgresCallbackStore } from './callback-store';
import { CompanyStore } from './company-store';
import { PostgresCustomerStore } from './customer-store';
import { EventTypeClaims, EventTypeOwnerStore } from './event-type-owners';
import { PostgresJobStore } from './job-store';
import { PostgresNotificationStore } from './notification-store';
import { PostgresPushStore } from './push-store';
import { PostgresRetentionStore } from './retention-store';
import { PostgresSetupFaultStore } from './setup-fault-store';
import { PostgresSyncStore } from './sync-store';
import { TenantStore } from './tenant-store';
import { PostgresUserStore } from './user-store';
import { WebhookInboxStore } from './webhook-inbox-store';

/**
 * Every store, on one database.
 * @param platformKeyId the fingerprint of the platform's Cal.com key
 */
export function createStores(database: DataSource, platformKeyId: string) {
  const claims = new EventTypeClaims(platformKeyId);
  return {
    appointments: new PostgresAppointmentStore(database),
    audit: new AdminAuditStore(database),
    callHours: new CallHourStore(database),
    callbacks: new PostgresCallbackStore(database),
    calls: new PostgresCallStore(database),
    companies: new CompanyStore(database),
    companyWriter: new AdminCompanyWriter(database, claims),
    customers: new PostgresCustomerStore(database),
    eventTypes: new EventTypeOwnerStore(database, claims),
    figures: new AdminFiguresStore(database),
    hours: new PostgresCalcomHourStore(database),
    imports: new AdminImportStore(database, claims),
    inbox: new WebhookInboxStore(database),
    invocations: new PostgresInvocationStore(database),
    jobs: new PostgresJobStore(database),
    ledger: new BookingLedgerStore(database),
    notifications: new PostgresNotificationStore(database),
    operations: new AdminOperationsStore(database),
    pushStore: new PostgresPushStore(database),
    reader: new AdminRecordReader(database),
    retention: new PostgresRetentionStore(database),
    setupFaults: new PostgresSetupFaultStore(database),
    setupWriter: new AdminSetupWriter(database, claims),
    sync: new PostgresSyncStore(database),
    tenantStore: new TenantStore(database),
    tokens: new AdminTokenStore(database),
    unmappedCalls: new UnmappedCallStore(database),
    users: new PostgresUserStore(database),
  };
}
