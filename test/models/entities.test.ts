import type { DataSource } from 'typeorm';
import { createDataSource } from '../../src/models/data-source';
import { sqlIndexesOf } from '../../src/models/table';
import { cloneDatabase, emptyDatabase } from '../support/servers';

interface SchemaPart {
  name: string;
  definition: string;
}

/** Columns, constraints and indexes of every table, as Postgres itself describes them. */
async function partsOf(source: DataSource): Promise<SchemaPart[]> {
  return source.query(`
    select attrelid::regclass || '.' || attname as name,
      format_type(atttypid, atttypmod) || case when attnotnull then ' not null' else '' end
        || coalesce(' default ' || pg_get_expr(adbin, adrelid), '') || attidentity::text || attgenerated::text as definition
      from pg_attribute join pg_class t on t.oid = attrelid left join pg_attrdef on adrelid = attrelid and adnum = attnum
      where t.relnamespace = 'public'::regnamespace and t.relkind = 'r' and attnum > 0 and not attisdropped
        and t.relname <> 'migrations'
    union all select conrelid::regclass || ' ' || conname, pg_get_constraintdef(oid)
      from pg_constraint
      where connamespace = 'public'::regnamespace and conrelid <> 0 and conrelid is distinct from to_regclass('migrations')
    union all select indrelid::regclass || ' ' || indexrelid::regclass, pg_get_indexdef(indexrelid)
      from pg_index join pg_class t on t.oid = indrelid
      where t.relnamespace = 'public'::regnamespace and t.relname <> 'migrations'
    order by 1, 2`);
}

describe('entities', () => {
  let migrated: Awaited<ReturnType<typeof cloneDatabase>>;
  let empty: Awaited<ReturnType<typeof cloneDatabase>>;
  let source: DataSource;
  let built: DataSource;

  beforeAll(async () => {
    migrated = await cloneDatabase();
    empty = await emptyDatabase();
    source = await createDataSource(migrated.url, 2).initialize();
    built = await createDataSource(empty.url, 2).initialize();
  });
  afterAll(async () => {
    await Promise.all([source.destroy(), built.destroy()]);
    await Promise.all([migrated.drop(), empty.drop()]);
  });

  it('differ in nothing from a migrated database, by the log of TypeORM', async () => {
    const { upQueries } = await source.driver.createSchemaBuilder().log();
    expect(upQueries.map((one) => one.query)).toEqual([]);
  });

  it('are all synchronized', () => {
    expect(source.entityMetadatas.length).toBeGreaterThan(20);
    expect(source.entityMetadatas.filter((one) => !one.synchronize)).toEqual([]);
  });

  it('build the same database as the migrations', async () => {
    for (const extension of ['btree_gist', 'btree_gin', 'pg_trgm']) await built.query(`create extension ${extension}`);
    await built.synchronize();
    for (const { target, tableName } of built.entityMetadatas) {
      for (const { name, isUnique, definition } of sqlIndexesOf(target)) {
        await built.query(`create ${isUnique ? 'unique ' : ''}index ${name} on ${tableName} ${definition}`);
      }
    }
    const expected = await partsOf(source);
    expect(expected.length).toBeGreaterThan(400);
    expect(await partsOf(built)).toEqual(expected);
  });
});
