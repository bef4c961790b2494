import { Entity } from 'typeorm';
import { toCompany } from './companies';
import { column, SqlIndex, table } from './table';

/** Who changed what. */
@Entity('audit_log')
@SqlIndex('idx_audit_log_company', '(company_id, created_at desc)')
@SqlIndex('idx_audit_log_created', '(created_at desc, id desc)')
export class AuditLogEntity extends table({
  id: column.id(),
  /** null: the platform's. */
  companyId: column.tenantId().nullable(),
  /** Name of the token, or of the part of the gateway that did it. */
  actor: column.text(),
  /** IP address that the request came from; null for the gateway's own work. */
  address: column.text().nullable(),
  action: column.text(),
  subjectType: column.text(),
  subjectId: column.text().nullable(),
  detail: column.json<Record<string, unknown>>().default({}),
  createdAt: column.created(),
  company: toCompany(),
}) {}
