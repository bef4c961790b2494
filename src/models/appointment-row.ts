import type { Appointment, AppointmentStatus, TenantId } from '../domain';

/** A row of `appointments` as Postgres returns it, as far as the domain knows it. */
export interface AppointmentRow {
  id: string;
  company_id: TenantId;
  branch_id: string;
  service_id: string | null;
  staff_id: string | null;
  customer_id: string | null;
  call_id: string | null;
  starts_at: Date;
  ends_at: Date;
  status: AppointmentStatus;
  calcom_event_type_id: number;
  calcom_booking_uid: string | null;
  calcom_host_id: number | null;
  attendee_name: string;
  sync_origin: Appointment['syncOrigin'];
  requires_manual_review: boolean;
  created_at: Date;
}

export const APPOINTMENT_COLUMNS = `id, company_id, branch_id, service_id, staff_id, customer_id, call_id, starts_at,
  ends_at, status, calcom_event_type_id, calcom_booking_uid, calcom_host_id, attendee_name, sync_origin,
  requires_manual_review, created_at`;

export function toAppointment(row: AppointmentRow): Appointment {
  return {
    id: row.id,
    companyId: row.company_id,
    branchId: row.branch_id,
    serviceId: row.service_id,
    staffId: row.staff_id,
    customerId: row.customer_id,
    callId: row.call_id,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    status: row.status,
    calcomEventTypeId: row.calcom_event_type_id,
    calcomBookingUid: row.calcom_booking_uid,
    calcomHostId: row.calcom_host_id,
    attendeeName: row.attendee_name,
    syncOrigin: row.sync_origin,
    requiresManualReview: row.requires_manual_review,
    createdAt: row.created_at,
  };
}
