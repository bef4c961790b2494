import { Conflict, NotFound, SlotTaken } from '../../errors';
import type { BookingOutcome } from '../booking/booking-service';
import type { TenantId } from '../../domain';
import type { Actor } from './actor';
import type { Change } from './audit-trail';
import { ownerOf } from './company-setup';
import { RECORD_LABELS, type AdminRecord, type RecordKind, type RecordReader } from './records';

/** Bookings go the same way as a caller's: through the ledger. */
export interface AppointmentChanger {
  /** @param repeatKey repeating a change with the same key returns the first answer; null when the operator gave none */
  cancel(
    companyId: TenantId,
    appointmentId: string,
    request: { reason: string | null; repeatKey: string | null },
  ): Promise<BookingOutcome>;
  reschedule(
    companyId: TenantId,
    appointmentId: string,
    request: { startAt: Date; reason: string | null; repeatKey: string | null },
  ): Promise<BookingOutcome>;
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
  readonly #reader: RecordReader;
  readonly #store: OperationsStore;
  readonly #appointments: AppointmentChanger;
  readonly #workOnEvent: (id: string) => Promise<void>;
  readonly #forgetCaller: (person: ErasedPerson) => Promise<void>;

  /**
   * @param deps.workOnEvent takes up a webhook event that was put back in line
   * @param deps.forgetCaller erases what is remembered about a caller outside of the database
   */
  constructor(deps: {
    reader: RecordReader;
    store: OperationsStore;
    appointments: AppointmentChanger;
    workOnEvent: (id: string) => Promise<void>;
    forgetCaller: (person: ErasedPerson) => Promise<void>;
  }) {
    this.#reader = deps.reader;
    this.#store = deps.store;
    this.#appointments = deps.appointments;
    this.#workOnEvent = deps.workOnEvent;
    this.#forgetCaller = deps.forgetCaller;
  }

  /** @throws NotFound, Conflict, SlotTaken, or what kept the request from being sent */
  async cancel(
    actor: Actor,
    id: string,
    request: { reason: string | null; repeatKey: string | null },
  ): Promise<ActionResult & { pending: boolean }> {
    const before = await this.find(actor, 'appointments', id);
    return this.#changed(before, await this.#appointments.cancel(ownerOf(before), before.id, request));
  }

  /** @throws as `cancel` */
  async reschedule(
    actor: Actor,
    id: string,
    request: { startAt: Date; reason: string | null; repeatKey: string | null },
  ): Promise<ActionResult & { pending: boolean }> {
    const before = await this.find(actor, 'appointments', id);
    return this.#changed(before, await this.#appointments.reschedule(ownerOf(before), before.id, request));
  }

  /** @throws NotFound, Conflict */
  async replayEvent(actor: Actor, id: string): Promise<ActionResult> {
    const before = await this.find(actor, 'webhook_events', id);
    if (!(await this.#store.replayEvent(before.id))) throw new Conflict('This event is waiting or in work already.');
    await this.#workOnEvent(before.id);
    return this.#after('webhook_events', before, 'webhook_event');
  }

  /** @throws NotFound, Conflict */
  async retryJob(actor: Actor, id: string): Promise<ActionResult> {
    const before = await this.find(actor, 'jobs', id);
    if (!(await this.#store.retryJob(before.id))) throw new Conflict('Only a dead job can be tried again.');
    return this.#after('jobs', before, 'job');
  }

  /** @throws NotFound, Conflict */
  async resolveReview(actor: Actor, id: string, resolution: string): Promise<ActionResult> {
    const before = await this.find(actor, 'manual_reviews', id);
    if (!(await this.#store.resolveReview(ownerOf(before), before.id, actor.name, resolution))) {
      throw new Conflict('This review is resolved already.');
    }
    return this.#after('manual_reviews', before, 'manual_review');
  }

  /** @throws NotFound, Conflict */
  async closeAlert(actor: Actor, id: string): Promise<ActionResult> {
    const before = await this.find(actor, 'alerts', id);
    if (!(await this.#store.closeAlert(before.id))) throw new Conflict('This alert is closed already.');
    return this.#after('alerts', before, 'alert');
  }

  /** @throws NotFound */
  async revokeToken(actor: Actor, id: string): Promise<Change> {
    const before = await this.find(actor, 'tokens', id);
    await this.#store.revokeToken(before.id);
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
    const erased = await this.#store.erase(companyId, before.id, this.#forgetCaller);
    // The log must not keep what was just erased.
    return { erased, change: { companyId, subjectType: 'customer', subjectId: before.id, after: erased } };
  }

  /** @throws NotFound also for what another company has */
  async find(actor: Actor, kind: RecordKind, id: string): Promise<AdminRecord> {
    const found = await this.#reader.find(kind, actor.companyId, id);
    if (!found) throw new NotFound(RECORD_LABELS[kind]);
    return found;
  }

  async #after(kind: RecordKind, before: AdminRecord, subjectType: string): Promise<ActionResult> {
    const record = (await this.#reader.find(kind, before.company_id, before.id)) ?? before;
    return {
      record,
      change: { companyId: before.company_id, subjectType, subjectId: before.id, before, after: record },
    };
  }

  async #changed(before: AdminRecord, outcome: BookingOutcome): Promise<ActionResult & { pending: boolean }> {
    switch (outcome.kind) {
      case 'done':
      case 'pending':
        return { ...(await this.#after('appointments', before, 'appointment')), pending: outcome.kind === 'pending' };
      case 'taken':
        throw new SlotTaken();
      case 'refused':
        throw new Conflict(`Cal.com refuses this change: ${outcome.reason.replaceAll('_', ' ')}.`);
      case 'not_sent':
        throw outcome.error;
    }
  }
}
