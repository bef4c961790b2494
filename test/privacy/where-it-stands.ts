import type { Redis } from 'ioredis';
import type { Client } from 'pg';

/** Texts of the whole database in which the word stands. */
export async function rowsWith(sql: Client, words: readonly string[]): Promise<string[]> {
  const { rows: tables } = await sql.query(
    `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    for (const word of words) {
      const { rows } = await sql.query(`select t::text as row from "${name}" t where t::text ilike $1`, [`%${word}%`]);
      found.push(...rows.map((row) => `${name as string} has ${word}: ${String(row.row).slice(0, 400)}`));
    }
  }
  return found;
}

/** Keys of Redis in whose value, or name, the word stands. */
export async function keysWith(redis: Redis, words: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const key of await redis.keys('*')) {
    const value = key + JSON.stringify(await valueOf(redis, key));
    found.push(
      ...words.filter((word) => value.includes(word)).map((word) => `${key} has ${word}: ${value.slice(0, 300)}`),
    );
  }
  return found;
}

async function valueOf(redis: Redis, key: string): Promise<unknown> {
  switch (await redis.type(key)) {
    case 'string':
      return redis.get(key);
    case 'hash':
      return redis.hgetall(key);
    case 'zset':
      return redis.zrange(key, 0, -1);
    case 'list':
      return redis.lrange(key, 0, -1);
    case 'set':
      return redis.smembers(key);
    default:
      return null;
  }
}
