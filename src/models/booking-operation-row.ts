import { z } from 'zod';
import type { Operation, OperationPayload } from '../services/booking/ledger';
import { LANGUAGE_CODES, tenantId } from '../domain';

export interface OperationRow {
  id: string;
  company_id: string;
  kind: Operation['kind'];
  state: Operation['state'];
  request_key: string;
  business_key: string;
  gateway_key: string;
  call_id: string | null;
  appointment_id: string;
  calcom_event_type_id: number;
  starts_at: Date;
  ends_at: Date;
  previous_uid: string | null;
  upstream_uid: string | null;
  payload: unknown;
  error: string | null;
  reposts: number;
  epoch: number;
  sent_at: Date | null;
  created_at: Date;
}

export const OPERATION_COLUMNS = `id, company_id, kind, state, request_key, business_key, gateway_key, call_id, appointment_id,
  calcom_event_type_id, starts_at, ends_at, previous_uid, upstream_uid, payload, error, reposts, epoch, sent_at, created_at`;

/** A row of an older version may lack newer fields. */
const payload: z.ZodType<OperationPayload> = z.object({
  branchId: z.string(),
  serviceId: z.string().nullable().default(null),
  serviceName: z.string().default(''),
  timeZone: z.string().default('UTC'),
  language: z.enum(LANGUAGE_CODES).default('de'),
  hostIds: z.array(z.number()).default([]),
  wishedHostIds: z.array(z.number()).default([]),
  seats: z.number().default(1),
  attendee: z.object({ name: z.string(), phone: z.string().nullable(), email: z.string().nullable() }),
  responses: z.record(z.string(), z.string()).default({}),
  notes: z.string().nullable().default(null),
  customerId: z.string().nullable().default(null),
  previous: z.object({ startAt: z.string(), endAt: z.string() }).nullable().default(null),
  reason: z.string().nullable().default(null),
  origin: z.enum(['retell', 'admin']).default('retell'),
});

export function toOperation(row: OperationRow): Operation {
  return {
    id: row.id,
    companyId: tenantId(row.company_id),
    kind: row.kind,
    state: row.state,
    requestKey: row.request_key,
    businessKey: row.business_key,
    gatewayKey: row.gateway_key,
    callId: row.call_id,
    appointmentId: row.appointment_id,
    eventTypeId: row.calcom_event_type_id,
    startAt: row.starts_at,
    endAt: row.ends_at,
    previousUid: row.previous_uid,
    upstreamUid: row.upstream_uid,
    payload: payload.parse(row.payload),
    reason: row.error,
    reposts: row.reposts,
    epoch: row.epoch,
    sentAt: row.sent_at,
    createdAt: row.created_at,
  };
}
