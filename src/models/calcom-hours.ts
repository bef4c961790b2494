import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What was asked of Cal.com in an hour, by endpoint: the sums of its minutes, which live in Redis for some hours only. */
@Entity('calcom_hours')
export class CalcomHourEntity {
  /** Its beginning. */
  @PrimaryColumn({ type: 'timestamptz' })
  hour!: Date;

  @PrimaryColumn({ type: 'text' })
  endpoint!: string;

  @Column({ type: 'jsonb' })
  figures!: Record<string, number>;
}
