import { Check, Column, CreateDateColumn, Entity, PrimaryGeneratedColumn, Unique, UpdateDateColumn } from 'typeorm';
import type { AiDisclosure, Language, RecordingNotice, TenantId } from '../domain';

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
export class CompanyEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: TenantId;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  slug!: string;

  @Column({ type: 'text', default: 'Europe/Berlin' })
  timeZone!: string;

  @Column({ type: 'text', default: 'de' })
  language!: Language;

  /** Of the services' prices; ISO 4217. */
  @Column({ type: 'text', default: 'EUR' })
  currency!: string;

  @Column({ type: 'smallint', default: 2 })
  maxAlternatives!: number;

  /** Half width of "same day, different time". */
  @Column({ type: 'smallint', default: 2 })
  timeWindowHours!: number;

  /** 0: always. */
  @Column({ type: 'integer', default: 0 })
  cancelHoursBefore!: number;

  /** 0: always. */
  @Column({ type: 'integer', default: 0 })
  rescheduleHoursBefore!: number;

  @Column({ type: 'boolean', default: false })
  calcomReservations!: boolean;

  @Column({ type: 'jsonb', default: { enabled: true, de: null, en: null } })
  aiDisclosure!: AiDisclosure;

  @Column({ type: 'text', default: 'off' })
  recordingNotice!: RecordingNotice;

  @Column({ type: 'integer', nullable: true })
  calcomTeamId!: number | null;

  /** Own Cal.com key, encrypted; null: the platform's key. */
  @Column({ type: 'text', nullable: true })
  calcomApiKeyCiphertext!: string | null;

  /** First 16 hex digits of the key's SHA-256; null exactly when there is no own key. */
  @Column({ type: 'text', nullable: true })
  calcomKeyId!: string | null;

  /** Own webhook secret, encrypted; null: the platform's. */
  @Column({ type: 'text', nullable: true })
  calcomWebhookSecretCiphertext!: string | null;

  /** Which common webhook secret the company's own Cal.com account was given; null: none; `unknown` until a start. */
  @Column({ type: 'text', nullable: true })
  givenWebhookSecretId!: string | null;

  /** Own Retell keys as a comma list, encrypted: only they sign for this company; null: the platform's keys. */
  @Column({ type: 'text', nullable: true })
  retellApiKeyCiphertext!: string | null;

  /** Secret of this company's tools at Vapi, encrypted; null: Vapi cannot ask for it. */
  @Column({ type: 'text', nullable: true })
  vapiSecretCiphertext!: string | null;

  /** Secret of its tools and conversation starts at ElevenLabs, encrypted; null: ElevenLabs cannot ask for it. */
  @Column({ type: 'text', nullable: true })
  elevenlabsSecretCiphertext!: string | null;

  /** Signs what ElevenLabs reports after a call, encrypted. */
  @Column({ type: 'text', nullable: true })
  elevenlabsWebhookSecretCiphertext!: string | null;

  @Column({ type: 'boolean', default: true })
  isActive!: boolean;

  @Column({ type: 'timestamptz', nullable: true })
  deletedAt!: Date | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: Date;
}
