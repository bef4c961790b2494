import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { UserEntity } from './users';

/** A browser in which a person is signed in. Its cookie is never stored. */
@Entity('user_sessions')
@Unique('uq_user_sessions_token', ['tokenHash'])
@Index('idx_user_sessions_user', ['userId'])
@Index('idx_user_sessions_previous', ['previousHash'])
export class UserSessionEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  userId!: string;

  @Column({ type: 'text' })
  tokenHash!: string;

  /** The cookie before the last rotation: an answer that carried the new one may have been lost. */
  @Column({ type: 'text', nullable: true })
  previousHash!: string | null;

  @Column({ type: 'text' })
  csrfToken!: string;

  @Column({ type: 'timestamptz' })
  rotatedAt!: Date;

  /** When the cookie of the last rotation first came back. */
  @Column({ type: 'timestamptz', nullable: true })
  confirmedAt!: Date | null;

  @Column({ type: 'timestamptz' })
  lastSeenAt!: Date;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;

  @ManyToOne(() => UserEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id' })
  user?: UserEntity;
}
