import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** The trace: one tool call with its answer and the questions to Cal.com behind it. Already masked. */
@Entity('call_tool_invocations')
export class CallToolInvocationEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  companyId!: string;

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
}
