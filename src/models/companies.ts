import { Check, Entity, Unique } from 'typeorm';
import type { AiDisclosure, Language, RecordingNotice, TenantId } from '../domain';
import { boolean, created, id, instant, integer, json, smallint, table, text, toOne, updated } from './table';

/** A tenant. Deleting sets `deletedAt`; its rows stay. */
@Entity('companies')
@Unique('uq_companies_slug', ['slug'])
@Check('ck_companies_slug', `slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'`)
@Check('ck_companies_name', `name <> ''`)
@Check('ck_companies_language', `language in ('de', 'en')`)
@Check('ck_companies_currency', `currency ~ '^[A-Z]{3}$'`)
@Check('ck_companies_max_alternatives', 'max_alternatives between 1 and 5')
@Check('ck_companies_time_window', 'time_window_hours between 1 and 24')
@Check('ck_companies_hours_before', 'cancel_hours_before >= 0 and reschedule_hours_before >= 0')
@Check('ck_companies_ai_disclosure', `jsonb_typeof(ai_disclosure -> 'enabled') = 'boolean'`)
@Check('ck_companies_recording_notice', `recording_notice in ('off', 'notice', 'ask')`)
@Check('ck_companies_calcom_key', '(calcom_api_key_ciphertext is null) = (calcom_key_id is null)')
export class CompanyEntity extends table({
  id: id<TenantId>(),
  name: text(),
  slug: text(),
  timeZone: text().default('Europe/Berlin'),
  language: text<Language>().default('de'),
  /** Of the services' prices; ISO 4217. */
  currency: text().default('EUR'),
  maxAlternatives: smallint().default(2),
  /** Half width of "same day, different time". */
  timeWindowHours: smallint().default(2),
  /** 0: always. */
  cancelHoursBefore: integer().default(0),
  /** 0: always. */
  rescheduleHoursBefore: integer().default(0),
  calcomReservations: boolean().default(false),
  aiDisclosure: json<AiDisclosure>().default({ enabled: true, de: null, en: null }),
  recordingNotice: text<RecordingNotice>().default('off'),
  calcomTeamId: integer().nullable(),
  /** Own Cal.com key, encrypted; null: the platform's key. */
  calcomApiKeyCiphertext: text().nullable(),
  /** First 16 hex digits of the key's SHA-256; null exactly when there is no own key. */
  calcomKeyId: text().nullable(),
  /** Own webhook secret, encrypted; null: the platform's. */
  calcomWebhookSecretCiphertext: text().nullable(),
  /** Which common webhook secret the company's own Cal.com account was given; null: none; `unknown` until a start. */
  givenWebhookSecretId: text().nullable(),
  /** Own Retell keys as a comma list, encrypted: only they sign for this company; null: the platform's keys. */
  retellApiKeyCiphertext: text().nullable(),
  /** Secret of this company's tools at Vapi, encrypted; null: Vapi cannot ask for it. */
  vapiSecretCiphertext: text().nullable(),
  /** Secret of its tools and conversation starts at ElevenLabs, encrypted; null: ElevenLabs cannot ask for it. */
  elevenlabsSecretCiphertext: text().nullable(),
  /** Signs what ElevenLabs reports after a call, encrypted. */
  elevenlabsWebhookSecretCiphertext: text().nullable(),
  isActive: boolean().default(true),
  deletedAt: instant().nullable(),
  createdAt: created(),
  updatedAt: updated(),
}) {}

export const toCompany = () => toOne(() => CompanyEntity, 'companyId');
