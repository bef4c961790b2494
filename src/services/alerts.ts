import type { TenantId } from './domain';

export interface Alert {
  companyId: TenantId | null;
  kind: string;
  /** One open alert per key. */
  key: string;
  severity: 'info' | 'warning' | 'critical';
  message: string;
  detail: object;
}

const CRITICAL = new Set([
  'circuit_open',
  'dead_job',
  'booking_not_settled',
  'reconcile_difference',
  'spoken_confirmation_without_booking',
]);
/** The same alert is not posted again within this time. */
const QUIET_MS = 15 * 60_000;

/** What an operator must hear of: recorded once per key, logged, and posted to a webhook if there is one. */
export class Alerts {
  readonly #deps: {
    record: (alert: Alert) => Promise<boolean>;
    log: (fields: object, message: string) => void;
    post: ((alert: object) => Promise<void>) | null;
    nowMs: () => number;
  };
  readonly #lastMs = new Map<string, number>();

  constructor(deps: {
    record: (alert: Alert) => Promise<boolean>;
    log: (fields: object, message: string) => void;
    post: ((alert: object) => Promise<void>) | null;
    nowMs: () => number;
  }) {
    this.#deps = deps;
  }

  raise(kind: string, key: string, message: string, companyId: TenantId | null, detail: object = {}): void {
    const nowMs = this.#deps.nowMs();
    if (nowMs - (this.#lastMs.get(key) ?? Number.NEGATIVE_INFINITY) < QUIET_MS) return;
    this.#lastMs.set(key, nowMs);
    if (this.#lastMs.size > 10_000) this.#lastMs.clear();
    const alert: Alert = {
      companyId,
      kind,
      key,
      severity: CRITICAL.has(kind) ? 'critical' : 'warning',
      message,
      detail,
    };
    this.#deps.log({ alert: kind, key, company: companyId }, message);
    void this.#deps
      .record(alert)
      .catch((error: unknown) => this.#deps.log({ alert: kind, err: error }, 'an alert could not be recorded'));
    if (this.#deps.post)
      void this.#deps
        .post({
          kind,
          key,
          severity: alert.severity,
          message,
          company_id: companyId,
          at: new Date(nowMs).toISOString(),
        })
        .catch((error: unknown) => this.#deps.log({ alert: kind, err: error }, 'an alert could not be posted'));
  }
}
