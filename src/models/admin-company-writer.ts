import type { DataSource } from 'typeorm';
import { Conflict } from '../errors';
import type { TenantId } from '../domain';
import type { CompanyFields, CompanyWriter } from '../services/admin/records';
import { writeError } from './admin-write-errors';
import { inTransaction, rows } from './sql';

const COLUMNS = [
  'name',
  'slug',
  'time_zone',
  'language',
  'max_alternatives',
  'time_window_hours',
  'cancel_hours_before',
  'reschedule_hours_before',
  'calcom_reservations',
  'calcom_team_id',
  'is_active',
];

export class AdminCompanyWriter implements CompanyWriter {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    this.#source = source;
  }

  async insert(id: TenantId, company: CompanyFields): Promise<void> {
    const values = [['id', id] as const, ...columnValues(company)];
    const places = values.map((_, index) => `$${index + 1}`);
    const text = `insert into companies (${values.map(([column]) => column).join(', ')}) values (${places.join(', ')})`;
    await this.#write(
      text,
      values.map(([, value]) => value),
    );
  }

  async update(id: TenantId, company: CompanyFields, unchangedSince: Date | null): Promise<void> {
    const values = columnValues(company);
    const sets = [...values.map(([column], index) => `${column} = $${index + 3}`), 'updated_at = now()'];
    const found = await this.#write(
      `update companies set ${sets.join(', ')}
       where id = $1 and deleted_at is null and ($2::timestamptz is null or date_trunc('milliseconds', updated_at) = $2)
       returning id`,
      [id, unchangedSince, ...values.map(([, value]) => value)],
    );
    if (found === 0) throw new Conflict('Somebody else changed this meanwhile. Read it again, then repeat the change.');
  }

  retire(id: TenantId): Promise<void> {
    return inTransaction(this.#source, async (sql) => {
      await sql(
        `update companies set deleted_at = now(), is_active = false, calcom_api_key_ciphertext = null, calcom_key_id = null,
           calcom_webhook_secret_ciphertext = null, updated_at = now()
         where id = $1 and deleted_at is null`,
        [id],
      );
      await sql('delete from phone_numbers where company_id = $1', [id]);
      await sql('delete from retell_agents where company_id = $1', [id]);
      await sql('update api_tokens set revoked_at = now() where company_id = $1 and revoked_at is null', [id]);
    });
  }

  async #write(text: string, params: unknown[]): Promise<number> {
    try {
      return (await rows(this.#source, text, params)).length;
    } catch (error) {
      throw writeError(error);
    }
  }
}

function columnValues(company: CompanyFields): (readonly [column: string, value: unknown])[] {
  const { fields, calcomKey: key, calcomWebhookSecretCiphertext: hookSecret } = company;
  return [
    ...COLUMNS.filter((column) => fields[column] !== undefined).map((column) => [column, fields[column]] as const),
    ...(key === undefined
      ? []
      : ([
          ['calcom_api_key_ciphertext', key?.ciphertext ?? null],
          ['calcom_key_id', key?.keyId ?? null],
        ] as const)),
    ...(hookSecret === undefined ? [] : ([['calcom_webhook_secret_ciphertext', hookSecret]] as const)),
  ];
}
