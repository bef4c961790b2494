import { In, IsNull, Raw, type DataSource } from 'typeorm';
import type { TenantId } from '../domain';
import type { OpenFault, SetupFaultStore } from '../services/calcom/setup-faults';
import { AlertEntity, alertTexts, ManualReviewEntity, textIn } from './alerts';
import { managerOf, rows, toJson } from './sql';

/** Subject of the review entries, one per company and fault. */
const SUBJECT = 'calcom_refusal';
const MOST_CALLERS = 200;

/** Open faults of companies' set-up at Cal.com: they are alerts whose detail names operations. */
export class PostgresSetupFaultStore implements SetupFaultStore {
  constructor(private readonly source: DataSource) {}

  async worked(companyId: TenantId, operations: string[]): Promise<void> {
    const left = `(detail -> 'operations') - $2::text[]`;
    const closed = await rows<{ fault: string }>(
      this.source,
      // SQL: taking an operation off and closing an alert without any must be one statement, or two successes would leave it open.
      `update alerts set detail = jsonb_set(detail, '{operations}', ${left}),
         resolved_at = case when ${left} = '{}' then now() end
       where company_id = $1 and resolved_at is null and detail -> 'operations' ?| $2::text[]
       returning detail ->> 'fault' as fault, resolved_at is not null as closed`,
      [companyId, operations],
    ).then((found) => found.filter((row) => 'closed' in row && row.closed === true));
    if (closed.length === 0) return;
    await managerOf(this.source).update(
      ManualReviewEntity,
      { companyId, subjectType: SUBJECT, subjectId: In(closed.map(({ fault }) => fault)), status: 'open' },
      { status: 'resolved', resolvedBy: 'gateway', resolution: 'works again', resolvedAt: () => 'now()' },
    );
  }

  async refused(
    companyId: TenantId,
    fault: string,
    { phone, callId, tool, at }: Parameters<SetupFaultStore['refused']>[2],
  ): Promise<void> {
    const caller = { phone, call_id: callId };
    const known = callId === null ? caller : { call_id: callId };
    await rows(
      this.source,
      // SQL: an upsert that adds to a list is one statement, so that callers at the same time are all kept.
      `insert into manual_reviews (company_id, kind, subject_type, subject_id, detail)
       values ($1, 'calcom_setup', $2, $3, jsonb_build_object('callers', $4::jsonb))
       on conflict (company_id, subject_type, subject_id, kind) where status = 'open'
       do update set detail = case
         when manual_reviews.detail -> 'callers' @> $5::jsonb or jsonb_array_length(manual_reviews.detail -> 'callers') >= ${MOST_CALLERS}
         then manual_reviews.detail
         else jsonb_build_object('callers', (manual_reviews.detail -> 'callers') || $4::jsonb) end`,
      [companyId, SUBJECT, fault, toJson([{ ...caller, tool, at: at.toISOString() }]), toJson([known])],
    );
  }

  async open(companyId: TenantId): Promise<OpenFault[]> {
    const found = await managerOf(this.source).find(AlertEntity, {
      where: { companyId, resolvedAt: IsNull(), detail: Raw((column) => `${column} ->> 'operations' is not null`) },
      order: { firstSeenAt: 'ASC' },
    });
    return found.map((alert) => ({ ...alertTexts(alert), fault: textIn(alert.detail, 'fault') ?? '' }));
  }
}
