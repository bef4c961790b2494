import { z } from 'zod';
import { OPERATOR_LANGUAGES } from '../../domain';
import { reachOf } from '../../services/admin/actor';
import type { CompanySetup } from '../../services/admin/company-setup';
import { LAENDER, publicHolidays } from '../../services/tenants/public-holidays';
import { companyId } from './list-query';
import type { Mount } from './mount';
import { route, type RouteSpec } from './route-spec';
import { holiday } from './setup-schemas';

const land = z.enum(LAENDER).describe('A German Land, by the second half of its ISO 3166-2 code');
const year = z.coerce.number().int().min(2000).max(2100);

const listed = route({
  method: 'get',
  path: '/api/admin/public-holidays',
  role: 'read_only',
  tag: 'holidays',
  summary: 'The public holidays of a Land, to choose from',
  query: z.strictObject({
    company_id: companyId.optional(),
    land,
    year,
    language: z.enum(OPERATOR_LANGUAGES).default('de'),
  }),
  answer: z.array(z.object({ name: z.string(), day: z.iso.date(), is_yearly: z.boolean() })),
});

const taken = route({
  method: 'post',
  path: '/api/admin/holidays/import',
  role: 'company_admin',
  tag: 'holidays',
  subject: 'holiday',
  status: 201,
  summary:
    'Enters the public holidays of a Land, in the company’s language: those that move for each of the years, the others once and for every year. Days that are closed already are left out.',
  body: z.strictObject({
    company_id: companyId.optional(),
    branch_id: z.guid().nullable().default(null).describe('null: every branch is closed'),
    land,
    years: z.array(z.int().min(2000).max(2100)).min(1).max(5),
    days: z.array(z.iso.date()).max(200).optional().describe('Only these of them'),
  }),
  answer: z.array(holiday.answer),
});

export const holidaySpecs: RouteSpec[] = [listed, taken];

export function mountHolidays(mount: Mount, { setup }: { setup: CompanySetup }): void {
  mount(listed, ({ actor, query }) => {
    // They are the same for every company; naming another one's is refused as everywhere.
    reachOf(actor, query.company_id);
    const found = publicHolidays(query.land, query.year, query.language);
    return Promise.resolve(found.map(({ name, day, isYearly }) => ({ name, day, is_yearly: isYearly })));
  });
  mount(taken, async ({ actor, body, wrote }) => {
    const { company_id: named, branch_id: branchId, days = null, ...wish } = body;
    const { records, change } = await setup.takeOverHolidays(actor, named, branchId, { ...wish, only: days });
    wrote(change);
    return records;
  });
}
