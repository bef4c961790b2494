import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import type { LocalDate } from '../domain';
import type { Message } from '../services/notifications/notification-ports';
import { NotificationChannelEntity } from './notification-channels';

/** A message to a channel; it keeps its id however often it is tried. */
@Entity('notification_messages')
@Unique('uq_notification_messages_day', ['channelId', 'day'])
@Check('ck_notification_messages_kind', `kind in ('events', 'daily')`)
@Check('ck_notification_messages_day', `(kind = 'daily') = (day is not null)`)
@Check('ck_notification_messages_status', `status in ('waiting', 'sent', 'failed')`)
@Check('ck_notification_messages_finished', `(status = 'waiting') = (finished_at is null)`)
@Index('idx_notification_messages_due', ['dueAt'], { where: `status = 'waiting'` })
@Index('idx_notification_messages_channel', ['channelId', 'createdAt'])
export class NotificationMessageEntity implements Message {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'uuid' })
  channelId!: string;

  @Column({ type: 'text' })
  kind!: Message['kind'];

  @Column({ type: 'date', nullable: true })
  day!: LocalDate | null;

  @Column({ type: 'boolean', default: false })
  isUrgent!: boolean;

  @Column({ type: 'text', default: 'waiting' })
  status!: 'waiting' | 'sent' | 'failed';

  @Column({ type: 'integer', default: 0 })
  attempts!: number;

  @Column({ type: 'timestamptz' })
  dueAt!: Date;

  @Column({ type: 'uuid', nullable: true })
  leaseOwner!: string | null;

  @Column({ type: 'timestamptz', nullable: true })
  leaseUntil!: Date | null;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', nullable: true })
  finishedAt!: Date | null;

  @ManyToOne(() => NotificationChannelEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'channel_id' })
  channel?: NotificationChannelEntity;
}
