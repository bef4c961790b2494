import { ChangedMeanwhile, type InputProblem } from '../../errors';
import type { TenantId } from '../../domain';
import type { AdminRecord, Fields, RecordReader } from './records';

/** Of the changes since an operator read the row, this many are looked at. */
const MOST_CHANGES = 20;

/**
 * Runs a write of a row; when the row was changed after the operator read it, the refusal says who changed what.
 * @throws ChangedMeanwhile with those fields to be written that another operator wrote before
 */
export async function sayingWhoChanged<T>(
  reader: RecordReader,
  row: { companyId: TenantId; id: string; fields: Fields; unchangedSince: Date | null },
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof ChangedMeanwhile) || row.unchangedSince === null) throw error;
    const filters = { subject_id: row.id, from: row.unchangedSince };
    const query = { limit: MOST_CHANGES, after: null, order: 'desc', filters } as const;
    const { items } = await reader.list('audit', row.companyId, query);
    const [last] = items.filter((entry) => outcomeOf(entry) === 'done');
    if (!last) throw error;
    const problems = items.flatMap((entry) => changesIn(entry, row.fields));
    const newest = problems.filter(({ path }, index) => problems.findIndex((one) => one.path === path) === index);
    const name = typeof last.actor_name === 'string' ? last.actor_name : null;
    const by = { actor: String(last.actor), actor_name: name, at: String(last.created_at) };
    throw new ChangedMeanwhile(`${name ?? by.actor} changed this at ${by.at}.`, newest, by);
  }
}

function outcomeOf({ detail }: AdminRecord): unknown {
  return fieldsOf(detail).outcome;
}

/** The fields that an entry changed, of those that are to be written now. */
function changesIn(entry: AdminRecord, wanted: Fields): InputProblem[] {
  const { before, after } = fieldsOf(entry.detail);
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  return Object.keys(wanted).flatMap((path) => {
    const [was, is] = [JSON.stringify(old[path]), JSON.stringify(now[path])];
    if (is === undefined || was === is) return [];
    return [{ path, message: `is ${is} since ${String(entry.created_at)} (was ${was ?? 'empty'})`, value: is }];
  });
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
