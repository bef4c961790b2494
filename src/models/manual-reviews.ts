import { Check, Entity, Index } from 'typeorm';
import { toCompany } from './companies';
import { created, id, instant, json, table, tenantId, text } from './table';

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
  id: id(),
  companyId: tenantId(),
  kind: text(),
  subjectType: text(),
  subjectId: text(),
  detail: json<Record<string, unknown>>().default({}),
  status: text<'open' | 'resolved'>().default('open'),
  resolvedBy: text().nullable(),
  resolution: text().nullable(),
  resolvedAt: instant().nullable(),
  createdAt: created(),
  company: toCompany(),
}) {}
