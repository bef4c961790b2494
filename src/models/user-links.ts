import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  Unique,
} from 'typeorm';
import type { LinkPurpose } from '../services/people/people-ports';
import { UserEntity } from './users';

/** A link by which a person sets a password, once. The link itself is never stored. */
@Entity('user_links')
@Unique('uq_user_links_token', ['tokenHash'])
@Unique('uq_user_links_purpose', ['userId', 'purpose'])
@Check('ck_user_links_purpose', `purpose in ('invitation', 'reset')`)
export class UserLinkEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  userId!: string;

  @Column({ type: 'text' })
  purpose!: LinkPurpose;

  @Column({ type: 'text' })
  tokenHash!: string;

  @Column({ type: 'timestamptz' })
  expiresAt!: Date;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @ManyToOne(() => UserEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id' })
  user?: UserEntity;
}
