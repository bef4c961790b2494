import { Check, Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import type { TenantId } from '../domain';
import type {
  ChannelEvent,
  ChannelFields,
  ChannelKind,
  SendProblem,
} from '../services/notifications/notification-ports';
import type { CompanyEntity } from './companies';
import { ToCompany } from './table';
import { UserEntity } from './users';

/** Where a company, a person or the platform is notified, and of what. */
@Entity('notification_channels')
@Check('ck_notification_channels_kind', `kind in ('email', 'slack', 'webhook')`)
@Check('ck_notification_channels_address', `address is not null or (kind = 'email' and user_id is not null)`)
@Check('ck_notification_channels_secret', `(kind = 'email') = (secret_ciphertext is null)`)
@Check('ck_notification_channels_quiet', '(quiet_from is null) = (quiet_to is null)')
@Index('idx_notification_channels_company', ['companyId'])
@Index('uq_notification_channels_own_mail', ['userId'], { unique: true, where: `kind = 'email'` })
export class NotificationChannelEntity implements ChannelFields {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  /** null: the platform's. */
  @Column({ type: 'uuid', nullable: true })
  companyId!: TenantId | null;

  /** null: of the whole company, or of the platform. */
  @Column({ type: 'uuid', nullable: true })
  userId!: string | null;

  @Column({ type: 'text' })
  kind!: ChannelKind;

  /** E-mail address or webhook address; of a Slack webhook its host; null: the person's own e-mail address. */
  @Column({ type: 'text', nullable: true })
  address!: string | null;

  /** A webhook's signing secret, or the whole address of a Slack webhook, encrypted. */
  @Column({ type: 'text', nullable: true })
  secretCiphertext!: string | null;

  @Column({ type: 'text', array: true })
  events!: ChannelEvent[];

  /** `HH:MM` in the company's zone. */
  @Column({ type: 'text', nullable: true })
  quietFrom!: string | null;

  @Column({ type: 'text', nullable: true })
  quietTo!: string | null;

  /** Urgent things are sent in quiet hours too. */
  @Column({ type: 'boolean', default: true })
  urgentAlways!: boolean;

  /** `HH:MM` in the company's zone. */
  @Column({ type: 'text', default: '07:00' })
  dailyAt!: string;

  @Column({ type: 'boolean', default: true })
  isActive!: boolean;

  /** Older things are not notified. */
  @Column({ type: 'timestamptz', default: () => 'now()' })
  since!: Date;

  @Column({ type: 'timestamptz', nullable: true })
  lastSentAt!: Date | null;

  /** Of the last message, when it did not arrive. */
  @Column({ type: 'timestamptz', nullable: true })
  failedAt!: Date | null;

  @Column({ type: 'text', nullable: true })
  problem!: SendProblem | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  /** What becomes of messages does not count as a change. */
  @Column({ type: 'timestamptz', default: () => 'now()' })
  updatedAt!: Date;

  @ToCompany()
  company?: CompanyEntity;

  @ManyToOne(() => UserEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id' })
  user?: UserEntity;
}
