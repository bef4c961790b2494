import { Column, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import type { TenantId } from '../domain';
import type { CompanyEntity } from './companies';
import { ToCompany } from './table';

/** How far a comparison with Cal.com has come. */
@Entity('sync_cursors')
export class SyncCursorEntity {
  @PrimaryColumn({ type: 'uuid' })
  companyId!: TenantId;

  @PrimaryColumn({ type: 'text' })
  name!: string;

  @Column({ type: 'timestamptz' })
  positionAt!: Date;

  /** Bookings of exactly that time, or later, that were read already. */
  @Column({ type: 'integer', default: 0 })
  skip!: number;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: Date;

  @ToCompany()
  company?: CompanyEntity;
}
