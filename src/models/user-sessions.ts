import { Entity, Index, Unique } from 'typeorm';
import { id, instant, table, text, toOne, uuid } from './table';
import { UserEntity } from './users';

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
