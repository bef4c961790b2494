import { Check, Entity, Index, Unique } from 'typeorm';
import type { OperationKind, OperationPayload, OperationState } from '../services/booking/ledger';
import { AppointmentEntity } from './appointments';
import { created, id, instant, integer, json, table, tenantId, text, toSameCompany, updated, uuid } from './table';

/** The intent ledger: what Cal.com is asked to do, written before it is asked. */
@Entity('booking_operations')
@Unique('uq_booking_operations_request', ['companyId', 'requestKey'])
@Unique('uq_booking_operations_gateway_key', ['gatewayKey'])
@Check('ck_booking_operations_kind', `kind in ('book', 'move', 'cancel', 'absence')`)
@Check(
  'ck_booking_operations_state',
  `state in ('intended', 'sent', 'unknown', 'confirmed', 'rejected', 'abandoned', 'compensated', 'review')`,
)
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
  where: `state in ('intended', 'sent', 'unknown', 'confirmed')`,
})
@Index('idx_booking_operations_open', ['settleAfter', 'leaseUntil'], {
  where: `state in ('intended', 'sent', 'unknown')`,
})
@Index('idx_booking_operations_appointment', ['companyId', 'appointmentId', 'createdAt'])
@Index('idx_booking_operations_call', ['companyId', 'callId'], { where: 'call_id is not null' })
export class BookingOperationEntity extends table({
  id: id(),
  companyId: tenantId(),
  kind: text<OperationKind>(),
  state: text<OperationState>().default('intended'),
  /** The same for a repeat of the same request; unique in the company. */
  requestKey: text(),
  /** The same for a second try at the same change; unique among operations under way or confirmed. */
  businessKey: text(),
  /** In the booking's metadata at Cal.com: how it is recognised as ours. */
  gatewayKey: text(),
  callId: text().nullable(),
  toolCallId: text().nullable(),
  appointmentId: uuid(),
  calcomEventTypeId: integer(),
  startsAt: instant(),
  endsAt: instant(),
  previousUid: text().nullable(),
  upstreamUid: text().nullable(),
  /** Everything needed to send the request once more. */
  payload: json<OperationPayload>(),
  error: text().nullable(),
  reposts: integer().default(0),
  leaseOwner: text().nullable(),
  /** Until then the operation belongs to `leaseOwner`; afterwards any process may take it over. */
  leaseUntil: instant().nullable(),
  /** Fencing token, grows with every take-over. */
  epoch: integer().default(0),
  sentAt: instant().nullable(),
  /** When an unknown outcome is looked up next. */
  settleAfter: instant().nullable(),
  settledAt: instant().nullable(),
  createdAt: created(),
  updatedAt: updated(),
  appointment: toSameCompany(() => AppointmentEntity, 'appointmentId'),
}) {}
