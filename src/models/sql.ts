import { QueryFailedError, type DataSource } from 'typeorm';
import { GatewayError, StoreUnavailable } from '../errors';

/** Runs one statement; parameters are `$1`, `$2` … */
export type Sql = <T extends object = Record<string, unknown>>(text: string, params?: unknown[]) => Promise<T[]>;

/** A deadlock's loser, and a transaction that Postgres could not put in order, succeed when they are repeated. */
const REPEATABLE = new Set(['40001', '40P01']);
const MAX_TRIES = 3;

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
  try {
    const runner = source.createQueryRunner();
    try {
      return await statement<T>(runner, text, params);
    } finally {
      await runner.release();
    }
  } catch (error) {
    throw translated(error);
  }
}

/**
 * All or nothing. The work may be done again from its beginning after a deadlock, so it must not do anything but SQL.
 * @throws StoreUnavailable, StatementFailed as `rows` does; whatever else `work` throws, after rolling back
 */
export async function inTransaction<T>(source: DataSource, work: (sql: Sql) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await once(source, work);
    } catch (error) {
      const failure = translated(error);
      const again = failure instanceof StatementFailed && REPEATABLE.has(failure.sqlState) && attempt < MAX_TRIES;
      if (!again) throw failure;
    }
  }
}

async function once<T>(source: DataSource, work: (sql: Sql) => Promise<T>): Promise<T> {
  const runner = source.createQueryRunner();
  try {
    await runner.startTransaction();
    const result = await work(async (text, params = []) => {
      try {
        return await statement(runner, text, params);
      } catch (error) {
        throw translated(error);
      }
    });
    await runner.commitTransaction();
    return result;
  } catch (error) {
    // The connection may be gone, and the transaction with it; the first error is the one that counts.
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    throw error;
  } finally {
    await runner.release();
  }
}

interface Runner {
  query(text: string, params: unknown[], structured: true): Promise<{ records: unknown[] }>;
}

async function statement<T extends object>(runner: Runner, text: string, params: unknown[]): Promise<T[]> {
  const { records } = await runner.query(text, params.map(storable), true);
  // The row's shape is what the statement selects; this is the edge where it is taken at its word.
  return records as T[];
}

/** Postgres text knows no NUL; a caller's words must not make a statement fail. */
function storable(param: unknown): unknown {
  return typeof param === 'string' && param.includes('\0') ? param.replaceAll('\0', '') : param;
}

/** JSON as `jsonb` takes it: without NUL and halves of surrogate pairs. `undefined` becomes null. */
export function toJson(value: unknown): string {
  const text = JSON.stringify(value ?? null);
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

/** @param constraint when given, only that constraint or index */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  return violates(error, '23505', constraint);
}

export function isExclusionViolation(error: unknown, constraint?: string): boolean {
  return violates(error, '23P01', constraint);
}

export function isForeignKeyViolation(error: unknown, constraint?: string): boolean {
  return violates(error, '23503', constraint);
}

function violates(error: unknown, sqlState: string, constraint: string | undefined): boolean {
  if (!(error instanceof StatementFailed) || error.sqlState !== sqlState) return false;
  return constraint === undefined || error.constraint === constraint;
}

function translated(error: unknown): unknown {
  if (error instanceof GatewayError || error instanceof StatementFailed) return error;
  const origin: unknown = error instanceof QueryFailedError ? error.driverError : error;
  if (!(origin instanceof Error)) return error;
  const code = textField(origin, 'code');
  if (isUnavailable(origin, code)) return new StoreUnavailable(code ?? origin.name);
  if (code === null || !/^[0-9A-Z]{5}$/.test(code)) return error instanceof QueryFailedError ? origin : error;
  const constraint = textField(origin, 'constraint');
  // Messages about the statement itself (class 42) name columns and syntax; all others may quote values.
  const words = code.startsWith('42') ? origin.message : (constraint ?? 'refused');
  return new StatementFailed(code, constraint, `${code} ${words}`);
}

/** Connection (08), resources (53), operator (57), system (58) and login (28) trouble, a lock that stays taken, a standby. */
const UNAVAILABLE_STATE = /^(08|28|53|57|58)...$|^55P03$|^25006$/;
const UNAVAILABLE_CODE = /^(ECONN|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENETDOWN|ENOENT$)/;
const UNAVAILABLE_WORDS = /timeout exceeded when trying to connect|connection terminated|connection error|query read timeout|after calling end/i;
/** TypeORM's own: the connection died under a transaction, or the pool is closed. */
const UNAVAILABLE_NAME = /^(QueryRunnerAlreadyReleased|CannotExecuteNotConnected|ConnectionNotFound|ConnectionIsNotSet|DriverPackage)/;

function isUnavailable(error: Error, code: string | null): boolean {
  if (code !== null && (UNAVAILABLE_STATE.test(code) || UNAVAILABLE_CODE.test(code))) return true;
  return UNAVAILABLE_WORDS.test(error.message) || UNAVAILABLE_NAME.test(error.name);
}

function textField(error: Error, field: 'code' | 'constraint'): string | null {
  const value: unknown = Reflect.get(error, field);
  return typeof value === 'string' ? value : null;
}
