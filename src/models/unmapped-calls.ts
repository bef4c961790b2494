import { Check, Column, Entity, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import type { Platform, TenantId } from '../domain';
import type { CompanyEntity } from './companies';
import { SqlIndex, ToCompany } from './table';

/** A call to a line or agent of no company. It holds nothing of the caller. */
@Entity('unmapped_calls')
@Unique('uq_unmapped_calls_call_id', ['callId'])
@Check('ck_unmapped_calls_platform', `platform in ('retell', 'vapi', 'elevenlabs', 'mcp')`)
@SqlIndex('idx_unmapped_calls_started', '(started_at desc)')
@Index('idx_unmapped_calls_line', ['line', 'startedAt'])
export class UnmappedCallEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  /** The company whose key signed; null: the platform's. */
  @Column({ type: 'uuid', nullable: true })
  companyId!: TenantId | null;

  @Column({ type: 'text' })
  platform!: Platform;

  /** The platform's own id. */
  @Column({ type: 'text' })
  callId!: string;

  /** The number that was called (E.164), else the agent's id. */
  @Column({ type: 'text' })
  line!: string;

  @Column({ type: 'timestamptz', default: () => 'now()' })
  startedAt!: Date;

  @ToCompany()
  company?: CompanyEntity;
}
