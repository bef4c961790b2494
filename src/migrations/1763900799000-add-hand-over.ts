import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who takes over a call and when, what the agent leaves behind for that person, and by when a caller is rung back. */
export class AddHandOver1763900799000 implements MigrationInterface {
  readonly name = 'AddHandOver1763900799000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table branches
      add column transfer_rules jsonb not null default '{"numbers": [], "holidays": [], "fallback": null}',
      add constraint ck_branches_transfer_rules check (jsonb_typeof(transfer_rules -> 'numbers') = 'array')`);
    await runner.query(`alter table calls add column hand_over jsonb,
      add constraint ck_calls_hand_over check (jsonb_typeof(hand_over) = 'object')`);
    await runner.query(`alter table callback_requests
      add column due_at timestamptz not null default (now() + interval '4 hours')`);
    // Until now a request counted as late after four hours.
    await runner.query(`update callback_requests set due_at = created_at + interval '4 hours'`);
    await runner.query(`create index idx_callback_requests_due on callback_requests (company_id, due_at)
      where status in ('pending', 'assigned', 'contacted')`);
    await runner.query(`drop index idx_calls_retention`);
    await runner.query(`create index idx_calls_retention on calls (started_at)
      where transcript is not null or analysis is not null or hand_over is not null`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index idx_calls_retention`);
    await runner.query(`create index idx_calls_retention on calls (started_at)
      where transcript is not null or analysis is not null`);
    await runner.query(`alter table callback_requests drop column due_at`);
    await runner.query(`alter table calls drop column hand_over`);
    await runner.query(`alter table branches drop column transfer_rules`);
  }
}
