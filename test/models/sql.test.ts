import { connect, createServer, type Server, type Socket } from 'node:net';
import fc from 'fast-check';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../../src/models/data-source';
import { NotFound, StoreUnavailable } from '../../src/errors';
import { tenantId, type WeeklyHours } from '../../src/domain';
import { BranchEntity } from '../../src/models/branches';
import { CompanyEntity } from '../../src/models/companies';
import { inTransaction, managerOf, rows, StatementFailed, toJson } from '../../src/models/sql';
import { cloneDatabase } from '../support/servers';

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let source: DataSource;

beforeAll(async () => {
  database = await cloneDatabase();
  source = await createDataSource(database.url, 4).initialize();
  await source.query(`create table things (id integer primary key, name text)`);
});
beforeEach(() => source.query(`truncate things`));
afterAll(async () => {
  await source.destroy();
  await database.drop();
});

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

describe('a statement', () => {
  it('returns its rows, whether it selects, inserts, updates or deletes', async () => {
    expect(await rows(source, `insert into things values (1, 'a') returning id`)).toEqual([{ id: 1 }]);
    expect(await rows(source, `update things set name = 'b' returning name`)).toEqual([{ name: 'b' }]);
    expect(await rows(source, `select id, name from things where id = $1`, [1])).toEqual([{ id: 1, name: 'b' }]);
    expect(await rows(source, `delete from things returning id`)).toEqual([{ id: 1 }]);
    expect(await rows(source, `delete from things`)).toEqual([]);
  });

  it('takes text with NUL without it', async () => {
    expect(await rows(source, `insert into things values (1, $1) returning name`, ['a\0b'])).toEqual([{ name: 'ab' }]);
  });

  it('that is refused tells neither its parameters nor the row in the way', async () => {
    await rows(source, `create unique index if not exists things_name on things (name)`);
    await rows(source, `insert into things values (1, '+491701234567')`);
    const failure = await failureOf(rows(source, `insert into things values (2, $1)`, ['+491701234567']));
    expect(failure).toBeInstanceOf(StatementFailed);
    expect(failure).toMatchObject({ sqlState: '23505', constraint: 'things_name' });
    const everything = JSON.stringify(failure, Object.getOwnPropertyNames(failure));
    expect(everything).not.toContain('491701234567');
    const unreadable = await failureOf(rows(source, `select $1::uuid`, ['Erika Muster']));
    expect(JSON.stringify(unreadable, Object.getOwnPropertyNames(unreadable))).not.toContain('Erika');
  });

  it('that is wrong says what is wrong with it', async () => {
    await expect(rows(source, `select nothing_like_it from things`)).rejects.toThrow('nothing_like_it');
  });
});

describe('a transaction', () => {
  it('that is left idle by a process that stopped does not keep its rows for long', async () => {
    const [limit] = await rows<{ setting: string }>(
      source,
      `select setting from pg_settings where name = 'idle_in_transaction_session_timeout'`,
    );
    expect(limit).toEqual({ setting: '5000' });
  });

  it('leaves nothing behind when its work fails, and passes the reason on', async () => {
    const work = inTransaction(source, async (sql) => {
      await sql(`insert into things values (1, 'a')`);
      throw new NotFound('It');
    });
    await expect(work).rejects.toThrow(NotFound);
    expect(await rows(source, `select * from things`)).toEqual([]);
  });

  it('that lost a deadlock is done again', async () => {
    await rows(source, `insert into things values (1, 'a'), (2, 'b')`);
    let arrived = 0;
    let meet: () => void = () => undefined;
    const both = new Promise<void>((resolve) => (meet = resolve));
    let tries = 0;
    const swap = (first: number, second: number): Promise<void> =>
      inTransaction(source, async (sql) => {
        tries++;
        await sql(`update things set name = name || 'x' where id = $1`, [first]);
        if (++arrived === 2) meet();
        await both;
        await sql(`update things set name = name || 'x' where id = $1`, [second]);
      });
    await Promise.all([swap(1, 2), swap(2, 1)]);
    // The repeated one may meet the other once more.
    expect(tries).toBeGreaterThanOrEqual(3);
    expect(await rows(source, `select name from things order by id`)).toEqual([{ name: 'axx' }, { name: 'bxx' }]);
  });

  it('of one statement that lost a deadlock is done again', async () => {
    await rows(source, `insert into things values (1, 'a'), (2, 'b')`);
    await rows(
      source,
      `create or replace function slowly(text) returns text language sql as 'select $1 from pg_sleep(0.3)'`,
    );
    const inOrder = (order: 'asc' | 'desc'): Promise<unknown> =>
      rows(
        source,
        `with one as (update things set name = slowly(name) || 'x' where id = $1 returning id)
         update things set name = slowly(name) || 'x' where id = $2 and exists (select from one)`,
        order === 'asc' ? [1, 2] : [2, 1],
      );
    await Promise.all([inOrder('asc'), inOrder('desc')]);
    expect(await rows(source, `select name from things order by id`)).toEqual([{ name: 'axx' }, { name: 'bxx' }]);
  });

  it('gives its connection back, however it ends', async () => {
    const failing = (): Promise<unknown> => failureOf(inTransaction(source, (sql) => sql(`select 1 / 0`)));
    const ends = await Promise.all(Array.from({ length: 40 }, failing));
    expect(ends.every((one) => one instanceof StatementFailed && one.sqlState === '22012')).toBe(true);
    expect(await rows(source, `select 1 as one`)).toEqual([{ one: 1 }]);
  });
});

describe('repositories', () => {
  const company = (slug: string): Pick<CompanyEntity, 'name' | 'slug'> => ({ name: 'Salon', slug });
  const companies = () => managerOf(source).getRepository(CompanyEntity);

  it('write and read by the pool, with the errors of a statement', async () => {
    const { identifiers } = await companies().insert(company('repository'));
    expect(await companies().findOneBy({ slug: 'repository' })).toMatchObject({ ...identifiers[0], language: 'de' });
    const failure = await failureOf(companies().insert(company('repository')));
    expect(failure).toBeInstanceOf(StatementFailed);
    expect(failure).toMatchObject({ sqlState: '23505', constraint: 'uq_companies_slug' });
    expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain('Salon');
  });

  it('report how many rows an update or a deletion touched', async () => {
    await companies().insert(company('counted'));
    expect(await companies().update({ slug: 'counted' }, { name: 'Other' })).toMatchObject({ affected: 1 });
    expect(await companies().delete({ slug: 'counted' })).toMatchObject({ affected: 1 });
    expect(await companies().delete({ slug: 'counted' })).toMatchObject({ affected: 0 });
  });

  it('store JSON and text that Postgres cannot hold without what it cannot hold', async () => {
    const { identifiers } = await companies().insert({ ...company('hostile'), name: 'a\0b' });
    const companyId = tenantId(String(identifiers[0]?.id));
    const branches = managerOf(source).getRepository(BranchEntity);
    const hours = JSON.parse('{"1": [{"open": "\\u0000\\ud800", "close": "18:00"}]}') as WeeklyHours;
    await branches.insert({ companyId, name: 'Mitte', timeZone: 'Europe/Berlin', hours });
    expect(await companies().findOneBy({ slug: 'hostile' })).toMatchObject({ name: 'ab' });
    const { hours: stored } = await branches.findOneByOrFail({ companyId });
    expect(stored).toEqual({ 1: [{ open: '\ufffd', close: '18:00' }] });
  });

  it('belong to the transaction that handed them out', async () => {
    const work = inTransaction(source, async (sql, manager) => {
      await manager.getRepository(CompanyEntity).insert(company('undone'));
      await manager
        .getRepository(CompanyEntity)
        .findOne({ where: { slug: 'undone' }, lock: { mode: 'pessimistic_write' } });
      expect(await sql(`select 1 from companies where slug = 'undone'`)).toHaveLength(1);
      expect(await companies().countBy({ slug: 'undone' })).toBe(0);
      throw new NotFound('It');
    });
    await expect(work).rejects.toThrow(NotFound);
    expect(await companies().countBy({ slug: 'undone' })).toBe(0);
  });
});

describe('without Postgres', () => {
  /** Stands between the pool and the server, and can be taken away. */
  async function throughProxy(
    url: string,
  ): Promise<{ url: string; cut(): Promise<void>; heal(): Promise<void>; freeze(): void }> {
    const target = new URL(url);
    const open = new Set<Socket>();
    const listen = (port: number): Promise<Server> =>
      new Promise((resolve) => {
        const server = createServer((inside) => {
          const outside = connect(Number(target.port), target.hostname);
          for (const [from, to] of [
            [inside, outside],
            [outside, inside],
          ] as const) {
            open.add(from);
            from.on('error', () => to.destroy()).on('close', () => to.destroy());
            from.pipe(to);
          }
        });
        server.listen(port, '127.0.0.1', () => resolve(server));
      });
    let server = await listen(0);
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const proxied = new URL(url);
    proxied.hostname = '127.0.0.1';
    proxied.port = String(port);
    return {
      url: proxied.href,
      cut: async () => {
        const closed = new Promise((resolve) => server.close(resolve));
        for (const socket of open) socket.destroy();
        await closed;
      },
      freeze: () => {
        for (const socket of open) socket.unpipe();
      },
      heal: async () => {
        server = await listen(port);
      },
    };
  }

  it('every statement and transaction fails as unavailable, and works again when it is back', async () => {
    const proxy = await throughProxy(database.url);
    const one = await createDataSource(proxy.url, 2).initialize();
    try {
      const interrupted = inTransaction(one, async (sql) => {
        await sql(`insert into things values (1, 'a')`);
        await proxy.cut();
        await sql(`insert into things values (2, 'b')`);
      });
      expect(await failureOf(interrupted)).toBeInstanceOf(StoreUnavailable);
      expect(await failureOf(rows(one, `select 1`))).toBeInstanceOf(StoreUnavailable);
      expect(await failureOf(inTransaction(one, (sql) => sql(`select 1`)))).toBeInstanceOf(StoreUnavailable);
      await proxy.heal();
      expect(await rows(one, `select count(*)::integer as count from things`)).toEqual([{ count: 0 }]);
    } finally {
      await one.destroy();
      await proxy.cut();
    }
    expect(await failureOf(rows(one, `select 1`))).toBeInstanceOf(StoreUnavailable);
  });

  it('a connection that the server ends is unavailable once, and replaced', async () => {
    const failure = failureOf(rows(source, `select pg_terminate_backend(pg_backend_pid())`));
    expect(await failure).toBeInstanceOf(StoreUnavailable);
    expect(await managerOf(source).query(`select 1 as one`)).toEqual([{ one: 1 }]);
  });

  it('a server that falls silent is given up after a while, and its connection with it', async () => {
    const proxy = await throughProxy(database.url);
    const one = await createDataSource(proxy.url, 1).initialize();
    try {
      await rows(one, `select 1`);
      proxy.freeze();
      jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });
      const silent = failureOf(rows(one, `select 1`));
      await jest.advanceTimersByTimeAsync(12_000);
      expect(await silent).toBeInstanceOf(StoreUnavailable);
      jest.useRealTimers();
      expect(await rows(one, `select 1 as one`)).toEqual([{ one: 1 }]);
    } finally {
      jest.useRealTimers();
      await one.destroy();
      await proxy.cut();
    }
  });

  it('a statement that takes too long is stopped as unavailable', async () => {
    const tooLong = inTransaction(source, async (sql) => {
      await sql(`set local statement_timeout = 20`);
      await sql(`select pg_sleep(60)`);
    });
    expect(await failureOf(tooLong)).toBeInstanceOf(StoreUnavailable);
  });
});

describe('JSON for Postgres', () => {
  it('is stored whatever it contains, and comes back the same but for what jsonb cannot hold', async () => {
    const text = fc.string({
      unit: fc.constantFrom('a', '"', '\\', '\0', 'u0000', '\ud83d', '\ude00', '\ud83d\ude00', 'ü', '\n', '\u2028'),
    });
    const clean = (value: string): string => value.replaceAll(/[\ud800-\udfff]/gu, '\ufffd').replaceAll('\0', '');
    await fc.assert(
      fc.asyncProperty(fc.array(text), async (values) => {
        const [row] = await rows<{ stored: string[] }>(source, `select $1::jsonb as stored`, [toJson(values)]);
        expect(row?.stored).toEqual(values.map(clean));
      }),
      { numRuns: 150 },
    );
  });

  it('holds keys, nothing and instants', () => {
    expect(toJson(undefined)).toBe('null');
    expect(toJson({ 'a\0': 1 })).toBe('{"a":1}');
    expect(toJson({ at: new Date(0) })).toBe('{"at":"1970-01-01T00:00:00.000Z"}');
  });
});
