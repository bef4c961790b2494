import type { MigrationInterface, QueryRunner } from 'typeorm';

const CHECKS = [
  ['booking_operations', 'ck_booking_operations_kind', 'kind', ['book', 'move', 'cancel'], ['absence']],
  [
    'appointment_modifications',
    'ck_appointment_modifications_type',
    'type',
    ['cancel', 'reschedule'],
    ['no_show', 'attended'],
  ],
] as const;

/** Operators mark customers who did not come, through the ledger. Going back forgets these changes, not the marks. */
export class AddAbsences1763900836000 implements MigrationInterface {
  readonly name = 'AddAbsences1763900836000';

  async up(runner: QueryRunner): Promise<void> {
    for (const [table, check, column, old, added] of CHECKS)
      await this.#replace(runner, { table, check, column, values: [...old, ...added] });
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [table, check, column, old, added] of CHECKS) {
      await runner.query(`delete from ${table} where ${column} = any($1)`, [added]);
      await this.#replace(runner, { table, check, column, values: [...old] });
    }
  }

  async #replace(
    runner: QueryRunner,
    { table, check, column, values }: { table: string; check: string; column: string; values: string[] },
  ): Promise<void> {
    const list = values.map((value) => `'${value}'`).join(', ');
    await runner.query(`alter table ${table} drop constraint ${check}`);
    await runner.query(`alter table ${table} add constraint ${check} check (${column} in (${list}))`);
  }
}
