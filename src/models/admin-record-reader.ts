import type { DataSource, SelectQueryBuilder } from 'typeorm';
import type { TenantId } from '../domain';
import type { AdminRecord, RecordKind, RecordPage, RecordQuery, RecordReader } from '../services/admin/records';
import { RECORDS, type RecordDefinition } from './admin-record-definitions';
import { isUuid, managerOf, rows } from './sql';

type FoundRow = AdminRecord & { sort_at?: string };

/**
 * Lists and single records for operators, by keyset: a page costs the same wherever it is. Over all companies each one's
 * own index is read and the pages are merged, so that no list reads a whole table.
 */
export class AdminRecordReader implements RecordReader {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    this.#source = source;
  }

  async list(kind: RecordKind, companyId: TenantId | null, query: RecordQuery): Promise<RecordPage> {
    const { text, params } = listStatement(this.#source, kind, companyId, query);
    const found = await rows<FoundRow>(this.#source, text, params);
    const page = found.slice(0, query.limit);
    const last = page.at(-1);
    const more = found.length > query.limit && last?.sort_at !== undefined;
    return { items: page.map(plain), next: more ? { at: last.sort_at ?? '', id: last.id } : null };
  }

  async find(kind: RecordKind, companyId: TenantId | null, id: string): Promise<AdminRecord | null> {
    if (!isUuid(id)) return null;
    const query = recordQuery(this.#source, RECORDS[kind], 'single').andWhere('t.id = :id', { id });
    if (companyId !== null) query.andWhere(`${ownerOf(query)} = :companyId`, { companyId });
    const row = await query.getRawOne<FoundRow>();
    return row ? plain(row) : null;
  }
}

/** The statement behind a list, with its parameters. */
export function listStatement(
  source: DataSource,
  kind: RecordKind,
  companyId: TenantId | null,
  { limit, after, order, filters }: RecordQuery,
): { text: string; params: unknown[] } {
  const definition = RECORDS[kind];
  const { sortBy, mayBeOfNoCompany } = definition;
  const direction = order === 'asc' ? 'ASC' : 'DESC';
  const query = recordQuery(source, definition, 'list')
    .addSelect(`to_char(t.${sortBy} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`, 'sort_at')
    .orderBy(`t.${sortBy}`, direction)
    .addOrderBy('t.id', direction)
    .limit(limit + 1);
  for (const [name, value] of Object.entries(filters)) {
    const condition = conditionOf(query, definition, name, value);
    query.andWhere(condition.replaceAll(':value', `:${name}`), { [name]: value });
  }
  const comparison = order === 'asc' ? '>' : '<';
  if (after) query.andWhere(`(t.${sortBy}, t.id) ${comparison} (:at, :id)`, after);
  const owner = ownerOf(query);
  const isMerged = companyId === null && !mayBeOfNoCompany && owner !== 't.id';
  if (companyId !== null) query.andWhere(`${owner} = :companyId`, { companyId });
  if (isMerged) query.andWhere(`${owner} = c.id`);
  const [page, params] = query.getQueryAndParameters();
  // SQL: the query builder knows no lateral join.
  const merged = `select page.* from companies c cross join lateral (${page}) page
    order by page.sort_at ${order}, page.id ${order} limit ${limit + 1}`;
  return { text: isMerged ? merged : page, params };
}

/** A record's columns, each under the API's name. */
export function recordQuery(source: DataSource, definition: RecordDefinition, what: 'list' | 'single'): Query {
  const { entity, hidden = [], onlySingle = [], extend } = definition;
  const query = managerOf(source).createQueryBuilder(entity, 't').select([]);
  const left: readonly string[] = what === 'list' ? [...hidden, ...onlySingle] : hidden;
  for (const { propertyName, databaseName, type } of source.getMetadata(entity).columns) {
    if (left.includes(propertyName)) continue;
    // Decimal numbers come as text; operators get numbers.
    const value = type === 'numeric' ? `cast(t.${propertyName} as float8)` : `t.${propertyName}`;
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
): string {
  const special = definition.filters?.[name];
  if (special !== undefined) return typeof special === 'string' ? special : special(value, query);
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
export function withTextInstants<T extends object>(row: T): T {
  const copy = { ...row };
  for (const [name, value] of Object.entries(copy))
    if (value instanceof Date) Reflect.set(copy, name, value.toISOString());
  return copy;
}
