import type { Gateway } from '../compose';
import type { TenantId } from '../domain';

/** The company that `--company` names; null without the option. @throws Error as `companyNamed` */
export async function companyOption(gateway: Gateway, named: string | undefined): Promise<TenantId | null> {
  return named === undefined ? null : companyNamed(gateway, named);
}

/**
 * A company by its id, its slug or its name.
 * @throws Error that lists the companies there are
 */
export async function companyNamed(gateway: Gateway, named: string): Promise<TenantId> {
  const companies = await gateway.parts.admin.companies();
  const wanted = named.trim().toLowerCase();
  const found = companies.find(({ id, slug, name }) => [id, slug, name.toLowerCase()].includes(wanted));
  if (found) return found.id;
  const known = companies.map(({ slug, name }) => `${slug} (${name})`).join(', ');
  throw new Error(`There is no company "${named}". ${known ? `Known: ${known}.` : 'None is set up yet.'}`);
}
