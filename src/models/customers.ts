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
import type { Customer, TenantId } from '../domain';
import type { CompanyEntity } from './companies';
import { SqlIndex, ToCompany } from './table';

/** A caller of one company. Unique by number within it; callers without a number are never matched. */
@Entity('customers')
@Unique('uq_customers_company_id', ['companyId', 'id'])
@Check('ck_customers_phone', `phone ~ '^\\+[1-9][0-9]{4,14}$'`)
@Check('ck_customers_email', `email <> ''`)
@Check('ck_customers_source', `source in ('retell', 'calcom', 'admin')`)
@Check('ck_customers_erased', 'erased_at is null or (name is null and phone is null and email is null)')
// Callers without a number are never matched with each other.
@Index('uq_customers_phone', ['companyId', 'phone'], { unique: true, where: 'phone is not null' })
// Parts of names and numbers, for the search over everything.
@SqlIndex(
  'idx_customers_search',
  'using gin (company_id, lower(name) gin_trgm_ops, phone gin_trgm_ops, email gin_trgm_ops)',
)
@SqlIndex('idx_customers_company', '(company_id, created_at desc)')
export class CustomerEntity implements Customer {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  companyId!: TenantId;

  @Column({ type: 'text', nullable: true })
  name!: string | null;

  @Column({ type: 'text', nullable: true })
  phone!: string | null;

  @Column({ type: 'text', nullable: true })
  email!: string | null;

  @Column({ type: 'text', default: 'retell' })
  source!: 'retell' | 'calcom' | 'admin';

  /** Set when the personal data was erased on request. */
  @Column({ type: 'timestamptz', nullable: true })
  erasedAt!: Date | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: Date;

  @ToCompany()
  company?: CompanyEntity;
}

/** What a customer is outside of the operators' views. */
export const CUSTOMER_FIELDS = [
  'id',
  'companyId',
  'name',
  'phone',
  'email',
] as const satisfies readonly (keyof Customer)[];
