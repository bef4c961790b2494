import type { DataSource } from 'typeorm';
import { tenantId, type TenantId } from '../../src/domain';

export interface CompanyFixture {
  companyId: TenantId;
  branchId: string;
  serviceId: string;
  staffId: string;
}

let count = 0;

/** A company with one branch, one person (Cal.com user 1) and one service (event type 100). */
export async function makeCompany(source: DataSource, options: { timeZone?: string } = {}): Promise<CompanyFixture> {
  const slug = `company-${++count}`;
  const one = async (text: string, params: unknown[]): Promise<string> => (await source.query(text, params))[0].id;
  const companyId = await one(`insert into companies (name, slug) values ($1, $1) returning id`, [slug]);
  const branchId = await one(
    `insert into branches (company_id, name, time_zone) values ($1, 'Mitte', $2) returning id`,
    [companyId, options.timeZone ?? 'Europe/Berlin'],
  );
  const staffId = await one(`insert into staff (company_id, name) values ($1, 'Kim') returning id`, [companyId]);
  await source.query(`insert into calcom_host_mappings (company_id, staff_id, calcom_host_id) values ($1, $2, 1)`, [
    companyId,
    staffId,
  ]);
  const serviceId = await one(
    `insert into services (company_id, name, duration_minutes, calcom_event_type_id) values ($1, 'Massage', 30, 100) returning id`,
    [companyId],
  );
  return { companyId: tenantId(companyId), branchId, serviceId, staffId };
}

export interface AppointmentFixture {
  startsAt: string;
  endsAt: string;
  status?: string;
  hostId?: number | null;
  exclusive?: boolean;
  uid?: string | null;
  serviceId?: string | null;
  branchId?: string;
  customerId?: string | null;
  callId?: string | null;
  createdAt?: string;
}

export async function makeAppointment(
  source: DataSource,
  company: CompanyFixture,
  given: AppointmentFixture,
): Promise<string> {
  const status = given.status ?? 'booked';
  const uid = given.uid === undefined ? `uid-${++count}` : given.uid;
  const [row] = await source.query(
    `insert into appointments (company_id, branch_id, service_id, customer_id, call_id, starts_at, ends_at, time_zone, status,
       attendee_name, sync_origin, exclusive, calcom_event_type_id, calcom_booking_uid, calcom_host_id, cancelled_at, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, 'Europe/Berlin', $8, 'Erika Muster', 'retell', $9, 100, $10, $11, $12, coalesce($13, now()))
     returning id`,
    [
      company.companyId,
      given.branchId ?? company.branchId,
      given.serviceId === undefined ? company.serviceId : given.serviceId,
      given.customerId ?? null,
      given.callId ?? null,
      given.startsAt,
      given.endsAt,
      status,
      given.exclusive ?? true,
      uid,
      given.hostId === undefined ? 1 : given.hostId,
      status === 'cancelled' ? new Date() : null,
      given.createdAt ?? null,
    ],
  );
  return row.id;
}
