import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn, UpdateDateColumn } from 'typeorm';
import type { Language } from '../domain';

/** A tenant. Deleting sets `deletedAt`; its rows stay. */
@Entity('companies')
export class CompanyEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  slug!: string;

  @Column({ type: 'text', default: 'Europe/Berlin' })
  timeZone!: string;

  @Column({ type: 'text', default: 'de' })
  language!: Language;

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

  @Column({ type: 'boolean', default: true })
  isActive!: boolean;

  @Column({ type: 'timestamptz', nullable: true })
  deletedAt!: Date | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: Date;
}
