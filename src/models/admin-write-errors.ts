import { ChangedMeanwhile, Conflict, InvalidInput } from '../errors';
import type { UpdateQueryBuilder } from 'typeorm';
import { IN_USE } from '../services/admin/company-setup';
import { StatementFailed } from './sql';

const TAKEN: Readonly<Record<string, string>> = {
  uq_companies_slug: 'Another company has this slug.',
  uq_branches_name: 'This company has a branch of that name already.',
  uq_services_event_type: 'This Cal.com event type is a service of that branch already.',
  uq_service_synonyms: 'A synonym is given twice.',
  uq_phone_numbers_number: IN_USE.phone_numbers,
  uq_retell_agents_agent: IN_USE.retell_agents,
  uq_calcom_host_mappings_host: 'This Cal.com host is mapped already.',
  uq_calcom_host_mappings_staff: 'This member of staff is mapped to another Cal.com host already.',
  uq_jobs_unique_key: 'The same work is queued or running already.',
  uq_users_email: 'This e-mail address is in use already.',
  uq_notification_channels_own_mail: 'You are notified by e-mail already.',
  uq_callback_requests_open: 'Another callback request of this call is open.',
};

/** Ends of foreign keys' names, and the field that named something which the company does not have. */
const UNKNOWN: readonly [RegExp, string][] = [
  [/_branch$/, 'branch_id'],
  [/_staff$/, 'staff_id'],
  [/_service$/, 'service_id'],
  [/_company$/, 'company_id'],
];

/** Rules of the table that an operator's values may break, with the field and what is wrong with it. */
const RULES: Readonly<Record<string, [path: string, message: string]>> = {
  ck_holidays_days: ['last_day', 'must not be before the first day'],
  ck_holidays_yearly: ['last_day', 'must be within a year of the first day when it comes back every year'],
};

/**
 * What a refusal by Postgres means to an operator; other errors as they are.
 * @param field for what a foreign key refused, when the statement wrote one list only
 */
function writeError(error: unknown, field?: string): unknown {
  if (!(error instanceof StatementFailed)) return error;
  const constraint = error.constraint ?? '';
  if (error.sqlState === '23505') return new Conflict(TAKEN[constraint] ?? 'This exists already.', { cause: error });
  if (error.sqlState === '23503') {
    const path = field ?? UNKNOWN.find(([name]) => name.test(constraint))?.[1] ?? '';
    return new InvalidInput('Something that was named does not exist.', [
      { path, message: 'does not exist in this company' },
    ]);
  }
  if (error.sqlState === '23514') {
    const [path, message] = RULES[constraint] ?? ['', `is refused by the rule ${constraint}`];
    return new InvalidInput('These values do not go together.', [{ path, message }]);
  }
  return error;
}

/** @throws as `writeError` says, in place of what Postgres says */
export function explained<T>(write: Promise<T>, field?: string): Promise<T> {
  return write.catch((error: unknown) => {
    throw writeError(error, field);
  });
}

/**
 * Runs an update of one row, unless the row was changed after it was read.
 * @param since `updated_at` as the operator read it; null: whatever it is now
 * @throws Conflict when the row was changed later or is gone; as `writeError` says
 */
export async function unlessChanged(update: UpdateQueryBuilder<object>, since: Date | null): Promise<void> {
  // The API shows milliseconds, the column has microseconds.
  if (since) update.andWhere(`date_trunc('milliseconds', updated_at) = :since`, { since });
  const { affected } = await explained(update.execute());
  if (affected === 0) throw new ChangedMeanwhile();
}
