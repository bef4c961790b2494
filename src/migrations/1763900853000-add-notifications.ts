import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who is notified of what and where, and the outbox. */
export class AddNotifications1763900853000 implements MigrationInterface {
  readonly name = 'AddNotifications1763900853000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table notification_items, notification_messages, notification_channels`);
  }
}

const UP = [
  `create table notification_channels (
    id uuid not null default gen_random_uuid(),
    company_id uuid,
    user_id uuid,
    kind text not null,
    address text,
    secret_ciphertext text,
    events text[] not null,
    quiet_from text,
    quiet_to text,
    urgent_always boolean not null default true,
    daily_at text not null default '07:00',
    is_active boolean not null default true,
    since timestamptz not null default now(),
    last_sent_at timestamptz,
    failed_at timestamptz,
    problem text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_notification_channels primary key (id),
    constraint fk_notification_channels_company foreign key (company_id) references companies (id),
    constraint fk_notification_channels_user foreign key (user_id) references users (id) on delete cascade,
    constraint ck_notification_channels_kind check (kind in ('email', 'slack', 'webhook')),
    constraint ck_notification_channels_address check (address is not null or (kind = 'email' and user_id is not null)),
    constraint ck_notification_channels_secret check ((kind = 'email') = (secret_ciphertext is null)),
    constraint ck_notification_channels_quiet check ((quiet_from is null) = (quiet_to is null))
  )`,
  `create index idx_notification_channels_company on notification_channels (company_id)`,
  `create unique index uq_notification_channels_own_mail on notification_channels (user_id) where kind = 'email'`,
  `create table notification_messages (
    id uuid not null,
    channel_id uuid not null,
    kind text not null,
    day date,
    is_urgent boolean not null default false,
    status text not null default 'waiting',
    attempts integer not null default 0,
    due_at timestamptz not null,
    lease_owner uuid,
    lease_until timestamptz,
    created_at timestamptz not null,
    finished_at timestamptz,
    constraint pk_notification_messages primary key (id),
    constraint fk_notification_messages_channel foreign key (channel_id) references notification_channels (id) on delete cascade,
    constraint uq_notification_messages_day unique (channel_id, day),
    constraint ck_notification_messages_kind check (kind in ('events', 'daily')),
    constraint ck_notification_messages_day check ((kind = 'daily') = (day is not null)),
    constraint ck_notification_messages_status check (status in ('waiting', 'sent', 'failed')),
    constraint ck_notification_messages_finished check ((status = 'waiting') = (finished_at is null))
  )`,
  `create index idx_notification_messages_due on notification_messages (due_at) where status = 'waiting'`,
  `create index idx_notification_messages_channel on notification_messages (channel_id, created_at)`,
  `create table notification_items (
    id uuid not null default gen_random_uuid(),
    channel_id uuid not null,
    event text not null,
    subject_id text not null,
    subject_key text not null,
    is_urgent boolean not null,
    message_id uuid,
    created_at timestamptz not null,
    constraint pk_notification_items primary key (id),
    constraint uq_notification_items_subject unique (channel_id, event, subject_id),
    constraint fk_notification_items_channel foreign key (channel_id) references notification_channels (id) on delete cascade,
    constraint fk_notification_items_message foreign key (message_id) references notification_messages (id) on delete cascade,
    constraint ck_notification_items_event check (event in ('alerts', 'new_callbacks', 'overdue_callbacks', 'reviews'))
  )`,
  `create index idx_notification_items_waiting on notification_items (channel_id, created_at) where message_id is null`,
  `create index idx_notification_items_message on notification_items (message_id)`,
  `create index idx_notification_items_key on notification_items (subject_key, created_at)`,
];
