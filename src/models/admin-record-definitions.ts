import type { DataSource, SelectQueryBuilder } from 'typeorm';
import type { TenantId } from '../domain';
import { COMPANY_SECRETS } from '../services/admin/company-secrets';
import type { Fields, FilterValue, RecordKind } from '../services/admin/records';
import { searchFilter, type Searched } from './admin-search';
import { AlertEntity, ManualReviewEntity } from './alerts';
import { ApiTokenEntity } from './api-tokens';
import { AppointmentEntity } from './appointments';
import { AuditLogEntity } from './audit-log';
import {
  BranchServiceEntity,
  EVENT_TYPE_SETTINGS,
  ServiceEntity,
  ServiceStaffEntity,
  ServiceSynonymEntity,
} from './services';
import { BranchEntity, HolidayEntity } from './branches';
import { CalcomEventTypeHostEntity } from './calcom-event-types';
import { CalcomHostMappingEntity, StaffEntity } from './staff';
import { CallEntity, CallToolInvocationEntity, UnmappedCallEntity } from './calls';
import { CallbackRequestEntity, IS_OVERDUE, OPEN } from './callback-requests';
import { CompanyEntity } from './companies';
import { CustomerEntity } from './customers';
import { JobEntity } from './jobs';
import { NotificationChannelEntity } from './notifications';
import { PhoneNumberEntity, RetellAgentEntity } from './phone-numbers';
import { snakeCase } from './table';
import { UserEntity } from './users';
import { WebhookEventEntity } from './webhook-events';

/**
 * What the API's records add to, and leave out of, their entity. A record has its entity's columns under their
 * database names; `t` is the entity.
 */
interface Definition<E extends object> {
  entity: new () => E;
  /** Lists are sorted by it, newest first; without it by `createdAt`. */
  sortBy?: keyof E & string;
  /** Columns no operator sees. */
  hidden?: readonly (keyof E & string)[];
  /** Columns that are too long or too private for lists. */
  onlySingle?: readonly (keyof E & string)[];
  /** Columns with another name in the API. */
  renamed?: Partial<Record<keyof E & string, string>>;
  /** What the search over everything looks for. */
  search?: Searched<E>;
  /** Filters that are not "this column has this value"; `:value` stands for theirs, `owner` for the rows' company. */
  filters?: Readonly<
    Record<string, string | ((value: FilterValue, query: SelectQueryBuilder<E>, owner: string) => string)>
  >;
  /** Fields from other tables, and rows that are never shown. */
  extend?: (query: SelectQueryBuilder<E>) => SelectQueryBuilder<E>;
}

export type RecordDefinition = Omit<Definition<object>, 'sortBy'> & { sortBy: string };

/** Forgets which entity it is about: the reader treats all alike. */
export function record<E extends object>({ search, ...definition }: Definition<E>): RecordDefinition {
  const { entity, sortBy = 'createdAt', filters } = definition;
  const searching = search && { search: searchFilter(entity, sortBy, search) };
  return { ...definition, sortBy, filters: { ...filters, ...searching } } as unknown as RecordDefinition;
}

const contains = (property: string, of = 't'): string => `strpos(lower(${of}.${property}), lower(:value)) > 0`;
const nameContains = { q: contains('name') };

/** Adds the rows of a link table, of the company's that meet the condition, as a sorted JSON list. */
function list<L extends object>(
  query: SelectQueryBuilder<ServiceEntity>,
  field: string,
  entity: new () => L,
  value: keyof L & string,
  where: string,
  order = `l.${value}`,
): SelectQueryBuilder<ServiceEntity> {
  const listed = `coalesce(json_agg(l.${value} order by ${order}), '[]')`;
  const rows = query.subQuery().select(listed).from(entity, 'l').where('l.companyId = t.companyId').andWhere(where);
  return query.addSelect(rows.getQuery(), field);
}

function withServiceLists(query: SelectQueryBuilder<ServiceEntity>): SelectQueryBuilder<ServiceEntity> {
  const isOurs = 'l.serviceId = t.id';
  const isOffered = 'l.calcomEventTypeId = t.calcomEventTypeId';
  list(query, 'synonyms', ServiceSynonymEntity, 'synonym', isOurs, 'l.confidence desc, l.synonym');
  list(query, 'host_ids', CalcomEventTypeHostEntity, 'calcomHostId', isOffered);
  list(query, 'staff_ids', ServiceStaffEntity, 'staffId', `${isOurs} and l.isActive`);
  return list(query, 'branch_ids', BranchServiceEntity, 'branchId', `${isOurs} and l.isActive`);
}

/** The settings of a service's event type, each under the API's name. */
const SETTINGS_UNDER_API_NAMES = `case when t.calcomSettings is not null then json_build_object(${EVENT_TYPE_SETTINGS.map(
  (name) => `'${snakeCase(name)}', t.calcomSettings -> '${name}'`,
).join(', ')}) end`;

/** The rows of a table that belong to the call. */
function ofCall(
  query: SelectQueryBuilder<CallEntity>,
  entity: new () => { companyId: TenantId; callId: string | null; status: string },
  selected: string,
): SelectQueryBuilder<object> {
  const rows = query.subQuery().select(selected).from<object>(entity, 'l').where('l.companyId = t.companyId');
  return rows.andWhere('l.callId = t.retellCallId');
}

/** Condition: an appointment came out of the call, or the caller heard that it stands already. */
function isBooked(query: SelectQueryBuilder<CallEntity>): string {
  const booked = ofCall(query, AppointmentEntity, '1').andWhere(`l.status not in ('failed', 'rejected')`);
  const confirmed = ofCall(query, CallToolInvocationEntity, '1')
    .andWhere(`l.tool = 'create_booking'`)
    .andWhere(`l.status = 'booked'`);
  return `(exists ${booked.getQuery()} or exists ${confirmed.getQuery()})`;
}

/** Where a call that booked nothing ended: the status of its last tool; null when it booked, or used none. */
function reasonOf(query: SelectQueryBuilder<CallEntity>): string {
  const last = ofCall(query, CallToolInvocationEntity, 'l.status').orderBy('l.startedAt', 'DESC').limit(1);
  return `(case when not ${isBooked(query)} then ${last.getQuery()} end)`;
}

/** What a person (`user:<id>`) or a token (`token:<id>`) is called; null for others, and for those that are gone. */
function nameOfActor<E extends object>(query: SelectQueryBuilder<E>, property: string): string {
  const named = (entity: new () => object, kind: string): string => {
    const isOne = `${property} ~ '^${kind}:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'`;
    const id = `case when ${isOne} then substr(${property}, ${kind.length + 2})::uuid end`;
    return query.subQuery().select('n.name').from(entity, 'n').where(`n.id = ${id}`).getQuery();
  };
  return `coalesce(${named(UserEntity, 'user')}, ${named(ApiTokenEntity, 'token')})`;
}

/** Adds, under `<field>_name`, what the actor in that column is called. */
export function namingActor<E extends object>(property: keyof E & string) {
  return (query: SelectQueryBuilder<E>): SelectQueryBuilder<E> =>
    query.addSelect(nameOfActor(query, `t.${property}`), `${snakeCase(property)}_name`);
}

export const RECORDS: Record<RecordKind, RecordDefinition> = {
  companies: record({
    entity: CompanyEntity,
    hidden: ['calcomApiKeyCiphertext', ...Object.values(COMPANY_SECRETS), 'givenWebhookSecretId', 'deletedAt'],
    filters: { q: `(${contains('name')} or t.slug = lower(:value))` },
    extend: (query) =>
      Object.entries(COMPANY_SECRETS)
        .reduce(
          (selected, [name, column]) => selected.addSelect(`t.${column} is not null`, `has_${name}`),
          query.addSelect('t.id', 'company_id'),
        )
        .addSelect('t.calcomApiKeyCiphertext is not null', 'has_calcom_api_key')
        .andWhere('t.deletedAt is null'),
  }),
  branches: record({ entity: BranchEntity, filters: nameContains }),
  holidays: record({ entity: HolidayEntity }),
  services: record({
    entity: ServiceEntity,
    hidden: ['calcomSettings'],
    filters: nameContains,
    extend: (query) => withServiceLists(query).addSelect(SETTINGS_UNDER_API_NAMES, 'calcom_settings'),
  }),
  staff: record({
    entity: StaffEntity,
    filters: nameContains,
    extend: (query) =>
      query
        // SQL: the mapping has the relation to its staff, not the staff; and only an active one counts.
        .leftJoin(CalcomHostMappingEntity, 'm', 'm.companyId = t.companyId and m.staffId = t.id and m.isActive')
        .addSelect('m.calcomHostId', 'calcom_host_id'),
  }),
  phone_numbers: record({
    entity: PhoneNumberEntity,
    renamed: { numberE164: 'number' },
    filters: { number: 't.numberE164 = :value' },
  }),
  host_mappings: record({ entity: CalcomHostMappingEntity }),
  retell_agents: record({ entity: RetellAgentEntity }),
  tokens: record({
    entity: ApiTokenEntity,
    hidden: ['tokenHash', 'ancestorIds'],
    filters: nameContains,
    extend: namingActor('madeBy'),
  }),
  users: record({
    entity: UserEntity,
    hidden: ['passwordHash'],
    // SQL: one search field looks for two columns.
    filters: { q: `(${contains('name')} or ${contains('email')})` },
    extend: (query) => query.addSelect('t.passwordHash is not null', 'password_set'),
  }),
  appointments: record({
    entity: AppointmentEntity,
    sortBy: 'startsAt',
    hidden: ['exclusive', 'calcomBookingId', 'gatewayKey'],
    filters: {
      ...{ number: 't.attendeePhone = :value', q: contains('attendeeName') },
    },
    search: {
      ...{ name: 'attendeeName', numbers: ['attendeePhone'] },
      ...{ ids: ['calcomBookingUid', 'callId'], email: 'attendeeEmail' },
    },
    extend: (query) =>
      query
        .leftJoin('t.service', 's')
        .leftJoin('t.staff', 'p')
        .addSelect('s.name', 'service_name')
        .addSelect('p.name', 'staff_name')
        // SQL: a wished host is known by its id at Cal.com, which is no key of the mapping.
        .leftJoin(CalcomHostMappingEntity, 'w', 'w.companyId = t.companyId and w.calcomHostId = t.wishedHostId')
        .addSelect('w.calcomName', 'wished_staff_name')
        .addSelect(
          `case when s.schedulingType = 'collective' and t.wishedHostId is not null then true else t.wishedHostId = t.calcomHostId end`,
          'staff_honoured',
        ),
  }),
  customers: record({
    entity: CustomerEntity,
    filters: {
      ...{ ...nameContains, number: 't.phone = :value', email: 'lower(t.email) = lower(:value)' },
    },
    search: { name: 'name', numbers: ['phone'], ids: [], email: 'email' },
  }),
  calls: record({
    entity: CallEntity,
    sortBy: 'startedAt',
    onlySingle: ['transcript', 'timing', 'recordingUrl', 'analysis', 'handOver'],
    filters: {
      number: '(t.fromNumber = :value or t.toNumber = :value)',
      call_id: 't.retellCallId = :value',
      outcome: (value, query) => `${value === 'booked' ? '' : 'not '}${isBooked(query)}`,
      flagged: () => `t.flags <> '{}'`,
      q: contains('name', 'k'),
      reason: (_value, query) => `${reasonOf(query)} = :value`,
      min_duration_ms: 't.durationMs >= :value',
      max_duration_ms: 't.durationMs < :value',
    },
    search: { name: 'k.name', numbers: ['fromNumber', 'toNumber'], ids: ['retellCallId'] },
    extend: (query) =>
      query
        // SQL: a call has no relation to its customer.
        .leftJoin(CustomerEntity, 'k', 'k.companyId = t.companyId and k.id = t.customerId')
        // SQL: nor to its company.
        .innerJoin(CompanyEntity, 'o', 'o.id = t.companyId')
        .leftJoin('t.branch', 'h')
        .addSelect('k.name', 'customer_name')
        .addSelect('o.name', 'company_name')
        .addSelect('h.name', 'branch_name')
        .addSelect('h.timeZone', 'time_zone')
        .addSelect(isBooked(query), 'booked')
        .addSelect(reasonOf(query), 'reason'),
  }),
  unmapped_calls: record({
    entity: UnmappedCallEntity,
    sortBy: 'startedAt',
    // Until a company has the number or the agent.
    extend: (query) =>
      [PhoneNumberEntity, RetellAgentEntity].reduce((open, entity) => {
        const name = entity === PhoneNumberEntity ? 'numberE164' : 'agentId';
        const mapped = query.subQuery().select('1').from<object>(entity, 'm').where(`m.${name} = t.line`);
        return open.andWhere(`not exists ${mapped.getQuery()}`);
      }, query),
  }),
  callbacks: record({
    entity: CallbackRequestEntity,
    sortBy: 'dueAt',
    filters: {
      ...{ number: 't.phone = :value', q: contains('customerName') },
      overdue: (value) => `${value === true ? '' : 'not '}${IS_OVERDUE}`,
      open: (value) => `${value === true ? '' : 'not '}t.${OPEN}`,
      assigned: (value) => `t.assignedTo is ${value === true ? 'not ' : ''}null`,
    },
    extend: (query) =>
      namingActor<CallbackRequestEntity>('assignedTo')(query)
        .leftJoin('t.branch', 'b')
        .addSelect('b.name', 'branch_name')
        .addSelect('b.timeZone', 'time_zone'),
  }),
  webhook_events: record({
    entity: WebhookEventEntity,
    sortBy: 'receivedAt',
    hidden: ['dedupeKey', 'leaseOwner', 'leaseUntil', 'epoch'],
    onlySingle: ['payload'],
  }),
  jobs: record({
    entity: JobEntity,
    hidden: ['uniqueKey', 'slotKey', 'backoffMs', 'timeoutMs', 'leaseOwner', 'leaseUntil', 'epoch'],
    onlySingle: ['payload'],
  }),
  manual_reviews: record({ entity: ManualReviewEntity, extend: namingActor('resolvedBy') }),
  alerts: record({
    entity: AlertEntity,
    sortBy: 'lastSeenAt',
    hidden: ['alertKey', 'detail'],
    extend: (query) =>
      query
        .addSelect(`t.detail ->> 'line'`, 'line')
        .addSelect(`t.detail ->> 'platform'`, 'platform')
        .addSelect(`t.detail ->> 'message_de'`, 'message_de')
        .addSelect(`t.detail ->> 'what_to_do'`, 'what_to_do')
        .addSelect(`t.detail ->> 'what_to_do_de'`, 'what_to_do_de'),
    filters: { open: (value) => `t.resolvedAt is ${value === true ? '' : 'not '}null` },
  }),
  notification_channels: record({
    entity: NotificationChannelEntity,
    hidden: ['secretCiphertext', 'since'],
    filters: {
      is_own: (value) => `t.userId is ${value === true ? 'not ' : ''}null`,
      of_platform: (value) => `t.companyId is ${value === true ? '' : 'not '}null`,
    },
  }),
  audit: record({
    entity: AuditLogEntity,
    extend: namingActor('actor'),
  }),
};

/** Never written from a request, whatever its fields are called. */
const PROTECTED: ReadonlySet<string> = new Set(['id', 'companyId', 'createdAt', 'updatedAt']);

/** The API's fields as values of the record's entity. Fields that are no visible column of it are left out. */
export function entityValues(source: DataSource, kind: RecordKind, fields: Fields): Record<string, unknown> {
  const { entity, hidden = [], renamed = {} } = RECORDS[kind];
  const names: Readonly<Record<string, string>> = renamed;
  const written = source
    .getMetadata(entity)
    .columns.filter(({ propertyName }) => !PROTECTED.has(propertyName) && !hidden.some((one) => one === propertyName))
    .map(({ propertyName, databaseName }) => [propertyName, fields[names[propertyName] ?? databaseName]] as const);
  return Object.fromEntries(written.filter(([, value]) => value !== undefined));
}
