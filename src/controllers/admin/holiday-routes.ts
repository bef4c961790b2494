import { z } from 'zod';
import { OPERATOR_LANGUAGES } from '../../domain';
import { reachOf } from '../../services/admin/actor';
import { LAENDER, publicHolidays } from '../../services/tenants/public-holidays';
import { companyId } from './list-query';
import { route, type RouteSpec } from './route-spec';
import { holiday } from './setup-schemas';

const land = z.enum(LAENDER).describe('A German Land, by the second half of its ISO 3166-2 code');
const year = z.coerce.number().int().min(2000).max(2100);

const listed = route('get /api/admin/public-holidays', {
  ...{ role: 'read_only', tag: 'holidays' },
  summary: 'The public holidays of a Land, to choose from',
  query: z.strictObject({
    company_id: companyId.optional(),
    land,
    year,
    language: z.enum(OPERATOR_LANGUAGES).default('de'),
  }),
  answer: z.array(z.object({ name: z.string(), day: z.iso.date(), is_yearly: z.boolean() })),
  run: (_deps, { actor, query }) => {
    // They are the same for every company; naming another one's is refused as everywhere.
    reachOf(actor, query.company_id);
    const found = publicHolidays(query.land, query.year, query.language);
    return found.map(({ name, day, isYearly }) => ({ name, day, is_yearly: isYearly }));
  },
});

const taken = route('post /api/admin/holidays/import', {
  ...{ role: 'company_admin', subject: 'holiday', status: 201 },
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
  run: async ({ setup }, { actor, body, wrote }) => {
    const { company_id: named, branch_id: branchId, days = null, ...wish } = body;
    const { records, change } = await setup.takeOverHolidays(actor, named, branchId, { ...wish, only: days });
    return wrote({ record: records, change });
  },
});

export const holidayRoutes: RouteSpec[] = [listed, taken];
