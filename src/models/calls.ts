import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  PrimaryGeneratedColumn,
  Unique,
  UpdateDateColumn,
} from 'typeorm';
import type { Language, Platform, TenantId } from '../domain';
import type { CallDirection } from '../services/tenants/resolve-call';
import type { HandOverNote } from '../services/voice/ports';
import type { CallTiming } from '../services/voice/transcript';
import { BranchEntity } from './branches';
import { CustomerEntity } from './customers';
import { SqlIndex, ToSameCompany } from './table';

/** One telephone call, keyed by Retell's id. */
@Entity('calls')
@Unique('uq_calls_retell_call_id', ['retellCallId'])
@Check('ck_calls_retell_call_id', `retell_call_id <> ''`)
@Check('ck_calls_platform', `platform in ('retell', 'vapi', 'elevenlabs', 'mcp')`)
@Check('ck_calls_language', `language in ('de', 'en')`)
@Check('ck_calls_status', `status in ('ongoing', 'ended', 'analyzed')`)
@Check('ck_calls_duration', 'duration_ms >= 0')
@Check('ck_calls_recording_consent', '(recording_consent is null) = (recording_consent_at is null)')
@Check('ck_calls_hand_over', `jsonb_typeof(hand_over) = 'object'`)
@Check('ck_calls_flags', `jsonb_typeof(flags) = 'object'`)
@SqlIndex('idx_calls_company', '(company_id, started_at desc)')
@Index('idx_calls_customer', ['companyId', 'customerId'], { where: 'customer_id is not null' })
@SqlIndex('idx_calls_flagged', `(company_id, started_at desc) where flags <> '{}'`)
// The retention job reads oldest first what still holds words of a caller.
@Index('idx_calls_retention', ['startedAt'], {
  where: 'transcript is not null or analysis is not null or hand_over is not null or recording_url is not null',
})
// Few calls are going on at a time: those without a report of their end are found among them.
@Index('idx_calls_ongoing', ['platform', 'startedAt'], { where: `status = 'ongoing'` })
// The figures of hours are counted again where calls arrived late.
@SqlIndex('idx_calls_created', 'using brin (created_at)')
// Parts of numbers, for the search over everything.
@SqlIndex('idx_calls_search', 'using gin (company_id, from_number gin_trgm_ops, to_number gin_trgm_ops)')
@SqlIndex('idx_calls_from_number', '(company_id, from_number, started_at desc)')
export class CallEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  companyId!: TenantId;

  @Column({ type: 'uuid' })
  branchId!: string;

  @Column({ type: 'uuid', nullable: true })
  customerId!: string | null;

  @Column({ type: 'text', default: 'retell' })
  platform!: Platform;

  /** The platform's own id. */
  @Column({ type: 'text' })
  retellCallId!: string;

  @Column({ type: 'text', nullable: true })
  agentId!: string | null;

  /** As the platform counts them; null where it does not say. */
  @Column({ type: 'text', nullable: true })
  agentVersion!: string | null;

  @Column({ type: 'text', nullable: true })
  direction!: CallDirection | null;

  /** E.164; null when withheld. */
  @Column({ type: 'text', nullable: true })
  fromNumber!: string | null;

  @Column({ type: 'text', nullable: true })
  toNumber!: string | null;

  @Column({ type: 'text', nullable: true })
  language!: Language | null;

  @Column({ type: 'text', default: 'ongoing' })
  status!: 'ongoing' | 'ended' | 'analyzed';

  @Column({ type: 'timestamptz' })
  startedAt!: Date;

  @Column({ type: 'timestamptz', nullable: true })
  endedAt!: Date | null;

  @Column({ type: 'integer', nullable: true })
  durationMs!: number | null;

  @Column({ type: 'text', nullable: true })
  disconnectionReason!: string | null;

  @Column({ type: 'text', nullable: true })
  transcript!: string | null;

  /** When the transcript's lines were said and tools called, as the platform counts. */
  @Column({ type: 'jsonb', nullable: true })
  timing!: CallTiming | null;

  /** Where the platform keeps the recording. */
  @Column({ type: 'text', nullable: true })
  recordingUrl!: string | null;

  @Column({ type: 'jsonb', nullable: true })
  analysis!: unknown;

  /** When the agent said that an AI answers: the call's beginning, as its first turns say; null: not known, or not said. */
  @Column({ type: 'timestamptz', nullable: true })
  disclosedAt!: Date | null;

  /** What the caller answered when asked about a recording; after a no no word of the call is kept. */
  @Column({ type: 'boolean', nullable: true })
  recordingConsent!: boolean | null;

  @Column({ type: 'timestamptz', nullable: true })
  recordingConsentAt!: Date | null;

  /** For the person who goes on where the agent stopped. */
  @Column({ type: 'jsonb', nullable: true })
  handOver!: HandOverNote | null;

  /** Flag → {detail, at}: what an operator should look at. */
  @Column({ type: 'jsonb', default: {} })
  flags!: Record<string, { detail: string; at: string }>;

  /** Set when words and numbers were erased. */
  @Column({ type: 'timestamptz', nullable: true })
  erasedAt!: Date | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: Date;

  @ToSameCompany(() => BranchEntity, 'branchId')
  branch?: BranchEntity;

  @ToSameCompany(() => CustomerEntity, 'customerId')
  customer?: CustomerEntity;
}
