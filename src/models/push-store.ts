import { type DataSource } from 'typeorm';
import type { TenantId } from '../domain';
import type { PushEvidence, PushStore, SilentCompany } from '../services/sync/push-watch';
import { CalcomPushEvidenceEntity } from './calcom-event-types';
import { managerOf, rows } from './sql';
import { BOOKINGS_CURSOR } from './sync-store';

export class PostgresPushStore implements PushStore {
  constructor(private readonly source: DataSource) {}

  async evidence(companyId: TenantId): Promise<PushEvidence[]> {
    const found = await managerOf(this.source).findBy(CalcomPushEvidenceEntity, { companyId });
    return found.map(({ calcomEventTypeId: eventTypeId, heardAt, changedAt, madeAt }) => ({
      ...{ eventTypeId, heardAt, changedAt, madeAt },
    }));
  }

  async recordEvidence(
    companyId: TenantId,
    { eventTypeId, heardAt, changedAt, madeAt }: Parameters<PushStore['recordEvidence']>[1],
  ): Promise<void> {
    await rows(
      this.source,
      // SQL: `greatest` keeps the later of two times that arrive in any order, in one statement.
      `insert into calcom_push_evidence (company_id, calcom_event_type_id, heard_at, changed_at, made_at)
       values ($1, $2, $3, $4, $5)
       on conflict (company_id, calcom_event_type_id) do update
       set heard_at = greatest(calcom_push_evidence.heard_at, excluded.heard_at),
         changed_at = greatest(calcom_push_evidence.changed_at, excluded.changed_at),
         made_at = greatest(calcom_push_evidence.made_at, excluded.made_at)`,
      [companyId, eventTypeId, heardAt ?? null, changedAt ?? null, madeAt ?? null],
    );
  }

  silentCompanies(until: Date, slackMs: number): Promise<SilentCompany[]> {
    return rows<SilentCompany>(
      this.source,
      // SQL: every company once, with a rate counted over its last week; only the few silent ones are counted.
      `select c.id as "companyId", k.position_at as since,
         (select count(*) from appointments a
          where a.company_id = c.id and a.created_at > now() - interval '7 days')::float8 / 7 as "bookingsPerDay"
       from companies c left join sync_cursors k on k.company_id = c.id and k.name = $3
       where c.is_active and c.deleted_at is null and c.id in (
         select p.company_id from calcom_push_evidence p
         where p.changed_at is not null and (p.heard_at is null or p.changed_at > p.heard_at)
           and p.changed_at <= $1
           and (p.heard_at is null or p.changed_at > p.heard_at + $2 * interval '1 millisecond')
           and (p.made_at is null or p.changed_at > p.made_at + $2 * interval '1 millisecond'))
       order by c.id`,
      [until, slackMs, BOOKINGS_CURSOR],
    );
  }
}
