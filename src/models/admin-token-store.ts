import { IsNull, LessThan, type DataSource, type Repository } from 'typeorm';
import { NotFound } from '../errors';
import type { TenantId } from '../domain';
import type { StoredToken, TokenStore } from '../services/admin/token-service';
import { ApiTokenEntity } from './api-tokens';
import { CompanyEntity } from './companies';
import { managerOf } from './sql';

export class AdminTokenStore implements TokenStore {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    this.#source = source;
  }

  async add(token: {
    companyId: TenantId | null;
    name: string;
    hash: string;
    expiresAt: Date | null;
  }): Promise<{ id: string }> {
    const { companyId, name, hash: tokenHash, expiresAt } = token;
    const companies = managerOf(this.#source).getRepository(CompanyEntity);
    // A company deleted at this very moment does no harm: `findByHash` no longer finds its tokens.
    const isKnown = companyId === null || (await companies.existsBy({ id: companyId, deletedAt: IsNull() }));
    if (!isKnown) throw new NotFound('The company');
    const { identifiers } = await this.#tokens.insert({ companyId, name, tokenHash, expiresAt });
    return { id: String(identifiers[0]?.id) };
  }

  async findByHash(hash: string): Promise<StoredToken | null> {
    return this.#tokens
      .createQueryBuilder('t')
      .select(['t.id', 't.companyId', 't.expiresAt', 't.lastUsedAt', 't.revokedAt'])
      .leftJoin('t.company', 'c')
      .where('t.tokenHash = :hash', { hash })
      .andWhere('c.deletedAt is null')
      .getOne();
  }

  async markUsed(id: string, at: Date): Promise<void> {
    await this.#tokens.update(
      [
        { id, lastUsedAt: IsNull() },
        { id, lastUsedAt: LessThan(at) },
      ],
      { lastUsedAt: at },
    );
  }

  get #tokens(): Repository<ApiTokenEntity> {
    return managerOf(this.#source).getRepository(ApiTokenEntity);
  }
}
