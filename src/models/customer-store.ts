import type { DataSource } from 'typeorm';
import { Internal } from '../errors';
import type { Customer, TenantId } from '../domain';
import type { CustomerStore } from '../services/voice/ports';
import { isUuid, rows } from './sql';

interface CustomerRow {
  id: string;
  company_id: TenantId;
  name: string | null;
  phone: string | null;
  email: string | null;
}

const COLUMNS = 'id, company_id, name, phone, email';

export class PostgresCustomerStore implements CustomerStore {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    this.#source = source;
  }

  /** @param phone E.164 */
  async findByPhone(companyId: TenantId, phone: string): Promise<Customer | null> {
    return this.#one(`select ${COLUMNS} from customers where company_id = $1 and phone = $2`, [companyId, phone]);
  }

  async find(companyId: TenantId, id: string): Promise<Customer | null> {
    if (!isUuid(id)) return null;
    return this.#one(`select ${COLUMNS} from customers where company_id = $1 and id = $2`, [companyId, id]);
  }

  /** Without a number every call makes a customer of its own: nobody is recognised by name or e-mail. */
  async ensure(
    companyId: TenantId,
    details: { phone: string | null; name: string | null; email: string | null },
  ): Promise<Customer> {
    const customer = await this.#one(
      `insert into customers (company_id, phone, name, email) values ($1, $2, nullif($3, ''), nullif($4, ''))
       on conflict (company_id, phone) where phone is not null do update set
         name = coalesce(customers.name, excluded.name), email = coalesce(customers.email, excluded.email),
         updated_at = now()
       returning ${COLUMNS}`,
      [companyId, details.phone, details.name, details.email],
    );
    if (!customer) throw new Internal(new Error('the customer was neither found nor made'));
    return customer;
  }

  async #one(question: string, params: unknown[]): Promise<Customer | null> {
    const [row] = await rows<CustomerRow>(this.#source, question, params);
    return row ? { id: row.id, companyId: row.company_id, name: row.name, phone: row.phone, email: row.email } : null;
  }
}
