import { randomBytes } from 'node:crypto';
import { Conflict, Forbidden, InvalidInput, NotFound, wrongField, type InputProblem } from '../../errors';
import { atLeast, atMost } from '../../field-texts';
import type { Clock } from '../../infra/clock';
import { operatorLanguage, type OperatorLanguage, type TenantId } from '../../domain';
import { companyOf, requireRole, type Actor } from '../admin/actor';
import type { Change } from '../admin/audit-trail';
import { changeOf, type AdminRecord, type RecordReader, type Written } from '../admin/records';
import { mailAbout } from './mail-texts';
import type { LinkPurpose, Mailer, NewUser, PasswordHasher, StoredUser, UserChange, UserStore } from './people-ports';
import { digest } from './sessions';
import type { SignInThrottle } from './sign-in-throttle';

const HOUR_MS = 3_600_000;
const LINK_LIVES_MS: Record<LinkPurpose, number> = { invitation: 72 * HOUR_MS, reset: HOUR_MS };
const SHORTEST_PASSWORD = 12;
const LONGEST_PASSWORD = 128;

/** How a link reached its person: by mail, or not at all, so that the operator who asked for it passes it on. */
type MailOutcome = 'sent' | 'not_set_up' | 'failed';

export interface IssuedLink {
  mail: MailOutcome;
  /** Shown this once, to the operator who asked for it; null when it went out by mail. */
  link: string | null;
  expires_at: Date;
}

interface PeopleDeps {
  reader: RecordReader;
  users: UserStore;
  hasher: PasswordHasher;
  throttle: SignInThrottle;
  clock: Clock;
  /** null: mail is not set up. */
  mailer: Mailer | null;
  /** Where people reach the dashboard, without a slash at the end. */
  address: () => string;
  background: { run: (name: string, work: Promise<unknown>) => void };
  warn: (fields: object, message: string) => void;
}

interface Invitation extends Pick<NewUser, 'email' | 'name' | 'role'> {
  /** null: of the platform. */
  companyId: TenantId | null | undefined;
  language: OperatorLanguage | undefined;
}

/** People: invited by an operator, in by a one-time link, changed and removed. */
export class People {
  constructor(private readonly deps: PeopleDeps) {}

  get canMail(): boolean {
    return this.deps.mailer !== null;
  }

  /**
   * @param actor null: the gateway's own command
   * @throws Forbidden for a role above the inviter's @throws InvalidInput, Conflict, NotFound
   */
  async invite(actor: Actor | null, given: Invitation): Promise<Written & { issued: IssuedLink }> {
    const companyId = companyOfPerson(actor, given);
    if (actor) requireRole(actor, given.role);
    const company = companyId === null ? null : await this.deps.reader.company(companyId);
    const language = given.language ?? operatorLanguage(company?.language as string | undefined);
    const { email, name, role } = given;
    const id = await this.deps.users.add({ companyId, email, name, role, language });
    const user = await this.#user(id);
    const issued = await this.#issue(user, 'invitation');
    return { ...(await this.deps.reader.written('users', { id, company_id: companyId })), issued };
  }

  /** A new link for a person: an invitation until they have a password, then a reset. @throws NotFound, Conflict */
  async linkFor(actor: Actor | null, id: string): Promise<{ issued: IssuedLink; change: Change }> {
    const before = await this.#within(actor, id);
    const user = await this.#user(id);
    if (user.state === 'disabled') throw new Conflict('This person is deactivated. Activate them first.');
    const purpose = user.state === 'invited' ? 'invitation' : 'reset';
    return {
      issued: await this.#issue(user, purpose),
      change: changeOf('users', before, { after: { link: purpose } }),
    };
  }

  /** For the gateway's own command. @throws NotFound, Conflict */
  async linkForEmail(email: string): Promise<{ id: string; issued: IssuedLink }> {
    const user = await this.deps.users.byEmail(email);
    if (!user) throw new NotFound('The person');
    return { id: user.id, ...(await this.linkFor(null, user.id)) };
  }

  /** @throws NotFound, Forbidden, Conflict */
  async change(actor: Actor, id: string, change: UserChange, unchangedSince: Date | null): Promise<Written> {
    const before = await this.#within(actor, id);
    if (change.role !== undefined) {
      requireRole(actor, change.role);
      if ((change.role === 'platform') !== (before.company_id === null))
        throw wrongField('role', 'cannot be changed from or to platform', 'Role and company do not go together.');
    }
    if (change.state !== undefined || change.role !== undefined) requireSomeoneElse(actor, id);
    const state = change.state === 'active' && before.password_set !== true ? 'invited' : change.state;
    await this.deps.users.change(id, { ...change, ...(state === undefined ? {} : { state }) }, unchangedSince);
    return this.deps.reader.written('users', before, before);
  }

  /** Removes the person for good; what they did stays in the log under their id. @throws NotFound, Conflict */
  async remove(actor: Actor, id: string): Promise<Change> {
    const before = await this.#within(actor, id);
    requireSomeoneElse(actor, id);
    await this.deps.users.remove(id);
    return changeOf('users', before, { after: { outcome: 'deleted' } });
  }

  /** Mails a link if the address is a person's. Nothing tells the caller whether it is. */
  forgotten(email: string, address: string | null): void {
    const work = async (): Promise<void> => {
      if (await this.deps.throttle.isTooOften('reset', email, address)) return;
      const user = await this.deps.users.byEmail(email);
      if (!user || user.state === 'disabled' || this.deps.mailer === null) return;
      await this.#issue(user, user.state === 'invited' ? 'invitation' : 'reset');
    };
    this.deps.background.run('mail a reset link', work());
  }

  /** Whose link that is. @throws NotFound when it is unknown, used up or expired */
  async link(token: string): Promise<{ purpose: LinkPurpose; user: StoredUser }> {
    const found = await this.deps.users.link(digest(token), this.deps.clock.now());
    if (!found) throw new NotFound('This link');
    return found;
  }

  /** Uses the link up. @throws NotFound as `link` @throws InvalidInput for a password that is too easy */
  async setPasswordByLink(token: string, password: string): Promise<{ purpose: LinkPurpose; user: StoredUser }> {
    const { purpose, user } = await this.link(token);
    checkPassword(password, user);
    const hash = await this.deps.hasher.hash(password);
    const changed = await this.deps.users.setPasswordByLink(digest(token), hash, this.deps.clock.now());
    if (!changed) throw new NotFound('This link');
    return { purpose, user: changed };
  }

  /** @throws InvalidInput for a password that is too easy */
  async setPassword(user: StoredUser, password: string, keptSessionId: string): Promise<void> {
    checkPassword(password, user);
    await this.deps.users.setPassword(user.id, await this.deps.hasher.hash(password), keptSessionId);
  }

  /** @throws NotFound also for another company's person */
  find(actor: Actor | null, id: string): Promise<AdminRecord> {
    return this.deps.reader.require('users', actor?.companyId ?? null, id);
  }

  /** @throws NotFound as `find` @throws Forbidden for a person with a higher role */
  async #within(actor: Actor | null, id: string): Promise<AdminRecord> {
    const record = await this.find(actor, id);
    if (actor && record.role === 'platform') requireRole(actor, 'platform');
    return record;
  }

  async #user(id: string): Promise<StoredUser> {
    const user = await this.deps.users.byId(id);
    if (!user) throw new Conflict('The company is out of service, so its people cannot sign in.');
    return user;
  }

  async #issue(user: StoredUser, purpose: LinkPurpose): Promise<IssuedLink> {
    const token = randomBytes(32).toString('base64url');
    const expiresAt = new Date(this.deps.clock.nowMs() + LINK_LIVES_MS[purpose]);
    await this.deps.users.addLink({ userId: user.id, purpose, hash: digest(token), expiresAt });
    const link = `${this.deps.address()}/admin#/welcome?token=${token}`;
    const mail = await this.#mail(user, purpose, link);
    return { mail, link: mail === 'sent' ? null : link, expires_at: expiresAt };
  }

  async #mail(user: StoredUser, purpose: LinkPurpose, link: string): Promise<MailOutcome> {
    if (this.deps.mailer === null) return 'not_set_up';
    try {
      await this.deps.mailer.send({ to: user.email, ...mailAbout(purpose, user, link) });
      return 'sent';
    } catch (error) {
      this.deps.warn({ err: error, user: user.id }, 'a mail could not be sent');
      return 'failed';
    }
  }
}

/** An operator of a company invites to it; the platform says where, or nowhere for its own people. */
function companyOfPerson(actor: Actor | null, { role, companyId }: Invitation): TenantId | null {
  if (role === 'platform') {
    if (actor && actor.companyId !== null) throw new Forbidden('Only the platform invites people of the platform.');
    if (companyId === null || companyId === undefined) return null;
    const message = 'must be absent for people of the platform';
    throw wrongField('company_id', message, 'Role and company do not go together.');
  }
  if (actor) return companyOf(actor, companyId ?? undefined);
  if (companyId) return companyId;
  throw wrongField('company_id', 'is required for this role', 'Say which company is meant.');
}

/** Locking oneself out is not undone by oneself. */
function requireSomeoneElse(actor: Actor, id: string): void {
  if (actor.person?.id === id) throw new Conflict('Someone else must change your own role or access.');
}

/** @throws InvalidInput */
function checkPassword(password: string, { email, name }: StoredUser): void {
  const problem = problemOf(password, [email.split('@')[0] ?? '', ...name.split(/\s+/)]);
  if (problem !== null)
    throw new InvalidInput('This password is too easy to guess.', [{ path: 'password', ...problem }]);
}

function problemOf(password: string, known: readonly string[]): Omit<InputProblem, 'path'> | null {
  const { length } = [...password];
  if (length < SHORTEST_PASSWORD) return atLeast('string', SHORTEST_PASSWORD);
  if (length > LONGEST_PASSWORD) return atMost('string', LONGEST_PASSWORD);
  const plain = password.toLowerCase();
  const rest = known
    .filter((word) => word.length >= 3)
    .reduce((text, word) => text.replaceAll(word.toLowerCase(), ''), plain);
  if (new Set(rest).size < 5) return { message: 'must not be made of a few characters or of your name' };
  return null;
}
