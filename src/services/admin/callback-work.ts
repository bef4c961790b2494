import { ChangedMeanwhile, Conflict, wrongField } from '../../errors';
import type { TenantId } from '../../domain';
import type { Callbacks } from '../voice/callbacks';
import { nameOfPerson, personOf, type Actor } from './actor';
import { ownerOf, type AdminRecord, type Fields, type RecordReader, type Written } from './records';

export const CALLBACK_STATUSES = ['pending', 'assigned', 'contacted', 'completed', 'expired', 'cancelled'] as const;
export type CallbackStatus = (typeof CALLBACK_STATUSES)[number];
const CLOSED: ReadonlySet<unknown> = new Set<CallbackStatus>(['completed', 'expired', 'cancelled']);
export const isClosed = (status: unknown): boolean => CLOSED.has(status);

export const CALLBACK_OUTCOMES = ['reached', 'booked', 'not_reached', 'not_wanted'] as const;
type CallbackOutcome = (typeof CALLBACK_OUTCOMES)[number];
/** Where an outcome leaves the callback; one that was not reached stays open. */
const STATUS_AFTER: Record<CallbackOutcome, CallbackStatus | null> = {
  reached: 'completed',
  booked: 'completed',
  not_reached: null,
  not_wanted: 'cancelled',
};

export const CALLBACK_EVENTS = ['note', 'assigned', 'released', 'closed', 'reopened', ...CALLBACK_OUTCOMES] as const;
type CallbackEvent = (typeof CALLBACK_EVENTS)[number];

export const CALLBACK_PRIORITIES = ['normal', 'high', 'urgent'] as const;

/** Absent fields stay as they are. */
export interface CallbackFields {
  status?: CallbackStatus | undefined;
  outcome?: CallbackOutcome | null | undefined;
  /** `user:<id>` for a person, else any name. */
  assigned_to?: string | null | undefined;
  due_at?: Date | undefined;
}

export interface CallbackNote {
  actor: string;
  event: CallbackEvent;
  assignedTo: string | null;
  text: string | null;
}

export interface Assignee {
  /** As `assigned_to` has it. */
  id: string;
  name: string;
}

export interface CallbackWorkStore {
  /**
   * Changes the callback and adds the note, together; `not_reached` counts as one more attempt.
   * @param unchangedSince when given, the row must not have been changed after this instant
   * @throws ChangedMeanwhile @throws Conflict when another request of the same call is open
   */
  change(
    companyId: TenantId,
    id: string,
    fields: CallbackFields,
    note: CallbackNote | null,
    unchangedSince: Date | null,
  ): Promise<void>;
  /** Gives an open callback that is not assigned to `assignee`; false when it is assigned or closed. */
  take(companyId: TenantId, id: string, assignee: string, note: CallbackNote): Promise<boolean>;
  /** Oldest first. */
  notes(companyId: TenantId, id: string): Promise<Fields[]>;
  /** People of the company who may work on callbacks and can sign in, by name. */
  assignees(companyId: TenantId): Promise<Assignee[]>;
}

interface CallbackWorkDeps {
  reader: RecordReader;
  store: CallbackWorkStore;
  callbacks: Pick<Callbacks, 'dueFrom'>;
  now: () => Date;
}

/** What the front desk does about callbacks: who takes one, what was tried, what became of it. */
export class CallbackWork {
  constructor(private readonly deps: CallbackWorkDeps) {}

  /** With its notes. @throws NotFound */
  async read(actor: Actor, id: string): Promise<AdminRecord> {
    return this.#withNotes(await this.#find(actor, id));
  }

  /** @throws NotFound, InvalidInput, Conflict; ChangedMeanwhile saying who changed what since the operator read it */
  async change(
    actor: Actor,
    id: string,
    wanted: CallbackFields,
    { note, unchangedSince }: { note: string | null; unchangedSince: Date | null },
  ): Promise<Written> {
    const before = await this.#find(actor, id);
    const companyId = ownerOf(before);
    if (wanted.assigned_to) await this.#requireAssignee(actor, companyId, wanted.assigned_to);
    const fields = await this.#settled(before, companyId, wanted);
    const event = eventOf(before, fields);
    const isSilent = event === 'note' && note === null;
    const entry = isSilent ? null : { actor: actor.name, event, assignedTo: fields.assigned_to ?? null, text: note };
    await this.deps.reader.sayingWhoChanged({ companyId, id: before.id, fields: { ...fields }, unchangedSince }, () =>
      this.deps.store.change(companyId, before.id, fields, entry, unchangedSince),
    );
    return this.#after(before);
  }

  /**
   * Of two who take the same callback one gets it.
   * @param name for a program, which has none of its own
   * @throws NotFound, InvalidInput, Conflict @throws ChangedMeanwhile naming who has it
   */
  async take(actor: Actor, id: string, name: string | null): Promise<Written> {
    const before = await this.#find(actor, id);
    const companyId = ownerOf(before);
    const assignee = actor.person ? nameOfPerson(actor.person.id) : name;
    if (assignee === null) throw wrongField('assigned_to', 'is required with a token', 'Say who takes the callback.');
    if (!actor.person) await this.#requireAssignee(actor, companyId, assignee);
    const note = { actor: actor.name, event: 'assigned', assignedTo: assignee, text: null } as const;
    if (await this.deps.store.take(companyId, before.id, assignee, note)) return this.#after(before);
    const now = await this.#find(actor, id);
    if (isClosed(now.status)) throw new Conflict('This callback is closed already.');
    if (now.assigned_to === assignee) return this.#after(before);
    const holder = typeof now.assigned_to_name === 'string' ? now.assigned_to_name : null;
    const by = { actor: String(now.assigned_to), actor_name: holder, at: String(now.updated_at) };
    throw new ChangedMeanwhile(`${holder ?? by.actor} has taken this callback.`, [], by);
  }

  assignees(companyId: TenantId): Promise<Assignee[]> {
    return this.deps.store.assignees(companyId);
  }

  /** What follows from the wanted fields: an outcome closes, an assignee begins, a failed try is due again. */
  async #settled(before: AdminRecord, companyId: TenantId, wanted: CallbackFields): Promise<CallbackFields> {
    if (wanted.outcome) {
      const status = STATUS_AFTER[wanted.outcome];
      if (status !== null) return { ...wanted, status };
      const priority = CALLBACK_PRIORITIES.find((one) => one === before.priority) ?? 'normal';
      const place = { companyId, branchId: String(before.branch_id), priority };
      return { ...wanted, due_at: wanted.due_at ?? (await this.deps.callbacks.dueFrom(this.deps.now(), place)) };
    }
    if (wanted.status !== undefined) {
      const isReopened = isClosed(before.status) && !isClosed(wanted.status);
      return isReopened ? { ...wanted, outcome: null } : wanted;
    }
    if (wanted.assigned_to && before.status === 'pending') return { ...wanted, status: 'assigned' };
    if (wanted.assigned_to === null && before.status === 'assigned') return { ...wanted, status: 'pending' };
    return wanted;
  }

  /** @throws InvalidInput for a person who is not of the company, or cannot work on callbacks */
  async #requireAssignee(actor: Actor, companyId: TenantId, assignee: string): Promise<void> {
    if (!/^[a-z_]+:/.test(assignee)) return;
    if (actor.person && personOf(assignee) === actor.person.id) return;
    const people = await this.deps.store.assignees(companyId);
    if (people.some(({ id }) => id === assignee)) return;
    const message = 'is not a person of this company who works on callbacks';
    throw wrongField('assigned_to', message, 'This person cannot take the callback.');
  }

  #find(actor: Actor, id: string): Promise<AdminRecord> {
    return this.deps.reader.require('callbacks', actor.companyId, id);
  }

  async #after(before: AdminRecord): Promise<Written> {
    const { record, change } = await this.deps.reader.written('callbacks', before, before);
    return { record: await this.#withNotes(record), change };
  }

  async #withNotes(record: AdminRecord): Promise<AdminRecord> {
    return { ...record, history: await this.deps.store.notes(ownerOf(record), record.id) };
  }
}

function eventOf(before: AdminRecord, { outcome, status, assigned_to: assignee }: CallbackFields): CallbackEvent {
  if (outcome) return outcome;
  const [was, is] = [isClosed(before.status), isClosed(status ?? before.status)];
  if (was !== is) return is ? 'closed' : 'reopened';
  if (assignee !== undefined && assignee !== before.assigned_to) return assignee === null ? 'released' : 'assigned';
  return 'note';
}
