import {
  In,
  IsNull,
  Not,
  type EntityMetadata,
  type EntityManager,
  type FindOptionsWhere,
  type ObjectLiteral,
} from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata';
import { Conflict } from '../errors';
import type { TenantId } from '../domain';
import type { ErasedPerson } from '../services/admin/operator-actions';
import { randomUUID } from 'node:crypto';
import { setupEntities } from '.';
import { AppointmentBookingUidEntity, AppointmentEntity, AppointmentModificationEntity } from './appointments';
import { AuditLogEntity } from './audit-log';
import { BookingOperationEntity, UNDER_WAY_STATES } from './booking-operations';
import { CallEntity, CallToolInvocationEntity, WITHOUT_WORDS } from './calls';
import { CallbackNoteEntity, CallbackRequestEntity, OPEN_STATUSES } from './callback-requests';
import { CustomerEntity } from './customers';
import { ERASED, PersonMarks } from './person-marks';
import { values } from './sql';
import { WebhookEventEntity } from './webhook-events';

const SETUP: ReadonlySet<unknown> = new Set(setupEntities);

/** A table is searched part by part, so that the time limit of a statement holds for a part. */
const SLICES = [...'02468ace'].map((digit) => {
  const first = `${digit}0000000-0000-0000-0000-000000000000`;
  const last = `${(Number.parseInt(digit, 16) + 1).toString(16)}fffffff-ffff-ffff-ffff-ffffffffffff`;
  return `t.id between '${first}' and '${last}'`;
});

/** A customer, and the rows that are theirs. */
interface Person {
  companyId: TenantId;
  customerId: string;
  appointmentIds: string[];
  /** Retell's ids. */
  callIds: string[];
  uids: string[];
  phones: string[];
  marks: PersonMarks;
}

/**
 * A person's name, number, address, words and traces leave every table; when appointments were, and what became of
 * them, stays. Rows are theirs by customer, appointment, call or number; in all other rows of the company, and in those
 * without one, texts with their number or address go as well.
 * @param forgetElsewhere erases the same person outside of Postgres; a failure undoes everything
 * @throws Conflict while a booking that needs their name, or an event that names them, is being worked on
 */
export async function eraseCustomer(
  manager: EntityManager,
  companyId: TenantId,
  customerId: string,
  forgetElsewhere: (person: ErasedPerson) => Promise<void>,
): Promise<{ appointments: number; calls: number }> {
  const person = await readPerson(manager, companyId, customerId);
  if (!person) return { appointments: 0, calls: 0 };
  const calls = await eraseOwnRows(manager, person);
  for (const metadata of manager.connection.entityMetadatas)
    if (!SETUP.has(metadata.target)) await eraseMentions(manager, metadata, person);
  const { callIds, marks } = person;
  await forgetElsewhere({ companyId, callIds, isNamedIn: (text) => marks.isContactIn(text) });
  return { appointments: person.appointmentIds.length, calls };
}

async function readPerson(manager: EntityManager, companyId: TenantId, customerId: string): Promise<Person | null> {
  // The customer's row is locked first: a booking that is just being written down waits, or is seen here.
  const lock = { mode: 'pessimistic_write' } as const;
  const customer = await manager.findOne(CustomerEntity, { where: { companyId, id: customerId }, lock });
  if (!customer) return null;
  const { phone } = customer;
  if (phone !== null) {
    const ofNumber = { companyId, attendeePhone: phone, customerId: IsNull() };
    await manager.update(AppointmentEntity, ofNumber, { customerId });
  }
  const appointments = await manager.find(AppointmentEntity, { where: { companyId, customerId }, lock });
  const appointmentIds = appointments.map(({ id }) => id);
  const ofAppointments = { companyId, appointmentId: In(appointmentIds) };
  const operations = await manager.findBy(BookingOperationEntity, ofAppointments);
  const uids = await manager.findBy(AppointmentBookingUidEntity, ofAppointments);
  const { phones, emails } = await contactsOf(manager, customer, appointments);
  const calls = await manager.findBy(CallEntity, [
    { companyId, customerId },
    { companyId, fromNumber: In(phones) },
    { companyId, toNumber: In(phones) },
  ]);
  const callIds = [...appointments, ...operations, ...calls.map((call) => ({ callId: call.retellCallId }))];
  const names = [customer.name, ...appointments.map((appointment) => appointment.attendeeName)];
  return {
    ...{ companyId, customerId, appointmentIds, phones },
    callIds: [...new Set(callIds.flatMap(({ callId }) => callId ?? []))],
    uids: uids.map(({ uid }) => uid),
    marks: new PersonMarks({ phones, emails, names: names.flatMap((name) => name ?? []) }),
  };
}

/** Theirs, and those that were given for their appointments unless they are another customer's. */
async function contactsOf(
  manager: EntityManager,
  { id, companyId, phone, email }: CustomerEntity,
  appointments: AppointmentEntity[],
): Promise<{ phones: string[]; emails: string[] }> {
  const given = {
    phones: appointments.flatMap(({ attendeePhone }) => attendeePhone ?? []),
    emails: appointments.flatMap(({ attendeeEmail }) => attendeeEmail ?? []),
  };
  const others = await manager.findBy(CustomerEntity, [
    { companyId, id: Not(id), phone: In(given.phones) },
    { companyId, id: Not(id), email: In(given.emails) },
  ]);
  const own = (contact: 'phone' | 'email', all: string[]): string[] =>
    all.filter((one) => !others.some((other) => other[contact] === one));
  return {
    phones: [...new Set([phone ?? [], own('phone', given.phones)].flat())],
    emails: [...new Set([email ?? [], own('email', given.emails)].flat())],
  };
}

/** The number that was called is the person's own in an outbound call. */
const OWN_LINE = `case when direction = 'outbound' then null else to_number end`;

/**
 * Empties the columns that hold what the person said and is called, in the rows that are theirs.
 * @returns how many calls were theirs
 */
async function eraseOwnRows(manager: EntityManager, person: Person): Promise<number> {
  const { companyId, customerId, appointmentIds, callIds, phones } = person;
  const ofAppointments = { companyId, appointmentId: In(appointmentIds) };
  if (await manager.existsBy(BookingOperationEntity, { ...ofAppointments, state: In(UNDER_WAY_STATES) }))
    throw new Conflict('A booking of this customer is still being settled. Try again in a minute.');
  const { affected: calls = 0 } = await manager.update(
    CallEntity,
    { companyId, retellCallId: In(callIds) },
    {
      fromNumber: null,
      toNumber: () => OWN_LINE,
      ...WITHOUT_WORDS,
      handOver: null,
      erasedAt: () => 'now()',
    },
  );
  await manager.update(
    AppointmentEntity,
    { companyId, customerId },
    { attendeeName: ERASED, attendeePhone: null, attendeeEmail: null, notes: null, cancellationReason: null },
  );
  await manager.update(AppointmentModificationEntity, ofAppointments, { reason: null, metadata: {} });
  for (const { id, payload } of await manager.findBy(BookingOperationEntity, ofAppointments)) {
    const attendee = { name: ERASED, phone: null, email: null };
    const erased = { ...payload, attendee, responses: {}, notes: null, reason: null };
    await manager.update(
      BookingOperationEntity,
      { companyId, id },
      values<BookingOperationEntity>({ payload: erased }),
    );
  }
  await manager.update(
    CallToolInvocationEntity,
    { companyId, callId: In(callIds) },
    { input: () => 'null', output: () => 'null', error: null },
  );
  const callbacks = [{ customerId }, { callId: In(callIds) }, { phone: In(phones) }];
  for (const rows of callbacks) await eraseCallbacks(manager, { companyId, ...rows });
  const erased = { name: null, phone: null, email: null, erasedAt: (): string => 'now()' };
  await manager.update(CustomerEntity, { companyId, id: customerId }, erased);
  return calls;
}

async function eraseCallbacks(manager: EntityManager, rows: FindOptionsWhere<CallbackRequestEntity>): Promise<void> {
  const open = { ...rows, status: In(OPEN_STATUSES) };
  // Without a number there is no one to call back.
  await manager.update(CallbackRequestEntity, open, { status: 'cancelled', closedAt: () => 'now()' });
  const theirs = await manager.find(CallbackRequestEntity, { select: { id: true, companyId: true }, where: rows });
  for (const { companyId, id } of theirs)
    await manager.update(CallbackNoteEntity, { companyId, callbackId: id, text: Not(IsNull()) }, { text: ERASED });
  await manager.update(CallbackRequestEntity, rows, { customerName: null, phone: null, reason: ERASED });
}

/** Takes the person out of every text and JSON column of a table, in rows that are theirs or name them. */
async function eraseMentions(manager: EntityManager, metadata: EntityMetadata, person: Person): Promise<void> {
  const columns = metadata.columns.filter((column) => isFreeText(metadata, column));
  const { companyId, marks } = person;
  const { theirs, params } = ownershipOf(metadata, person);
  const texts = columns.map(({ propertyName }) => `t.${propertyName}`).join(', ');
  const named = marks.loosePattern === null ? [] : [`concat_ws(' ', ${texts}) ~* :pattern`];
  const conditions = [...theirs, ...named];
  if (columns.length === 0 || conditions.length === 0) return;
  // SQL: only Postgres can search all text of a table, whatever the column and the spelling.
  const search = manager
    .createQueryBuilder<Row>(metadata.target, 't')
    .where('(t.companyId = :companyId or t.companyId is null)', { companyId })
    .andWhere(`(${conditions.join(' or ')})`, { ...params, pattern: marks.loosePattern });
  if (theirs.length > 0) search.addSelect(theirs.join(' or '), 'is_theirs');
  for (const slice of metadata.findColumnWithPropertyName('id') ? SLICES : ['true']) {
    const { entities, raw } = await search.clone().andWhere(slice).getRawAndEntities<{ is_theirs?: boolean }>();
    for (const [index, row] of entities.entries()) {
      const isTheirs = raw[index]?.is_theirs === true;
      if (!isTheirs && !columns.some(({ propertyName }) => marks.isContactIn(row[propertyName]))) continue;
      refuseWhileInWork(metadata, row);
      const changes = {
        ...Object.fromEntries(columns.flatMap((column) => withoutPerson(metadata, column, row, marks))),
        ...summaryOf(metadata, row, isTheirs),
      };
      const id = metadata.getEntityIdMap(row);
      if (id && Object.keys(changes).length > 0) await manager.update(metadata.target, id, changes);
    }
  }
}

type Row = Record<string, unknown>;

/** Conditions on `t` for rows that belong to the person whatever stands in them. */
function ownershipOf(metadata: EntityMetadata, person: Person): { theirs: string[]; params: ObjectLiteral } {
  const { customerId, appointmentIds, callIds, uids } = person;
  const subjects = [customerId, ...appointmentIds, ...callIds];
  const owners: Record<string, unknown> = {
    customerId: [customerId],
    appointmentId: appointmentIds,
    callId: callIds,
    retellCallId: callIds,
    subjectId: subjects,
  };
  const theirs = Object.keys(owners)
    .filter((property) => metadata.findColumnWithPropertyName(property))
    .map((property) => `t.${property} = any(:${property})`);
  if (metadata.target === CustomerEntity) theirs.push('t.id = any(:customerId)');
  if (metadata.target === WebhookEventEntity)
    theirs.push(
      `t.payload #>> '{call,callId}' = any(:callId)`,
      `t.payload #>> '{body,payload,uid}' = any(:uid)`,
      `t.payload #>> '{body,payload,rescheduleUid}' = any(:uid)`,
    );
  return { theirs, params: { ...owners, uid: uids } };
}

/** Not one of a few fixed words. */
function isFreeText(metadata: EntityMetadata, { type, databaseName }: ColumnMetadata): boolean {
  const oneOf = new RegExp(`\\b${databaseName} in \\(`);
  return (type === 'text' || type === 'jsonb') && !metadata.checks.some(({ expression }) => oneOf.test(expression));
}

const ID = /_(?:id|uid|key|owner)$/;

function withoutPerson(
  metadata: EntityMetadata,
  column: ColumnMetadata,
  row: Row,
  marks: PersonMarks,
): [property: string, value: unknown][] {
  const { propertyName, databaseName } = column;
  const value = row[propertyName];
  const isUnique = [...metadata.uniques, ...metadata.indices.filter((index) => index.isUnique)].some(({ columns }) =>
    columns.includes(column),
  );
  const isKey = isUnique || column.isPrimary;
  // A word in an id is no name.
  if (isKey || ID.test(databaseName)) {
    if (!marks.isContactIn(value)) return [];
    return [[propertyName, isKey ? `erased:${randomUUID()}` : ERASED]];
  }
  const erased = marks.without(value);
  if (JSON.stringify(erased) === JSON.stringify(value)) return [];
  if (column.type === 'jsonb') return [[propertyName, erased]];
  const isRequired = metadata.checks.some(({ expression }) => expression.includes(`${databaseName} is not null`));
  return [[propertyName, column.isNullable && !isRequired ? null : ERASED]];
}

/** What is being worked on needs the name, or would write it down again. @throws Conflict */
function refuseWhileInWork(metadata: EntityMetadata, row: Row): void {
  if (metadata.target === BookingOperationEntity && UNDER_WAY_STATES.some((state) => state === row.state))
    throw new Conflict('A booking that names this customer is still being settled. Try again in a minute.');
  if (metadata.target === WebhookEventEntity && row.status === 'processing')
    throw new Conflict('An event that names this customer is being processed. Try again in a minute.');
}

/** What is left of columns that are about the person as a whole. */
function summaryOf(metadata: EntityMetadata, row: Row, isTheirs: boolean): object {
  if (metadata.target === WebhookEventEntity && row.status !== 'pending') return { payload: { erased: true } };
  if (metadata.target !== AuditLogEntity || !isTheirs) return {};
  const { outcome, code } = row.detail as { outcome?: unknown; code?: unknown };
  return { detail: { outcome, code } };
}
