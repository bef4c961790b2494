import { Check, Entity, Index } from 'typeorm';
import { REVIEW_STATUSES, SEVERITIES, type OperatorText } from '../domain';
import { toCompany } from './companies';
import { column, now, SqlIndex, table } from './table';

/** Something an operator should know; one open row per `alertKey`. */
@Entity('alerts')
@Check('ck_alerts_occurrences', 'occurrences >= 1')
@Index('uq_alerts_open', ['alertKey'], { unique: true, where: 'resolved_at is null' })
@SqlIndex('idx_alerts_seen', '(last_seen_at desc)')
export class AlertEntity extends table({
  id: column.id(),
  /** null: the platform's. */
  companyId: column.tenantId().nullable(),
  kind: column.text(),
  alertKey: column.text(),
  severity: column.oneOf(SEVERITIES),
  message: column.text(),
  detail: column.json<Record<string, unknown>>().default({}),
  occurrences: column.integer().default(1),
  firstSeenAt: column.instant().default(now),
  lastSeenAt: column.instant().default(now),
  resolvedAt: column.instant().nullable(),
  company: toCompany(),
}) {}

/** A text of an alert's or a review's detail. */
export function textIn(detail: Record<string, unknown>, field: string): string | null {
  const text = detail[field];
  return typeof text === 'string' ? text : null;
}

/** What an alert says to operators; rows from before a text was kept in German say it in English. */
export function alertTexts({ message, detail }: AlertEntity): { message: OperatorText; todo: OperatorText } {
  const todo = textIn(detail, 'what_to_do') ?? '';
  return {
    message: { en: message, de: textIn(detail, 'message_de') ?? message },
    todo: { en: todo, de: textIn(detail, 'what_to_do_de') ?? todo },
  };
}

/** What a machine cannot decide. One open review per subject and kind. */
@Entity('manual_reviews')
@Check('ck_manual_reviews_resolved', `(status = 'resolved') = (resolved_at is not null)`)
@Index('uq_manual_reviews_open', ['companyId', 'subjectType', 'subjectId', 'kind'], {
  unique: true,
  where: `status = 'open'`,
})
@Index('idx_manual_reviews_status', ['companyId', 'status', 'createdAt'])
export class ManualReviewEntity extends table({
  id: column.id(),
  companyId: column.tenantId(),
  kind: column.text(),
  subjectType: column.text(),
  subjectId: column.text(),
  detail: column.json<Record<string, unknown>>().default({}),
  status: column.oneOf(REVIEW_STATUSES).default('open'),
  resolvedBy: column.text().nullable(),
  resolution: column.text().nullable(),
  resolvedAt: column.instant().nullable(),
  createdAt: column.created(),
  company: toCompany(),
}) {}
