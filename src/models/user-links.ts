import { Check, Entity, Unique } from 'typeorm';
import type { LinkPurpose } from '../services/people/people-ports';
import { created, id, instant, table, text, toOne, uuid } from './table';
import { UserEntity } from './users';

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
