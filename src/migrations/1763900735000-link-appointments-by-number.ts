import type { MigrationInterface, QueryRunner } from 'typeorm';

const INDEX = 'idx_appointments_attendee_phone';

/** An appointment belongs to the customer with its attendee's number. Built on a live table, and again after a failure. */
export class LinkAppointmentsByNumber1763900735000 implements MigrationInterface {
  readonly name = 'LinkAppointmentsByNumber1763900735000';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`set statement_timeout = 0`);
    try {
      await runner.query(`drop index concurrently if exists ${INDEX}`);
      await runner.query(`create index concurrently ${INDEX} on appointments (company_id, attendee_phone, starts_at)
        where attendee_phone is not null`);
      await runner.query(`update appointments a set customer_id = c.id from customers c
        where c.company_id = a.company_id and c.phone = a.attendee_phone and a.customer_id is null`);
    } finally {
      await runner.query(`reset statement_timeout`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    const how = runner.isTransactionActive ? '' : 'concurrently';
    await runner.query(`drop index ${how} if exists ${INDEX}`);
  }
}
