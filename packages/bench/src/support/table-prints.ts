import type { Client } from 'pg';

/** Rows and their newest writer, table by table. */
export async function tablePrints(sql: Client): Promise<Record<string, string>> {
  const { rows: tables } = await sql.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  const prints: Record<string, string> = {};
  for (const { name } of tables) {
    const { rows } = await sql.query<{ print: string }>(
      `select count(*) || ':' || coalesce(max(xmin::text::bigint), 0) as print from "${name}"`,
    );
    prints[name] = rows[0]?.print ?? '';
  }
  return prints;
}
