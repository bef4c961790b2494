import { z } from 'zod';
import { DEFAULT_LANGUAGE, LANGUAGE_CODES, type Appointment, type TenantId } from '../../domain';
import type { UpstreamBooking } from '../calcom/calcom-ports';
import type { OperationReason, RefusalReason } from './reason-texts';

/** `absence`: the customer did not come, or that is taken back. */
export const OPERATION_KINDS = ['book', 'move', 'cancel', 'absence'] as const;
export type OperationKind = (typeof OPERATION_KINDS)[number];

/**
 * intended → sent → confirmed | rejected, or unknown until settled. `abandoned` never reached Cal.com and frees its
 * keys; `compensated` reached Cal.com and was undone; `review` is for a person.
 */
export const OPERATION_STATES = [
  'intended',
  'sent',
  'unknown',
  'confirmed',
  'rejected',
  'abandoned',
  'compensated',
  'review',
] as const;
export type OperationState = (typeof OPERATION_STATES)[number];

/**
 * Everything needed to send the request, to find it at Cal.com, and to send it again after a crash. A row of an older
 * version may lack newer fields.
 */
export const operationPayload = z.object({
  branchId: z.string(),
  serviceId: z.string().nullable().default(null),
  serviceName: z.string().default(''),
  timeZone: z.string().default('UTC'),
  language: z.enum(LANGUAGE_CODES).default(DEFAULT_LANGUAGE),
  /** Hosts (Cal.com user ids) that may get the appointment; one id when only one can. */
  hostIds: z.array(z.number()).default([]),
  /** Sent to Cal.com as the wished hosts of a round robin; empty when any will do. */
  wishedHostIds: z.array(z.number()).default([]),
  /** The person asked for (Cal.com user id), whether Cal.com heeds it or not; null when any will do. */
  wishedHostId: z.number().nullable().default(null),
  /** With another host than the one asked for the booking must not stand. */
  isHostRequired: z.boolean().default(false),
  seats: z.number().default(1),
  /** Named to Cal.com where the event type has several; null: its usual one. */
  lengthMinutes: z.number().nullable().default(null),
  attendee: z.object({ name: z.string(), phone: z.string().nullable(), email: z.string().nullable() }),
  responses: z.record(z.string(), z.string()).default({}),
  notes: z.string().nullable().default(null),
  customerId: z.string().nullable().default(null),
  /** Times before a move, ISO instants. */
  previous: z.object({ startAt: z.string(), endAt: z.string() }).nullable().default(null),
  /** Reason given for a cancellation or move. */
  reason: z.string().nullable().default(null),
  /** Of an absence: whether it is marked (true) or taken back. */
  absent: z.boolean().optional(),
  /** Who asked: a caller (call id), an operator. */
  origin: z.enum(['retell', 'admin']).default('retell'),
});
export type OperationPayload = z.infer<typeof operationPayload>;

export interface Operation {
  id: string;
  companyId: TenantId;
  kind: OperationKind;
  state: OperationState;
  requestKey: string;
  businessKey: string;
  /** In the booking's metadata at Cal.com: how we recognise our own. */
  gatewayKey: string;
  callId: string | null;
  appointmentId: string;
  eventTypeId: number;
  startAt: Date;
  endAt: Date;
  /** The booking being moved or cancelled. */
  previousUid: string | null;
  upstreamUid: string | null;
  payload: OperationPayload;
  reason: string | null;
  reposts: number;
  /** Fencing token: every write below is refused when another process took the operation over. */
  epoch: number;
  sentAt: Date | null;
  createdAt: Date;
}

/** An operation that is still to be recorded. */
export interface NewOperation extends Pick<
  Operation,
  'companyId' | 'kind' | 'requestKey' | 'businessKey' | 'callId' | 'eventTypeId' | 'startAt' | 'endAt' | 'payload'
> {
  toolCallId: string | null;
  /** For moves and cancellations. */
  appointmentId?: string;
  previousUid?: string;
}

export type Opened =
  | { kind: 'opened'; operation: Operation }
  | { kind: 'existing'; operation: Operation }
  /** The database refuses: that host already has an appointment (or an intent) then. */
  | {
      kind: 'clash';
      uid: string | null;
      /** Null when the conflicting appointment is gone. */
      appointmentId: string | null;
      callId: string | null;
      recordedAt: Date | null;
    };

export type Confirmed =
  | { kind: 'confirmed'; appointment: Appointment }
  /** Another appointment already carries this uid. */
  | { kind: 'uid_known' }
  /** Cal.com gave the start to a host who already has an appointment then. */
  | { kind: 'host_clash' }
  /** Another process took the operation over. */
  | { kind: 'lost' };

export interface ClaimedOperation extends Operation {
  /** How long ago it was sent by the ledger's own clock: a process's may be wrong. null when it never was. */
  sentAgoMs: number | null;
}

/**
 * The durable record of what we asked Cal.com to do, written before it is asked. Every method throws StoreUnavailable
 * when Postgres is away. Methods that take an Operation are refused (false / 'lost') when its epoch is no longer current.
 */
export interface BookingLedger {
  /** Inserts intent and pending appointment, both or neither, leased to this process for `leaseMs`. */
  open(operation: NewOperation, leaseMs: number): Promise<Opened>;
  /**
   * Records the refusal of a tool call, so that its repeats are refused too even when the conflict is gone.
   * @returns `existing` when the same request or booking is known already: then that one decides
   */
  refuse(
    operation: NewOperation,
    refusal: RefusalReason,
  ): Promise<{ kind: 'refused' } | Extract<Opened, { kind: 'existing' }>>;
  find(companyId: TenantId, id: string): Promise<Operation | null>;
  /** What the call asked for: by this very request, else the last of its kind that was done. */
  ofCall(
    companyId: TenantId,
    callId: string,
    kind: OperationKind,
    requestKey: string | null,
  ): Promise<Operation | null>;
  isMovingTo(companyId: TenantId, appointmentId: string, startAt: Date): Promise<boolean>;
  /** Whether the appointment to be changed still stands (an absence: took place) under the uid that the operation names. */
  isCurrent(operation: Operation): Promise<boolean>;
  /**
   * Appointments and intents of those hosts that overlap [startAt, endAt). An intent without host counts for any, unless
   * it came later than the appointment asked for and has not been sent: it will count this one.
   */
  overlapping(
    companyId: TenantId,
    hostIds: number[],
    eventTypeId: number,
    startAt: Date,
    endAt: Date,
    exceptAppointmentId: string,
  ): Promise<{ hostId: number | null; uid: string | null; appointmentId: string; recordedAt: Date }[]>;
  /** The moment before the request leaves. After this the outcome counts as unknown until proven. */
  markSent(operation: Operation, leaseMs: number): Promise<Operation | null>;
  confirm(operation: Operation, booking: UpstreamBooking): Promise<Confirmed>;
  /** Cal.com said no, for good. */
  reject(operation: Operation, reason: OperationReason): Promise<boolean>;
  /** Never left this process. */
  abandon(operation: Operation, reason: OperationReason): Promise<boolean>;
  /** Also puts down again when it was sent, and how often: a second try that was not made leaves both as they were. */
  markUnknown(operation: Operation, reason: OperationReason, settleInMs: number): Promise<boolean>;
  markCompensated(operation: Operation, uid: string, reason: OperationReason): Promise<boolean>;
  review(operation: Operation, reason: OperationReason): Promise<boolean>;
  /** Takes over operations whose lease ran out or whose settling is due, oldest first, of any tenant. */
  claimDue(leaseMs: number, limit: number): Promise<ClaimedOperation[]>;
  /** The operation taken over is still being worked on here. */
  renew(operation: Operation, leaseMs: number): Promise<boolean>;
  /** Corrects a row after a cancellation made outside the gateway. */
  markCancelledElsewhere(companyId: TenantId, appointmentId: string, reason: string | null): Promise<void>;
}
