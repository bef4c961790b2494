import { ForeignKey, Index, JoinColumn, ManyToOne } from 'typeorm';
import { CompanyEntity } from './companies';

type EntityClass = new () => object;

export interface SqlIndexDefinition {
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

/** Relation to the row's company, with the foreign key company_id → companies (id). */
export function ToCompany(): PropertyDecorator {
  return (target, property) => {
    ManyToOne(() => CompanyEntity)(target, property);
    JoinColumn({ name: 'company_id' })(target, property);
  };
}

/**
 * Relation to a row of the same company, with the foreign key (company_id, `column`) → (company_id, id). TypeORM would
 * order the columns of a relation's own foreign key by the primary key, so the constraint is declared beside it.
 * @param column property that holds the other row's id
 */
export function ToSameCompany(to: () => EntityClass, column: string, onDelete?: 'CASCADE'): PropertyDecorator {
  return (target, property) => {
    ManyToOne(to, { createForeignKeyConstraints: false })(target, property);
    JoinColumn([
      { name: 'company_id', referencedColumnName: 'companyId' },
      { name: snakeCase(column), referencedColumnName: 'id' },
    ])(target, property);
    ForeignKey(to, ['companyId', column], ['companyId', 'id'], onDelete ? { onDelete } : {})(target.constructor);
  };
}

/** Name of the column behind a property. */
export function snakeCase(property: string): string {
  return property.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Columns under their properties' names, for the select list or RETURNING of plain SQL. */
export function columns(properties: readonly string[]): string {
  return properties.map((property) => `${snakeCase(property)} as "${property}"`).join(', ');
}

/** The same columns for entities of a query builder. */
export function fields(alias: string, properties: readonly string[]): string[] {
  return properties.map((property) => `${alias}.${property}`);
}

/** The same columns for plain rows of a query builder. */
export function rawFields(alias: string, properties: readonly string[]): string[] {
  return properties.map((property) => `${alias}.${property} as "${property}"`);
}

/** The same columns as arguments of json_build_object. */
export function jsonFields(alias: string, properties: readonly string[]): string {
  return properties.map((property) => `'${property}', ${alias}.${snakeCase(property)}`).join(', ');
}
