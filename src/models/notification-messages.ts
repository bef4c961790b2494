import { Check, Entity, Index, Unique } from 'typeorm';
import type { Message } from '../services/notifications/notification-ports';
import { NotificationChannelEntity } from './notification-channels';
import { boolean, instant, integer, localDate, table, text, toOne, uuid } from './table';

/** A message to a channel; it keeps its id however often it is tried. */
@Entity('notification_messages')
@Unique('uq_notification_messages_day', ['channelId', 'day'])
@Check('ck_notification_messages_kind', `kind in ('events', 'daily')`)
@Check('ck_notification_messages_day', `(kind = 'daily') = (day is not null)`)
@Check('ck_notification_messages_status', `status in ('waiting', 'sent', 'failed')`)
@Check('ck_notification_messages_finished', `(status = 'waiting') = (finished_at is null)`)
@Index('idx_notification_messages_due', ['dueAt'], { where: `status = 'waiting'` })
@Index('idx_notification_messages_channel', ['channelId', 'createdAt'])
export class NotificationMessageEntity
  extends table({
    id: uuid().primary(),
    channelId: uuid(),
    kind: text<Message['kind']>(),
    day: localDate().nullable(),
    isUrgent: boolean().default(false),
    status: text<'waiting' | 'sent' | 'failed'>().default('waiting'),
    attempts: integer().default(0),
    dueAt: instant(),
    leaseOwner: uuid().nullable(),
    leaseUntil: instant().nullable(),
    createdAt: instant(),
    finishedAt: instant().nullable(),
    channel: toOne(() => NotificationChannelEntity, 'channelId', 'CASCADE'),
  })
  implements Message {}
