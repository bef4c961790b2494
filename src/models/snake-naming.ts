import { DefaultNamingStrategy, type NamingStrategyInterface, type Table } from 'typeorm';
import { snakeCase } from './table';

/** Columns are snake_case in Postgres and camelCase here; keys are named by their table and what they point to. */
export class SnakeNaming extends DefaultNamingStrategy implements NamingStrategyInterface {
  override columnName(propertyName: string, customName: string | undefined, embeddedPrefixes: string[]): string {
    return [...embeddedPrefixes, customName ?? snakeCase(propertyName)].join('_');
  }

  override primaryKeyName(table: Table | string): string {
    return `pk_${this.getTableName(table)}`;
  }

  /** The last column says where it points: every other one is the company. */
  override foreignKeyName(table: Table | string, columnNames: string[]): string {
    return `fk_${this.getTableName(table)}_${columnNames.at(-1)?.replace(/_id$/, '')}`;
  }
}
