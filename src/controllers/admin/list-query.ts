import { z } from 'zod';
import { OPERATOR_LANGUAGES, tenantId, type TenantId } from '../../domain';
import { reachOf } from '../../services/admin/actor';
import type { FilterValue, ListPosition, RecordKind, RecordQuery } from '../../services/admin/records';
import { route, type RouteSpec } from './route-spec';

const position = z.tuple([z.iso.datetime({ precision: null }), z.guid()]);

function readCursor(text: string, context: z.RefinementCtx): ListPosition {
  try {
    const [at, id] = position.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    return { at, id };
  } catch {
    context.addIssue({ code: 'custom', message: 'is not a cursor that this API gave' });
    return z.NEVER;
  }
}

function writeCursor(next: ListPosition): string {
  return Buffer.from(JSON.stringify([next.at, next.id])).toString('base64url');
}

/** Of a row; the database writes it in lower case. */
export const id = z.guid().transform((text) => text.toLowerCase());
export const companyId = id.transform(tenantId);
/** The query or body of a route that is about one company, or about all. */
export const ofCompany = z.strictObject({ company_id: companyId.optional() });
export const shortText = z.string().trim().min(1).max(200);
export const yesNo = z.enum(['true', 'false']).transform((text) => text === 'true');
export const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
export const httpUrl = z.url({ protocol: /^https?$/ }).max(500);
/** As callers dial it; blanks and a lost plus sign (which a URL turns into a blank) do not matter. */
export const phoneFilter = z
  .string()
  .min(3)
  .max(40)
  .transform((text) => `+${text.replaceAll(/\D/g, '').replace(/^00/, '')}`);

const paging = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(300).transform(readCursor).optional(),
  order: z.enum(['asc', 'desc']).default('desc'),
  company_id: companyId.optional(),
};

/** What the query of any list holds when it has been read; everything else in it is a filter. */
export interface ListInput {
  limit: number;
  cursor?: ListPosition | undefined;
  order: 'asc' | 'desc';
  company_id?: TenantId | undefined;
  [filter: string]: unknown;
}

/** The query of a list: paging, the company, and its own filters. */
export function listQuery(filters: z.ZodRawShape): z.ZodType<ListInput> {
  const schema: z.ZodType = z.strictObject({ ...filters, ...paging });
  // A shape that is only known at run time has no static type; the paging part is the one above.
  return schema as z.ZodType<ListInput>;
}

/** A list of records. @param given.filters the query's, beside paging and the company */
export function listRoute(
  action: `get /api/admin/${string}`,
  kind: RecordKind,
  given: Pick<RouteSpec, 'role' | 'summary' | 'answer'> & Partial<RouteSpec> & { filters: z.ZodRawShape },
): RouteSpec {
  const { filters, ...spec } = given;
  return route(action, {
    ...{ ...spec, list: true, query: listQuery(filters) },
    run: ({ reader }, { actor, query }) => reader.list(kind, reachOf(actor, query.company_id), recordQuery(query)),
  });
}

/** How a list can be had as a file. */
export const csvQuery = {
  format: z.enum(['json', 'csv']).default('json').describe('csv: every row that matches, as a file'),
  bom: yesNo.default(false).describe('A byte order mark, by which spreadsheets know UTF-8'),
  headings: z.enum(OPERATOR_LANGUAGES).optional().describe('Their language; field names without it'),
};

/** The paging part and the filters that were given. */
export function recordQuery({ limit, cursor, order, company_id: _, ...given }: ListInput): RecordQuery {
  const filters: Record<string, FilterValue> = {};
  for (const [name, value] of Object.entries(given))
    if (isFilterValue(value) && !(name in csvQuery)) filters[name] = value;
  return { limit, after: cursor ?? null, order, filters };
}

function isFilterValue(value: unknown): value is FilterValue {
  return ['string', 'number', 'boolean'].includes(typeof value) || value instanceof Date;
}

/** What a list's handler returns. */
export const page = z.object({
  items: z.array(z.unknown()),
  next: z.object({ at: z.string(), id: z.string() }).nullable(),
});

/** A page as the API answers it. */
export function writePage(item: z.ZodType, result: unknown): object {
  const { items, next } = page.parse(result);
  return {
    data: items.map((one) => item.parse(one)),
    pagination: { next_cursor: next === null ? null : writeCursor(next) },
  };
}
