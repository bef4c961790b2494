import { z } from 'zod';
import { reachOf } from '../../services/admin/actor';
import { COMPANY_SECRET_NAMES } from '../../services/admin/company-secrets';
import type { CompanySecrets, CompanyService } from '../../services/admin/company-service';
import type { CompanySetup } from '../../services/admin/company-setup';
import { type Fields, type RecordReader, requireRecord, type SetupKind } from '../../services/admin/records';
import type { TenantId } from '../../domain';
import { listQuery, phoneFilter, recordQuery, yesNo } from './list-query';
import type { Mount } from './mount';
import { route, type RouteSpec } from './route-spec';
import { branch, company, holiday, hostMapping, phoneNumber, agent, service, staff } from './setup-schemas';

const text = z.string().trim().min(1).max(200).optional();
const id = z.guid().optional();
const number = z.coerce.number().int().min(1).max(2_147_483_647).optional();
const isActive = yesNo.optional();

const removed = z.object({ id: z.guid(), outcome: z.enum(['deleted', 'deactivated']) });

const companies = {
  list: route({
    ...{
      method: 'get',
      path: '/api/admin/companies',
      role: 'read_only',
      tag: 'companies',
      summary: 'Companies',
      list: true,
      answer: company.answer,
    },
    query: listQuery({ q: text, is_active: isActive }),
  }),
  read: route({
    method: 'get',
    path: '/api/admin/companies/:id',
    role: 'read_only',
    tag: 'companies',
    summary: 'One company',
    answer: company.answer,
  }),
  create: route({
    ...{
      method: 'post',
      path: '/api/admin/companies',
      tag: 'companies',
      subject: 'company',
      status: 201,
      role: 'platform',
    },
    summary:
      'Creates a company. Its Cal.com key is checked with /v2/me before anything is saved, and never shown again.',
    body: company.create,
    answer: company.answer,
  }),
  update: route({
    ...{
      method: 'patch',
      path: '/api/admin/companies/:id',
      role: 'company_admin',
      tag: 'companies',
      subject: 'company',
      answer: company.answer,
    },
    summary: 'Changes a company. Absent fields stay as they are, null empties them.',
    body: company.update,
  }),
  remove: route({
    ...{
      method: 'delete',
      path: '/api/admin/companies/:id',
      tag: 'companies',
      subject: 'company',
      role: 'platform',
      answer: removed,
    },
    summary: 'Takes a company out of service: its numbers become free, its tokens end, its history stays.',
  }),
};

interface SetupParts {
  kind: SetupKind;
  /** Last part of the path. */
  path: string;
  subject: string;
  /** As in "One …". */
  noun: string;
  filters: z.ZodRawShape;
  schemas: {
    create: z.ZodType<Fields & { company_id?: TenantId | undefined }>;
    update: z.ZodType<Fields & { if_updated_at?: Date | undefined }>;
    answer: z.ZodType;
  };
}

const KINDS: SetupParts[] = [
  { kind: 'branches', path: 'branches', subject: 'branch', noun: 'branch', filters: { q: text }, schemas: branch },
  {
    ...{ kind: 'holidays', path: 'holidays', subject: 'holiday', noun: 'holiday', schemas: holiday },
    filters: { branch_id: id },
  },
  {
    ...{ kind: 'services', path: 'services', subject: 'service', noun: 'service', schemas: service },
    filters: { q: text, branch_id: id, calcom_event_type_id: number },
  },
  {
    kind: 'staff',
    path: 'staff',
    subject: 'staff',
    noun: 'member of staff',
    filters: { q: text, branch_id: id },
    schemas: staff,
  },
  {
    ...{
      kind: 'phone_numbers',
      path: 'phone-numbers',
      subject: 'phone_number',
      noun: 'phone number',
      schemas: phoneNumber,
    },
    filters: { number: phoneFilter.optional(), branch_id: id },
  },
  {
    ...{
      kind: 'host_mappings',
      path: 'host-mappings',
      subject: 'host_mapping',
      noun: 'host mapping',
      schemas: hostMapping,
    },
    filters: { staff_id: id, calcom_host_id: number, team_id: number },
  },
  {
    ...{ kind: 'retell_agents', path: 'agents', subject: 'agent', noun: 'agent', schemas: agent },
    filters: { agent_id: text, branch_id: id, platform: text },
  },
];

const SETUP = KINDS.map(({ kind, path, subject, noun, filters, schemas }) => {
  const watches = { tag: path, subject, answer: schemas.answer, role: 'read_only' } as const;
  const changes = { ...watches, role: 'company_admin' } as const;
  const all = `/api/admin/${path}`;
  const one = `${all}/:id`;
  const query = listQuery({ ...filters, is_active: isActive });
  return {
    kind,
    list: route({ ...watches, method: 'get', path: all, summary: `Every ${noun}`, list: true, query }),
    read: route({ ...watches, method: 'get', path: one, summary: `One ${noun}` }),
    create: route({
      ...changes,
      method: 'post',
      path: all,
      summary: `Adds a ${noun}`,
      status: 201,
      body: schemas.create,
    }),
    update: route({
      ...changes,
      method: 'patch',
      path: one,
      summary: `Changes a ${noun}. Absent fields stay as they are.`,
      body: schemas.update,
    }),
    remove: route({
      ...{ ...changes, method: 'delete', path: one, answer: removed },
      summary: `Removes a ${noun}, or switches it off when history hangs on it`,
    }),
  };
});

export const setupSpecs: RouteSpec[] = [
  ...Object.values(companies),
  ...SETUP.flatMap(({ list, read, create, update, remove }) => [list, read, create, update, remove]),
];

export interface SetupRoutesDeps {
  reader: RecordReader;
  companies: CompanyService;
  setup: CompanySetup;
}

export function mountSetup(mount: Mount, deps: SetupRoutesDeps): void {
  mountCompanies(mount, deps);
  for (const { kind, list, read, create, update, remove } of SETUP) {
    mount(list, ({ actor, query }) => deps.reader.list(kind, reachOf(actor, query.company_id), recordQuery(query)));
    mount(read, ({ actor, id: given }) => requireRecord(deps.reader, kind, actor.companyId, given));
    mount(create, async ({ actor, body, wrote }) => {
      const { company_id: named, ...fields } = body;
      const { record, change } = await deps.setup.create(actor, kind, named, fields);
      wrote(change);
      return record;
    });
    mount(update, async ({ actor, id: given, body, wrote }) => {
      const { if_updated_at: unchangedSince, ...fields } = body;
      const { record, change } = await deps.setup.update(actor, kind, given, fields, unchangedSince ?? null);
      wrote(change);
      return record;
    });
    mount(remove, async ({ actor, id: given, wrote }) => {
      const { outcome, change } = await deps.setup.remove(actor, kind, given);
      wrote(change);
      return { id: given, outcome };
    });
  }
}

function mountCompanies(mount: Mount, { reader, companies: service }: SetupRoutesDeps): void {
  mount(companies.list, ({ actor, query }) =>
    reader.list('companies', reachOf(actor, query.company_id), recordQuery(query)),
  );
  mount(companies.read, ({ actor, id: given }) => service.find(actor, given));
  mount(companies.create, async ({ actor, body, wrote }) => {
    const { secrets, fields } = secretsIn(body);
    const { record, change } = await service.create(actor, fields, secrets);
    wrote(change);
    return record;
  });
  mount(companies.update, async ({ actor, id: given, body, wrote }) => {
    const { if_updated_at: since, ...rest } = body;
    const { secrets, fields } = secretsIn(rest);
    const { record, change } = await service.update(actor, given, fields, secrets, since ?? null);
    wrote(change);
    return record;
  });
  mount(companies.remove, async ({ actor, id: given, wrote }) => {
    wrote(await service.remove(actor, given));
    return { id: given, outcome: 'deactivated' };
  });
}

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
