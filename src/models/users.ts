import { Check, Column, CreateDateColumn, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { Language, TenantId } from '../domain';
import type { StoredUser, UserRole, UserState } from '../services/people/people-ports';
import type { CompanyEntity } from './companies';
import { SqlIndex, ToCompany } from './table';

/** A person who signs in with e-mail and password. */
@Entity('users')
@SqlIndex('uq_users_email', '(lower(email))', { unique: true })
@Index('idx_users_company', ['companyId'])
@Check('ck_users_role', `role in ('platform', 'company_admin', 'front_desk', 'read_only')`)
@Check('ck_users_platform', `(role = 'platform') = (company_id is null)`)
@Check('ck_users_state', `state in ('invited', 'active', 'disabled')`)
@Check('ck_users_language', `language in ('de', 'en')`)
export class UserEntity implements StoredUser {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  /** null: of the platform, reaches every company. */
  @Column({ type: 'uuid', nullable: true })
  companyId!: TenantId | null;

  /** As it was written; unique without regard to case. */
  @Column({ type: 'text' })
  email!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  role!: UserRole;

  @Column({ type: 'text', default: 'invited' })
  state!: UserState;

  @Column({ type: 'text', default: 'de' })
  language!: Language;

  /** Argon2id in PHC form; null until a password was set. */
  @Column({ type: 'text', nullable: true })
  passwordHash!: string | null;

  @Column({ type: 'timestamptz', nullable: true })
  lastSignInAt!: Date | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  /** Signing in does not count as a change. */
  @Column({ type: 'timestamptz', default: () => 'now()' })
  updatedAt!: Date;

  @ToCompany()
  company?: CompanyEntity;
}
