import { Check, Entity, Unique } from 'typeorm';
import { DEFAULT_LANGUAGE, LANGUAGE_CODES, RECORDING_NOTICES, type AiDisclosure, type TenantId } from '../domain';
import { column, table, toOne } from './table';

/** A tenant. Deleting sets `deletedAt`; its rows stay. */
@Entity('companies')
@Unique('uq_companies_slug', ['slug'])
@Check('ck_companies_slug', `slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'`)
@Check('ck_companies_name', `name <> ''`)
@Check('ck_companies_currency', `currency ~ '^[A-Z]{3}$'`)
@Check('ck_companies_max_alternatives', 'max_alternatives between 1 and 5')
@Check('ck_companies_time_window', 'time_window_hours between 1 and 24')
@Check('ck_companies_hours_before', 'cancel_hours_before >= 0 and reschedule_hours_before >= 0')
@Check('ck_companies_ai_disclosure', `jsonb_typeof(ai_disclosure -> 'enabled') = 'boolean'`)
@Check('ck_companies_calcom_key', '(calcom_api_key_ciphertext is null) = (calcom_key_id is null)')
export class CompanyEntity extends table({
  id: column.id<TenantId>(),
  name: column.text(),
  slug: column.text(),
  timeZone: column.text().default('Europe/Berlin'),
  language: column.oneOf(LANGUAGE_CODES).default(DEFAULT_LANGUAGE),
  /** Of the services' prices; ISO 4217. */
  currency: column.text().default('EUR'),
  maxAlternatives: column.smallint().default(2),
  /** Half width of "same day, different time". */
  timeWindowHours: column.smallint().default(2),
  /** 0: always. */
  cancelHoursBefore: column.integer().default(0),
  /** 0: always. */
  rescheduleHoursBefore: column.integer().default(0),
  calcomReservations: column.boolean().default(false),
  aiDisclosure: column.json<AiDisclosure>().default({ enabled: true, de: null, en: null }),
  recordingNotice: column.oneOf(RECORDING_NOTICES).default('off'),
  calcomTeamId: column.integer().nullable(),
  /** Own Cal.com key, encrypted; null: the platform's key. */
  calcomApiKeyCiphertext: column.text().nullable(),
  /** First 16 hex digits of the key's SHA-256; null exactly when there is no own key. */
  calcomKeyId: column.text().nullable(),
  /** Own webhook secret, encrypted; null: the platform's. */
  calcomWebhookSecretCiphertext: column.text().nullable(),
  /** Which common webhook secret the company's own Cal.com account was given; null: none; `unknown` until a start. */
  givenWebhookSecretId: column.text().nullable(),
  /** Own Retell keys as a comma list, encrypted: only they sign for this company; null: the platform's keys. */
  retellApiKeyCiphertext: column.text().nullable(),
  /** Secret of this company's tools at Vapi, encrypted; null: Vapi cannot ask for it. */
  vapiSecretCiphertext: column.text().nullable(),
  /** Secret of its tools and conversation starts at ElevenLabs, encrypted; null: ElevenLabs cannot ask for it. */
  elevenlabsSecretCiphertext: column.text().nullable(),
  /** Signs what ElevenLabs reports after a call, encrypted. */
  elevenlabsWebhookSecretCiphertext: column.text().nullable(),
  isActive: column.boolean().default(true),
  deletedAt: column.instant().nullable(),
  createdAt: column.created(),
  updatedAt: column.updated(),
}) {}

export const toCompany = () => toOne(() => CompanyEntity, 'companyId');
