import { Check, Column, CreateDateColumn, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { TenantId } from '../domain';
import type { ToolInvocation } from '../services/voice/trace-writer';
import type { CompanyEntity } from './companies';
import { SqlIndex, ToCompany } from './table';

/** The trace: one tool call with its answer and the questions to Cal.com behind it. Already masked. */
@Entity('call_tool_invocations')
@Check('ck_call_tool_invocations_duration', 'duration_ms >= 0')
@Check('ck_call_tool_invocations_steps', `jsonb_typeof(steps) = 'array'`)
@Index('idx_call_tool_invocations_call', ['companyId', 'callId', 'startedAt'])
@SqlIndex('idx_call_tool_invocations_time', '(company_id, started_at desc)')
@SqlIndex('idx_call_tool_invocations_status', '(company_id, status, started_at desc)')
@Index('idx_call_tool_invocations_retention', ['startedAt'])
export class CallToolInvocationEntity implements ToolInvocation {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  companyId!: TenantId;

  /** Retell's call id; the call's row may come later, or never. */
  @Column({ type: 'text', nullable: true })
  callId!: string | null;

  @Column({ type: 'text' })
  requestId!: string;

  @Column({ type: 'text' })
  tool!: string;

  @Column({ type: 'text', nullable: true })
  toolCallId!: string | null;

  @Column({ type: 'jsonb', nullable: true })
  input!: unknown;

  @Column({ type: 'jsonb', nullable: true })
  output!: unknown;

  @Column({ type: 'text' })
  status!: string;

  @Column({ type: 'boolean' })
  success!: boolean;

  @Column({ type: 'timestamptz' })
  startedAt!: Date;

  @Column({ type: 'integer' })
  durationMs!: number;

  @Column({ type: 'jsonb', default: [] })
  steps!: unknown[];

  @Column({ type: 'text', nullable: true })
  error!: string | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @ToCompany()
  company?: CompanyEntity;
}
