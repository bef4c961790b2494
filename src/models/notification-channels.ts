import { Check, Entity, Index } from 'typeorm';
import type {
  ChannelEvent,
  ChannelFields,
  ChannelKind,
  SendProblem,
} from '../services/notifications/notification-ports';
import { toCompany } from './companies';
import { boolean, created, id, instant, now, table, tenantId, text, toOne, uuid } from './table';
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
