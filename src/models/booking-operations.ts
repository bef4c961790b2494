import { Check, Entity, Index, Unique } from 'typeorm';
import {
  OPERATION_KINDS,
  OPERATION_STATES,
  type Operation,
  type OperationPayload,
  type OperationState,
  operationPayload,
} from '../services/booking/ledger';
import { AppointmentEntity } from './appointments';
import { among, column, columnsExcept, table, toSameCompany } from './table';

/** Of operations whose outcome is still to come. */
export const UNDER_WAY_STATES = ['intended', 'sent', 'unknown'] as const satisfies OperationState[];
/** Condition after the table's alias. */
export const UNDER_WAY = among('state', UNDER_WAY_STATES);

/** The intent ledger: what Cal.com is asked to do, written before it is asked. */
@Entity('booking_operations')
@Unique('uq_booking_operations_request', ['companyId', 'requestKey'])
@Unique('uq_booking_operations_gateway_key', ['gatewayKey'])
@Check('ck_booking_operations_times', 'ends_at > starts_at')
@Check('ck_booking_operations_previous', `kind = 'book' or previous_uid is not null`)
@Check('ck_booking_operations_sent', `state <> 'sent' or sent_at is not null`)
// An operation under way is always leased until a known moment, so that none is forgotten.
@Check('ck_booking_operations_lease', `state not in ('intended', 'sent') or lease_until is not null`)
@Check('ck_booking_operations_settling', `state <> 'unknown' or settle_after is not null`)
@Check('ck_booking_operations_settled', `(settled_at is not null) = (state not in ('intended', 'sent', 'unknown'))`)
// The same change is under way, or done, at most once.
@Index('uq_booking_operations_business', ['companyId', 'businessKey'], {
  unique: true,
  where: among('state', [...UNDER_WAY_STATES, 'confirmed']),
})
@Index('idx_booking_operations_open', ['settleAfter', 'leaseUntil'], { where: UNDER_WAY })
@Index('idx_booking_operations_appointment', ['companyId', 'appointmentId', 'createdAt'])
@Index('idx_booking_operations_call', ['companyId', 'callId'], { where: 'call_id is not null' })
export class BookingOperationEntity extends table({
  id: column.id(),
  companyId: column.tenantId(),
  kind: column.oneOf(OPERATION_KINDS),
  state: column.oneOf(OPERATION_STATES).default('intended'),
  /** The same for a repeat of the same request; unique in the company. */
  requestKey: column.text(),
  /** The same for a second try at the same change; unique among operations under way or confirmed. */
  businessKey: column.text(),
  /** In the booking's metadata at Cal.com: how it is recognised as ours. */
  gatewayKey: column.text(),
  callId: column.text().nullable(),
  toolCallId: column.text().nullable(),
  appointmentId: column.uuid(),
  calcomEventTypeId: column.integer(),
  startsAt: column.instant(),
  endsAt: column.instant(),
  previousUid: column.text().nullable(),
  upstreamUid: column.text().nullable(),
  /** Everything needed to send the request once more. */
  payload: column.json<OperationPayload>(),
  error: column.text().nullable(),
  reposts: column.integer().default(0),
  leaseOwner: column.text().nullable(),
  /** Until then the operation belongs to `leaseOwner`; afterwards any process may take it over. */
  leaseUntil: column.instant().nullable(),
  /** Fencing token, grows with every take-over. */
  epoch: column.integer().default(0),
  sentAt: column.instant().nullable(),
  /** When an unknown outcome is looked up next. */
  settleAfter: column.instant().nullable(),
  settledAt: column.instant().nullable(),
  createdAt: column.created(),
  updatedAt: column.updated(),
  appointment: toSameCompany(() => AppointmentEntity, 'appointmentId'),
}) {}

/** What the services know of an operation. */
export const OPERATION_FIELDS = columnsExcept(
  BookingOperationEntity,
  ...(['toolCallId', 'leaseOwner', 'leaseUntil', 'settleAfter', 'settledAt', 'updatedAt'] as const),
);

export type OperationRow = Pick<BookingOperationEntity, (typeof OPERATION_FIELDS)[number]>;

export function toOperation(row: OperationRow): Operation {
  const { calcomEventTypeId, startsAt, endsAt, error, ...same } = row;
  return {
    ...same,
    ...{ eventTypeId: calcomEventTypeId, startAt: startsAt, endAt: endsAt, reason: error },
    payload: operationPayload.parse(row.payload),
  };
}
