import type { DataSource } from 'typeorm';
import type { AuditEntry, AuditStore } from '../services/admin/audit-trail';
import { AuditLogEntity } from './audit-log';
import { isForeignKeyViolation, managerOf, values } from './sql';

export class AdminAuditStore implements AuditStore {
  constructor(private readonly source: DataSource) {}

  async append(entry: AuditEntry): Promise<void> {
    const log = managerOf(this.source).getRepository(AuditLogEntity);
    try {
      await log.insert(values(entry));
    } catch (error) {
      if (!isForeignKeyViolation(error)) throw error;
      await log.insert(values({ ...entry, companyId: null }));
    }
  }
}
