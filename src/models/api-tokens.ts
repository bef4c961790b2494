import { Check, Column, CreateDateColumn, Entity, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import type { TenantId } from '../domain';
import type { Role } from '../services/admin/actor';
import type { StoredToken } from '../services/admin/token-service';
import type { CompanyEntity } from './companies';
import { ToCompany } from './table';

/** An operator's token. The token itself is never stored. */
@Entity('api_tokens')
@Unique('uq_api_tokens_hash', ['tokenHash'])
@Index('idx_api_tokens_company', ['companyId'])
@Check('ck_api_tokens_role', `role in ('platform', 'company_admin', 'front_desk', 'read_only', 'voice')`)
@Check('ck_api_tokens_platform', `(role = 'platform') = (company_id is null)`)
export class ApiTokenEntity implements StoredToken {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  /** null: of the platform, reaches every company. */
  @Column({ type: 'uuid', nullable: true })
  companyId!: TenantId | null;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  role!: Role;

  /** The tokens by which this one was made, directly or not; revoking any of them revokes it. */
  @Column({ type: 'uuid', array: true, default: '{}' })
  ancestorIds!: string[];

  /** As the audit log names them; null: made by the gateway's own command, or before makers were kept. */
  @Column({ type: 'text', nullable: true })
  madeBy!: string | null;

  @Column({ type: 'text' })
  tokenHash!: string;

  @Column({ type: 'timestamptz', nullable: true })
  expiresAt!: Date | null;

  @Column({ type: 'timestamptz', nullable: true })
  lastUsedAt!: Date | null;

  @Column({ type: 'timestamptz', nullable: true })
  revokedAt!: Date | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @ToCompany()
  company?: CompanyEntity;
}
