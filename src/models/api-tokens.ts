import { Check, Entity, Index, Unique } from 'typeorm';
import type { Role } from '../services/admin/actor';
import type { StoredToken } from '../services/admin/token-service';
import { toCompany } from './companies';
import { created, id, instant, table, tenantId, text, uuid } from './table';

/** An operator's token. The token itself is never stored. */
@Entity('api_tokens')
@Unique('uq_api_tokens_hash', ['tokenHash'])
@Index('idx_api_tokens_company', ['companyId'])
@Check('ck_api_tokens_role', `role in ('platform', 'company_admin', 'front_desk', 'read_only', 'voice')`)
@Check('ck_api_tokens_platform', `(role = 'platform') = (company_id is null)`)
export class ApiTokenEntity
  extends table({
    id: id(),
    /** null: of the platform, reaches every company. */
    companyId: tenantId().nullable(),
    name: text(),
    role: text<Role>(),
    /** The tokens by which this one was made, directly or not; revoking any of them revokes it. */
    ancestorIds: uuid().array().default([]),
    /** As the audit log names them; null: made by the gateway's own command, or before makers were kept. */
    madeBy: text().nullable(),
    tokenHash: text(),
    expiresAt: instant().nullable(),
    lastUsedAt: instant().nullable(),
    revokedAt: instant().nullable(),
    createdAt: created(),
    company: toCompany(),
  })
  implements StoredToken {}
