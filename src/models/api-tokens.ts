import { Check, Entity, Index, Unique } from 'typeorm';
import { ROLES } from '../services/admin/actor';
import type { StoredToken } from '../services/admin/token-service';
import { toCompany } from './companies';
import { column, table } from './table';

/** An operator's token. The token itself is never stored. */
@Entity('api_tokens')
@Unique('uq_api_tokens_hash', ['tokenHash'])
@Index('idx_api_tokens_company', ['companyId'])
@Check('ck_api_tokens_platform', `(role = 'platform') = (company_id is null)`)
export class ApiTokenEntity
  extends table({
    id: column.id(),
    /** null: of the platform, reaches every company. */
    companyId: column.tenantId().nullable(),
    name: column.text(),
    role: column.oneOf(ROLES.toReversed()),
    /** The tokens by which this one was made, directly or not; revoking any of them revokes it. */
    ancestorIds: column.uuid().array().default([]),
    /** As the audit log names them; null: made by the gateway's own command, or before makers were kept. */
    madeBy: column.text().nullable(),
    tokenHash: column.text(),
    expiresAt: column.instant().nullable(),
    lastUsedAt: column.instant().nullable(),
    revokedAt: column.instant().nullable(),
    createdAt: column.created(),
    company: toCompany(),
  })
  implements StoredToken {}
