import { once } from 'node:events';
import type { Response } from 'express';
import { z } from 'zod';
import { OPERATOR_LANGUAGES } from '../../domain';
import { csvHeading } from '../../services/admin/csv-words';
import { page, type ListInput } from './list-query';

const PAGE = 200;
const MARK = '\uFEFF';
/** Spreadsheets take a cell that begins so for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/** RFC 4180; instants are ISO 8601 in UTC, lists and objects JSON. A text that would be a formula begins with an apostrophe. */
export function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n;]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

const line = (cells: string[]): string => `${cells.join(',')}\r\n`;

/**
 * Streams every page of a list. What fails after the first row cuts the connection: half a file must not look whole.
 * @param read one page of the list
 */
export async function sendCsv(
  res: Response,
  options: { name: string; item: z.ZodType; query: ListInput },
  read: (query: ListInput) => Promise<unknown>,
): Promise<void> {
  const { name, item, query } = options;
  const fields = z.object({ shape: z.record(z.string(), z.unknown()) }).parse(item).shape;
  const columns = Object.keys(fields);
  const language = OPERATOR_LANGUAGES.find((code) => code === query.headings) ?? null;
  let cursor = query.cursor;
  try {
    do {
      const { items, next } = page.parse(await read({ ...query, limit: PAGE, cursor }));
      if (!res.headersSent) {
        res.setHeader('Content-Type', 'text/csv; charset=utf-8; header=present');
        res.setHeader('Content-Disposition', `attachment; filename="${name}.csv"`);
        res.write(
          (query.bom === true ? MARK : '') + line(columns.map((field) => csvCell(csvHeading(field, language)))),
        );
      }
      const rows = items.map((one) => z.record(z.string(), z.unknown()).parse(item.parse(one)));
      const text = rows.map((row) => line(columns.map((field) => csvCell(row[field])))).join('');
      if (!res.write(text) && !res.destroyed) await Promise.race([once(res, 'drain'), once(res, 'close')]);
      cursor = next ?? undefined;
    } while (cursor !== undefined && !res.destroyed);
    res.end();
  } catch (error) {
    if (!res.headersSent) throw error;
    res.destroy();
  }
}
