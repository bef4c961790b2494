import type { DataSource } from 'typeorm';
import { NotFound } from '../errors';
import type { TenantId } from '../domain';
import type { StoredToken, TokenStore } from '../services/admin/token-service';
import { isForeignKeyViolation, rows } from './sql';

interface TokenRow {
  id: string;
  company_id: TenantId | null;
  expires_at: Date | null;
  last_used_at: Date | null;
  revoked_at: Date | null;
}

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
    try {
      const [row] = await rows<{ id: string }>(
        this.#source,
        `insert into api_tokens (company_id, name, token_hash, expires_at)
         select $1, $2, $3, $4
         where $1::uuid is null or exists (select 1 from companies where id = $1 and deleted_at is null)
         returning id`,
        [token.companyId, token.name, token.hash, token.expiresAt],
      );
      if (row) return row;
    } catch (error) {
      if (!isForeignKeyViolation(error)) throw error;
    }
    throw new NotFound('The company');
  }

  async findByHash(hash: string): Promise<StoredToken | null> {
    const [row] = await rows<TokenRow>(
      this.#source,
      `select t.id, t.company_id, t.expires_at, t.last_used_at, t.revoked_at
       from api_tokens t left join companies c on c.id = t.company_id
       where t.token_hash = $1 and (t.company_id is null or c.deleted_at is null)`,
      [hash],
    );
    if (!row) return null;
    return {
      id: row.id,
      companyId: row.company_id,
      expiresAt: row.expires_at,
      lastUsedAt: row.last_used_at,
      revokedAt: row.revoked_at,
    };
  }

  async markUsed(id: string, at: Date): Promise<void> {
    const text =
      'update api_tokens set last_used_at = $2 where id = $1 and (last_used_at is null or last_used_at < $2)';
    await rows(this.#source, text, [id, at]);
  }

  /** @param companyId null: any token. @returns false when there is no such token */
  async revoke(companyId: TenantId | null, id: string): Promise<boolean> {
    const found = await rows(
      this.#source,
      `update api_tokens set revoked_at = coalesce(revoked_at, now())
       where id = $1 and ($2::uuid is null or company_id = $2) returning id`,
      [id, companyId],
    );
    return found.length > 0;
  }
}
