import {
  ArrayOverlap,
  Between,
  In,
  IsNull,
  LessThan,
  MoreThan,
  Not,
  type DataSource,
  type EntityManager,
  type EntityTarget,
  type FindOptionsWhere,
  type ObjectLiteral,
  type Repository,
  type SelectQueryBuilder,
} from 'typeorm';
import { NotFound, Unauthorised } from '../errors';
import { personOf } from '../services/admin/actor';
import type { EndingToken } from '../services/admin/watch';
import type { AddedToken, StoredToken, TokenStore } from '../services/admin/token-service';
import { ApiTokenEntity } from './api-tokens';
import { CompanyEntity } from './companies';
import { inTransaction, managerOf } from './sql';
import { UserEntity } from './users';

export class AdminTokenStore implements TokenStore {
  constructor(private readonly source: DataSource) {}

  add({ hash: tokenHash, ...token }: AddedToken): Promise<{ id: string }> {
    const { companyId, ancestorIds } = token;
    return inTransaction(this.source, async (_sql, manager) => {
      // A company deleted at this very moment does no harm: `findByHash` no longer finds its tokens.
      const isKnown =
        companyId === null || (await manager.existsBy(CompanyEntity, { id: companyId, deletedAt: IsNull() }));
      if (!isKnown) throw new NotFound('The company');
      // Locked, so that revoking one of them waits and then finds the new token too.
      const valid = await manager.find(ApiTokenEntity, {
        ...{ select: { id: true }, where: { id: In(ancestorIds), revokedAt: IsNull() } },
        lock: { mode: 'pessimistic_read' },
      });
      if (valid.length !== ancestorIds.length) throw new Unauthorised('The token that asks has been revoked.');
      const personId = personOf(token.madeBy);
      const person = { where: { id: personId ?? '', state: Not('disabled' as const) } };
      if (personId !== null && !(await manager.findOne(UserEntity, { ...person, lock: { mode: 'pessimistic_read' } })))
        throw new Unauthorised('The person who asks can no longer sign in.');
      const { identifiers } = await manager.insert(ApiTokenEntity, { ...token, tokenHash });
      return { id: String(identifiers[0]?.id) };
    });
  }

  async findByHash(hash: string): Promise<StoredToken | null> {
    return ofCompaniesInService(this.source, ApiTokenEntity)
      .select(['t.id', 't.companyId', 't.role', 't.ancestorIds', 't.expiresAt', 't.lastUsedAt', 't.revokedAt'])
      .andWhere('t.tokenHash = :hash', { hash })
      .getOne();
  }

  async valid(ids: readonly string[], now: Date): Promise<string[]> {
    const found = await ofCompaniesInService(this.source, ApiTokenEntity)
      .select(['t.id'])
      .andWhere('t.id in (:...ids)', { ids })
      .andWhere('t.revokedAt is null')
      // SQL: a token without an end is valid too.
      .andWhere('(t.expiresAt is null or t.expiresAt > :now)', { now })
      .getMany();
    return found.map(({ id }) => id);
  }

  /** Tokens that expire between the two instants, revoked ones too. */
  async ending(from: Date, to: Date): Promise<EndingToken[]> {
    const found = await this.#tokens.findBy({ expiresAt: Between(from, to) });
    return found.flatMap(({ expiresAt, ...token }) => (expiresAt ? [{ ...token, expiresAt }] : []));
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

  async spend(hash: string, at: Date): Promise<boolean> {
    const unspent = { tokenHash: hash, revokedAt: IsNull(), expiresAt: MoreThan(at) };
    const { affected } = await this.#tokens.update(unspent, { revokedAt: at });
    return affected === 1;
  }

  get #tokens(): Repository<ApiTokenEntity> {
    return managerOf(this.source).getRepository(ApiTokenEntity);
  }
}

/** Rows `t` of the platform and of companies that are neither suspended nor deleted. */
export function ofCompaniesInService<E extends ObjectLiteral>(
  source: DataSource,
  entity: EntityTarget<E>,
): SelectQueryBuilder<E> {
  const query = managerOf(source).createQueryBuilder(entity, 't').leftJoin('t.company', 'c');
  // SQL: one condition on the joined company; a row of the platform has none.
  return query.where('(t.companyId is null or (c.deletedAt is null and c.isActive))');
}

/** Ends these tokens, and those that were made with them. */
export async function revokeTokens(manager: EntityManager, where: FindOptionsWhere<ApiTokenEntity>): Promise<void> {
  const revoked = { revokedAt: () => 'now()' };
  await manager.update(ApiTokenEntity, { ...where, revokedAt: IsNull() }, revoked);
  // Statements of their own: they see the tokens whose making the first one waited for.
  const ids = (await manager.find(ApiTokenEntity, { select: { id: true }, where })).map(({ id }) => id);
  await manager.update(ApiTokenEntity, { ancestorIds: ArrayOverlap(ids), revokedAt: IsNull() }, revoked);
}
