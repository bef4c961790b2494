import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn, UpdateDateColumn } from 'typeorm';
import type { Language } from '../domain';

/** Which company a number rings at. One number belongs to one company only. */
@Entity('phone_numbers')
export class PhoneNumberEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  companyId!: string;

  @Column({ type: 'uuid' })
  branchId!: string;

  @Column({ type: 'text' })
  numberE164!: string;

  /** Retell's id of the agent that answers, which may bring a language of its own. */
  @Column({ type: 'text', nullable: true })
  agentId!: string | null;

  @Column({ type: 'boolean', default: true })
  isActive!: boolean;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: Date;
}

/** Which company an agent speaks for. */
@Entity('retell_agents')
export class RetellAgentEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  companyId!: string;

  @Column({ type: 'uuid' })
  branchId!: string;

  @Column({ type: 'text' })
  agentId!: string;

  @Column({ type: 'text', nullable: true })
  name!: string | null;

  /** null: the company's. */
  @Column({ type: 'text', nullable: true })
  language!: Language | null;

  @Column({ type: 'boolean', default: true })
  isActive!: boolean;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: Date;
}
