import type { SignInMemory } from '../../infra/openid-provider';
import type { OperatorLanguage, TenantId } from '../../domain';
import type { Role } from '../admin/actor';

/** What a person may be; voice agents are no people. */
export const USER_ROLES = ['platform', 'company_admin', 'front_desk', 'read_only'] as const satisfies readonly Role[];
export type UserRole = (typeof USER_ROLES)[number];

/** Invited: has neither set a password nor signed in yet. */
export const USER_STATES = ['invited', 'active', 'disabled'] as const;
type UserState = (typeof USER_STATES)[number];

export const LINK_PURPOSES = ['invitation', 'reset'] as const;
export type LinkPurpose = (typeof LINK_PURPOSES)[number];

export interface NewUser {
  /** null: of the platform. */
  companyId: TenantId | null;
  email: string;
  name: string;
  role: UserRole;
  language: OperatorLanguage;
}

export interface StoredUser extends NewUser {
  id: string;
  state: UserState;
  passwordHash: string | null;
}

/** Absent fields stay as they are. */
export type UserChange = Partial<Pick<NewUser, 'name' | 'role' | 'language'> & { state: UserState }>;

/** People of the platform and of companies that are neither suspended nor deleted; others count as not there. */
export interface UserStore {
  /** @returns the new person's id @throws Conflict when the address is in use @throws InvalidInput for an unknown company */
  add(user: NewUser): Promise<string>;
  /** Without regard to case. */
  byEmail(email: string): Promise<StoredUser | null>;
  byId(id: string): Promise<StoredUser | null>;
  /**
   * A change of role or state ends the person's sessions.
   * @param unchangedSince when given, the row must not have been changed after this instant
   * @throws Conflict when it was changed meanwhile or is gone
   */
  change(id: string, change: UserChange, unchangedSince: Date | null): Promise<void>;
  /** Removes the person with sessions and links. */
  remove(id: string): Promise<void>;
  /** Replaces an earlier link of the same purpose. */
  addLink(link: { userId: string; purpose: LinkPurpose; hash: string; expiresAt: Date }): Promise<void>;
  /** The link of that hash, if it has not expired. */
  link(hash: string, now: Date): Promise<{ purpose: LinkPurpose; user: StoredUser } | null>;
  /** Uses a link up: sets the password, ends all sessions and links. @returns null when it was used up meanwhile or has expired */
  setPasswordByLink(hash: string, passwordHash: string, now: Date): Promise<StoredUser | null>;
  /** Sets the password and ends the person's links and sessions, except the one named. */
  setPassword(id: string, passwordHash: string, keptSessionId: string | null): Promise<void>;
}

/** A session with what its person may do. */
export interface StoredSession {
  id: string;
  userId: string;
  tokenHash: string;
  previousHash: string | null;
  csrfToken: string;
  rotatedAt: Date;
  confirmedAt: Date | null;
  lastSeenAt: Date;
  createdAt: Date;
  user: StoredUser;
}

export interface NewSession extends Pick<StoredSession, 'userId' | 'tokenHash' | 'csrfToken'> {
  now: Date;
}

export interface SessionStore {
  /** @returns false when the person's password was changed, or they were disabled, since `passwordHash` was read */
  open(session: NewSession, passwordHash: string | null): Promise<boolean>;
  /** By its cookie or the one before, if its person is active. */
  byHash(hash: string): Promise<StoredSession | null>;
  /** Gives the session another cookie, unless another process just did. */
  rotate(
    session: Pick<StoredSession, 'id' | 'tokenHash'>,
    tokenHash: string,
    previousHash: string,
    now: Date,
  ): Promise<boolean>;
  seen(id: string, seen: { lastSeenAt: Date; confirmedAt: Date | null }): Promise<void>;
  end(id: string): Promise<void>;
  /** @returns how many ended */
  endOthers(userId: string, keptSessionId: string): Promise<number>;
  /** Of these sessions, the ones that are still there, were used after that instant, and whose person is active. */
  valid(ids: readonly string[], usedAfter: Date): Promise<string[]>;
}

/** Passwords as they are stored; both take tens of milliseconds on purpose. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  verify(hash: string, password: string): Promise<boolean>;
}

export interface Mail {
  to: string;
  subject: string;
  text: string;
  /** By which a mailbox knows a mail that was sent twice; absent: each mail is one of its own. */
  id?: string;
}

/** Mail to operators. */
export interface Mailer {
  /** @throws when the mail server refused the mail or cannot be reached */
  send(mail: Mail): Promise<void>;
}

/** Where people of the operator's organisation prove who they are. */
export interface IdentityProvider {
  /** As the sign-in page calls it. */
  name: string;
  /** @returns where to send the browser, and what to remember until it comes back @throws when it cannot be reached */
  begin(): Promise<{ address: string; memory: SignInMemory }>;
  /**
   * @param query of the address at which the browser came back
   * @returns the person's address; null when it is not verified
   * @throws when the answer cannot be trusted
   */
  finish(query: string, memory: SignInMemory): Promise<string | null>;
}
