import { Check, Entity, Index, Unique } from 'typeorm';
import {
  CHANNEL_KINDS,
  SUBJECT_EVENTS,
  type ChannelEvent,
  type ChannelFields,
  type Message,
  type NewItem,
  type SendProblem,
} from '../services/notifications/notification-ports';
import { toCompany } from './companies';
import { column, now, table, toOne } from './table';
import { UserEntity } from './users';

/** Where a company, a person or the platform is notified, and of what. */
@Entity('notification_channels')
@Check('ck_notification_channels_address', `address is not null or (kind = 'email' and user_id is not null)`)
@Check('ck_notification_channels_secret', `(kind = 'email') = (secret_ciphertext is null)`)
@Check('ck_notification_channels_quiet', '(quiet_from is null) = (quiet_to is null)')
@Index('idx_notification_channels_company', ['companyId'])
@Index('uq_notification_channels_own_mail', ['userId'], { unique: true, where: `kind = 'email'` })
export class NotificationChannelEntity
  extends table({
    id: column.id(),
    /** null: the platform's. */
    companyId: column.tenantId().nullable(),
    /** null: of the whole company, or of the platform. */
    userId: column.uuid().nullable(),
    kind: column.oneOf(CHANNEL_KINDS),
    /** E-mail address or webhook address; of a Slack webhook its host; null: the person's own e-mail address. */
    address: column.text().nullable(),
    /** A webhook's signing secret, or the whole address of a Slack webhook, encrypted. */
    secretCiphertext: column.text().nullable(),
    events: column.text<ChannelEvent>().array(),
    /** `HH:MM` in the company's zone. */
    quietFrom: column.text().nullable(),
    quietTo: column.text().nullable(),
    /** Urgent things are sent in quiet hours too. */
    urgentAlways: column.boolean().default(true),
    /** `HH:MM` in the company's zone. */
    dailyAt: column.text().default('07:00'),
    isActive: column.boolean().default(true),
    /** Older things are not notified. */
    since: column.instant().default(now),
    lastSentAt: column.instant().nullable(),
    /** Of the last message, when it did not arrive. */
    failedAt: column.instant().nullable(),
    problem: column.text<SendProblem>().nullable(),
    createdAt: column.created(),
    /** What becomes of messages does not count as a change. */
    updatedAt: column.instant().default(now),
    company: toCompany(),
    user: toOne(() => UserEntity, 'userId', 'CASCADE'),
  })
  implements ChannelFields {}

/** A message to a channel; it keeps its id however often it is tried. */
@Entity('notification_messages')
@Unique('uq_notification_messages_day', ['channelId', 'day'])
@Check('ck_notification_messages_day', `(kind = 'daily') = (day is not null)`)
@Check('ck_notification_messages_finished', `(status = 'waiting') = (finished_at is null)`)
@Index('idx_notification_messages_due', ['dueAt'], { where: `status = 'waiting'` })
@Index('idx_notification_messages_channel', ['channelId', 'createdAt'])
export class NotificationMessageEntity
  extends table({
    id: column.uuid().primary(),
    channelId: column.uuid(),
    kind: column.oneOf(['events', 'daily']),
    day: column.localDate().nullable(),
    isUrgent: column.boolean().default(false),
    status: column.oneOf(['waiting', 'sent', 'failed']).default('waiting'),
    attempts: column.integer().default(0),
    dueAt: column.instant(),
    leaseOwner: column.uuid().nullable(),
    leaseUntil: column.instant().nullable(),
    createdAt: column.instant(),
    finishedAt: column.instant().nullable(),
    channel: toOne(() => NotificationChannelEntity, 'channelId', 'CASCADE'),
  })
  implements Message {}

/** A thing that a channel is notified of, once. Its words are read from its own row when the message is sent. */
@Entity('notification_items')
@Unique('uq_notification_items_subject', ['channelId', 'event', 'subjectId'])
@Index('idx_notification_items_waiting', ['channelId', 'createdAt'], { where: 'message_id is null' })
@Index('idx_notification_items_message', ['messageId'])
@Index('idx_notification_items_key', ['subjectKey', 'createdAt'])
export class NotificationItemEntity
  extends table({
    id: column.id(),
    channelId: column.uuid(),
    event: column.oneOf(SUBJECT_EVENTS),
    /** Of the alert, callback or review. */
    subjectId: column.text(),
    /** Digest of the alert's key, the same when it comes again under another id; of the id for other things. */
    subjectKey: column.text(),
    isUrgent: column.boolean(),
    /** null: waits to be put into one. */
    messageId: column.uuid().nullable(),
    createdAt: column.instant(),
    channel: toOne(() => NotificationChannelEntity, 'channelId', 'CASCADE'),
    message: toOne(() => NotificationMessageEntity, 'messageId', 'CASCADE'),
  })
  implements NewItem {}
