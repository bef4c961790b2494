import { IsNull, type DataSource } from 'typeorm';
import type { TenantId } from '../domain';
import { COMPANY_SECRETS } from '../services/admin/company-secrets';
import type { CompanyFields, CompanyWriter } from '../services/admin/records';
import { entityValues } from './admin-record-definitions';
import { explained, unlessChanged } from './admin-write-errors';
import { ApiTokenEntity } from './api-tokens';
import { CalcomEventTypeOwnerEntity } from './calcom-event-types';
import { CompanyEntity } from './companies';
import type { EventTypeClaims } from './event-type-owners';
import { NotificationChannelEntity } from './notifications';
import { PhoneNumberEntity, RetellAgentEntity } from './phone-numbers';
import { inTransaction, managerOf, type Values } from './sql';
import { UserEntity } from './users';

export class AdminCompanyWriter implements CompanyWriter {
  constructor(
    private readonly source: DataSource,
    private readonly claims: EventTypeClaims,
  ) {}

  async insert(id: TenantId, company: CompanyFields): Promise<void> {
    await explained(managerOf(this.source).insert(CompanyEntity, { ...this.#values(company), id }));
  }

  async update(id: TenantId, company: CompanyFields, unchangedSince: Date | null): Promise<void> {
    await inTransaction(this.source, async (_sql, manager) => {
      const update = manager
        .createQueryBuilder()
        .update(CompanyEntity)
        .set({ ...this.#values(company), updatedAt: () => 'now()' })
        .where({ id, deletedAt: IsNull() });
      await unlessChanged(update, unchangedSince);
      if (company.calcomKey !== undefined) await this.claims.move(manager, id);
    });
  }

  retire(id: TenantId): Promise<void> {
    return inTransaction(this.source, async (_sql, manager) => {
      const retired = {
        ...{ deletedAt: () => 'now()', isActive: false },
        ...{ calcomApiKeyCiphertext: null, calcomKeyId: null },
        ...Object.fromEntries(Object.values(COMPANY_SECRETS).map((column) => [column, null])),
      };
      await manager.update(CompanyEntity, { id, deletedAt: IsNull() }, retired);
      await manager.delete(CalcomEventTypeOwnerEntity, { companyId: id });
      await manager.delete(PhoneNumberEntity, { companyId: id });
      await manager.delete(RetellAgentEntity, { companyId: id });
      await manager.delete(NotificationChannelEntity, { companyId: id });
      await manager.delete(UserEntity, { companyId: id });
      await manager.update(ApiTokenEntity, { companyId: id, revokedAt: IsNull() }, { revokedAt: () => 'now()' });
    });
  }

  #values({ fields, calcomKey, ...ciphertexts }: CompanyFields): Values<CompanyEntity> {
    return {
      ...entityValues(this.source, 'companies', fields),
      ...(calcomKey === undefined
        ? {}
        : { calcomApiKeyCiphertext: calcomKey?.ciphertext ?? null, calcomKeyId: calcomKey?.keyId ?? null }),
      ...ciphertexts,
    };
  }
}
