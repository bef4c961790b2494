import type { DataSource, SelectQueryBuilder } from 'typeorm';
import type { TenantId } from '../domain';
import type { TracedTool, TraceReader } from '../services/admin/call-trace';
import {
  type AdminRecord,
  type Fields,
  type RecordKind,
  type RecordPage,
  type RecordQuery,
  RecordReader,
} from '../services/admin/records';
import { record, RECORDS, type RecordDefinition } from './admin-record-definitions';
import { AppointmentEntity } from './appointments';
import { BookingOperationEntity } from './booking-operations';
import { CallbackRequestEntity } from './callback-requests';
import { CallToolInvocationEntity } from './calls';
import { isUuid, managerOf, prepared, rows, sqlOf } from './sql';

/** A call asks some twenty things; anything beyond this is a loop that one page cannot show. */
const MOST_OF_CALL = 500;
const TOOLS = record({ entity: CallToolInvocationEntity, sortBy: 'startedAt' });
const APPOINTMENTS = record({ entity: AppointmentEntity });
const OPERATIONS = record({ entity: BookingOperationEntity, hidden: ['payload'] });
const CALLBACKS = record({ entity: CallbackRequestEntity });

type FoundRow = AdminRecord & { sort_at?: string };

interface Asked {
  kind: RecordKind;
  /** Null: all companies. */
  companyId: TenantId | null;
  query: RecordQuery;
}
type ListParameters = ReturnType<typeof parametersOf>;

/**
 * Lists and single records for operators, by keyset: a page costs the same wherever it is. Over all companies each one's
 * own index is read and the pages are merged, so that no list reads a whole table.
 */
export class AdminRecordReader extends RecordReader implements TraceReader {
  readonly #list = prepared<ListParameters, FoundRow>(
    ({ asked }) => listOf(this.source, asked),
    ({ asked: { kind, companyId, query } }) =>
      [kind, companyId === null, query.order, query.limit, query.after === null, ...Object.keys(query.filters)].join(),
    (text, { asked }) => around(this.source, text, asked),
  );

  constructor(private readonly source: DataSource) {
    super();
  }

  async list(kind: RecordKind, companyId: TenantId | null, query: RecordQuery): Promise<RecordPage> {
    const asked = { kind, companyId, query };
    const found = await (dependsOnValues(asked)
      ? this.#fresh(asked)
      : this.#list(sqlOf(this.source), parametersOf(asked)));
    const page = found.slice(0, query.limit);
    const last = page.at(-1);
    const more = found.length > query.limit && last?.sort_at !== undefined;
    return { items: page.map(plain), next: more ? { at: last.sort_at ?? '', id: last.id } : null };
  }

  #fresh({ kind, companyId, query }: Asked): Promise<FoundRow[]> {
    const { text, params } = listStatement(this.source, kind, companyId, query);
    return rows<FoundRow>(this.source, text, params);
  }

  async find(kind: RecordKind, companyId: TenantId | null, id: string): Promise<AdminRecord | null> {
    if (!isUuid(id)) return null;
    const query = recordQuery(this.source, RECORDS[kind], 'single').andWhere('t.id = :id', { id });
    if (companyId !== null) query.andWhere(`${ownerOf(query)} = :companyId`, { companyId });
    const row = await query.getRawOne<FoundRow>();
    return row ? plain(row) : null;
  }

  async ofCall(companyId: TenantId, callId: string) {
    const read = <T extends object = Fields>(definition: RecordDefinition): Promise<T[]> =>
      recordsOf<T>(this.source, definition, { companyId, callId }, 'ASC', MOST_OF_CALL);
    const [tools, appointments, operations, callbacks] = await Promise.all([
      read<TracedTool>(TOOLS),
      read(APPOINTMENTS),
      read(OPERATIONS),
      read(CALLBACKS),
    ]);
    return { tools, appointments, operations, callbacks };
  }
}

/** The first or last records with these values of properties, in this order. */
export async function recordsOf<T extends object>(
  source: DataSource,
  definition: RecordDefinition,
  where: object,
  order: 'ASC' | 'DESC',
  most: number,
): Promise<T[]> {
  const query = recordQuery(source, definition, 'single').where(where);
  const found = query.orderBy(`t.${definition.sortBy}`, order).addOrderBy('t.id', order).limit(most);
  return (await found.getRawMany<T>()).map(withTextInstants);
}

function parametersOf(asked: Asked) {
  const { companyId, query } = asked;
  return { asked, companyId, ...query.after, ...query.filters };
}

/** The text of some filters depends on what is looked for. */
function dependsOnValues({ kind, query }: Asked): boolean {
  const { filters = {} } = RECORDS[kind];
  return Object.keys(query.filters).some((name) => typeof filters[name] === 'function');
}

/** The statement behind a list, with its parameters. */
export function listStatement(
  source: DataSource,
  kind: RecordKind,
  companyId: TenantId | null,
  query: RecordQuery,
): { text: string; params: unknown[] } {
  const asked = { kind, companyId, query };
  const [text, params] = listOf(source, asked).setParameters(parametersOf(asked)).getQueryAndParameters();
  return { text: around(source, text, asked), params };
}

function listOf(source: DataSource, { kind, companyId, query: { limit, after, order, filters } }: Asked): Query {
  const definition = RECORDS[kind];
  const { sortBy } = definition;
  const direction = order === 'asc' ? 'ASC' : 'DESC';
  const query = recordQuery(source, definition, 'list')
    .addSelect(`to_char(t.${sortBy} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`, 'sort_at')
    .orderBy(`t.${sortBy}`, direction)
    .addOrderBy('t.id', direction)
    .limit(limit + 1);
  const owner = companyId === null ? 'c.id' : ':companyId';
  for (const [name, value] of Object.entries(filters))
    query.andWhere(conditionOf(query, definition, name, value, owner).replaceAll(':value', `:${name}`));
  if (after) query.andWhere(`(t.${sortBy}, t.id) ${order === 'asc' ? '>' : '<'} (:at, :id)`);
  if (companyId !== null) query.andWhere(`${ownerOf(query)} = :companyId`);
  if (isMerged(source, kind, companyId)) query.andWhere('t.companyId = c.id');
  return query;
}

/** A list of all companies, of rows that each belong to one. */
function isMerged(source: DataSource, kind: RecordKind, companyId: TenantId | null): boolean {
  const owner = source.getMetadata(RECORDS[kind].entity).findColumnWithPropertyName('companyId');
  return companyId === null && owner?.isNullable === false;
}

/** The page of each company, and the page of those. */
function around(source: DataSource, page: string, { kind, companyId, query: { order, limit } }: Asked): string {
  if (!isMerged(source, kind, companyId)) return page;
  // SQL: the query builder knows no lateral join.
  return `select page.* from companies c cross join lateral (${page}) page
    order by page.sort_at ${order}, page.id ${order} limit ${limit + 1}`;
}

/** A record's columns, each under the API's name. */
function recordQuery(source: DataSource, definition: RecordDefinition, what: 'list' | 'single'): Query {
  const { entity, hidden = [], onlySingle = [], extend } = definition;
  const query = managerOf(source).createQueryBuilder(entity, 't').select([]);
  const left: readonly string[] = what === 'list' ? [...hidden, ...onlySingle] : hidden;
  for (const { propertyName, databaseName, type } of source.getMetadata(entity).columns) {
    if (left.includes(propertyName)) continue;
    // Decimal numbers come as text, days as instants; operators get numbers and days.
    const shown = type === 'numeric' ? 'float8' : type === 'date' ? 'text' : null;
    const value = shown === null ? `t.${propertyName}` : `cast(t.${propertyName} as ${shown})`;
    query.addSelect(value, (definition.renamed as Record<string, string> | undefined)?.[propertyName] ?? databaseName);
  }
  return extend ? extend(query) : query;
}

type Query = SelectQueryBuilder<object>;

function ownerOf(query: Query): string {
  return query.expressionMap.mainAlias?.metadata.findColumnWithPropertyName('companyId') ? 't.companyId' : 't.id';
}

function conditionOf(
  query: Query,
  definition: RecordDefinition,
  name: string,
  value: RecordQuery['filters'][string],
  owner: string,
): string {
  const special = definition.filters?.[name];
  if (special !== undefined) return typeof special === 'string' ? special : special(value, query, owner);
  if (name === 'from') return `t.${definition.sortBy} >= :value`;
  if (name === 'to') return `t.${definition.sortBy} < :value`;
  const column = query.expressionMap.mainAlias?.metadata.findColumnWithDatabaseName(name);
  if (!column) throw new Error(`no filter ${name}`);
  return `t.${column.propertyName} = :value`;
}

/** Without the list's own column. */
function plain({ sort_at: _, ...row }: FoundRow): AdminRecord {
  return withTextInstants({ ...row, id: row.id, company_id: row.company_id });
}

/** Instants as ISO text. */
function withTextInstants<T extends object>(row: T): T {
  const copy = { ...row };
  for (const [name, value] of Object.entries(copy))
    if (value instanceof Date) Reflect.set(copy, name, value.toISOString());
  return copy;
}
