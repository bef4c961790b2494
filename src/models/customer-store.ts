import type { DataSource } from 'typeorm';
import { Internal } from '../errors';
import type { Customer, TenantId } from '../domain';
import type { CustomerStore } from '../services/voice/ports';
import { AppointmentEntity } from './appointments';
import { CompanyEntity } from './companies';
import { CUSTOMER_FIELDS, CustomerEntity } from './customers';
import { isUuid, managerOf, prepared, rows, sqlOf } from './sql';
import { columns, rawFields } from './table';

type OfNumber = (Customer | { [Field in keyof Customer]: null }) & { bookedAs: string | null };

export class PostgresCustomerStore implements CustomerStore {
  /** One row for a company: its customer of that number, else the name that the number last booked under. */
  readonly #ofNumber = prepared<{ companyId: TenantId; phone: string }, OfNumber>(() => {
    const query = managerOf(this.source).createQueryBuilder(CompanyEntity, 'k');
    const last = query
      .subQuery()
      .select('a.attendeeName')
      .from(AppointmentEntity, 'a')
      .where('a.companyId = k.id')
      .andWhere('a.attendeePhone = :phone')
      .orderBy('a.createdAt', 'DESC')
      .limit(1);
    return query
      .select(rawFields('c', CUSTOMER_FIELDS))
      .addSelect(`case when c.id is null then ${last.getQuery()} end`, 'bookedAs')
      .leftJoin(CustomerEntity, 'c', '(c.companyId, c.phone) = (k.id, :phone)')
      .where('k.id = :companyId');
  });

  constructor(private readonly source: DataSource) {}

  async ofNumber(companyId: TenantId, phone: string): Promise<Customer | null> {
    const [found] = await this.#ofNumber(sqlOf(this.source), { companyId, phone });
    if (!found) return null;
    const { bookedAs, ...known } = found;
    if (known.id !== null) return known;
    return bookedAs === null ? null : this.ensure(companyId, { phone, name: bookedAs, email: null });
  }

  async find(companyId: TenantId, id: string): Promise<Customer | null> {
    if (!isUuid(id)) return null;
    const found = await managerOf(this.source)
      .createQueryBuilder(CustomerEntity, 'c')
      .select(rawFields('c', CUSTOMER_FIELDS))
      .where({ companyId, id })
      .getRawOne<Customer>();
    return found ?? null;
  }

  /** Without a number every call makes a customer of its own: no caller is recognised by name or e-mail. */
  async ensure(
    companyId: TenantId,
    details: { phone: string | null; name: string | null; email: string | null; source?: 'admin' },
  ): Promise<Customer> {
    const [customer] = await rows<Customer>(
      this.source,
      // SQL: an upsert that keeps what is known is one statement, so that two calls at once make one customer. What was
      // booked with the number before becomes theirs.
      `with customer as (
         insert into customers (company_id, phone, name, email, source)
         values ($1, $2, nullif($3, ''), nullif($4, ''), $5)
         on conflict (company_id, phone) where phone is not null do update set
           name = coalesce(customers.name, excluded.name), email = coalesce(customers.email, excluded.email),
           updated_at = now()
         returning *
       ), theirs as (
         update appointments a set customer_id = c.id from customer c
         where a.company_id = $1 and a.attendee_phone = $2 and a.customer_id is null
       )
       select ${columns(CUSTOMER_FIELDS)} from customer`,
      [companyId, details.phone, details.name, details.email, details.source ?? 'retell'],
    );
    if (!customer) throw new Internal(new Error('the customer was neither found nor made'));
    return customer;
  }
}
