import { z } from 'zod';
import { reachOf } from '../../services/admin/actor';
import { COMPANY_SECRET_NAMES } from '../../services/admin/company-secrets';
import type { CompanySecrets } from '../../services/admin/company-service';
import { type Fields, nounOf, RECORDS, type SetupKind } from '../../services/admin/records';
import { LAENDER, publicHolidays } from '../../services/tenants/public-holidays';
import { OPERATOR_LANGUAGES, type TenantId } from '../../domain';
import { companyId, listRoute, phoneFilter, shortText, yesNo } from './list-query';
import { route, type RouteSpec } from './route-spec';
import { branch, company, holiday, hostMapping, phoneNumber, agent, service, staff } from './setup-schemas';

const text = shortText.optional();
const id = z.guid().optional();
const number = z.coerce.number().int().min(1).max(2_147_483_647).optional();
const isActive = yesNo.optional();

const removed = z.object({ id: z.guid(), outcome: z.enum(['deleted', 'deactivated']) });

const ofCompany = { subject: 'company', answer: company.answer } as const;
const companies = [
  listRoute('get /api/admin/companies', 'companies', {
    ...{ role: 'read_only', summary: 'Companies', answer: company.answer },
    filters: { q: text, is_active: isActive },
  }),
  route('get /api/admin/companies/:id', {
    ...{ role: 'read_only', summary: 'One company', answer: company.answer },
    run: ({ companies }, { actor, id: given }) => companies.find(actor, given),
  }),
  route('post /api/admin/companies', {
    ...{ ...ofCompany, role: 'platform', status: 201 },
    summary:
      'Creates a company. Its Cal.com key is checked with /v2/me before anything is saved, and never shown again.',
    body: company.create,
    run: async ({ companies }, { actor, body, wrote }) => {
      const { secrets, fields } = secretsIn(body);
      return wrote(await companies.create(actor, fields, secrets));
    },
  }),
  route('patch /api/admin/companies/:id', {
    ...{ ...ofCompany, role: 'company_admin' },
    summary: 'Changes a company. Absent fields stay as they are, null empties them.',
    body: company.update,
    run: async ({ companies }, { actor, id: given, body, wrote }) => {
      const { if_updated_at: since = null, ...rest } = body;
      const { secrets, fields } = secretsIn(rest);
      return wrote(await companies.update(actor, given, fields, secrets, since));
    },
  }),
  route('delete /api/admin/companies/:id', {
    ...{ ...ofCompany, role: 'platform', answer: removed },
    summary: 'Takes a company out of service: its numbers become free, its tokens end, its history stays.',
    run: async ({ companies }, { actor, id: given, wrote }) =>
      wrote({ record: { id: given, outcome: 'deactivated' }, change: await companies.remove(actor, given) }),
  }),
];

interface SetupParts {
  kind: SetupKind;
  filters: z.ZodRawShape;
  schemas: {
    create: z.ZodType<Fields & { company_id?: TenantId | undefined }>;
    update: z.ZodType<Fields & { if_updated_at?: Date | undefined }>;
    answer: z.ZodType;
  };
}

const KINDS: SetupParts[] = [
  { kind: 'branches', filters: { q: text }, schemas: branch },
  { kind: 'holidays', filters: { branch_id: id }, schemas: holiday },
  { kind: 'services', filters: { q: text, branch_id: id, calcom_event_type_id: number }, schemas: service },
  { kind: 'staff', filters: { q: text, branch_id: id }, schemas: staff },
  { kind: 'phone_numbers', filters: { number: phoneFilter.optional(), branch_id: id }, schemas: phoneNumber },
  { kind: 'host_mappings', filters: { staff_id: id, calcom_host_id: number, team_id: number }, schemas: hostMapping },
  { kind: 'retell_agents', filters: { agent_id: text, branch_id: id, platform: text }, schemas: agent },
];

/** The same five routes for everything that a company is set up with. */
function setupRoutesOf({ kind, filters, schemas }: SetupParts): RouteSpec[] {
  const path = kind === 'retell_agents' ? 'agents' : kind.replaceAll('_', '-');
  const noun = nounOf(kind);
  const { subject } = RECORDS[kind];
  const { answer } = schemas;
  const changes = { subject, answer, role: 'company_admin' } as const;
  return [
    listRoute(`get /api/admin/${path}`, kind, {
      ...{ role: 'read_only', subject, answer, summary: `Every ${noun}` },
      filters: { ...filters, is_active: isActive },
    }),
    route(`get /api/admin/${path}/:id`, {
      ...{ role: 'read_only', subject, answer, summary: `One ${noun}` },
      run: ({ reader }, { actor, id: given }) => reader.require(kind, actor.companyId, given),
    }),
    route(`post /api/admin/${path}`, {
      ...{ ...changes, summary: `Adds a ${noun}`, status: 201, body: schemas.create },
      run: async ({ setup }, { actor, body: { company_id: named, ...fields }, wrote }) =>
        wrote(await setup.create(actor, kind, named, fields)),
    }),
    route(`patch /api/admin/${path}/:id`, {
      ...{ ...changes, summary: `Changes a ${noun}. Absent fields stay as they are.`, body: schemas.update },
      run: async ({ setup }, { actor, id: given, body: { if_updated_at: since = null, ...fields }, wrote }) =>
        wrote(await setup.update(actor, kind, given, fields, since)),
    }),
    route(`delete /api/admin/${path}/:id`, {
      ...{ ...changes, answer: removed },
      summary: `Removes a ${noun}, or switches it off when history hangs on it`,
      run: async ({ setup }, { actor, id: given, wrote }) => {
        const { outcome, change } = await setup.remove(actor, kind, given);
        return wrote({ record: { id: given, outcome }, change });
      },
    }),
  ];
}

export const setupRoutes: RouteSpec[] = [...companies, ...KINDS.flatMap(setupRoutesOf)];

const SECRET_NAMES = new Set<string>(['calcom_api_key', ...COMPANY_SECRET_NAMES]);

function secretsIn(body: z.output<typeof company.create> | Omit<z.output<typeof company.update>, 'if_updated_at'>): {
  secrets: CompanySecrets;
  fields: Fields;
} {
  const given = Object.entries(body);
  return {
    secrets: Object.fromEntries(given.filter(([name]) => SECRET_NAMES.has(name))),
    fields: Object.fromEntries(given.filter(([name]) => !SECRET_NAMES.has(name))),
  };
}

const land = z.enum(LAENDER).describe('A German Land, by the second half of its ISO 3166-2 code');
const year = z.coerce.number().int().min(2000).max(2100);

const listed = route('get /api/admin/public-holidays', {
  ...{ role: 'read_only', tag: 'holidays' },
  summary: 'The public holidays of a Land, to choose from',
  query: z.strictObject({
    company_id: companyId.optional(),
    land,
    year,
    language: z.enum(OPERATOR_LANGUAGES).default(OPERATOR_LANGUAGES[0]),
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
