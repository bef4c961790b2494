import { Check, Entity, Index } from 'typeorm';
import { ServiceEntity } from './services';
import { SqlIndex, created, id, smallint, table, tenantId, text, toSameCompany, uuid } from './table';

/** Another word callers use for a service; unique per service, whatever its case. */
@Entity('service_synonyms')
@Check('ck_service_synonyms_synonym', `synonym <> ''`)
@Check('ck_service_synonyms_confidence', 'confidence between 0 and 100')
@SqlIndex('uq_service_synonyms', '(service_id, lower(synonym))', { unique: true })
@Index('idx_service_synonyms_service', ['companyId', 'serviceId'])
export class ServiceSynonymEntity extends table({
  id: id(),
  companyId: tenantId(),
  serviceId: uuid(),
  synonym: text(),
  /** 0–100; higher ones are preferred. */
  confidence: smallint().default(100),
  createdAt: created(),
  service: toSameCompany(() => ServiceEntity, 'serviceId', 'CASCADE'),
}) {}
