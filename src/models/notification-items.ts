import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, Unique } from 'typeorm';
import type { NewItem, SubjectEvent } from '../services/notifications/notification-ports';
import { NotificationChannelEntity } from './notification-channels';
import { NotificationMessageEntity } from './notification-messages';

/** A thing that a channel is notified of, once. Its words are read from its own row when the message is sent. */
@Entity('notification_items')
@Unique('uq_notification_items_subject', ['channelId', 'event', 'subjectId'])
@Check('ck_notification_items_event', `event in ('alerts', 'new_callbacks', 'overdue_callbacks', 'reviews')`)
@Index('idx_notification_items_waiting', ['channelId', 'createdAt'], { where: 'message_id is null' })
@Index('idx_notification_items_message', ['messageId'])
@Index('idx_notification_items_key', ['subjectKey', 'createdAt'])
export class NotificationItemEntity implements NewItem {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  channelId!: string;

  @Column({ type: 'text' })
  event!: SubjectEvent;

  /** Of the alert, callback or review. */
  @Column({ type: 'text' })
  subjectId!: string;

  /** Digest of the alert's key, the same when it comes again under another id; of the id for other things. */
  @Column({ type: 'text' })
  subjectKey!: string;

  @Column({ type: 'boolean' })
  isUrgent!: boolean;

  /** null: waits to be put into one. */
  @Column({ type: 'uuid', nullable: true })
  messageId!: string | null;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;

  @ManyToOne(() => NotificationChannelEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'channel_id' })
  channel?: NotificationChannelEntity;

  @ManyToOne(() => NotificationMessageEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'message_id' })
  message?: NotificationMessageEntity;
}
