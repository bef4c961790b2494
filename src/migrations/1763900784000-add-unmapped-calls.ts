import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Calls to numbers and agents of no company are kept, so that an operator sees and maps them. */
export class AddUnmappedCalls1763900784000 implements MigrationInterface {
  readonly name = 'AddUnmappedCalls1763900784000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `create table unmapped_calls (
         id uuid not null default gen_random_uuid(),
         company_id uuid,
         platform text not null,
         call_id text not null,
         line text not null,
         started_at timestamptz not null default now(),
         constraint pk_unmapped_calls primary key (id),
         constraint uq_unmapped_calls_call_id unique (call_id),
         constraint fk_unmapped_calls_company foreign key (company_id) references companies (id),
         constraint ck_unmapped_calls_platform check (platform in ('retell', 'vapi', 'elevenlabs', 'mcp')))`,
    );
    await runner.query(`create index idx_unmapped_calls_started on unmapped_calls (started_at desc)`);
    await runner.query(`create index idx_unmapped_calls_line on unmapped_calls (line, started_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table unmapped_calls`);
  }
}
