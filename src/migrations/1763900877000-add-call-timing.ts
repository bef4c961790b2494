import type { MigrationInterface, QueryRunner } from 'typeorm';

const WORDS = 'transcript is not null or analysis is not null or hand_over is not null';

/** When each turn of a call was said, for one timeline with its tool calls; and where its recording is. */
export class AddCallTiming1763900877000 implements MigrationInterface {
  readonly name = 'AddCallTiming1763900877000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table calls add column timing jsonb, add column recording_url text`);
    await runner.query(`drop index idx_calls_retention`);
    await runner.query(
      `create index idx_calls_retention on calls (started_at) where ${WORDS} or recording_url is not null`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index idx_calls_retention`);
    await runner.query(`create index idx_calls_retention on calls (started_at) where ${WORDS}`);
    await runner.query(`alter table calls drop column timing, drop column recording_url`);
  }
}
