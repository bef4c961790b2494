import { Check, Entity, Index, Unique } from 'typeorm';
import { ORIGINS, type Customer } from '../domain';
import { toCompany } from './companies';
import { column, SqlIndex, table } from './table';

/** A caller of one company. Unique by number within it; callers without a number are never matched. */
@Entity('customers')
@Unique('uq_customers_company_id', ['companyId', 'id'])
@Check('ck_customers_phone', `phone ~ '^\\+[1-9][0-9]{4,14}$'`)
@Check('ck_customers_email', `email <> ''`)
@Check('ck_customers_erased', 'erased_at is null or (name is null and phone is null and email is null)')
// Callers without a number are never matched with each other.
@Index('uq_customers_phone', ['companyId', 'phone'], { unique: true, where: 'phone is not null' })
// Parts of names and numbers, for the search over everything.
@SqlIndex(
  'idx_customers_search',
  'using gin (company_id, lower(name) gin_trgm_ops, phone gin_trgm_ops, email gin_trgm_ops)',
)
@SqlIndex('idx_customers_company', '(company_id, created_at desc)')
export class CustomerEntity
  extends table({
    id: column.id(),
    companyId: column.tenantId(),
    name: column.text().nullable(),
    phone: column.text().nullable(),
    email: column.text().nullable(),
    source: column.oneOf(ORIGINS).default('retell'),
    /** Set when the personal data was erased on request. */
    erasedAt: column.instant().nullable(),
    createdAt: column.created(),
    updatedAt: column.updated(),
    company: toCompany(),
  })
  implements Customer {}

/** What a customer is outside of the operators' views. */
export const CUSTOMER_FIELDS = [
  'id',
  'companyId',
  'name',
  'phone',
  'email',
] as const satisfies readonly (keyof Customer)[];
