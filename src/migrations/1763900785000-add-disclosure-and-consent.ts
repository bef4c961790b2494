import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was kept of analyses before there was a list: only these say nothing about how a caller felt. */
const KEPT = `'call_summary', 'call_successful', 'in_voicemail', 'summary', 'successEvaluation', 'transcript_summary'`;
const keptOf = (analysis: string): string => `(
  select jsonb_object_agg(key, value) from jsonb_each(case when jsonb_typeof(${analysis}) = 'object' then ${analysis} else '{}' end)
  where key in (${KEPT}) and jsonb_typeof(value) in ('string', 'boolean', 'number'))`;

/** Callers hear that an AI answers and may refuse a recording; judgements of how they felt are deleted. */
export class AddDisclosureAndConsent1763900785000 implements MigrationInterface {
  readonly name = 'AddDisclosureAndConsent1763900785000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table companies
      add column ai_disclosure jsonb not null default '{"enabled": true, "de": null, "en": null}',
      add column recording_notice text not null default 'off',
      add constraint ck_companies_ai_disclosure check (jsonb_typeof(ai_disclosure -> 'enabled') = 'boolean'),
      add constraint ck_companies_recording_notice check (recording_notice in ('off', 'notice', 'ask'))`);
    await runner.query(`alter table calls
      add column agent_version text,
      add column disclosed_at timestamptz,
      add column recording_consent boolean,
      add column recording_consent_at timestamptz,
      add constraint ck_calls_recording_consent check ((recording_consent is null) = (recording_consent_at is null))`);
    await runner.query(`update calls set analysis = ${keptOf('analysis')} where analysis is not null`);
    await runner.query(`update webhook_events
      set payload = jsonb_set(payload, '{call,analysis}', coalesce(${keptOf(`payload #> '{call,analysis}'`)}, 'null'))
      where jsonb_typeof(payload #> '{call,analysis}') = 'object'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table calls
      drop column agent_version, drop column disclosed_at, drop column recording_consent, drop column recording_consent_at`);
    await runner.query(`alter table companies drop column ai_disclosure, drop column recording_notice`);
  }
}
