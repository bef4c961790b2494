import { z } from 'zod';
import type { Operation, OperationPayload } from '../services/booking/ledger';
import { LANGUAGE_CODES } from '../domain';
import type { BookingOperationEntity } from './booking-operations';

/** What the services know of an operation. */
export const OPERATION_FIELDS = [
  'id',
  'companyId',
  'kind',
  'state',
  'requestKey',
  'businessKey',
  'gatewayKey',
  'callId',
  'appointmentId',
  'calcomEventTypeId',
  'startsAt',
  'endsAt',
  'previousUid',
  'upstreamUid',
  'payload',
  'error',
  'reposts',
  'epoch',
  'sentAt',
  'createdAt',
] as const satisfies readonly (keyof BookingOperationEntity)[];

export type OperationRow = Pick<BookingOperationEntity, (typeof OPERATION_FIELDS)[number]>;

/** A row of an older version may lack newer fields. */
const payload: z.ZodType<OperationPayload> = z.object({
  branchId: z.string(),
  serviceId: z.string().nullable().default(null),
  serviceName: z.string().default(''),
  timeZone: z.string().default('UTC'),
  language: z.enum(LANGUAGE_CODES).default('de'),
  hostIds: z.array(z.number()).default([]),
  wishedHostIds: z.array(z.number()).default([]),
  wishedHostId: z.number().nullable().default(null),
  isHostRequired: z.boolean().default(false),
  seats: z.number().default(1),
  lengthMinutes: z.number().nullable().default(null),
  attendee: z.object({ name: z.string(), phone: z.string().nullable(), email: z.string().nullable() }),
  responses: z.record(z.string(), z.string()).default({}),
  notes: z.string().nullable().default(null),
  customerId: z.string().nullable().default(null),
  previous: z.object({ startAt: z.string(), endAt: z.string() }).nullable().default(null),
  reason: z.string().nullable().default(null),
  absent: z.boolean().optional(),
  origin: z.enum(['retell', 'admin']).default('retell'),
});

export function toOperation(row: OperationRow): Operation {
  const { calcomEventTypeId, startsAt, endsAt, error, ...same } = row;
  return {
    ...same,
    ...{ eventTypeId: calcomEventTypeId, startAt: startsAt, endAt: endsAt, reason: error },
    payload: payload.parse(row.payload),
  };
}
