import {
  Check,
  Column as RegularColumn,
  CreateDateColumn,
  ForeignKey,
  Index,
  JoinColumn,
  ManyToOne,
  UpdateDateColumn,
  type ColumnOptions,
} from 'typeorm';
import type { LocalDate, TenantId } from '../domain';

/** A column; like a zod schema it says once what Postgres keeps and what type that has here. */
export class Column<T> {
  /** Seen by the compiler only. */
  declare readonly holds: T;

  /** @param check adds the column's own constraint to its table */
  constructor(
    private readonly options: ColumnOptions,
    private readonly decorator: (options: ColumnOptions) => PropertyDecorator = RegularColumn,
    private readonly check: ((rows: object, property: string) => void) | null = null,
  ) {}

  nullable(): Column<T | null> {
    return this.#with({ nullable: true });
  }

  array(): Column<T[]> {
    return this.#with({ array: true });
  }

  /** Part of the primary key. */
  primary(): Column<T> {
    return this.#with({ primary: true });
  }

  /** @param value a value, or a function that returns an SQL expression */
  default(value: T | (() => string)): Column<T> {
    return this.#with({ default: value });
  }

  addTo(rows: object, property: string): void {
    this.decorator(this.options)(rows, property);
    this.check?.(rows, property);
  }

  #with<Other>(options: ColumnOptions): Column<Other> {
    return new Column({ ...this.options, ...options }, this.decorator, this.check);
  }
}

/** Leads to a row of another table; it is read only where a query asks for it. */
export class Relation<E extends object> {
  declare readonly leadsTo: E;
  readonly #decorators: PropertyDecorator[];

  constructor(...decorators: PropertyDecorator[]) {
    this.#decorators = decorators;
  }

  addTo(rows: object, property: string): void {
    for (const decorate of this.#decorators) decorate(rows, property);
  }
}

type Properties = Record<string, Column<unknown> | Relation<object>>;
type Columns<P> = {
  [Name in keyof P as P[Name] extends Column<unknown> ? Name : never]: P[Name] extends Column<infer T> ? T : never;
};
type Relations<P> = {
  [Name in keyof P as P[Name] extends Column<unknown> ? never : Name]?: P[Name] extends Relation<infer E> ? E : never;
};
// Entities extend it: without a name to write in their declarations an incremental compile does not come to an end.
export interface Table<P> {
  new (): Columns<P> & Relations<P>;
  readonly columns: readonly (keyof Columns<P> & string)[];
}

/** The base of an entity: a class whose instances have these properties. Records and files show columns in this order. */
export function table<P extends Properties>(properties: P): Table<P> {
  class Rows {
    static readonly columns = Object.keys(properties).filter((name) => properties[name] instanceof Column);
  }
  for (const [name, property] of Object.entries(properties)) property.addTo(Rows.prototype, name);
  return Rows as unknown as Table<P>;
}

/** The columns of a table without these. */
export function columnsExcept<Name extends string, Left extends Name>(
  { columns }: { columns: readonly Name[] },
  ...left: Left[]
): Exclude<Name, Left>[] {
  return columns.filter((name): name is Exclude<Name, Left> => !left.some((one) => one === name));
}

export const column = {
  text: <T extends string = string>(): Column<T> => new Column({ type: 'text' }),
  /**
   * Text, one of these; Postgres refuses others.
   * @param checkName of the constraint; `ck_<table>_<column>` without it
   */
  oneOf: <const T extends string>(values: readonly T[], checkName?: string): Column<T> =>
    new Column({ type: 'text' }, RegularColumn, ({ constructor }, property) => {
      const condition = among(snakeCase(property), values);
      (checkName === undefined ? Check(condition) : Check(checkName, condition))(constructor);
    }),
  uuid: <T extends string = string>(): Column<T> => new Column({ type: 'uuid' }),
  boolean: (): Column<boolean> => new Column({ type: 'boolean' }),
  integer: (): Column<number> => new Column({ type: 'integer' }),
  smallint: (): Column<number> => new Column({ type: 'smallint' }),
  /** As text: Postgres counts further than JavaScript. */
  bigint: (): Column<string> => new Column({ type: 'bigint' }),
  /** Two decimals, as text. */
  decimal: (): Column<string> => new Column({ type: 'numeric', precision: 10, scale: 2 }),
  instant: (): Column<Date> => new Column({ type: 'timestamptz' }),
  /** `YYYY-MM-DD` */
  localDate: (): Column<LocalDate> => new Column({ type: 'date' }),
  json: <T>(): Column<T> => new Column({ type: 'jsonb' }),
  /** The primary key of most tables, which Postgres makes. */
  id: <T extends string = string>(): Column<T> => new Column({ type: 'uuid', primary: true, generated: 'uuid' }),
  tenantId: (): Column<TenantId> => new Column({ type: 'uuid' }),
  /** When the row was inserted. */
  created: (): Column<Date> => new Column({ type: 'timestamptz' }, CreateDateColumn),
  /** When the row was last changed. */
  updated: (): Column<Date> => new Column({ type: 'timestamptz' }, UpdateDateColumn),
};

/** Default of a column: the moment of the statement. */
export const now = (): string => 'now()';

type EntityClass<E extends object> = new () => E;

/** Relation to the one row of another table whose id stands in the property `column`. */
export function toOne<E extends object>(to: () => EntityClass<E>, column: string, onDelete?: 'CASCADE'): Relation<E> {
  return new Relation(ManyToOne(to, onDelete ? { onDelete } : {}), JoinColumn({ name: snakeCase(column) }));
}

/**
 * Relation to a row of the same company, with the foreign key (company_id, `column`) → (company_id, id). TypeORM would
 * order the columns of a relation's own foreign key by the primary key, so the constraint is declared beside it.
 * @param column property that holds the other row's id
 */
export function toSameCompany<E extends object>(
  to: () => EntityClass<E>,
  column: string,
  onDelete?: 'CASCADE',
): Relation<E> {
  return new Relation(
    ManyToOne(to, { createForeignKeyConstraints: false }),
    JoinColumn([
      { name: 'company_id', referencedColumnName: 'companyId' },
      { name: snakeCase(column), referencedColumnName: 'id' },
    ]),
    ({ constructor }) =>
      ForeignKey(to, ['companyId', column], ['companyId', 'id'], onDelete && { onDelete })(constructor),
  );
}

interface SqlIndexDefinition {
  name: string;
  isUnique: boolean;
  /** Everything after the table's name in CREATE INDEX. */
  definition: string;
}

const sqlIndexes = new Map<unknown, SqlIndexDefinition[]>();

/** An index that TypeORM cannot express: descending, over an expression, or of another kind than btree. */
export function SqlIndex(name: string, definition: string, options: { unique?: boolean } = {}): ClassDecorator {
  return (target) => {
    Index(name, { synchronize: false })(target);
    const known = sqlIndexes.get(target) ?? [];
    sqlIndexes.set(target, [...known, { name, isUnique: options.unique ?? false, definition }]);
  };
}

export function sqlIndexesOf(target: unknown): SqlIndexDefinition[] {
  return sqlIndexes.get(target) ?? [];
}

/** Name of the column behind a property. */
export function snakeCase(property: string): string {
  return property.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Condition: the column holds one of these words, none of which may come from outside. */
export function among(column: string, words: readonly string[]): string {
  return `${column} in (${words.map((word) => `'${word}'`).join(', ')})`;
}

/** Columns under their properties' names, for the select list or RETURNING of plain SQL. */
export function columns(properties: readonly string[]): string {
  return properties.map((property) => `${snakeCase(property)} as "${property}"`).join(', ');
}

/** The same columns for plain rows of a query builder. */
export function rawFields(alias: string, properties: readonly string[]): string[] {
  return properties.map((property) => `${alias}.${property} as "${property}"`);
}

/** The same columns as arguments of json_build_object. */
export function jsonFields(alias: string, properties: readonly string[]): string {
  return properties.map((property) => `'${property}', ${alias}.${snakeCase(property)}`).join(', ');
}
