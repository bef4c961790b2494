import { ChangeRefused, Conflict, SlotTaken, type InputProblem } from '../../errors';
import type { BookingOutcome } from '../booking/booking-service';
import type { TenantId } from '../../domain';
import { reasonText } from '../booking/reason-texts';
import type { CallMemories } from '../voice/call-memory';
import type { InboxProcessor } from '../webhooks/inbox';
import { companyOf, type Actor } from './actor';
import type { AppointmentChange, AppointmentChanges, Changed, HandBooking, StartsAsked } from './appointment-changes';
import type { AppointmentHistory } from './appointment-history';
import type { Change } from './audit-trail';
import type { FreeStartList } from './free-starts';
import { changeOf, ownerOf, type AdminRecord, type RecordKind, type RecordReader, type Written } from './records';

/** `pending`: Cal.com has not answered yet, and the change goes on. */
type ChangedAppointment = Written & { pending: boolean };

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

/** What an operator may do to things that happened. */
export class OperatorActions {
  /**
   * @param deps.inbox takes up a webhook event that was put back in line
   * @param deps.memories what is remembered about a caller outside of the database
   */
  constructor(
    private readonly deps: {
      reader: RecordReader;
      store: OperationsStore;
      appointments: Pick<AppointmentChanges, keyof AppointmentChanges>;
      history: AppointmentHistory;
      inbox: Pick<InboxProcessor, 'process'>;
      memories: Pick<CallMemories, 'forget'>;
    },
  ) {}

  /**
   * @param named the company that a token of the platform means
   * @throws InvalidInput, NotFound, ChangeRefused, SlotTaken, or what kept the request from being sent
   */
  async book(actor: Actor, named: TenantId | undefined, request: HandBooking): Promise<ChangedAppointment> {
    const companyId = companyOf(actor, named);
    const { id, pending } = await this.#accepted(await this.deps.appointments.book(companyId, request));
    return { ...(await this.deps.reader.written('appointments', { id, company_id: companyId })), pending };
  }

  /**
   * @param change.unchangedSince when given, the appointment must not have been changed after this instant
   * @throws NotFound, ChangedMeanwhile, ChangeRefused, SlotTaken, or what kept the request from being sent
   */
  async change(
    actor: Actor,
    id: string,
    change: AppointmentChange & { unchangedSince: Date | null },
  ): Promise<ChangedAppointment> {
    const { appointments, history, reader } = this.deps;
    const { unchangedSince } = change;
    const before = await this.find(actor, 'appointments', id);
    const updatedAt = new Date(String(before.updated_at));
    if (unchangedSince !== null && updatedAt > unchangedSince) throw await history.changedSince(before, unchangedSince);
    const changed = await appointments.change(ownerOf(before), before.id, change);
    if (wasOvertaken(changed.outcome)) {
      const record = await reader.find('appointments', before.company_id, before.id);
      throw await history.changedSince(record ?? before, unchangedSince ?? updatedAt);
    }
    const { pending } = await this.#accepted(changed);
    return { ...(await reader.written('appointments', before, before)), pending };
  }

  /** @throws NotFound, InvalidInput, and what keeps Cal.com from being asked */
  async freeStarts(actor: Actor, serviceId: string, asked: StartsAsked): Promise<FreeStartList & { zone: string }> {
    const service = await this.find(actor, 'services', serviceId);
    return this.deps.appointments.freeStarts(ownerOf(service), service.id, asked);
  }

  /** @throws NotFound, Conflict */
  async replayEvent(actor: Actor, id: string): Promise<Written> {
    const before = await this.find(actor, 'webhook_events', id);
    if (!(await this.deps.store.replayEvent(before.id)))
      throw new Conflict('This event is waiting or in work already.');
    await this.deps.inbox.process(before.id);
    return this.deps.reader.written('webhook_events', before, before);
  }

  /** @throws NotFound, Conflict */
  async retryJob(actor: Actor, id: string): Promise<Written> {
    const before = await this.find(actor, 'jobs', id);
    if (!(await this.deps.store.retryJob(before.id))) throw new Conflict('Only a dead job can be tried again.');
    return this.deps.reader.written('jobs', before, before);
  }

  /** @throws NotFound, Conflict */
  async resolveReview(actor: Actor, id: string, resolution: string): Promise<Written> {
    const before = await this.find(actor, 'manual_reviews', id);
    if (!(await this.deps.store.resolveReview(ownerOf(before), before.id, actor.name, resolution))) {
      throw new Conflict('This review is resolved already.');
    }
    return this.deps.reader.written('manual_reviews', before, before);
  }

  /** @throws NotFound, Conflict */
  async closeAlert(actor: Actor, id: string): Promise<Written> {
    const before = await this.find(actor, 'alerts', id);
    if (!(await this.deps.store.closeAlert(before.id))) throw new Conflict('This alert is closed already.');
    return this.deps.reader.written('alerts', before, before);
  }

  /** @throws NotFound */
  async revokeToken(actor: Actor, id: string): Promise<Change> {
    const before = await this.find(actor, 'tokens', id);
    await this.deps.store.revokeToken(before.id);
    return changeOf('tokens', before, { before, after: { outcome: 'revoked' } });
  }

  /** @throws NotFound, Conflict */
  async erase(
    actor: Actor,
    customerId: string,
  ): Promise<{ erased: { appointments: number; calls: number }; change: Change }> {
    const before = await this.find(actor, 'customers', customerId);
    const companyId = ownerOf(before);
    const erased = await this.deps.store.erase(companyId, before.id, ({ callIds, isNamedIn }) =>
      this.deps.memories.forget(companyId, callIds, isNamedIn),
    );
    // The log must not keep what was just erased.
    return { erased, change: changeOf('customers', before, { after: erased }) };
  }

  /** @throws NotFound also for what another company has */
  find(actor: Actor, kind: RecordKind, id: string): Promise<AdminRecord> {
    return this.deps.reader.require(kind, actor.companyId, id);
  }

  /** @throws ChangeRefused, SlotTaken with free starts nearby, or what kept the request from being sent */
  async #accepted({ outcome, wish }: Changed): Promise<{ id: string; pending: boolean }> {
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
  seated_event_type: 'service_id',
};

function problemOf(reason: string): InputProblem {
  const { en, de } = reasonText(reason);
  return { path: FIELDS[reason] ?? '', code: reason, message: en, message_de: de };
}
