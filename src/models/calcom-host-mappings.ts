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
import type { TenantId } from '../domain';
import type { CompanyEntity } from './companies';
import { StaffEntity } from './staff';
import { ToCompany, ToSameCompany } from './table';

/** A Cal.com user who takes appointments of the company. */
@Entity('calcom_host_mappings')
@Unique('uq_calcom_host_mappings_host', ['companyId', 'calcomHostId'])
@Check('ck_calcom_host_mappings_source', `mapping_source in ('auto_email', 'auto_name', 'manual', 'import')`)
@Check('ck_calcom_host_mappings_confidence', 'confidence between 0 and 100')
@Index('uq_calcom_host_mappings_staff', ['companyId', 'staffId'], {
  unique: true,
  where: 'is_active and staff_id is not null',
})
@Index('idx_calcom_host_team', ['teamId'])
export class CalcomHostMappingEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  companyId!: TenantId;

  /** null: no member of staff is matched with this user yet. */
  @Column({ type: 'uuid', nullable: true })
  staffId!: string | null;

  @Column({ type: 'integer' })
  calcomHostId!: number;

  @Column({ type: 'integer', nullable: true })
  teamId!: number | null;

  @Column({ type: 'text', nullable: true })
  calcomName!: string | null;

  @Column({ type: 'text', nullable: true })
  calcomEmail!: string | null;

  @Column({ type: 'text', default: 'import' })
  mappingSource!: 'auto_email' | 'auto_name' | 'manual' | 'import';

  /** 0–100, of an automatic match. */
  @Column({ type: 'smallint', default: 100 })
  confidence!: number;

  @Column({ type: 'boolean', default: true })
  isActive!: boolean;

  @Column({ type: 'timestamptz', nullable: true })
  lastSyncedAt!: Date | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: Date;

  @ToCompany()
  company?: CompanyEntity;

  @ToSameCompany(() => StaffEntity, 'staffId')
  staff?: StaffEntity;
}
