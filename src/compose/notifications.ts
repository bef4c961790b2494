import type { AddressInfo } from 'node:net';
import type { GatewayConfig } from '../config';
import { OutsidePost } from '../infra/outside-post';
import { SmtpMailer } from '../infra/smtp-mailer';
import type { Alerts } from '../services/admin/alerts';
import { MessageSender } from '../services/notifications/message-sender';
import { NotificationChannels } from '../services/notifications/notification-channels';
import { Notifier } from '../services/notifications/notifier';
import type { Mailer } from '../services/people/people-ports';
import type { Infrastructure } from './infrastructure';
import type { Upstream } from './upstream';

/** How people outside of the page are reached, and how they reach it. */
export interface Post {
  /** null: mail is not set up. */
  mailer: Mailer | null;
  /** Of the pages, without a slash at the end. */
  address: () => string;
  /** Of the server, as programs on this machine reach it. */
  ownAddress: () => string;
}

/** @param listensAt of the server, once it listens */
export function composePost({ config }: Infrastructure, listensAt: () => AddressInfo | string | null): Post {
  const ownAddress = (): string => localAddress(listensAt(), config);
  return {
    ownAddress,
    mailer: config.SMTP_URL === undefined ? null : new SmtpMailer(config.SMTP_URL, config.MAIL_FROM ?? null),
    address: () => (config.PUBLIC_URL ? new URL(config.PUBLIC_URL).origin : ownAddress()),
  };
}

export interface Notifications {
  notifier: Notifier;
  channels: NotificationChannels;
}

/** Who is notified of what, and the outbox that does it. */
export function composeNotifications(
  base: Infrastructure,
  { secrets }: Pick<Upstream, 'secrets'>,
  post: Post,
  alerts: Alerts,
): Notifications {
  const { clock, config, nowMs, stores } = base;
  const { notifications: store, reader } = stores;
  const outside = new OutsidePost({ allowsPrivate: config.NOTIFY_ALLOW_PRIVATE });
  const sender = new MessageSender({ ...post, outside, box: secrets, nowMs });
  const notifier = new Notifier({ store, sender, alerts, clock, timeZone: config.APP_TIMEZONE });
  const channels = new NotificationChannels({
    ...{ reader, store, secrets, sender, clock },
    isPrivate: (url) => outside.isPrivate(url),
    settle: async () => void (await notifier.collect()),
  });
  return { notifier, channels };
}

/** As a browser on this machine reaches the server. */
function localAddress(address: AddressInfo | string | null, { listenHost, PORT }: GatewayConfig): string {
  const port = typeof address === 'object' && address !== null ? address.port : PORT;
  const host = listenHost === '0.0.0.0' ? '127.0.0.1' : listenHost;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
