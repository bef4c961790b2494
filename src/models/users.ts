import { Check, Entity, Index } from 'typeorm';
import type { Language } from '../domain';
import type { StoredUser, UserRole, UserState } from '../services/people/people-ports';
import { toCompany } from './companies';
import { SqlIndex, created, id, instant, now, table, tenantId, text } from './table';

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
