import type { Server } from 'node:http';
import { OutsidePost } from '../infra/outside-post';
import { serverAddress } from '../infra/http-server';
import { SmtpMailer } from '../infra/smtp-mailer';
import { createBackgroundWork } from '../jobs/background-work';
import { STOP_STORING, stopStoringJob } from '../jobs/stop-storing-job';
import { EventTypeImport } from '../services/admin/event-type-import';
import { HolidayExpiry, OverdueCallbacks, slowAboveMs, TokenExpiry, Watch } from '../services/admin/watch';
import { AvailabilityRenewal, CacheWarmer } from '../services/availability/cache-warmer';
import { MessageSender } from '../services/notifications/message-sender';
import { NotificationChannels } from '../services/notifications/notification-channels';
import { Notifier } from '../services/notifications/notifier';
import { Reconciliation, SilentReconcile } from '../services/sync/reconciliation';
import type { Infrastructure } from './infrastructure';
import type { Upstream } from './upstream';
import type { Bookings, Webhooks } from './voice';

export type Notifications = ReturnType<typeof composeNotifications>;
export type Operations = ReturnType<typeof composeOperations>;

/** How people outside of the page are reached, and how they reach it; who is notified of what. */
export function composeNotifications(base: Infrastructure, upstream: Upstream, server: () => Server) {
  const { config, stores } = base;
  const ownAddress = (): string => serverAddress(server(), { host: config.listenHost, port: config.PORT });
  const post = {
    /** Of the server, as programs on this machine reach it. */
    ownAddress,
    /** Of the pages, without a slash at the end. */
    address: () => (config.PUBLIC_URL ? new URL(config.PUBLIC_URL).origin : ownAddress()),
    /** null: mail is not set up. */
    mailer: config.SMTP_URL === undefined ? null : new SmtpMailer(config.SMTP_URL, config.MAIL_FROM ?? null),
  };
  const outside = new OutsidePost({ allowsPrivate: config.NOTIFY_ALLOW_PRIVATE });
  const shared = { ...base, ...stores, ...upstream, ...post, outside, store: stores.notifications };
  const sender = new MessageSender(shared);
  const notifier = new Notifier({ ...shared, sender, timeZone: config.APP_TIMEZONE });
  return { ...post, notifier, channels: new NotificationChannels({ ...shared, sender, notifier }) };
}

/** Everything that runs without a caller waiting. */
export function composeOperations(
  base: Infrastructure,
  upstream: Upstream,
  bookings: Bookings,
  webhooks: Webhooks,
  { notifier }: Notifications,
) {
  const { config, stores, warn } = base;
  const { jobs } = upstream;
  const shared = { ...base, ...stores, ...upstream };
  const warmer = new CacheWarmer({ ...shared, popular: stores.appointments });
  const imports = new EventTypeImport({ ...shared, store: stores.imports });
  const reconciliation = new Reconciliation({ ...shared, ...bookings, store: stores.sync });
  const silentReconcile = new SilentReconcile({ ...shared, reconciliation });
  jobs.add(STOP_STORING, stopStoringJob({ ...stores, ...upstream, warn }));
  const work = createBackgroundWork({
    ...{ ...shared, ...bookings, ...webhooks, notifier, imports, warmer, reconciliation, silentReconcile },
    renewal: new AvailabilityRenewal(shared),
    watch: new Watch({
      ...upstream,
      slowAboveMs: slowAboveMs({ slots: config.CALCOM_SLOTS_TIMEOUT_MS, bookings: config.CALCOM_BOOKING_TIMEOUT_MS }),
    }),
    expiry: new TokenExpiry(shared),
    holidays: new HolidayExpiry(shared),
    overdueCallbacks: new OverdueCallbacks(shared),
    warmCron: config.WARM_CACHE_CRON,
    timeZone: config.APP_TIMEZONE,
    retentionDays: config.TRANSCRIPT_RETENTION_DAYS,
  });
  return { ...work, jobs, imports, warmer, reconciliation, silentReconcile };
}
