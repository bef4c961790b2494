import type { DataSource } from 'typeorm';
import type { AuditEntry, AuditStore } from '../services/admin/audit-trail';
import { rows, toJson } from './sql';

export class AdminAuditStore implements AuditStore {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    this.#source = source;
  }

  async append(entry: AuditEntry): Promise<void> {
    await rows(
      this.#source,
      `insert into audit_log (company_id, actor, action, subject_type, subject_id, detail)
       values ((select id from companies where id = $1), $2, $3, $4, $5, $6)`,
      [entry.companyId, entry.actor, entry.action, entry.subjectType, entry.subjectId, toJson(entry.detail)],
    );
  }
}
