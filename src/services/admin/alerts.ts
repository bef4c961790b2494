import type { TenantId } from '../../domain';
import type { GatewayMetrics } from '../../metrics/instruments';
import type { AlertText } from './alert-texts';

export interface Alert {
  companyId: TenantId | null;
  kind: string;
  /** One open alert per key. */
  key: string;
  severity: AlertText['severity'];
  /** English; the other texts are fields of `detail`. */
  message: string;
  detail: object;
}

/** @param key one open alert each */
type RaiseAlert = (text: AlertText, key: string, companyId: TenantId | null, detail?: object) => void;

/** The alert as it is kept. */
export function alertOf(
  { kind, severity, message, todo }: AlertText,
  key: string,
  companyId: TenantId | null,
  detail = {},
): Alert {
  const texts = { message_de: message.de, what_to_do: todo.en, what_to_do_de: todo.de };
  return { companyId, kind, key, severity, message: message.en, detail: { ...detail, ...texts } };
}

/** The same alert is not posted again within this time. */
const QUIET_MS = 15 * 60_000;

interface AlertsDeps {
  companies: {
    /** @returns whether the alert is new */
    alert(alert: Alert): Promise<boolean>;
    /** Closes the open alerts of these keys. */
    resolveAlerts(keys: string[]): Promise<void>;
  };
  metrics: Pick<GatewayMetrics, 'count'>;
  warn: (fields: object, message: string) => void;
  post: ((alert: object) => Promise<void>) | null;
  nowMs: () => number;
}

/** Alerts for operators: one open row per key, logged, and posted to a webhook if one is configured. */
export class Alerts {
  /** When each key was last posted. */
  readonly #postedMs = new Map<string, number>();
  /** Keys that this process has closed since it last raised them. */
  readonly #settled = new Set<string>();

  constructor(private readonly deps: AlertsDeps) {}

  readonly raise: RaiseAlert = (text, key, companyId, detail) => {
    const nowMs = this.deps.nowMs();
    const quiet = nowMs - (this.#postedMs.get(key) ?? Number.NEGATIVE_INFINITY) < QUIET_MS;
    // A flapping condition is reopened at once but not posted each time.
    if (quiet && !text.isEach && !this.#settled.delete(key)) return;
    this.#settled.delete(key);
    const alert = alertOf(text, key, companyId, detail);
    if (!quiet) {
      this.#postedMs.set(key, nowMs);
      if (this.#postedMs.size > 10_000) this.#postedMs.clear();
      this.deps.warn({ alert: text.kind, key: withoutNumbers(key), company: companyId }, withoutNumbers(alert.message));
    }
    void this.#keep(alert).then((fresh) => {
      if (fresh && !quiet) this.#post(alert, nowMs);
    });
  };

  /** Returns whether the alert is new. When the store cannot say, it counts as new: posting twice beats never. */
  async #keep(alert: Alert): Promise<boolean> {
    try {
      this.deps.metrics.count('askpro_alerts_total', { kind: alert.kind });
      return await this.deps.companies.alert(alert);
    } catch (error) {
      this.deps.warn({ alert: alert.kind, err: error }, 'an alert could not be recorded');
      return true;
    }
  }

  #post({ companyId, detail, ...alert }: Alert, atMs: number): void {
    const at = new Date(atMs).toISOString();
    const { message_de, what_to_do, what_to_do_de } = detail as Record<string, unknown>;
    this.deps
      .post?.({ ...alert, message_de, what_to_do, what_to_do_de, company_id: companyId, at })
      .catch((error: unknown) => this.deps.warn({ alert: alert.kind, err: error }, 'an alert could not be posted'));
  }

  /** Closes alerts whose condition is over, whichever process raised them. */
  settle(keys: string[]): void {
    const fresh = keys.filter((key) => !this.#settled.has(key));
    if (fresh.length === 0) return;
    for (const key of fresh) this.#settled.add(key);
    this.deps.companies.resolveAlerts(fresh).catch((error: unknown) => {
      for (const key of fresh) this.#settled.delete(key);
      this.deps.warn({ err: error }, 'alerts could not be closed');
    });
  }
}

/** Telephone numbers belong to people and never reach a log; the stored alert keeps them. */
function withoutNumbers(text: string): string {
  return text.replace(/\+\d{6,15}/g, '+…');
}
