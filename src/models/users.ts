import { Check, Entity, Index, Unique } from 'typeorm';
import type { Language } from '../domain';
import type { LinkPurpose, StoredUser, UserRole, UserState } from '../services/people/people-ports';
import { toCompany } from './companies';
import { created, id, instant, now, SqlIndex, table, tenantId, text, toOne, uuid } from './table';

/** A person who signs in with e-mail and password. */
@Entity('users')
@SqlIndex('uq_users_email', '(lower(email))', { unique: true })
@Index('idx_users_company', ['companyId'])
@Check('ck_users_role', `role in ('platform', 'company_admin', 'front_desk', 'read_only')`)
@Check('ck_users_platform', `(role = 'platform') = (company_id is null)`)
@Check('ck_users_state', `state in ('invited', 'active', 'disabled')`)
@Check('ck_users_language', `language in ('de', 'en')`)
export class UserEntity
  extends table({
    id: id(),
    /** null: of the platform, reaches every company. */
    companyId: tenantId().nullable(),
    /** As it was written; unique without regard to case. */
    email: text(),
    name: text(),
    role: text<UserRole>(),
    state: text<UserState>().default('invited'),
    language: text<Language>().default('de'),
    /** Argon2id in PHC form; null until a password was set. */
    passwordHash: text().nullable(),
    lastSignInAt: instant().nullable(),
    createdAt: created(),
    /** Signing in does not count as a change. */
    updatedAt: instant().default(now),
    company: toCompany(),
  })
  implements StoredUser {}

/** A browser in which a person is signed in. Its cookie is never stored. */
@Entity('user_sessions')
@Unique('uq_user_sessions_token', ['tokenHash'])
@Index('idx_user_sessions_user', ['userId'])
@Index('idx_user_sessions_previous', ['previousHash'])
export class UserSessionEntity extends table({
  id: id(),
  userId: uuid(),
  tokenHash: text(),
  /** The cookie before the last rotation: an answer that carried the new one may have been lost. */
  previousHash: text().nullable(),
  csrfToken: text(),
  rotatedAt: instant(),
  /** When the cookie of the last rotation first came back. */
  confirmedAt: instant().nullable(),
  lastSeenAt: instant(),
  createdAt: instant(),
  user: toOne(() => UserEntity, 'userId', 'CASCADE'),
}) {}

/** A link by which a person sets a password, once. The link itself is never stored. */
@Entity('user_links')
@Unique('uq_user_links_token', ['tokenHash'])
@Unique('uq_user_links_purpose', ['userId', 'purpose'])
@Check('ck_user_links_purpose', `purpose in ('invitation', 'reset')`)
export class UserLinkEntity extends table({
  id: id(),
  userId: uuid(),
  purpose: text<LinkPurpose>(),
  tokenHash: text(),
  expiresAt: instant(),
  createdAt: created(),
  user: toOne(() => UserEntity, 'userId', 'CASCADE'),
}) {}
