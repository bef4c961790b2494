import { tenantId } from '../../src/domain';
import { type CallEnds, customerPhoneOf, lineOf, resolveTenant } from '../../src/services/tenants/resolve-call';
import type { TenantDirectory, TenantRef } from '../../src/services/tenants/tenant-ports';

const LINE = '+493012345678';
const COLLEAGUE = '+493012345679';
const CUSTOMER = '+491701234567';
const ref = (name: string): TenantRef => ({ companyId: tenantId(name), branchId: name, language: null });

const tenants = {
  byPhoneNumber: async (number: string) => ({ [LINE]: ref('line'), [COLLEAGUE]: ref('colleague') })[number] ?? null,
  byAgentId: async (agentId: string) => (agentId === 'agent_1' ? ref('agent') : null),
} as unknown as TenantDirectory;

type Case = [
  what: string,
  call: Partial<CallEnds>,
  expected: { tenant: string | null; line: string | null; customer: string | null },
];

test.each<Case>([
  ['inbound', { direction: 'inbound' }, { tenant: 'line', line: LINE, customer: CUSTOMER }],
  ['without a direction', {}, { tenant: 'line', line: LINE, customer: CUSTOMER }],
  [
    'outbound',
    { direction: 'outbound', fromNumber: LINE, toNumber: CUSTOMER },
    { tenant: 'line', line: LINE, customer: CUSTOMER },
  ],
  [
    'outbound to a national number',
    { direction: 'outbound', fromNumber: LINE, toNumber: '0170 1234567' },
    { tenant: 'line', line: LINE, customer: CUSTOMER },
  ],
  [
    'outbound from a line of no company, by its agent',
    { direction: 'outbound', fromNumber: '+4940111111', toNumber: CUSTOMER, agentId: 'agent_1' },
    { tenant: 'agent', line: '+4940111111', customer: CUSTOMER },
  ],
  [
    'outbound to a line of the company',
    { direction: 'outbound', fromNumber: LINE, toNumber: COLLEAGUE },
    { tenant: 'line', line: LINE, customer: null },
  ],
  [
    'outbound from a line of no company: the number called never names one',
    { direction: 'outbound', fromNumber: '+4940111111', toNumber: LINE },
    { tenant: null, line: '+4940111111', customer: null },
  ],
  ['withheld', { fromNumber: 'anonymous' }, { tenant: 'line', line: LINE, customer: null }],
  ['withheld, typed', { fromNumber: '+266696687' }, { tenant: 'line', line: LINE, customer: null }],
  ['without a number', { fromNumber: null }, { tenant: 'line', line: LINE, customer: null }],
  ['from a colleague', { fromNumber: COLLEAGUE }, { tenant: 'line', line: LINE, customer: null }],
  ['forwarded: the line itself', { fromNumber: LINE }, { tenant: 'line', line: LINE, customer: null }],
  ['forwarded, nationally written', { fromNumber: '030 12345679' }, { tenant: 'line', line: LINE, customer: null }],
  [
    'to a line that is not registered, from itself',
    { fromNumber: '+4940111111', toNumber: '+4940111111', agentId: 'agent_1' },
    { tenant: 'agent', line: '+4940111111', customer: null },
  ],
  [
    'in a browser',
    { direction: 'web', fromNumber: null, toNumber: null, agentId: 'agent_1' },
    { tenant: 'agent', line: null, customer: null },
  ],
  [
    'in a browser, whatever numbers come with it',
    { direction: 'web', agentId: 'agent_1' },
    { tenant: 'agent', line: null, customer: null },
  ],
  ['to an unknown line', { toNumber: '+4940111111' }, { tenant: null, line: '+4940111111', customer: CUSTOMER }],
  ['with an unknown agent', { toNumber: null, agentId: 'agent_9' }, { tenant: null, line: null, customer: CUSTOMER }],
])('a call %s', async (_what, changes, expected) => {
  const call = { home: null, direction: null, fromNumber: CUSTOMER, toNumber: LINE, agentId: null, ...changes };
  const tenant = await resolveTenant(tenants, call);
  const found = {
    tenant: tenant?.branchId ?? null,
    line: lineOf(call),
    customer: customerPhoneOf(call, { ownNumbers: [LINE, COLLEAGUE] }),
  };
  expect(found).toEqual(expected);
});
