import { Check, Entity, Index, Unique } from 'typeorm';
import { OPERATOR_LANGUAGES } from '../domain';
import { LINK_PURPOSES, USER_ROLES, USER_STATES, type StoredUser } from '../services/people/people-ports';
import { toCompany } from './companies';
import { column, now, SqlIndex, table, toOne } from './table';

/** A person who signs in with e-mail and password. */
@Entity('users')
@SqlIndex('uq_users_email', '(lower(email))', { unique: true })
@Index('idx_users_company', ['companyId'])
@Check('ck_users_platform', `(role = 'platform') = (company_id is null)`)
export class UserEntity
  extends table({
    id: column.id(),
    /** null: of the platform, reaches every company. */
    companyId: column.tenantId().nullable(),
    /** As it was written; unique without regard to case. */
    email: column.text(),
    name: column.text(),
    role: column.oneOf(USER_ROLES),
    state: column.oneOf(USER_STATES).default('invited'),
    language: column.oneOf(OPERATOR_LANGUAGES).default(OPERATOR_LANGUAGES[0]),
    /** Argon2id in PHC form; null until a password was set. */
    passwordHash: column.text().nullable(),
    lastSignInAt: column.instant().nullable(),
    createdAt: column.created(),
    /** Signing in does not count as a change. */
    updatedAt: column.instant().default(now),
    company: toCompany(),
  })
  implements StoredUser {}

/** A browser in which a person is signed in. Its cookie is never stored. */
@Entity('user_sessions')
@Unique('uq_user_sessions_token', ['tokenHash'])
@Index('idx_user_sessions_user', ['userId'])
@Index('idx_user_sessions_previous', ['previousHash'])
export class UserSessionEntity extends table({
  id: column.id(),
  userId: column.uuid(),
  tokenHash: column.text(),
  /** The cookie before the last rotation: an answer that carried the new one may have been lost. */
  previousHash: column.text().nullable(),
  csrfToken: column.text(),
  rotatedAt: column.instant(),
  /** When the cookie of the last rotation first came back. */
  confirmedAt: column.instant().nullable(),
  lastSeenAt: column.instant(),
  createdAt: column.instant(),
  user: toOne(() => UserEntity, 'userId', 'CASCADE'),
}) {}

/** A link by which a person sets a password, once. The link itself is never stored. */
@Entity('user_links')
@Unique('uq_user_links_token', ['tokenHash'])
@Unique('uq_user_links_purpose', ['userId', 'purpose'])
export class UserLinkEntity extends table({
  id: column.id(),
  userId: column.uuid(),
  purpose: column.oneOf(LINK_PURPOSES),
  tokenHash: column.text(),
  expiresAt: column.instant(),
  createdAt: column.created(),
  user: toOne(() => UserEntity, 'userId', 'CASCADE'),
}) {}
