import { LRUCache } from 'lru-cache';
import {
  QueryFailedError,
  type DataSource,
  type EntityManager,
  type EntityTarget,
  type InsertQueryBuilder,
  type ObjectLiteral,
  type QueryBuilder,
  type InsertResult,
  type QueryDeepPartialEntity,
  type QueryResult,
  type QueryRunner,
} from 'typeorm';
import { GatewayError, StoreUnavailable } from '../errors';
import { pulseOf } from './database-pulse';

/** Runs one statement; parameters are `$1`, `$2` … */
export type Sql = <T extends object = Record<string, unknown>>(text: string, params?: unknown[]) => Promise<T[]>;

/** A deadlock's loser, and a change that Postgres could not put in order, succeed when they are repeated. */
const REPEATABLE = new Set(['40001', '40P01']);
const MAX_TRIES = 3;
/**
 * Postgres stops a long statement by itself (`statement_timeout`). One that is silent for longer is frozen or cut off,
 * and its connection is not coming back.
 */
const PATIENCE_MS = 12_000;

/**
 * One statement on a connection of the pool.
 * @throws StoreUnavailable when Postgres is away, stopping, full or too slow
 * @throws StatementFailed when Postgres refuses the statement
 */
export async function rows<T extends object = Record<string, unknown>>(
  source: DataSource,
  text: string,
  params: unknown[] = [],
): Promise<T[]> {
  return recordsOf<T>(await pooled(source, text, params));
}

const managers = new WeakMap<DataSource, EntityManager>();

/**
 * Repositories and query builders of this source. Each statement takes a connection of the pool and fails as one of
 * `rows` does. Not for `save` and `remove`, which open transactions of their own: those belong into `inTransaction`.
 */
export function managerOf(source: DataSource): EntityManager {
  const known = managers.get(source);
  if (known) return known;
  // This runner never connects: it only gives TypeORM's builders a place to send their statements.
  const { manager } = sendingBy(source.createQueryRunner(), (text, params) => pooled(source, text, params));
  managers.set(source, manager);
  return manager;
}

async function pooled(source: DataSource, text: string, params: unknown[]): Promise<QueryResult> {
  for (let attempt = 1; ; attempt++) {
    const runner = source.createQueryRunner();
    let isSound = true;
    try {
      return await statement(runner, text, params);
    } catch (error) {
      const failure = translated(error);
      isSound = !(failure instanceof StoreUnavailable);
      if (!isRepeatable(error) || attempt >= MAX_TRIES) throw failure;
    } finally {
      if (isSound) await runner.release();
      else discard(runner);
    }
  }
}

/** Replaces how a runner sends its statements. */
function sendingBy(runner: QueryRunner, send: (text: string, params: unknown[]) => Promise<QueryResult>): QueryRunner {
  const query = async (text: string, params: unknown[] = [], isStructured = false): Promise<unknown> => {
    const result = await send(text, params);
    return isStructured ? result : result.raw;
  };
  return Object.assign(runner, { query });
}

/** Texts of one statement that are kept. */
const MOST_TEXTS = 200;

/**
 * A statement of a caller's path whose text TypeORM builds once instead of at every call. Each run names all parameters.
 * @param shapeOf of a statement with more than one text: what the text depends on
 * @param around adds to the text what the query builder cannot say
 */
export function prepared<P extends object, T extends object>(
  build: (parameters: P) => QueryBuilder<ObjectLiteral>,
  shapeOf: (parameters: P) => string = () => '',
  around: (text: string, parameters: P) => string = (text) => text,
): (sql: Sql, parameters: P) => Promise<T[]> {
  const texts = new LRUCache<string, { text: string; order: string[] }>({ max: MOST_TEXTS });
  return (sql, parameters) => {
    const shape = shapeOf(parameters);
    let built = texts.get(shape);
    if (!built) {
      // Each parameter stands for itself here, so that TypeORM returns their order in the text.
      const query = build(parameters).setParameters(
        Object.fromEntries(Object.keys(parameters).map((name) => [name, name])),
      );
      const [text, order] = query.getQueryAndParameters();
      built = { text: around(text, parameters), order: order as string[] };
      texts.set(shape, built);
    }
    return sql<T>(
      built.text,
      built.order.map((name): unknown => Reflect.get(parameters, name)),
    );
  };
}

/** What each column of a new row takes: a parameter or an SQL expression. */
export type Inserted<E> = { readonly [Property in keyof E]?: string };

/** The parameters of those names. */
export function given<E>(...properties: (keyof E & string)[]): Inserted<E> {
  return Object.fromEntries(properties.map((property) => [property, `:${property}`])) as Inserted<E>;
}

/** Names only the columns that have a value: TypeORM's text would otherwise list all of them. */
export function insertInto<E extends ObjectLiteral>(
  manager: EntityManager,
  entity: EntityTarget<E>,
  inserted: Inserted<E>,
): InsertQueryBuilder<E> {
  const expressions = Object.entries<string | undefined>(inserted);
  const expressionOf = Object.fromEntries(expressions.map(([property, text]) => [property, () => text]));
  return manager
    .createQueryBuilder()
    .insert()
    .into(entity, Object.keys(inserted))
    .values(expressionOf as QueryDeepPartialEntity<E>)
    .updateEntity(false);
}

/** `rows` with its source. */
export function sqlOf(source: DataSource): Sql {
  return (text, params) => rows(source, text, params);
}

/** Values for an insert or update: what the column holds, or a function that returns an SQL expression. */
export type Values<E> = { [Property in keyof E]?: E[Property] | (() => string) };

/** TypeORM's own type of values descends into JSON columns as if they were relations; this one does not. */
export function values<E>(given: Values<E>): QueryDeepPartialEntity<E> {
  return given as QueryDeepPartialEntity<E>;
}

/**
 * Inserts rows, except those that a unique key of the table knows already.
 * @param parameters of the SQL expressions among the values
 * @returns whether any is new
 */
export async function insertNew<E extends ObjectLiteral>(
  manager: EntityManager,
  entity: EntityTarget<E>,
  given: Values<E> | Values<E>[],
  parameters: ObjectLiteral = {},
): Promise<boolean> {
  const insert = manager.createQueryBuilder().insert().into(entity);
  const { raw } = await insert
    .values(given)
    .setParameters(parameters)
    .orIgnore()
    .returning('1')
    .updateEntity(false)
    .execute();
  return (raw as unknown[]).length > 0;
}

/** The key that the database gave to the one row just inserted. */
export function idOf({ identifiers }: InsertResult): string {
  return identifiers[0]?.id as string;
}

/** Transactions that name the same thing run one after the other. */
export async function lockUntilCommit(sql: Sql, name: string): Promise<void> {
  // SQL: an advisory lock belongs to no row.
  await sql('select pg_advisory_xact_lock(hashtextextended($1, 0))', [name]);
}

type Work<T> = (sql: Sql, manager: EntityManager) => Promise<T>;

/**
 * All or nothing. The work may be done again from its beginning after a deadlock, so it must not do anything but SQL.
 * @throws StoreUnavailable, StatementFailed as `rows` does; whatever else `work` throws, after rolling back
 */
export async function inTransaction<T>(source: DataSource, work: Work<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptTransaction(source, work);
    } catch (error) {
      if (!isRepeatable(error) || attempt >= MAX_TRIES) throw translated(error);
    }
  }
}

async function attemptTransaction<T>(source: DataSource, work: Work<T>): Promise<T> {
  const runner = source.createQueryRunner();
  const send = async (text: string, params: unknown[]): Promise<QueryResult> => {
    try {
      return await statement(runner, text, params);
    } catch (error) {
      throw translated(error);
    }
  };
  const { manager } = Object.assign(sendingBy(source.createQueryRunner(), send), { isTransactionActive: true });
  let isSound = true;
  try {
    // SQL: TypeORM's own start of a transaction would pass by the watch over statements.
    await statement(runner, 'begin', []);
    const result = await work(
      async <R extends object>(text: string, params: unknown[] = []) => recordsOf<R>(await send(text, params)),
      manager,
    );
    // SQL: as above.
    await statement(runner, 'commit', []);
    return result;
  } catch (error) {
    // With the connection goes the transaction. The first error is the one that counts.
    if (translated(error) instanceof StoreUnavailable) isSound = false;
    // SQL: as above.
    else await statement(runner, 'rollback', []).catch(() => (isSound = false));
    throw error;
  } finally {
    if (isSound) await runner.release();
    else discard(runner);
  }
}

/** The row's shape is what the statement selects; this is the edge where it is taken at its word. */
function recordsOf<T extends object>({ records }: QueryResult): T[] {
  return records as T[];
}

async function statement(runner: QueryRunner, text: string, params: unknown[]): Promise<QueryResult> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new StoreUnavailable('silent')), PATIENCE_MS);
  });
  try {
    const send = (): Promise<QueryResult> => runner.query(text, params.map(storable), true);
    const answer = pulseOf(runner.connection)?.watch(send) ?? send();
    return await Promise.race([answer, silence]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Ends a connection that is not to be trusted any more; the pool makes another one. It is not awaited: where Postgres
 * is silent the connection may only just be in the making, and the other side may never answer.
 */
function discard(runner: QueryRunner): void {
  const end = async (): Promise<void> => {
    try {
      const client: { end(): Promise<void> } = await runner.connect();
      client.end().catch(() => undefined);
    } finally {
      await runner.release();
    }
  };
  // There was no connection, or it is gone already.
  end().catch(() => undefined);
}

/** Postgres text knows no NUL; a caller's words must not make a statement fail. */
function storable(param: unknown): unknown {
  return typeof param === 'string' && param.includes('\0') ? param.replaceAll('\0', '') : param;
}

/** JSON as `jsonb` takes it: without NUL and halves of surrogate pairs. `undefined` becomes null. */
export function toJson(value: unknown): string {
  const text = JSON.stringify(value ?? null);
  if (!text.includes('\\u')) return text;
  return text.replaceAll(/\\\\|\\u(0000|d[89a-f][0-9a-f]{2})/g, (found, code: string | undefined) => {
    if (code === undefined) return found;
    return code === '0000' ? '' : '\ufffd';
  });
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** An id that came from outside may be any text; Postgres would refuse the whole statement. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/**
 * Postgres refused a statement. Carries neither its parameters nor the rows in the way, which may hold personal data.
 */
export class StatementFailed extends Error {
  constructor(
    /** SQLSTATE, e.g. 23505. */
    readonly sqlState: string,
    readonly constraint: string | null,
    message: string,
  ) {
    super(message);
    this.name = 'StatementFailed';
  }
}

export function isUniqueViolation(error: unknown): boolean {
  return error instanceof StatementFailed && error.sqlState === '23505';
}

export function isExclusionViolation(error: unknown): boolean {
  return error instanceof StatementFailed && error.sqlState === '23P01';
}

export function isForeignKeyViolation(error: unknown): boolean {
  return error instanceof StatementFailed && error.sqlState === '23503';
}

function translated(error: unknown): unknown {
  if (error instanceof GatewayError || error instanceof StatementFailed) return error;
  const origin = originOf(error);
  if (!origin) return error;
  const { name, message, code, constraint } = origin;
  if (isUnavailable(origin)) return new StoreUnavailable(code ?? name);
  if (code === null || !/^[0-9A-Z]{5}$/.test(code)) return error;
  // Messages about the statement itself (class 42) name columns and syntax; all others may quote values.
  const words = code.startsWith('42') ? message : (constraint ?? 'refused');
  return new StatementFailed(code, constraint, `${code} ${words}`);
}

/** Nothing was changed, and the same once more may succeed. */
function isRepeatable(error: unknown): boolean {
  const failure = translated(error);
  if (failure instanceof StatementFailed) return REPEATABLE.has(failure.sqlState);
  // The pool handed out a connection that had died while idle: the statement never left.
  return originOf(error)?.message.endsWith('is not queryable') ?? false;
}

interface Origin {
  name: string;
  message: string;
  code: string | null;
  constraint: string | null;
}

/** The driver's words, whatever wraps them. */
function originOf(error: unknown): Origin | null {
  const origin: unknown = error instanceof QueryFailedError ? error.driverError : error;
  if (typeof origin !== 'object' || origin === null) return null;
  const text = (field: string): string | null => {
    const value: unknown = Reflect.get(origin, field);
    return typeof value === 'string' ? value : null;
  };
  return {
    name: text('name') ?? '',
    message: text('message') ?? '',
    code: text('code'),
    constraint: text('constraint'),
  };
}

/** Connection (08), resources (53), operator (57), system (58) and login (28) trouble, a lock that stays taken, a standby, a transaction left idle. */
const UNAVAILABLE_STATE = /^(08|28|53|57|58)...$|^55P03$|^25006$|^25P03$/;
const UNAVAILABLE_CODE = /^(ECONN|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENETDOWN|ENOENT$)/;
const UNAVAILABLE_WORDS =
  /timeout exceeded when trying to connect|connection terminated|is not queryable|query read timeout|after calling end|driver not connected/i;
/** TypeORM's own: the connection died under a transaction, or the pool is closed. */
const UNAVAILABLE_NAME =
  /^(QueryRunnerAlreadyReleased|CannotExecuteNotConnected|ConnectionNotFound|ConnectionIsNotSet)/;

function isUnavailable({ name, message, code }: Origin): boolean {
  if (code !== null && (UNAVAILABLE_STATE.test(code) || UNAVAILABLE_CODE.test(code))) return true;
  return UNAVAILABLE_WORDS.test(message) || UNAVAILABLE_NAME.test(name);
}
