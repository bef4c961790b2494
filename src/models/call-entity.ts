import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn, UpdateDateColumn } from 'typeorm';
import type { Language } from '../domain';

/** One telephone call, keyed by Retell's id. */
@Entity('calls')
export class CallEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  companyId!: string;

  @Column({ type: 'uuid' })
  branchId!: string;

  @Column({ type: 'uuid', nullable: true })
  customerId!: string | null;

  @Column({ type: 'text' })
  retellCallId!: string;

  @Column({ type: 'text', nullable: true })
  agentId!: string | null;

  @Column({ type: 'text', nullable: true })
  direction!: string | null;

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

  @Column({ type: 'jsonb', nullable: true })
  analysis!: unknown;

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
}
