import { Check, Entity, Index } from 'typeorm';
import { toCompany } from './companies';
import { SqlIndex, id, instant, integer, json, now, table, tenantId, text } from './table';

/** Something an operator should know; one open row per `alertKey`. */
@Entity('alerts')
@Check('ck_alerts_severity', `severity in ('info', 'warning', 'critical')`)
@Check('ck_alerts_occurrences', 'occurrences >= 1')
@Index('uq_alerts_open', ['alertKey'], { unique: true, where: 'resolved_at is null' })
@SqlIndex('idx_alerts_seen', '(last_seen_at desc)')
export class AlertEntity extends table({
  id: id(),
  /** null: the platform's. */
  companyId: tenantId().nullable(),
  kind: text(),
  alertKey: text(),
  severity: text<'info' | 'warning' | 'critical'>(),
  message: text(),
  detail: json<Record<string, unknown>>().default({}),
  occurrences: integer().default(1),
  firstSeenAt: instant().default(now),
  lastSeenAt: instant().default(now),
  resolvedAt: instant().nullable(),
  company: toCompany(),
}) {}
