import type { TenantId } from '../../domain';

/** A company that uses a key. */
export interface KeyCompany {
  id: TenantId;
  name: string;
}

/** A key of Cal.com by its id: budget, circuit and figures follow it. */
export interface CalcomKey {
  id: string;
  /** The key of the gateway's own configuration. */
  main: boolean;
  companies: KeyCompany[];
}

/** What is known of a key, and whose it is. */
export type OfKey<T> = T & {
  /** The first of them by name. */
  companies: KeyCompany[];
  company_count: number;
};

/** The main key serves thousands of companies; a page names the first. */
const NAMED = 10;

/** The configured key first, then every company's own, by the companies' names. */
export function keysOf(mainId: string, companies: readonly (KeyCompany & { keyId: string | null })[]): CalcomKey[] {
  const keys = new Map<string, CalcomKey>([[mainId, { id: mainId, main: true, companies: [] }]]);
  for (const { id, name, keyId } of companies) {
    const key = keyId ?? mainId;
    const known = keys.get(key) ?? { id: key, main: false, companies: [] };
    keys.set(key, known);
    known.companies.push({ id, name });
  }
  return [...keys.values()];
}

export function withCompanies<T extends { key: string }>(
  statuses: readonly T[],
  keys: readonly CalcomKey[],
): OfKey<T>[] {
  const known = new Map(keys.map((key) => [key.id, key.companies]));
  return statuses.map((status) => {
    const companies = known.get(status.key) ?? [];
    return { ...status, companies: companies.slice(0, NAMED), company_count: companies.length };
  });
}

/** For a sentence or a table. */
export function companyNames({ companies, company_count }: OfKey<unknown>): string {
  const names = companies.map(({ name }) => name);
  const more = company_count - names.length;
  return [...names, ...(more > 0 ? [`${more} more`] : [])].join(', ') || '–';
}
