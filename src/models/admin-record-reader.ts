import type { DataSource } from 'typeorm';
import type { TenantId } from '../domain';
import type { AdminRecord, RecordKind, RecordPage, RecordQuery, RecordReader } from '../services/admin/records';
import { RECORDS, type RecordDefinition } from './admin-record-definitions';
import { isUuid, rows } from './sql';

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
    const { text, params } = listStatement(RECORDS[kind], companyId, query);
    const found = await rows<FoundRow>(this.#source, text, params);
    const page = found.slice(0, query.limit);
    const last = page.at(-1);
    const more = found.length > query.limit && last?.sort_at !== undefined;
    return { items: page.map(plain), next: more ? { at: last.sort_at ?? '', id: last.id } : null };
  }

  async find(kind: RecordKind, companyId: TenantId | null, id: string): Promise<AdminRecord | null> {
    if (!isUuid(id)) return null;
    const { select, selectOne, from, company, always } = RECORDS[kind];
    const conditions = ['t.id = $1', ...(always ? [always] : []), ...(companyId === null ? [] : [`${company} = $2`])];
    const [row] = await rows<FoundRow>(
      this.#source,
      `select ${select}${selectOne ? `, ${selectOne}` : ''} from ${from} where ${conditions.join(' and ')}`,
      companyId === null ? [id] : [id, companyId],
    );
    return row ? plain(row) : null;
  }
}

/** The statement behind a list, with its parameters. */
export function listStatement(
  definition: RecordDefinition,
  companyId: TenantId | null,
  query: RecordQuery,
): { text: string; params: unknown[] } {
  const params: unknown[] = [];
  const param = (value: unknown): string => `$${params.push(value)}`;
  const { from, select, sortBy, company, always, filters } = definition;
  const conditions: string[] = always ? [always] : [];
  for (const [name, value] of Object.entries(query.filters)) {
    const condition = filters[name];
    if (condition === undefined) throw new Error(`no filter ${name}`);
    const placeholder = param(value);
    conditions.push(condition.replaceAll('$', () => placeholder));
  }
  if (query.after) {
    const comparison = query.order === 'asc' ? '>' : '<';
    conditions.push(
      `(${sortBy}, t.id) ${comparison} (${param(query.after.at)}::timestamptz, ${param(query.after.id)}::uuid)`,
    );
  }
  const limit = param(query.limit + 1);
  const columns = `${select}, to_char(${sortBy} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as sort_at`;
  const page = (owner: string | null): string => {
    const all = owner === null ? conditions : [`${company} = ${owner}`, ...conditions];
    const where = all.length > 0 ? `where ${all.join(' and ')}` : '';
    return `select ${columns} from ${from} ${where} order by ${sortBy} ${query.order}, t.id ${query.order} limit ${limit}`;
  };
  if (companyId !== null) return { text: page(`${param(companyId)}::uuid`), params };
  if (definition.mayBeOfNoCompany || company === 't.id') return { text: page(null), params };
  const text = `select page.* from companies c cross join lateral (${page('c.id')}) page
    order by page.sort_at ${query.order}, page.id ${query.order} limit ${limit}`;
  return { text, params };
}

/** Instants as ISO text; the list's own column left out. */
function plain({ sort_at: _, ...row }: FoundRow): AdminRecord {
  const record: AdminRecord = { ...row, id: row.id, company_id: row.company_id };
  for (const [name, value] of Object.entries(record)) if (value instanceof Date) record[name] = value.toISOString();
  return record;
}
