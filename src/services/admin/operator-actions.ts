import { ChangeRefused, Conflict, NotFound, SlotTaken, type InputProblem } from '../../errors';
import type { BookingOutcome } from '../booking/booking-service';
import type { LocalDate, TenantId } from '../../domain';
import { reasonText } from '../booking/reason-texts';
import { companyOf, type Actor } from './actor';
import type { AppointmentHistory } from './appointment-history';
import type { Change } from './audit-trail';
import { ownerOf } from './company-setup';
import type { FreeStartList, WantedStart } from './free-starts';
import { RECORD_LABELS, type AdminRecord, type RecordKind, type RecordReader } from './records';

export interface Repeatable {
  /** Repeating a request with the same key returns the first answer; null when the operator gave none. */
  repeatKey: string | null;
}

/** A change of an appointment as the operator saw it. */
export interface SeenChange extends Repeatable {
  /** When given, the appointment must not have been changed after this instant. */
  unchangedSince: Date | null;
}

export interface HandBooking extends Repeatable {
  branchId: string;
  serviceId: string;
  /** With anyone else there is to be no booking; null: anyone. */
  staffId: string | null;
  startAt: Date;
  /** A known customer, or a new one; a number as it was typed. */
  customer: { id: string } | { name: string; phone: string | null; email: string | null };
  notes: string | null;
}

export interface StartsAsked {
  /** null: the only one that offers the service. */
  branchId: string | null;
  staffId: string | null;
  /** First day on the branch's calendar; today when null. */
  from: LocalDate | null;
  days: number;
  /** An appointment that is to be moved: its own time counts as free. */
  appointmentId: string | null;
}

/** Bookings go the same way as a caller's: through the ledger. */
export interface AppointmentChanger {
  /** @throws InvalidInput, NotFound */
  book(companyId: TenantId, request: HandBooking): Promise<{ outcome: BookingOutcome; wanted: WantedStart }>;
  cancel(
    companyId: TenantId,
    appointmentId: string,
    request: Repeatable & { reason: string | null },
  ): Promise<BookingOutcome>;
  reschedule(
    companyId: TenantId,
    appointmentId: string,
    request: Repeatable & { startAt: Date; reason: string | null },
  ): Promise<{ outcome: BookingOutcome; wanted: WantedStart }>;
  /** Marks that the customer did not come, or takes that back. */
  markAbsence(
    companyId: TenantId,
    appointmentId: string,
    request: Repeatable & { absent: boolean },
  ): Promise<BookingOutcome>;
  /** @throws InvalidInput, NotFound, and what keeps Cal.com from being asked */
  freeStarts(companyId: TenantId, serviceId: string, asked: StartsAsked): Promise<FreeStartList & { zone: string }>;
  /** Free starts around one that is taken. */
  nearest(wanted: WantedStart, startAt: Date): Promise<Date[]>;
}

/** A person who is being erased, for stores outside of the database. */
export interface ErasedPerson {
  companyId: TenantId;
  /** Retell's ids of the calls that were theirs. */
  callIds: string[];
  /** Whether their number or e-mail address stands in the text. */
  isNamedIn: (text: string) => boolean;
}

export interface OperationsStore {
  /** Puts an event back in line; false when it is waiting or in work. */
  replayEvent(id: string): Promise<boolean>;
  /** Puts a dead job back in line with all its tries; false when it is not dead. @throws Conflict when its like is queued */
  retryJob(id: string): Promise<boolean>;
  /** False when it is resolved already. */
  resolveReview(companyId: TenantId, id: string, by: string, resolution: string): Promise<boolean>;
  /** False when it is closed already. */
  closeAlert(id: string): Promise<boolean>;
  revokeToken(id: string): Promise<void>;
  /**
   * Takes name, number, address, words and traces of a customer out of everything that is kept; times stay.
   * @param forgetElsewhere erases the person outside of the database; when it fails nothing is erased
   * @throws Conflict while a booking of theirs, or an event that names them, is being worked on
   */
  erase(
    companyId: TenantId,
    customerId: string,
    forgetElsewhere: (person: ErasedPerson) => Promise<void>,
  ): Promise<{ appointments: number; calls: number }>;
}

export interface ActionResult {
  record: AdminRecord;
  change: Change;
}

/** What an operator may do to things that happened. */
export class OperatorActions {
  /**
   * @param deps.workOnEvent takes up a webhook event that was put back in line
   * @param deps.forgetCaller erases what is remembered about a caller outside of the database
   */
  constructor(
    private readonly deps: {
      reader: RecordReader;
      store: OperationsStore;
      appointments: AppointmentChanger;
      history: AppointmentHistory;
      workOnEvent: (id: string) => Promise<void>;
      forgetCaller: (person: ErasedPerson) => Promise<void>;
    },
  ) {}

  /**
   * @param named the company that a token of the platform means
   * @throws InvalidInput, NotFound, ChangeRefused, SlotTaken, or what kept the request from being sent
   */
  async book(
    actor: Actor,
    named: TenantId | undefined,
    request: HandBooking,
  ): Promise<ActionResult & { pending: boolean }> {
    const companyId = companyOf(actor, named);
    const { outcome, wanted } = await this.deps.appointments.book(companyId, request);
    const { id, pending } = await this.#accepted(outcome, { wanted, startAt: request.startAt });
    const record = await this.find(actor, 'appointments', id);
    return { record, pending, change: { companyId, subjectType: 'appointment', subjectId: id, after: record } };
  }

  /** @throws NotFound, ChangedMeanwhile, ChangeRefused, SlotTaken, or what kept the request from being sent */
  async cancel(
    actor: Actor,
    id: string,
    request: SeenChange & { reason: string | null },
  ): Promise<ActionResult & { pending: boolean }> {
    const before = await this.#asSeen(actor, id, request);
    return this.#changed(before, request, await this.deps.appointments.cancel(ownerOf(before), before.id, request));
  }

  /** @throws as `cancel` */
  async reschedule(
    actor: Actor,
    id: string,
    request: SeenChange & { startAt: Date; reason: string | null },
  ): Promise<ActionResult & { pending: boolean }> {
    const before = await this.#asSeen(actor, id, request);
    const { outcome, wanted } = await this.deps.appointments.reschedule(ownerOf(before), before.id, request);
    return this.#changed(before, request, outcome, { wanted, startAt: request.startAt });
  }

  /** @throws as `cancel` */
  async markAbsence(
    actor: Actor,
    id: string,
    request: SeenChange & { absent: boolean },
  ): Promise<ActionResult & { pending: boolean }> {
    const before = await this.#asSeen(actor, id, request);
    return this.#changed(
      before,
      request,
      await this.deps.appointments.markAbsence(ownerOf(before), before.id, request),
    );
  }

  /** @throws NotFound, InvalidInput, and what keeps Cal.com from being asked */
  async freeStarts(actor: Actor, serviceId: string, asked: StartsAsked): Promise<FreeStartList & { zone: string }> {
    const service = await this.find(actor, 'services', serviceId);
    return this.deps.appointments.freeStarts(ownerOf(service), service.id, asked);
  }

  /** @throws NotFound, Conflict */
  async replayEvent(actor: Actor, id: string): Promise<ActionResult> {
    const before = await this.find(actor, 'webhook_events', id);
    if (!(await this.deps.store.replayEvent(before.id)))
      throw new Conflict('This event is waiting or in work already.');
    await this.deps.workOnEvent(before.id);
    return this.#after('webhook_events', before, 'webhook_event');
  }

  /** @throws NotFound, Conflict */
  async retryJob(actor: Actor, id: string): Promise<ActionResult> {
    const before = await this.find(actor, 'jobs', id);
    if (!(await this.deps.store.retryJob(before.id))) throw new Conflict('Only a dead job can be tried again.');
    return this.#after('jobs', before, 'job');
  }

  /** @throws NotFound, Conflict */
  async resolveReview(actor: Actor, id: string, resolution: string): Promise<ActionResult> {
    const before = await this.find(actor, 'manual_reviews', id);
    if (!(await this.deps.store.resolveReview(ownerOf(before), before.id, actor.name, resolution))) {
      throw new Conflict('This review is resolved already.');
    }
    return this.#after('manual_reviews', before, 'manual_review');
  }

  /** @throws NotFound, Conflict */
  async closeAlert(actor: Actor, id: string): Promise<ActionResult> {
    const before = await this.find(actor, 'alerts', id);
    if (!(await this.deps.store.closeAlert(before.id))) throw new Conflict('This alert is closed already.');
    return this.#after('alerts', before, 'alert');
  }

  /** @throws NotFound */
  async revokeToken(actor: Actor, id: string): Promise<Change> {
    const before = await this.find(actor, 'tokens', id);
    await this.deps.store.revokeToken(before.id);
    return {
      companyId: before.company_id,
      subjectType: 'token',
      subjectId: before.id,
      before,
      after: { outcome: 'revoked' },
    };
  }

  /** @throws NotFound, Conflict */
  async erase(
    actor: Actor,
    customerId: string,
  ): Promise<{ erased: { appointments: number; calls: number }; change: Change }> {
    const before = await this.find(actor, 'customers', customerId);
    const companyId = ownerOf(before);
    const erased = await this.deps.store.erase(companyId, before.id, this.deps.forgetCaller);
    // The log must not keep what was just erased.
    return { erased, change: { companyId, subjectType: 'customer', subjectId: before.id, after: erased } };
  }

  /** @throws NotFound also for what another company has */
  async find(actor: Actor, kind: RecordKind, id: string): Promise<AdminRecord> {
    const found = await this.deps.reader.find(kind, actor.companyId, id);
    if (!found) throw new NotFound(RECORD_LABELS[kind]);
    return found;
  }

  async #after(kind: RecordKind, before: AdminRecord, subjectType: string): Promise<ActionResult> {
    const record = (await this.deps.reader.find(kind, before.company_id, before.id)) ?? before;
    return {
      record,
      change: { companyId: before.company_id, subjectType, subjectId: before.id, before, after: record },
    };
  }

  /**
   * The appointment, unless it was changed after the operator saw it.
   * @throws NotFound, ChangedMeanwhile with who changed what
   */
  async #asSeen(actor: Actor, id: string, { unchangedSince }: SeenChange): Promise<AdminRecord> {
    const record = await this.find(actor, 'appointments', id);
    if (unchangedSince === null || Date.parse(String(record.updated_at)) <= unchangedSince.getTime()) return record;
    throw await this.deps.history.changedSince({ ...record, company_id: ownerOf(record) }, unchangedSince);
  }

  async #changed(
    before: AdminRecord,
    { unchangedSince }: SeenChange,
    outcome: BookingOutcome,
    wish?: { wanted: WantedStart; startAt: Date },
  ): Promise<ActionResult & { pending: boolean }> {
    if (wasOvertaken(outcome)) {
      const since = unchangedSince ?? new Date(String(before.updated_at));
      const record = await this.deps.reader.find('appointments', before.company_id, before.id);
      throw await this.deps.history.changedSince({ ...(record ?? before), company_id: ownerOf(before) }, since);
    }
    const { pending } = await this.#accepted(outcome, wish);
    return { ...(await this.#after('appointments', before, 'appointment')), pending };
  }

  /** @throws ChangeRefused, SlotTaken with free starts nearby, or what kept the request from being sent */
  async #accepted(
    outcome: BookingOutcome,
    wish?: { wanted: WantedStart; startAt: Date },
  ): Promise<{ id: string; pending: boolean }> {
    switch (outcome.kind) {
      case 'done':
        return { id: outcome.appointment.id, pending: false };
      case 'pending':
        return { id: outcome.appointmentId, pending: true };
      case 'taken': {
        const nearest = wish ? await this.deps.appointments.nearest(wish.wanted, wish.startAt) : [];
        const alternatives = nearest.map((start) => start.toISOString());
        throw new SlotTaken(outcome.reason, [{ ...problemOf(outcome.reason), path: 'starts_at', alternatives }]);
      }
      case 'refused':
        throw new ChangeRefused([problemOf(outcome.reason)]);
      case 'not_sent':
        throw outcome.error;
    }
  }
}

/** Another change of the same appointment came first. */
function wasOvertaken(outcome: BookingOutcome): boolean {
  if (outcome.kind === 'not_sent') return outcome.error instanceof Conflict;
  return outcome.kind === 'refused' && (outcome.reason === 'already_rescheduled' || outcome.reason === 'superseded');
}

/** Which field of a form a refusal is about; others concern the whole of it. */
const FIELDS: Readonly<Record<string, string>> = {
  invalid_phone: 'customer.phone',
  invalid_email: 'customer.email',
  missing_attendee_field: 'customer.phone',
  invalid_attendee: 'customer.name',
  attendee_limit: 'customer.name',
  blocked_attendee: 'customer.name',
  text_too_long: 'notes',
  event_type_gone: 'service_id',
  event_type_forbidden: 'service_id',
  recurring_event_type: 'service_id',
};

function problemOf(reason: string): InputProblem {
  const { en, de } = reasonText(reason);
  return { path: FIELDS[reason] ?? '', code: reason, message: en, message_de: de };
}
