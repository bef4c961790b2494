import { z } from 'zod';
import {
  APPOINTMENT_STATUSES,
  JOB_STATUSES,
  LANGUAGE_CODES,
  PLATFORMS,
  REVIEW_STATUSES,
  SEVERITIES,
} from '../../domain';
import { reachOf, type Role } from '../../services/admin/actor';
import { CALLBACK_OUTCOMES, CALLBACK_PRIORITIES, CALLBACK_STATUSES } from '../../services/admin/callback-work';
import { changeOf, nounOf, type RecordKind } from '../../services/admin/records';
import { CALL_STATUSES } from '../../services/voice/ports';
import { EVENT_STATUSES } from '../../services/webhooks/inbox';
import {
  alert,
  appointment,
  auditEntry,
  call,
  callback,
  customer,
  job,
  PROVIDERS,
  review,
  trace,
  unmappedCall,
  webhookEvent,
  wholeCall,
  wholeEvent,
  wholeJob,
} from './history-schemas';
import { companyId, csvQuery, instant, listRoute, phoneFilter, shortText, yesNo } from './list-query';
import { route, type RouteSpec } from './route-spec';

const text = shortText.optional();
const id = z.guid().optional();
const number = phoneFilter.optional();
const milliseconds = z.coerce.number().int().min(0).max(2_147_483_647).optional();
const only = z
  .literal('true')
  .transform(() => true)
  .optional();
const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) => z.enum(values).optional();
const range = { from: instant.optional(), to: instant.optional() };

interface History {
  kind: RecordKind;
  filters: z.ZodRawShape;
  item: z.ZodType;
  /** When single records are read here, what they hold. */
  whole?: z.ZodType;
  /** Absent: every role that may watch. */
  role?: Role;
  /** Whether each look at one of them leaves an audit entry. */
  isPerson?: boolean;
  /** Whether the list can be had as a CSV file. */
  isFile?: boolean;
  /** Where errors call it by a shorter name than its list. */
  noun?: string;
}

const HISTORIES: History[] = [
  {
    ...{ kind: 'appointments', item: appointment, whole: appointment, isPerson: true, isFile: true },
    filters: {
      ...range,
      ...{ status: oneOf(APPOINTMENT_STATUSES), service_id: id, branch_id: id, customer_id: id, call_id: text },
      ...{ number, q: text, requires_manual_review: only },
    },
  },
  {
    ...{ kind: 'customers', item: customer, whole: customer, isPerson: true, isFile: true },
    filters: { ...range, q: text, number, email: text },
  },
  {
    ...{ kind: 'calls', item: call, isFile: true },
    filters: {
      ...range,
      ...{ status: oneOf(CALL_STATUSES), number, call_id: text, customer_id: id, flagged: only },
      ...{ platform: oneOf(PLATFORMS), language: oneOf(LANGUAGE_CODES), q: text, reason: text },
      ...{ min_duration_ms: milliseconds, max_duration_ms: milliseconds },
      search: z.string().trim().min(2).max(200).optional().describe('Name, number or call id'),
      outcome: oneOf(['booked', 'not_booked']),
    },
  },
  {
    ...{ kind: 'unmapped_calls', item: unmappedCall, noun: 'call to a number of no company' },
    filters: { ...range, line: text },
  },
  {
    ...{ kind: 'callbacks', item: callback, isFile: true },
    filters: {
      ...range,
      ...{ status: oneOf(CALLBACK_STATUSES), priority: oneOf(CALLBACK_PRIORITIES), number, q: text, call_id: text },
      ...{ assigned_to: text, outcome: oneOf(CALLBACK_OUTCOMES) },
      open: yesNo.optional().describe('true: the caller still waits'),
      assigned: yesNo.optional(),
      overdue: yesNo.optional().describe('true: open and past its due time'),
    },
  },
  {
    ...{ role: 'company_admin', kind: 'webhook_events', item: webhookEvent, whole: wholeEvent, isPerson: true },
    filters: { ...range, status: oneOf(EVENT_STATUSES), provider: oneOf(PROVIDERS), event_type: text },
  },
  {
    ...{ role: 'company_admin', kind: 'jobs', item: job, whole: wholeJob },
    filters: { ...range, status: oneOf(JOB_STATUSES), name: text, queue: text },
  },
  {
    ...{ kind: 'manual_reviews', item: review, whole: review },
    filters: { ...range, status: oneOf(REVIEW_STATUSES), kind: text },
  },
  {
    ...{ kind: 'alerts', item: alert, whole: alert },
    filters: { ...range, kind: text, severity: oneOf(SEVERITIES), open: yesNo.optional() },
  },
  {
    ...{ role: 'company_admin', kind: 'audit', item: auditEntry },
    filters: { ...range, actor: text, action: text, subject_type: text, subject_id: text },
  },
];

function historyRoutesOf(given: History): RouteSpec[] {
  const { kind, filters, item, whole, isPerson = false, isFile = false, role = 'read_only' } = given;
  const { noun = nounOf(kind) } = given;
  const path = kind.replaceAll('_', '-');
  const list = listRoute(`get /api/admin/${path}`, kind, {
    ...{ role, answer: item, summary: `Every ${noun}, newest first` },
    filters: isFile ? { ...filters, ...csvQuery } : filters,
  });
  if (!whole) return [list];
  const read = route(`get /api/admin/${path}/:id`, {
    ...{ role, summary: `One ${noun}`, answer: whole },
    run: async ({ reader }, { actor, id: one, wrote }) => {
      const record = await reader.require(kind, actor.companyId, one);
      return isPerson ? wrote({ record, change: changeOf(kind, record, {}) }) : record;
    },
  });
  return [list, read];
}

const CALL_ID = 'The id is ours or Retell’s.';
export const historyRoutes: RouteSpec[] = [
  ...HISTORIES.flatMap(historyRoutesOf),
  route('get /api/admin/calls/:id', {
    ...{ role: 'read_only', answer: wholeCall },
    summary: `One call with its transcript. ${CALL_ID}`,
    run: async ({ traces }, { actor, id: one, wrote }) => {
      const record = await traces.find(actor, one);
      return wrote({ record, change: changeOf('calls', record, {}) });
    },
  }),
  route('get /api/admin/calls/:id/trace', {
    ...{ role: 'read_only', answer: trace },
    summary: `Why this call did (not) book: its tools, each question to Cal.com, bookings and callbacks. ${CALL_ID}`,
    run: async ({ traces }, { actor, id: one, wrote }) => {
      const record = await traces.read(actor, one);
      return wrote({ record, change: changeOf('calls', record.call, {}) });
    },
  }),
];

const found = z.object({
  calls: z.array(call),
  customers: z.array(customer),
  appointments: z.array(appointment),
});
const MOST_OF_EACH = 10;

export const searchRoute = route('get /api/admin/search', {
  role: 'read_only',
  summary: `Calls, customers and appointments by name, number, call id or booking uid: the newest ${MOST_OF_EACH} of each`,
  query: z.strictObject({ q: z.string().trim().min(2).max(200), company_id: companyId.optional() }),
  answer: found,
  run: async ({ reader }, { actor, query }) => {
    const reach = reachOf(actor, query.company_id);
    const wish = { limit: MOST_OF_EACH, after: null, order: 'desc', filters: { search: query.q } } as const;
    const lists = found
      .keyof()
      .options.map(async (kind) => [kind, (await reader.list(kind, reach, wish)).items] as const);
    return Object.fromEntries(await Promise.all(lists));
  },
});
