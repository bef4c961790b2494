import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { Conflict } from '../errors';
import type { TenantId } from '../domain';
import type { Fields, SetupKind, SetupWriter } from '../services/admin/records';
import { writeError } from './admin-write-errors';
import { inTransaction, isForeignKeyViolation, rows, toJson, type Sql } from './sql';

interface SetupTable {
  table: string;
  /** API field → column. Nothing else is ever written. */
  columns: Readonly<Record<string, string>>;
  json?: readonly string[];
  /** What a row that an operator made says, where the database's own default means something else. */
  made?: Fields;
  /** Fields that are rows of another table. */
  lists?: Readonly<Record<string, (sql: Sql, companyId: TenantId, id: string, values: unknown) => Promise<void>>>;
}

const own = (...names: string[]): Record<string, string> => Object.fromEntries(names.map((name) => [name, name]));

/** Replaces a service's rows in one of its link tables. */
const links = (clear: string, fill: string) => async (sql: Sql, companyId: TenantId, id: string, values: unknown) => {
  await sql(clear, [companyId, id]);
  await sql(fill, [companyId, id, values]);
};

const EVENT_TYPE = '(select s.calcom_event_type_id from services s where s.company_id = $1 and s.id = $2)';

const TABLES: Record<SetupKind, SetupTable> = {
  branches: { table: 'branches', columns: own('name', 'time_zone', 'hours', 'phone', 'is_active'), json: ['hours'] },
  staff: { table: 'staff', columns: own('branch_id', 'name', 'email', 'is_active') },
  services: {
    table: 'services',
    columns: own(
      ...[
        'branch_id',
        'name',
        'duration_minutes',
        'buffer_before_minutes',
        'buffer_after_minutes',
        'price',
        'priority',
      ],
      ...['minimum_notice_minutes', 'calcom_event_type_id', 'calcom_team_id', 'scheduling_type', 'seats', 'is_active'],
      ...['requires_confirmation', 'phone_only', 'booking_field_defaults', 'is_default'],
    ),
    json: ['booking_field_defaults'],
    lists: {
      synonyms: links(
        'delete from service_synonyms where company_id = $1 and service_id = $2',
        'insert into service_synonyms (company_id, service_id, synonym) select $1, $2, unnest($3::text[])',
      ),
      staff_ids: links(
        'delete from service_staff where company_id = $1 and service_id = $2',
        'insert into service_staff (company_id, service_id, staff_id) select $1, $2, unnest($3::uuid[])',
      ),
      branch_ids: links(
        'delete from branch_service where company_id = $1 and service_id = $2',
        'insert into branch_service (company_id, service_id, branch_id) select $1, $2, unnest($3::uuid[])',
      ),
      host_ids: links(
        `delete from calcom_event_type_hosts where company_id = $1 and calcom_event_type_id = ${EVENT_TYPE}`,
        `insert into calcom_event_type_hosts (company_id, calcom_event_type_id, calcom_host_id)
         select $1, ${EVENT_TYPE}, unnest($3::int[])`,
      ),
    },
  },
  phone_numbers: {
    table: 'phone_numbers',
    columns: { ...own('branch_id', 'agent_id', 'is_active'), number: 'number_e164' },
  },
  host_mappings: {
    table: 'calcom_host_mappings',
    made: { mapping_source: 'manual' },
    columns: own(
      ...[
        'staff_id',
        'calcom_host_id',
        'team_id',
        'calcom_name',
        'calcom_email',
        'mapping_source',
        'confidence',
        'is_active',
      ],
    ),
  },
  retell_agents: { table: 'retell_agents', columns: own('branch_id', 'agent_id', 'name', 'language', 'is_active') },
};

/** What operators write down about a company. Each write is one transaction. */
export class AdminSetupWriter implements SetupWriter {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    this.#source = source;
  }

  async insert(kind: SetupKind, companyId: TenantId, fields: Fields): Promise<string> {
    const { table, made } = TABLES[kind];
    const id = randomUUID();
    const values = columnValues(kind, { ...made, ...fields });
    const names = ['id', 'company_id', ...values.map(([column]) => column)];
    const params = [id, companyId, ...values.map(([, value]) => value)];
    await this.#write(async (sql) => {
      const places = params.map((_, index) => `$${index + 1}`);
      await sql(`insert into ${table} (${names.join(', ')}) values (${places.join(', ')})`, params);
      await replaceLists(sql, kind, companyId, id, fields);
    });
    return id;
  }

  async update(
    kind: SetupKind,
    companyId: TenantId,
    id: string,
    fields: Fields,
    unchangedSince: Date | null,
  ): Promise<void> {
    const { table } = TABLES[kind];
    const values = columnValues(kind, fields);
    const sets = values.map(([column], index) => `${column} = $${index + 4}`);
    await this.#write(async (sql) => {
      const found = await sql(
        `update ${table} set ${[...sets, 'updated_at = now()'].join(', ')}
         where company_id = $1 and id = $2 and ($3::timestamptz is null or date_trunc('milliseconds', updated_at) = $3)
         returning id`,
        [companyId, id, unchangedSince, ...values.map(([, value]) => value)],
      );
      if (found.length === 0)
        throw new Conflict('Somebody else changed this meanwhile. Read it again, then repeat the change.');
      await replaceLists(sql, kind, companyId, id, fields);
    });
  }

  async remove(kind: SetupKind, companyId: TenantId, id: string): Promise<'deleted' | 'deactivated'> {
    const { table } = TABLES[kind];
    try {
      await rows(this.#source, `delete from ${table} where company_id = $1 and id = $2`, [companyId, id]);
      return 'deleted';
    } catch (error) {
      if (!isForeignKeyViolation(error)) throw error;
    }
    const switchOff = `update ${table} set is_active = false, updated_at = now() where company_id = $1 and id = $2`;
    await rows(this.#source, switchOff, [companyId, id]);
    return 'deactivated';
  }

  async #write(work: (sql: Sql) => Promise<void>): Promise<void> {
    try {
      await inTransaction(this.#source, work);
    } catch (error) {
      throw writeError(error);
    }
  }
}

function columnValues(kind: SetupKind, fields: Fields): [column: string, value: unknown][] {
  const { columns, json } = TABLES[kind];
  return Object.entries(columns)
    .filter(([field]) => fields[field] !== undefined)
    .map(([field, column]) => [column, json?.includes(field) ? toJson(fields[field]) : fields[field]]);
}

async function replaceLists(sql: Sql, kind: SetupKind, companyId: TenantId, id: string, fields: Fields): Promise<void> {
  for (const [field, replace] of Object.entries(TABLES[kind].lists ?? {})) {
    if (fields[field] === undefined) continue;
    try {
      await replace(sql, companyId, id, fields[field]);
    } catch (error) {
      throw writeError(error, field);
    }
  }
}
