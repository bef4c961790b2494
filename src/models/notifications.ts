import { Check, Entity, Index, Unique } from 'typeorm';
import type {
  ChannelEvent,
  ChannelFields,
  ChannelKind,
  Message,
  NewItem,
  SendProblem,
  SubjectEvent,
} from '../services/notifications/notification-ports';
import { toCompany } from './companies';
import { boolean, created, id, instant, integer, localDate, now, table, tenantId, text, toOne, uuid } from './table';
import { UserEntity } from './users';

/** Where a company, a person or the platform is notified, and of what. */
@Entity('notification_channels')
@Check('ck_notification_channels_kind', `kind in ('email', 'slack', 'webhook')`)
@Check('ck_notification_channels_address', `address is not null or (kind = 'email' and user_id is not null)`)
@Check('ck_notification_channels_secret', `(kind = 'email') = (secret_ciphertext is null)`)
@Check('ck_notification_channels_quiet', '(quiet_from is null) = (quiet_to is null)')
@Index('idx_notification_channels_company', ['companyId'])
@Index('uq_notification_channels_own_mail', ['userId'], { unique: true, where: `kind = 'email'` })
export class NotificationChannelEntity
  extends table({
    id: id(),
    /** null: the platform's. */
    companyId: tenantId().nullable(),
    /** null: of the whole company, or of the platform. */
    userId: uuid().nullable(),
    kind: text<ChannelKind>(),
    /** E-mail address or webhook address; of a Slack webhook its host; null: the person's own e-mail address. */
    address: text().nullable(),
    /** A webhook's signing secret, or the whole address of a Slack webhook, encrypted. */
    secretCiphertext: text().nullable(),
    events: text<ChannelEvent>().array(),
    /** `HH:MM` in the company's zone. */
    quietFrom: text().nullable(),
    quietTo: text().nullable(),
    /** Urgent things are sent in quiet hours too. */
    urgentAlways: boolean().default(true),
    /** `HH:MM` in the company's zone. */
    dailyAt: text().default('07:00'),
    isActive: boolean().default(true),
    /** Older things are not notified. */
    since: instant().default(now),
    lastSentAt: instant().nullable(),
    /** Of the last message, when it did not arrive. */
    failedAt: instant().nullable(),
    problem: text<SendProblem>().nullable(),
    createdAt: created(),
    /** What becomes of messages does not count as a change. */
    updatedAt: instant().default(now),
    company: toCompany(),
    user: toOne(() => UserEntity, 'userId', 'CASCADE'),
  })
  implements ChannelFields {}

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
