import type { SelectQueryBuilder } from 'typeorm';
import type { FilterValue } from '../services/admin/records';

/** What of a row is searched. */
export interface Searched<E extends object> {
  /** A name that holds the text: one of its own, or `k.…` of the customer. */
  name: string;
  /** Telephone numbers that hold the digits. */
  numbers: readonly (keyof E & string)[];
  /** Ids that are the text. */
  ids: readonly (keyof E & string)[];
  /** An e-mail address that is the text. */
  email?: keyof E & string;
}

/**
 * Filter of the search over everything. Each condition is a question of its own that its index answers, and gives no more
 * than the newest rows that fit on the page; one condition with several `or` would read all rows of the company.
 */
export function searchFilter<E extends object>(
  entity: new () => E,
  sortBy: string,
  { name, numbers, ids, email }: Searched<E>,
) {
  return (value: FilterValue, query: SelectQueryBuilder<object>, owner: string): string => {
    const text = String(value);
    // Kept numbers begin with the country; written ones often with a zero in its place.
    const digits = text.replace('(0)', '').replaceAll(/\D/g, '').replace(/^0+/, '');
    const isNumber = /^[+\d\s()/.-]+$/.test(text) && digits.length >= 3;
    const newest = (condition: string): SelectQueryBuilder<object> =>
      query
        .subQuery()
        .select('x.id')
        .from<object>(entity, 'x')
        .where(`x.companyId = ${owner}`)
        .andWhere(condition)
        .orderBy(`x.${sortBy}`, 'DESC')
        .addOrderBy('x.id', 'DESC')
        .limit(query.expressionMap.limit);
    const byName = name.startsWith('k.')
      ? newest(`lower(${name}) like lower(:part)`).innerJoin('x.customer', 'k').andWhere(`k.companyId = ${owner}`)
      : newest(`lower(x.${name}) like lower(:part)`);
    const equal = email !== undefined && text.includes('@') ? [...ids, email] : ids;
    const questions = [
      byName,
      ...(isNumber ? numbers : []).map((property) => newest(`x.${property} like :digits`)),
      ...equal.map((property) => newest(`x.${property} = :text`)),
    ];
    query.setParameters({ text, digits: `%${digits}%`, part: `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%` });
    return `t.id in (${questions.map((question) => question.getQuery()).join(' union all ')})`;
  };
}
