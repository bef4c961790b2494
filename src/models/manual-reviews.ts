import { Check, Entity, Index } from 'typeorm';
import { toCompany } from './companies';
import { column, table } from './table';

/** What a machine cannot decide. One open review per subject and kind. */
@Entity('manual_reviews')
@Check('ck_manual_reviews_status', `status in ('open', 'resolved')`)
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
  status: column.text<'open' | 'resolved'>().default('open'),
  resolvedBy: column.text().nullable(),
  resolution: column.text().nullable(),
  resolvedAt: column.instant().nullable(),
  createdAt: column.created(),
  company: toCompany(),
}) {}
