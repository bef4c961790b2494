import { Check, Column, CreateDateColumn, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { TenantId } from '../domain';
import { ServiceEntity } from './services';
import { SqlIndex, ToSameCompany } from './table';

/** Another word callers use for a service; unique per service, whatever its case. */
@Entity('service_synonyms')
@Check('ck_service_synonyms_synonym', `synonym <> ''`)
@Check('ck_service_synonyms_confidence', 'confidence between 0 and 100')
@SqlIndex('uq_service_synonyms', '(service_id, lower(synonym))', { unique: true })
@Index('idx_service_synonyms_service', ['companyId', 'serviceId'])
export class ServiceSynonymEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  companyId!: TenantId;

  @Column({ type: 'uuid' })
  serviceId!: string;

  @Column({ type: 'text' })
  synonym!: string;

  /** 0–100; higher ones are preferred. */
  @Column({ type: 'smallint', default: 100 })
  confidence!: number;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @ToSameCompany(() => ServiceEntity, 'serviceId', 'CASCADE')
  service?: ServiceEntity;
}
