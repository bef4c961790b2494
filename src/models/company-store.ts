import type { DataSource } from 'typeorm';
import { tenantId, type TenantId } from '../domain';
import type { BookableEventType } from '../services/availability/shared-hosts';
import { rows, toJson } from './sql';

/** What the gateway itself needs of companies, beside their profiles. */
export class CompanyStore {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    this.#source = source;
  }

  /** Every active event type of a company with its hosts. */
  services(companyId: TenantId): Promise<BookableEventType[]> {
    return rows<BookableEventType>(
      this.#source,
      `select s.calcom_event_type_id as "calcomEventTypeId", s.calcom_team_id as "calcomTeamId", s.duration_minutes as "durationMinutes",
         s.buffer_before_minutes as "bufferBeforeMinutes", s.buffer_after_minutes as "bufferAfterMinutes",
         coalesce((select array_agg(h.calcom_host_id) from calcom_event_type_hosts h
           where h.company_id = s.company_id and h.calcom_event_type_id = s.calcom_event_type_id), '{}') as "hostIds"
       from services s where s.company_id = $1 and s.is_active`,
      [companyId],
    );
  }

  /** A company's own Cal.com key, still sealed; null when it uses the gateway's. */
  async calcomKey(companyId: TenantId): Promise<string | null> {
    const [row] = await rows<{ sealed: string | null }>(
      this.#source,
      `select calcom_api_key_ciphertext as sealed from companies where id = $1 and deleted_at is null`,
      [companyId],
    );
    return row?.sealed ?? null;
  }

  /** Sealed webhook secrets of companies that have one of their own. */
  async webhookSecrets(): Promise<{ companyId: TenantId; sealed: string }[]> {
    const found = await rows<{ id: string; sealed: string }>(
      this.#source,
      `select id, calcom_webhook_secret_ciphertext as sealed from companies where calcom_webhook_secret_ciphertext is not null and deleted_at is null and is_active`,
    );
    return found.map((row) => ({ companyId: tenantId(row.id), sealed: row.sealed }));
  }

  /** Every company that exists. */
  async ids(): Promise<TenantId[]> {
    const found = await rows<{ id: string }>(
      this.#source,
      `select id from companies where deleted_at is null order by created_at, id`,
    );
    return found.map((row) => tenantId(row.id));
  }

  async recordWish(wish: {
    companyId: TenantId;
    branchId: string;
    callId: string | null;
    customerId: string | null;
    serviceId: string;
    desiredAt: Date | null;
  }): Promise<void> {
    await rows(
      this.#source,
      `insert into appointment_wishes (company_id, branch_id, call_id, customer_id, service_id, desired_at) values ($1, $2, $3, $4, $5, $6)`,
      [wish.companyId, wish.branchId, wish.callId, wish.customerId, wish.serviceId, wish.desiredAt],
    );
  }

  /** Raises or repeats an alert; one open alert per key. @returns true when it is new */
  async alert(alert: {
    companyId: TenantId | null;
    kind: string;
    key: string;
    severity: 'info' | 'warning' | 'critical';
    message: string;
    detail: object;
  }): Promise<boolean> {
    const [row] = await rows<{ occurrences: number }>(
      this.#source,
      `insert into alerts (company_id, kind, alert_key, severity, message, detail) values ($1, $2, $3, $4, $5, $6)
       on conflict (alert_key) where resolved_at is null
       do update set occurrences = alerts.occurrences + 1, last_seen_at = now(), message = excluded.message, detail = excluded.detail
       returning occurrences`,
      [alert.companyId, alert.kind, alert.key, alert.severity, alert.message, toJson(alert.detail)],
    );
    return row?.occurrences === 1;
  }

  /** Closes the open alerts of these keys. */
  async resolveAlerts(keys: string[]): Promise<void> {
    await rows(
      this.#source,
      'update alerts set resolved_at = now() where resolved_at is null and alert_key = any($1::text[])',
      [keys],
    );
  }

  async ping(): Promise<void> {
    await rows(this.#source, 'select 1');
  }
}
