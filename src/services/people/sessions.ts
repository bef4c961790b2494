import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Unauthorised, wrongField } from '../../errors';
import type { Clock } from '../../infra/clock';
import { nameOfPerson, WITHOUT_TOKEN, type Actor } from '../admin/actor';
import type { PasswordHasher, SessionStore, StoredSession, StoredUser, UserStore } from './people-ports';
import type { SignInThrottle } from './sign-in-throttle';

const PREFIX = 'ses_';
const LONGEST_COOKIE = 200;
const HOUR_MS = 3_600_000;
const IDLE_MS = 12 * HOUR_MS;
/** Then one signs in again, however busy the session is. */
const LONGEST_MS = 30 * 24 * HOUR_MS;
const ROTATED_EVERY_MS = HOUR_MS;
/** Requests that were under way when the cookie was rotated still carry the one before. */
const PREVIOUS_WORKS_MS = 60_000;
/** How often "last seen" is written, at most. */
const SEEN_NOTED_EVERY_MS = 60_000;

/** The address and the password are wrong together; which of them is not said. */
const WRONG = 'E-mail address or password is wrong.';

export interface OpenedSession {
  /** The value of the cookie. */
  token: string;
  user: StoredUser;
  csrfToken: string;
}

/** People who are signed in, by a cookie of 256 random bits that is kept as its SHA-256. */
export class Sessions {
  #hashOfNothing: Promise<string> | undefined;

  constructor(
    private readonly deps: {
      users: UserStore;
      store: SessionStore;
      hasher: PasswordHasher;
      throttle: SignInThrottle;
      clock: Clock;
    },
  ) {}

  /**
   * An unknown address, a person without a password and a wrong password are answered alike, after the same work.
   * @throws Unauthorised, GuessedTooOften, Overloaded
   */
  async signIn(email: string, password: string, address: string | null): Promise<OpenedSession> {
    const opened = await this.deps.throttle.tried(email, address, async () => {
      const user = await this.deps.users.byEmail(email);
      const isRight = await this.deps.hasher.verify(user?.passwordHash ?? (await this.#anyHash()), password);
      if (!user?.passwordHash || !isRight || user.state !== 'active') return null;
      return this.open(user);
    });
    if (!opened) throw new Unauthorised(WRONG);
    return opened;
  }

  /** @returns null when the person may no longer sign in */
  async open(user: StoredUser): Promise<OpenedSession | null> {
    const token = newToken();
    const csrfToken = randomBytes(32).toString('base64url');
    const session = { userId: user.id, tokenHash: digest(token), csrfToken, now: this.deps.clock.now() };
    return (await this.deps.store.open(session, user.passwordHash)) ? { token, user, csrfToken } : null;
  }

  /** Whether that is the person's password; wrong tries count as those of signing in do. @throws InvalidInput, GuessedTooOften, Overloaded */
  async requirePassword(user: StoredUser, password: string, address: string | null): Promise<void> {
    const isRight = await this.deps.throttle.tried(user.email, address, async () => {
      return (await this.deps.hasher.verify(user.passwordHash ?? (await this.#anyHash()), password)) || null;
    });
    if (isRight && user.passwordHash !== null) return;
    throw wrongField('current_password', 'is wrong', 'The current password is wrong.');
  }

  /**
   * Null for a cookie of no session, of an ended one, or of a person who may no longer sign in.
   * @returns `newToken`: the cookie's next value, when it was rotated just now
   */
  async recognise(token: string, address: string | null) {
    if (!token.startsWith(PREFIX) || token.length > LONGEST_COOKIE) return null;
    const hash = digest(token);
    const session = await this.deps.store.byHash(hash);
    const now = this.deps.clock.now();
    if (!session || isOver(session, now)) return null;
    if (session.tokenHash !== hash && !mayUsePrevious(session, now)) return null;
    const next = await this.#renewed(session, hash, now);
    return { actor: actorOf(session, address), session, newToken: next };
  }

  /** Of actors recognised earlier, those whose session goes on, whichever process ended it. */
  async stillValid(actors: readonly Actor[]): Promise<Actor[]> {
    const ids = [...new Set(actors.flatMap(({ person }) => person?.sessionId ?? []))];
    if (ids.length === 0) return [];
    const valid = new Set(await this.deps.store.valid(ids, new Date(this.deps.clock.nowMs() - IDLE_MS)));
    return actors.filter(({ person }) => person !== undefined && valid.has(person.sessionId));
  }

  /** Rotates the cookie when it is old, or notes that it was used. @returns the next cookie */
  async #renewed(session: StoredSession, hash: string, now: Date): Promise<string | null> {
    const ageMs = now.getTime() - session.rotatedAt.getTime();
    const isCurrent = session.tokenHash === hash;
    // With the one before in use for longer, the answer that carried the current one was lost.
    const isDue = isCurrent ? ageMs >= ROTATED_EVERY_MS : session.confirmedAt === null && ageMs >= PREVIOUS_WORKS_MS;
    if (isDue) {
      const token = newToken();
      return (await this.deps.store.rotate(session, digest(token), hash, now)) ? token : null;
    }
    const isFirstUse = isCurrent && session.previousHash !== null && session.confirmedAt === null;
    if (isFirstUse || now.getTime() - session.lastSeenAt.getTime() >= SEEN_NOTED_EVERY_MS) {
      await this.deps.store.seen(session.id, { lastSeenAt: now, confirmedAt: isFirstUse ? now : session.confirmedAt });
    }
    return null;
  }

  /** Compared with when there is no password, so that the answer takes as long. */
  #anyHash(): Promise<string> {
    return (this.#hashOfNothing ??= this.deps.hasher.hash(newToken()));
  }
}

/** Whether a request that changes something carries its session's own word, which other sites cannot read. */
export function hasCsrfToken(session: Pick<StoredSession, 'csrfToken'>, given: string | undefined): boolean {
  return given !== undefined && timingSafeEqual(sha256(given), sha256(session.csrfToken));
}

export function digest(token: string): string {
  return sha256(token).toString('hex');
}

function actorOf({ id, user }: StoredSession, address: string | null): Actor {
  return {
    ...{ name: nameOfPerson(user.id), role: user.role, companyId: user.companyId, ...WITHOUT_TOKEN },
    ...{ address, person: { id: user.id, sessionId: id } },
  };
}

function isOver(session: StoredSession, now: Date): boolean {
  const nowMs = now.getTime();
  return nowMs - session.lastSeenAt.getTime() > IDLE_MS || nowMs - session.createdAt.getTime() > LONGEST_MS;
}

function mayUsePrevious({ confirmedAt }: StoredSession, now: Date): boolean {
  return confirmedAt === null || now.getTime() - confirmedAt.getTime() < PREVIOUS_WORKS_MS;
}

function newToken(): string {
  return `${PREFIX}${randomBytes(32).toString('base64url')}`;
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
