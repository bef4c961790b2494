import { Column, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';

/** How far a comparison with Cal.com has come. */
@Entity('sync_cursors')
export class SyncCursorEntity {
  @PrimaryColumn({ type: 'uuid' })
  companyId!: string;

  @PrimaryColumn({ type: 'text' })
  name!: string;

  @Column({ type: 'timestamptz' })
  positionAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: Date;
}
