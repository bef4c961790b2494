import { Check, Entity, Index, Unique } from 'typeorm';
import type { NewItem, SubjectEvent } from '../services/notifications/notification-ports';
import { NotificationChannelEntity } from './notification-channels';
import { NotificationMessageEntity } from './notification-messages';
import { boolean, id, instant, table, text, toOne, uuid } from './table';

/** A thing that a channel is notified of, once. Its words are read from its own row when the message is sent. */
@Entity('notification_items')
@Unique('uq_notification_items_subject', ['channelId', 'event', 'subjectId'])
@Check('ck_notification_items_event', `event in ('alerts', 'new_callbacks', 'overdue_callbacks', 'reviews')`)
@Index('idx_notification_items_waiting', ['channelId', 'createdAt'], { where: 'message_id is null' })
@Index('idx_notification_items_message', ['messageId'])
@Index('idx_notification_items_key', ['subjectKey', 'createdAt'])
export class NotificationItemEntity
  extends table({
    id: id(),
    channelId: uuid(),
    event: text<SubjectEvent>(),
    /** Of the alert, callback or review. */
    subjectId: text(),
    /** Digest of the alert's key, the same when it comes again under another id; of the id for other things. */
    subjectKey: text(),
    isUrgent: boolean(),
    /** null: waits to be put into one. */
    messageId: uuid().nullable(),
    createdAt: instant(),
    channel: toOne(() => NotificationChannelEntity, 'channelId', 'CASCADE'),
    message: toOne(() => NotificationMessageEntity, 'messageId', 'CASCADE'),
  })
  implements NewItem {}
