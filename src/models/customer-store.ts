import type { DataSource, SelectQueryBuilder } from 'typeorm';
import { Internal } from '../errors';
import type { Customer, TenantId } from '../domain';
import type { CustomerStore } from '../services/voice/ports';
import { AppointmentEntity } from './appointments';
import { CUSTOMER_FIELDS, CustomerEntity } from './customers';
import { isUuid, managerOf, rows } from './sql';
import { columns, fields } from './table';

export class PostgresCustomerStore implements CustomerStore {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    this.#source = source;
  }

  async ofNumber(companyId: TenantId, phone: string): Promise<Customer | null> {
    const known = await this.#of(companyId).andWhere('c.phone = :phone', { phone }).getOne();
    if (known) return known;
    const [last] = await managerOf(this.#source).find(AppointmentEntity, {
      select: { attendeeName: true },
      where: { companyId, attendeePhone: phone },
      order: { createdAt: 'DESC' },
      take: 1,
    });
    return last ? this.ensure(companyId, { phone, name: last.attendeeName, email: null }) : null;
  }

  async find(companyId: TenantId, id: string): Promise<Customer | null> {
    if (!isUuid(id)) return null;
    return this.#of(companyId).andWhere('c.id = :id', { id }).getOne();
  }

  /** Without a number every call makes a customer of its own: no caller is recognised by name or e-mail. */
  async ensure(
    companyId: TenantId,
    details: { phone: string | null; name: string | null; email: string | null },
  ): Promise<Customer> {
    const [customer] = await rows<Customer>(
      this.#source,
      // SQL: an upsert that keeps what is known is one statement, so that two calls at once make one customer. What was
      // booked with the number before becomes theirs.
      `with customer as (
         insert into customers (company_id, phone, name, email) values ($1, $2, nullif($3, ''), nullif($4, ''))
         on conflict (company_id, phone) where phone is not null do update set
           name = coalesce(customers.name, excluded.name), email = coalesce(customers.email, excluded.email),
           updated_at = now()
         returning *
       ), theirs as (
         update appointments a set customer_id = c.id from customer c
         where a.company_id = $1 and a.attendee_phone = $2 and a.customer_id is null
       )
       select ${columns(CUSTOMER_FIELDS)} from customer`,
      [companyId, details.phone, details.name, details.email],
    );
    if (!customer) throw new Internal(new Error('the customer was neither found nor made'));
    return customer;
  }

  #of(companyId: TenantId): SelectQueryBuilder<CustomerEntity> {
    return managerOf(this.#source)
      .createQueryBuilder(CustomerEntity, 'c')
      .select(fields('c', CUSTOMER_FIELDS))
      .where('c.companyId = :companyId', { companyId });
  }
}
