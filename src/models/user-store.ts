import { In, MoreThan, Not, type DataSource, type EntityManager, type SelectQueryBuilder } from 'typeorm';
import type {
  LinkPurpose,
  NewSession,
  NewUser,
  SessionStore,
  StoredSession,
  StoredUser,
  UserChange,
  UserStore,
} from '../services/people/people-ports';
import { nameOfPerson, ROLES, type Role } from '../services/admin/actor';
import { ofCompaniesInService, revokeTokens } from './admin-token-store';
import { explained, unlessChanged } from './admin-write-errors';
import { CallbackRequestEntity, OPEN_STATUSES } from './callback-requests';
import { idOf, inTransaction, isUuid, managerOf } from './sql';
import { UserEntity, UserLinkEntity, UserSessionEntity } from './users';

export class PostgresUserStore implements UserStore, SessionStore {
  constructor(private readonly source: DataSource) {}

  async add(user: NewUser): Promise<string> {
    return idOf(await explained(this.#manager.insert(UserEntity, user)));
  }

  byEmail(email: string): Promise<StoredUser | null> {
    return this.#users().andWhere('lower(t.email) = lower(:email)', { email }).getOne();
  }

  async byId(id: string): Promise<StoredUser | null> {
    return isUuid(id) ? this.#users().andWhere('t.id = :id', { id }).getOne() : null;
  }

  change(id: string, change: UserChange, unchangedSince: Date | null): Promise<void> {
    return inTransaction(this.source, async (_sql, manager) => {
      const update = manager
        .createQueryBuilder()
        .update(UserEntity)
        .set({ ...change, updatedAt: () => 'now()' })
        .where({ id });
      await unlessChanged(update, unchangedSince);
      if (change.role === undefined && change.state === undefined) return;
      await manager.delete(UserSessionEntity, { userId: id });
      if (change.role !== undefined) await endTokens(manager, id, change.role);
      if (change.state !== 'disabled') return;
      await manager.delete(UserLinkEntity, { userId: id });
      await endTokens(manager, id, null);
      await releaseCallbacks(manager, id);
    });
  }

  remove(id: string): Promise<void> {
    return inTransaction(this.source, async (_sql, manager) => {
      await manager.delete(UserEntity, { id });
      await endTokens(manager, id, null);
      await releaseCallbacks(manager, id);
    });
  }

  addLink({ userId, purpose, hash, expiresAt }: Parameters<UserStore['addLink']>[0]): Promise<void> {
    return inTransaction(this.source, async (_sql, manager) => {
      await manager.delete(UserLinkEntity, { userId, purpose });
      await manager.insert(UserLinkEntity, { userId, purpose, tokenHash: hash, expiresAt });
    });
  }

  async link(hash: string, now: Date): Promise<{ purpose: LinkPurpose; user: StoredUser } | null> {
    const found = await this.#manager.findOneBy(UserLinkEntity, { tokenHash: hash, expiresAt: MoreThan(now) });
    const user = found && (await this.byId(found.userId));
    return user && user.state !== 'disabled' ? { purpose: found.purpose, user } : null;
  }

  async setPasswordByLink(hash: string, passwordHash: string, now: Date): Promise<StoredUser | null> {
    const found = await this.link(hash, now);
    if (!found) return null;
    const isUsed = await inTransaction(this.source, async (_sql, manager) => {
      // Of two requests with the same link only one deletes it.
      const { affected } = await manager.delete(UserLinkEntity, { tokenHash: hash });
      if (affected !== 1) return false;
      const active = { state: 'active', passwordHash, updatedAt: () => 'now()' } as const;
      const changed = await manager.update(UserEntity, { id: found.user.id, state: Not('disabled') }, active);
      if (changed.affected !== 1) return false;
      await endAll(manager, found.user.id, null);
      return true;
    });
    return isUsed ? { ...found.user, state: 'active', passwordHash } : null;
  }

  setPassword(id: string, passwordHash: string, keptSessionId: string | null): Promise<void> {
    return inTransaction(this.source, async (_sql, manager) => {
      await manager.update(UserEntity, { id }, { passwordHash, updatedAt: () => 'now()' });
      await endAll(manager, id, keptSessionId);
    });
  }

  open({ now, ...session }: NewSession, passwordHash: string | null): Promise<boolean> {
    return inTransaction(this.source, async (_sql, manager) => {
      const { userId } = session;
      // Locked, so that a change of the password waits and then ends this session too.
      const user = await manager.findOne(UserEntity, {
        ...{ where: { id: userId }, lock: { mode: 'pessimistic_write' } },
      });
      if (!user || user.state === 'disabled' || user.passwordHash !== passwordHash) return false;
      await manager.insert(UserSessionEntity, { ...session, rotatedAt: now, lastSeenAt: now, createdAt: now });
      await manager.update(UserEntity, { id: userId }, { lastSignInAt: now, state: 'active' });
      return true;
    });
  }

  async byHash(hash: string): Promise<StoredSession | null> {
    const found = await this.#manager.findOne(UserSessionEntity, {
      where: [{ tokenHash: hash }, { previousHash: hash }],
    });
    if (!found) return null;
    const user = await this.byId(found.userId);
    return user?.state === 'active' ? { ...found, user } : null;
  }

  async rotate(
    { id, tokenHash: known }: Pick<StoredSession, 'id' | 'tokenHash'>,
    tokenHash: string,
    previousHash: string,
    now: Date,
  ): Promise<boolean> {
    const next = { tokenHash, previousHash, rotatedAt: now, lastSeenAt: now, confirmedAt: null };
    return (await this.#manager.update(UserSessionEntity, { id, tokenHash: known }, next)).affected === 1;
  }

  async seen(id: string, seen: { lastSeenAt: Date; confirmedAt: Date | null }): Promise<void> {
    await this.#manager.update(UserSessionEntity, { id }, seen);
  }

  async end(id: string): Promise<void> {
    await this.#manager.delete(UserSessionEntity, { id });
  }

  async endOthers(userId: string, keptSessionId: string): Promise<number> {
    const { affected } = await this.#manager.delete(UserSessionEntity, { userId, id: Not(keptSessionId) });
    return affected ?? 0;
  }

  async valid(ids: readonly string[], usedAfter: Date): Promise<string[]> {
    const found = await this.#manager.findBy(UserSessionEntity, { id: In(ids), lastSeenAt: MoreThan(usedAfter) });
    if (found.length === 0) return [];
    const users = await this.#users()
      .andWhere('t.id in (:...users)', { users: found.map(({ userId }) => userId) })
      .andWhere(`t.state = 'active'`)
      .getMany();
    const active = new Set(users.map(({ id }) => id));
    return found.filter(({ userId }) => active.has(userId)).map(({ id }) => id);
  }

  #users(): SelectQueryBuilder<UserEntity> {
    return ofCompaniesInService(this.source, UserEntity);
  }

  get #manager(): EntityManager {
    return managerOf(this.source);
  }
}

async function endAll(manager: EntityManager, userId: string, keptSessionId: string | null): Promise<void> {
  await manager.delete(UserLinkEntity, { userId });
  await manager.delete(UserSessionEntity, {
    ...{ userId },
    ...(keptSessionId === null ? {} : { id: Not(keptSessionId) }),
  });
}

/** Ends the tokens that a person made. @param keptRole tokens of this role and lower ones stay; null: none */
async function endTokens(manager: EntityManager, userId: string, keptRole: Role | null): Promise<void> {
  const tooHigh = ROLES.slice(keptRole === null ? 0 : ROLES.indexOf(keptRole) + 1);
  await revokeTokens(manager, { madeBy: nameOfPerson(userId), role: In(tooHigh) });
}

/** Open callbacks of a person who no longer works here wait for someone else. */
async function releaseCallbacks(manager: EntityManager, userId: string): Promise<void> {
  const theirs = { assignedTo: nameOfPerson(userId), status: In(OPEN_STATUSES) };
  await manager.update(CallbackRequestEntity, theirs, {
    assignedTo: null,
    status: () => `case when status = 'assigned' then 'pending' else status end`,
  });
}
