import type { MigrationInterface, QueryRunner } from 'typeorm';

/** People with passwords, their sessions, and the one-time links by which they set a password. */
export class AddUsers1763900790000 implements MigrationInterface {
  readonly name = 'AddUsers1763900790000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table user_links, user_sessions, users`);
  }
}

const UP = [
  `create table users (
    id uuid not null default gen_random_uuid(),
    company_id uuid,
    email text not null,
    name text not null,
    role text not null,
    state text not null default 'invited',
    language text not null default 'de',
    password_hash text,
    last_sign_in_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_users primary key (id),
    constraint fk_users_company foreign key (company_id) references companies (id),
    constraint ck_users_role check (role in ('platform', 'company_admin', 'front_desk', 'read_only')),
    constraint ck_users_platform check ((role = 'platform') = (company_id is null)),
    constraint ck_users_state check (state in ('invited', 'active', 'disabled')),
    constraint ck_users_language check (language in ('de', 'en'))
  )`,
  `create unique index uq_users_email on users (lower(email))`,
  `create index idx_users_company on users (company_id)`,
  `create table user_sessions (
    id uuid not null default gen_random_uuid(),
    user_id uuid not null,
    token_hash text not null,
    previous_hash text,
    csrf_token text not null,
    rotated_at timestamptz not null,
    confirmed_at timestamptz,
    last_seen_at timestamptz not null,
    created_at timestamptz not null,
    constraint pk_user_sessions primary key (id),
    constraint uq_user_sessions_token unique (token_hash),
    constraint fk_user_sessions_user foreign key (user_id) references users (id) on delete cascade
  )`,
  `create index idx_user_sessions_user on user_sessions (user_id)`,
  `create index idx_user_sessions_previous on user_sessions (previous_hash)`,
  `create table user_links (
    id uuid not null default gen_random_uuid(),
    user_id uuid not null,
    purpose text not null,
    token_hash text not null,
    expires_at timestamptz not null,
    created_at timestamptz not null default now(),
    constraint pk_user_links primary key (id),
    constraint uq_user_links_token unique (token_hash),
    constraint uq_user_links_purpose unique (user_id, purpose),
    constraint fk_user_links_user foreign key (user_id) references users (id) on delete cascade,
    constraint ck_user_links_purpose check (purpose in ('invitation', 'reset'))
  )`,
];
