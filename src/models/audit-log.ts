import { Entity } from 'typeorm';
import { toCompany } from './companies';
import { SqlIndex, created, id, json, table, tenantId, text } from './table';

/** Who changed what. */
@Entity('audit_log')
@SqlIndex('idx_audit_log_company', '(company_id, created_at desc)')
@SqlIndex('idx_audit_log_created', '(created_at desc, id desc)')
export class AuditLogEntity extends table({
  id: id(),
  /** null: the platform's. */
  companyId: tenantId().nullable(),
  /** Name of the token, or of the part of the gateway that did it. */
  actor: text(),
  /** IP address that the request came from; null for the gateway's own work. */
  address: text().nullable(),
  action: text(),
  subjectType: text(),
  subjectId: text().nullable(),
  detail: json<Record<string, unknown>>().default({}),
  createdAt: created(),
  company: toCompany(),
}) {}
