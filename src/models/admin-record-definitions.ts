import type { DataSource, SelectQueryBuilder } from 'typeorm';
import { COMPANY_SECRETS } from '../services/admin/company-secrets';
import type { Fields, FilterValue, RecordKind } from '../services/admin/records';
import { searchFilter } from './admin-search';
import { AlertEntity } from './alerts';
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
import { ManualReviewEntity } from './manual-reviews';
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
  /** Lists are sorted by it, newest first. */
  sortBy: keyof E & string;
  /** Columns no operator sees. */
  hidden?: readonly (keyof E & string)[];
  /** Columns that are too long or too private for lists. */
  onlySingle?: readonly (keyof E & string)[];
  /** Columns with another name in the API. */
  renamed?: Partial<Record<keyof E & string, string>>;
  /** Rows may belong to the platform instead of a company. */
  mayBeOfNoCompany?: boolean;
  /** Filters that are not "this column has this value"; `:value` stands for theirs, `owner` for the rows' company. */
  filters?: Readonly<
    Record<string, string | ((value: FilterValue, query: SelectQueryBuilder<E>, owner: string) => string)>
  >;
  /** Fields from other tables, and rows that are never shown. */
  extend?: (query: SelectQueryBuilder<E>) => SelectQueryBuilder<E>;
}

export type RecordDefinition = Definition<object>;

/** Forgets which entity it is about: the reader treats all alike. */
export function record<E extends object>(definition: Definition<E>): RecordDefinition {
  return definition as unknown as RecordDefinition;
}

const contains = (property: string, of = 't'): string => `strpos(lower(${of}.${property}), lower(:value)) > 0`;
const nameContains = { q: contains('name') };

/** The rows of a link table as a sorted JSON list. */
function list<L extends object>(
  query: SelectQueryBuilder<ServiceEntity>,
  field: string,
  from: { entity: new () => L; value: keyof L & string; order?: string; where: string },
): void {
  const { entity, value, order = `l.${value}`, where } = from;
  query.addSelect(
    (sub) =>
      sub
        .select(`coalesce(json_agg(l.${value} order by ${order}), '[]')`)
        .from(entity, 'l')
        .where('l.companyId = t.companyId')
        .andWhere(where),
    field,
  );
}

function withServiceLists(query: SelectQueryBuilder<ServiceEntity>): SelectQueryBuilder<ServiceEntity> {
  list(query, 'synonyms', {
    ...{ entity: ServiceSynonymEntity, value: 'synonym', where: 'l.serviceId = t.id' },
    order: 'l.confidence desc, l.synonym',
  });
  list(query, 'host_ids', {
    ...{ entity: CalcomEventTypeHostEntity, value: 'calcomHostId' },
    where: 'l.calcomEventTypeId = t.calcomEventTypeId',
  });
  list(query, 'staff_ids', {
    ...{ entity: ServiceStaffEntity, value: 'staffId', where: 'l.serviceId = t.id and l.isActive' },
  });
  list(query, 'branch_ids', {
    ...{ entity: BranchServiceEntity, value: 'branchId', where: 'l.serviceId = t.id and l.isActive' },
  });
  return query;
}

/** The settings of a service's event type, each under the API's name. */
const SETTINGS_UNDER_API_NAMES = `case when t.calcomSettings is not null then json_build_object(${EVENT_TYPE_SETTINGS.map(
  (name) => `'${snakeCase(name)}', t.calcomSettings -> '${name}'`,
).join(', ')}) end`;

/** Condition: an appointment came out of the call, or the caller heard that it stands already. */
function isBooked(query: SelectQueryBuilder<CallEntity>): string {
  const booked = query
    .subQuery()
    .select('1')
    .from(AppointmentEntity, 'b')
    .where('b.companyId = t.companyId')
    .andWhere('b.callId = t.retellCallId')
    .andWhere(`b.status not in ('failed', 'rejected')`);
  const confirmed = query
    .subQuery()
    .select('1')
    .from(CallToolInvocationEntity, 'i')
    .where('i.companyId = t.companyId')
    .andWhere('i.callId = t.retellCallId')
    .andWhere(`i.tool = 'create_booking'`)
    .andWhere(`i.status = 'booked'`);
  return `(exists ${booked.getQuery()} or exists ${confirmed.getQuery()})`;
}

/** Where a call that booked nothing ended: the status of its last tool; null when it booked, or used none. */
function reasonOf(query: SelectQueryBuilder<CallEntity>): string {
  const last = query
    .subQuery()
    .select('l.status')
    .from(CallToolInvocationEntity, 'l')
    .where('l.companyId = t.companyId')
    .andWhere('l.callId = t.retellCallId')
    .orderBy('l.startedAt', 'DESC')
    .limit(1);
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
    sortBy: 'createdAt',
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
  branches: record({ entity: BranchEntity, sortBy: 'createdAt', filters: nameContains }),
  holidays: record({ entity: HolidayEntity, sortBy: 'createdAt' }),
  services: record({
    entity: ServiceEntity,
    sortBy: 'createdAt',
    hidden: ['calcomSettings'],
    filters: nameContains,
    extend: (query) => withServiceLists(query).addSelect(SETTINGS_UNDER_API_NAMES, 'calcom_settings'),
  }),
  staff: record({
    entity: StaffEntity,
    sortBy: 'createdAt',
    filters: nameContains,
    extend: (query) =>
      query
        // SQL: the mapping has the relation to its staff, not the staff; and only an active one counts.
        .leftJoin(CalcomHostMappingEntity, 'm', 'm.companyId = t.companyId and m.staffId = t.id and m.isActive')
        .addSelect('m.calcomHostId', 'calcom_host_id'),
  }),
  phone_numbers: record({
    entity: PhoneNumberEntity,
    sortBy: 'createdAt',
    renamed: { numberE164: 'number' },
    filters: { number: 't.numberE164 = :value' },
  }),
  host_mappings: record({ entity: CalcomHostMappingEntity, sortBy: 'createdAt' }),
  retell_agents: record({ entity: RetellAgentEntity, sortBy: 'createdAt' }),
  tokens: record({
    entity: ApiTokenEntity,
    sortBy: 'createdAt',
    hidden: ['tokenHash', 'ancestorIds'],
    mayBeOfNoCompany: true,
    filters: nameContains,
    extend: namingActor('madeBy'),
  }),
  users: record({
    entity: UserEntity,
    sortBy: 'createdAt',
    hidden: ['passwordHash'],
    mayBeOfNoCompany: true,
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
      search: searchFilter({
        ...{ entity: AppointmentEntity, sortBy: 'startsAt', name: 'attendeeName', numbers: ['attendeePhone'] },
        ...{ ids: ['calcomBookingUid', 'callId'], email: 'attendeeEmail' },
      }),
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
    sortBy: 'createdAt',
    filters: {
      ...{ ...nameContains, number: 't.phone = :value', email: 'lower(t.email) = lower(:value)' },
      search: searchFilter({
        ...{ entity: CustomerEntity, sortBy: 'createdAt', name: 'name', numbers: ['phone'], ids: [], email: 'email' },
      }),
    },
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
      search: searchFilter({
        ...{ entity: CallEntity, sortBy: 'startedAt', name: 'k.name', numbers: ['fromNumber', 'toNumber'] },
        ids: ['retellCallId'],
      }),
      reason: (_value, query) => `${reasonOf(query)} = :value`,
      min_duration_ms: 't.durationMs >= :value',
      max_duration_ms: 't.durationMs < :value',
    },
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
    mayBeOfNoCompany: true,
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
    mayBeOfNoCompany: true,
  }),
  jobs: record({
    entity: JobEntity,
    sortBy: 'createdAt',
    hidden: ['uniqueKey', 'slotKey', 'backoffMs', 'timeoutMs', 'leaseOwner', 'leaseUntil', 'epoch'],
    onlySingle: ['payload'],
    mayBeOfNoCompany: true,
  }),
  manual_reviews: record({ entity: ManualReviewEntity, sortBy: 'createdAt', extend: namingActor('resolvedBy') }),
  alerts: record({
    entity: AlertEntity,
    sortBy: 'lastSeenAt',
    hidden: ['alertKey', 'detail'],
    mayBeOfNoCompany: true,
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
    sortBy: 'createdAt',
    hidden: ['secretCiphertext', 'since'],
    mayBeOfNoCompany: true,
    filters: {
      is_own: (value) => `t.userId is ${value === true ? 'not ' : ''}null`,
      of_platform: (value) => `t.companyId is ${value === true ? '' : 'not '}null`,
    },
  }),
  audit: record({
    entity: AuditLogEntity,
    sortBy: 'createdAt',
    mayBeOfNoCompany: true,
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
